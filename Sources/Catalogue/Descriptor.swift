/// A number about a track that a person understands, of its excerpt.
public enum Descriptor: String, CaseIterable, Sendable {
  /// Beats in a minute.
  case tempo
  /// The tonic, 0 = C to 11 = B.
  case key
  /// 1 major, 0 minor.
  case mode
  /// Integrated loudness of the mono signal, LUFS.
  case loudness
  /// Mean spectral centroid, Hz.
  case centroid
  /// Mean spectral bandwidth, Hz.
  case bandwidth
  /// Mean frequency under which 85 % of the energy lies, Hz.
  case rolloff
  /// Mean spectral flatness, 0 to 1.
  case flatness
  /// Mean share of samples at which the sign changes.
  case zeroCrossingRate
  /// Mean root mean square of the samples.
  case rms
  /// How forceful the music is, an estimate: 0 to 1.
  case energy
  /// How cheerful it is, an estimate: 0 to 1.
  case valence
  /// How likely it was played on instruments that need no current, an estimate: 0 to 1.
  case acousticness
  /// How likely nobody sings or speaks, an estimate: 0 to 1.
  case instrumentalness

  /// The values that it may have. What was computed here always lies there; what was changed by a
  /// fault, or comes from elsewhere, may not.
  public var range: ClosedRange<Double> {
    switch self {
    case .tempo: 1...1_000
    case .key: 0...11
    case .mode, .zeroCrossingRate, .energy, .valence, .acousticness, .instrumentalness: 0...1
    case .loudness: -200...200
    case .centroid, .bandwidth, .rolloff: 0...11_025
    case .flatness: 0...1.001
    case .rms: 0...1e7
    }
  }

  /// Whether it is counted, not measured.
  public var isWhole: Bool { self == .key || self == .mode }

  /// Its name with words apart: `zero_crossing_rate`.
  public var column: String {
    rawValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }
}

/// The descriptors of a track. Nil where one has no meaning.
public struct DescriptorRecord: Equatable, Sendable {
  /// Which definitions made them; numbers of different versions are not compared.
  public var version: Int
  private var values: [Descriptor: Double] = [:]

  /// Makes an empty record.
  public init(version: Int) { self.version = version }

  /// One of them.
  public subscript(_ descriptor: Descriptor) -> Double? {
    get { values[descriptor] }
    set { values[descriptor] = newValue }
  }

  /// Beats in a minute.
  public var tempo: Double? { self[.tempo] }

  /// The tonic, 0 = C to 11 = B.
  public var key: Int? { self[.key].map { Int($0) } }

  /// Whether the key is a major one.
  public var isMajor: Bool? { self[.mode].map { $0 == 1 } }

  /// Integrated loudness, LUFS.
  public var loudness: Double? { self[.loudness] }

  /// The first value that is none of its kind, by its column; nil where all are sound.
  public var valueOutOfRange: String? {
    if !(1...1_000_000).contains(version) { return "version" }
    for descriptor in Descriptor.allCases {
      guard let value = self[descriptor] else { continue }
      let isOfItsKind = !descriptor.isWhole || value == value.rounded()
      guard isOfItsKind, descriptor.range.contains(value) else { return descriptor.column }
    }
    return (self[.key] == nil) == (self[.mode] == nil) ? nil : Descriptor.mode.column
  }
}
