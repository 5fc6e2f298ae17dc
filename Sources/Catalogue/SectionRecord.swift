/// A part of a long track that has a vector of its own.
public struct SectionRecord: Equatable, Sendable {
  /// Where the part begins, in whole seconds from the beginning of the track, 0 to ``latestStart``.
  public let start: Int
  /// How long it is, in whole seconds, 1 at least.
  public let seconds: Int
  /// A unit vector of the model's dimension, made of the middle of the part.
  public let vector: [Float]

  /// Makes a record.
  public init(start: Int, seconds: Int, vector: [Float]) {
    self.start = start
    self.seconds = seconds
    self.vector = vector
  }

  /// No section begins later than this: 48 days.
  public static let latestStart = 1 << 22
  /// The most numbers that the vectors of one track's sections may have together. With vectors of 256
  /// that is 781 sections.
  public static let mostValues = 200_000

  /// What is wrong with it, but for its checksum; nil where nothing is.
  /// - Parameter dimension: how many values its model's vectors have.
  public func fault(dimension: Int) -> VectorFault? {
    EmbeddingRecord(vector: vector, excerptStart: Double(start), excerptSeconds: Double(seconds))
      .fault(dimension: dimension) ?? (start <= Self.latestStart ? nil : .excerpt)
  }
}

extension [SectionRecord] {
  /// Whether these can be the sections of one track: each sound, none too many, one behind the other.
  /// - Parameter dimension: how many values the vectors of their model have.
  public func areSections(dimension: Int) -> Bool {
    count <= SectionRecord.mostValues / Swift.max(1, dimension)
      && allSatisfy {
        $0.fault(dimension: dimension) == nil && $0.seconds <= SectionRecord.latestStart
      }
      && zip(self, dropFirst()).allSatisfy { $0.start + $0.seconds <= $1.start }
  }
}
