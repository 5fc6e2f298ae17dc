public import Catalogue
internal import Glibc
internal import MusicLibrary

/// What a person hears in a song, as far as descriptors tell it.
public struct SoundCharacter: Equatable, Sendable {
  /// Beats in a minute.
  public var tempo: Double?
  /// The key.
  public var key: MusicalKey?
  /// LUFS.
  public var loudness: Double?
  /// The mean spectral centroid, Hz.
  public var brightness: Double?
  /// An estimate, 0 to 1.
  public var energy: Double?

  /// Nothing known.
  public init() {}

  /// What descriptors tell, nothing where they are of an older version.
  public init(_ record: DescriptorRecord?) {
    let current = record.flatMap { $0.version == TrackDescriptors.version ? $0 : nil }
    self.init { current?[$0] }
  }

  /// Numbers outside their range, which a fault or somebody else may have made, are not known.
  init(_ number: (Descriptor) -> Double?) {
    func value(_ descriptor: Descriptor) -> Double? {
      number(descriptor).flatMap { descriptor.range.contains($0) ? $0 : nil }
    }
    tempo = value(.tempo)
    loudness = value(.loudness)
    brightness = value(.centroid)
    energy = value(.energy)
    if let tonic = value(.key), let mode = value(.mode) {
      key = MusicalKey(tonic: Int(tonic), isMajor: mode == 1)
    }
  }

  /// What several have in common: means, of tempo and brightness those of their octaves; a key only
  /// where all have the same.
  public init(of characters: [SoundCharacter]) {
    tempo = Self.mean(characters.compactMap { $0.tempo.map(log2) }).map(exp2)
    brightness = Self.mean(characters.compactMap { $0.brightness.map(log2) }).map(exp2)
    loudness = Self.mean(characters.compactMap(\.loudness))
    energy = Self.mean(characters.compactMap(\.energy))
    let keys = characters.map(\.key)
    if let first = keys.first, keys.allSatisfy({ $0 == first }) { key = first }
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

/// Something in which two songs can agree, by what a person understands.
public enum Aspect: String, CaseIterable, Sendable {
  /// Beats in a minute; half and double of a tempo are half as far as they seem.
  case tempo
  /// The wheel of fifths.
  case key
  /// How loud.
  case loudness
  /// Where the spectrum has its weight.
  case brightness
  /// How forceful.
  case energy

  /// How far two songs agree, 1 for the same to -1 for worlds apart; 0 where it is not known of both.
  ///
  /// 0 lies at a quarter of an octave of tempo (or a step in an octave of it), half way round the wheel
  /// of fifths, 6 LU, half an octave of brightness and 0.25 of energy; -1 at twice that.
  public func agreement(_ left: SoundCharacter, _ right: SoundCharacter) -> Float {
    guard let distance = distance(left, right) else { return 0 }
    return Float(1 - 2 * min(1, distance))
  }

  /// How far apart two songs are, 1 for worlds apart; nil where it is not known of both.
  func distance(_ left: SoundCharacter, _ right: SoundCharacter) -> Double? {
    switch self {
    case .tempo:
      guard let first = left.tempo, let second = right.tempo else { return nil }
      let octaves = abs(log2(first / second))
      // A listener may tap every beat or every second: an octave is a small step, not none.
      return min(octaves, 0.125 + abs(octaves - 1)) / 0.5
    case .key:
      guard let first = left.key, let second = right.key else { return nil }
      return MusicalKey.distance(first, second).map { Double($0) / 7 }
    case .loudness:
      return left.loudness.flatMap { first in right.loudness.map { abs(first - $0) / 12 } }
    case .brightness:
      return left.brightness.flatMap { first in
        right.brightness.map { abs(log2(first / $0)) }
      }
    case .energy:
      return left.energy.flatMap { first in right.energy.map { abs(first - $0) / 0.5 } }
    }
  }
}

/// Where answers are to lie from what was asked about.
public enum Direction: String, CaseIterable, Sendable {
  /// By tempo, 4 % at least.
  case slower, faster
  /// By the mean spectral centroid, 10 % at least.
  case darker, brighter
  /// By the estimate of energy, 0.05 at least.
  case calmer
  case moreEnergetic = "more-energetic"

  /// The condition that it comes to; nil where nothing is known to go from.
  func condition(from character: SoundCharacter) -> TrackCondition? {
    switch self {
    case .slower: character.tempo.map { TrackCondition(.tempo, within: 0...($0 / 1.04)) }
    case .faster: character.tempo.map { TrackCondition(.tempo, within: ($0 * 1.04)...(.infinity)) }
    case .darker: character.brightness.map { TrackCondition(.brightness, within: 0...($0 / 1.1)) }
    case .brighter:
      character.brightness.map { TrackCondition(.brightness, within: ($0 * 1.1)...(.infinity)) }
    case .calmer: character.energy.map { TrackCondition(.energy, within: -1...($0 - 0.05)) }
    case .moreEnergetic: character.energy.map { TrackCondition(.energy, within: ($0 + 0.05)...2) }
    }
  }
}
