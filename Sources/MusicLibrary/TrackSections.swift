public import Catalogue
internal import Embedding

/// How long tracks are divided into sections, each of which gets a vector of its own.
public enum TrackSections {
  /// Tracks longer than this have sections, in seconds.
  public static let longestWhole = 600.0
  /// The length of a section in seconds.
  public static let sectionSeconds = 120
  /// The part in the middle of a section that its vector is made from, in seconds. A rest at the end of
  /// the track that is shorter belongs to the section before it.
  public static let heardSeconds = 30

  /// A section that is to be listened to.
  struct Plan: Equatable {
    /// Where it begins, in seconds.
    let start: Int
    /// How long it is, in seconds.
    let seconds: Int

    /// The part that is listened to, in seconds.
    var heard: Range<Double> {
      let start = Double(start) + Double(seconds - TrackSections.heardSeconds) / 2
      return start..<(start + Double(TrackSections.heardSeconds))
    }
  }

  /// The sections of a track.
  /// - Parameters:
  ///   - seconds: the length of the track, which a file may only claim.
  ///   - dimension: the length of a vector, which bounds how many there are.
  static func plans(seconds: Double, dimension: Int) -> [Plan] {
    guard seconds > longestWhole else { return [] }
    let length = Int(min(seconds, Double(SectionRecord.latestStart)))
    let (whole, rest) = length.quotientAndRemainder(dividingBy: sectionSeconds)
    let count = whole + (rest >= heardSeconds ? 1 : 0)
    return (0..<min(count, SectionRecord.mostValues / max(1, dimension))).map { number in
      let start = number * sectionSeconds
      return Plan(
        start: start, seconds: number == count - 1 ? length - start : sectionSeconds)
    }
  }
}

extension Catalogue {
  private static var sectionsSetting: String { "sections" }

  /// Whether long tracks are to have sections.
  public func wantsSections() throws(CatalogueError) -> Bool {
    try setting(Self.sectionsSetting) != nil
  }

  /// Has long tracks get sections from now on.
  public func setWantsSections() throws(CatalogueError) {
    try set(Self.sectionsSetting, to: "\(TrackSections.sectionSeconds)")
  }
}
