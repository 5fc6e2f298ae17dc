internal import Catalogue
internal import MusicLibrary

/// A condition that tracks of an answer meet.
public struct TrackCondition: Equatable, Sendable {
  /// What is looked at.
  public enum Field: String, CaseIterable, Sendable {
    /// A label, whatever the case; of several in one, as in "Rock; Pop", one is enough.
    case artist, album, genre
    /// The year of release.
    case year
    /// The length, in seconds or as minutes:seconds.
    case duration
    /// A key such as Am, F#, Bb minor or 8A, or just `major` or `minor`.
    case key
    /// Beats in a minute.
    case tempo
    /// LUFS.
    case loudness
    /// The mean spectral centroid, Hz.
    case brightness
    /// An estimate from 0 to 1.
    case energy, valence, acousticness, instrumentalness
    /// How often it was played.
    case plays
    /// A pattern for paths.
    case path
  }

  /// What the field is compared with.
  enum Test: Equatable, Sendable {
    case label(String)
    case range(ClosedRange<Double>)
    case key(MusicalKey)
    case path(NamePattern)
  }

  /// What is looked at.
  public let field: Field
  let test: Test
  /// Where a number is compared with a range.
  var range: ClosedRange<Double>? {
    if case .range(let range) = test { range } else { nil }
  }

  /// Whether tracks meet the condition that do not fit. One that says nothing of the field, such as one
  /// without a key, fits nothing.
  public let isNegated: Bool

  /// Why a text is no condition.
  public enum Failure: Error, Equatable, Sendable {
    /// It has no `=`.
    case noEqualsSign
    /// There is no such field.
    case unknownField(String)
    /// What stands behind the `=` is none of what the field takes.
    case value(String, field: Field)
  }

  /// Reads `FIELD=VALUE` or `FIELD!=VALUE`. A range of numbers is `LOW..HIGH`, either of which may be
  /// left out, ends included; of a year a single number will do.
  public init(_ text: String) throws(Failure) {
    guard let place = text.firstIndex(of: "=") else { throw .noEqualsSign }
    var name = text[..<place]
    isNegated = name.last == "!"
    if isNegated { name.removeLast() }
    guard let field = Field(rawValue: name.lowercased()) else {
      throw .unknownField(String(name))
    }
    let value = String(text[text.index(after: place)...])
    guard !value.isEmpty, let test = Self.test(field, value) else {
      throw .value(value, field: field)
    }
    self.field = field
    self.test = test
  }

  /// A range of one of the fields that are numbers.
  public init(_ field: Field, within range: ClosedRange<Double>) {
    self.field = field
    test = .range(range)
    isNegated = false
  }

  private static func test(_ field: Field, _ value: String) -> Test? {
    switch field {
    case .artist, .album, .genre: .label(value.lowercased())
    case .key: MusicalKey(value).map(Test.key)
    case .path: NamePattern.forPaths(Array(value.utf8)).map(Test.path)
    case .year: (number(value).map { $0...$0 } ?? range(value)).map(Test.range)
    case .duration: range(value, number: seconds).map(Test.range)
    default: range(value).map(Test.range)
    }
  }

  private static func range(
    _ text: String, number: (Substring) -> Double? = { Self.number(String($0)) }
  ) -> ClosedRange<Double>? {
    guard let dots = text.firstRange(of: "..") else { return nil }
    let (left, right) = (text[..<dots.lowerBound], text[dots.upperBound...])
    guard !(left.isEmpty && right.isEmpty) else { return nil }
    let low = left.isEmpty ? -Double.infinity : number(left)
    let high = right.isEmpty ? Double.infinity : number(right)
    guard let low, let high, low <= high else { return nil }
    return low...high
  }

  private static func number(_ text: String) -> Double? {
    Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// Seconds, or minutes:seconds.
  private static func seconds(_ text: Substring) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map {
      number(String($0))
    }
    switch parts.count {
    case 1: return parts[0]
    case 2:
      guard let minutes = parts[0], let seconds = parts[1], seconds < 60 else { return nil }
      return 60 * minutes + seconds
    default: return nil
    }
  }
}

extension TrackCondition.Field {
  /// The descriptor that is compared, nil where it is none.
  var descriptor: Descriptor? {
    switch self {
    case .tempo: .tempo
    case .loudness: .loudness
    case .brightness: .centroid
    case .energy: .energy
    case .valence: .valence
    case .acousticness: .acousticness
    case .instrumentalness: .instrumentalness
    default: nil
    }
  }
}
