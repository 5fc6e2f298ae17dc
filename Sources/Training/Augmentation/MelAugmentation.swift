internal import NeuralNetwork

/// What happens to music in the world, drawn at random for each tile of a training.
///
/// A change of gain alone is not among them: the image counts decibels from its own loudest place, so
/// an equal gain leaves it as it was.
public struct MelAugmentation: Codable, Equatable, Sendable {
  /// How probable each change is, by itself.
  public var probability = 0.5
  /// The most decibels by which a tile fades in or out from start to end.
  public var fade: Float = 0
  /// The most decibels of each of a low shelf, a high shelf and a bell of an octave.
  public var equaliser: Float = 0
  /// White noise, so many decibels below the sound.
  public var noise: ClosedRange<Float>?
  /// Where a steep low-pass begins, Hz.
  public var lowPass: ClosedRange<Double>?
  /// Re-encoding at a low rate: how probable it is that a tile comes from the re-encoded copy of its
  /// track, where the cache of copies has one.
  public var reencoding = 0.0
  /// The largest change of speed, which moves time and frequency alike: 0.03 is three per cent.
  public var speed = 0.0
  /// The largest further change of frequency.
  public var pitch = 0.0
  /// Another track, so many decibels below.
  public var mixing: ClosedRange<Float>?
  /// The most columns that are silenced, in one run.
  public var timeMask = 0
  /// The most rows that are silenced, in one run.
  public var frequencyMask = 0

  /// No change at all.
  public static let none = MelAugmentation()

  /// Equaliser, fades and noise: what costs nothing in finding music and makes it hold against them.
  public static let light: MelAugmentation = {
    var light = MelAugmentation()
    light.fade = 6
    light.equaliser = 8
    light.noise = 10...40
    return light
  }()

  /// Everything.
  public static let full: MelAugmentation = {
    var full = light
    full.lowPass = 2_500...7_500
    full.reencoding = 0.25
    full.speed = 0.04
    full.pitch = 0.03
    full.mixing = 10...25
    full.timeMask = 16
    full.frequencyMask = 16
    return full
  }()

  /// Columns that a crop needs so that the fastest tempo finds 128.
  var cropWidth: Int {
    let side = Double(MelBands.count)
    return speed > 0 ? Int((side * (1 + speed)).rounded(.up)) + 1 : Int(side)
  }

  /// Draws changes for one tile.
  /// - Parameter other: a crop of another track; asked for only where it is mixed in.
  func draw<Failure: Error>(
    using generator: inout SeededGenerator,
    other: (inout SeededGenerator) throws(Failure) -> MelCrop?
  ) throws(Failure) -> MelChanges {
    var changes = MelChanges()
    if speed > 0, generator.unit() < probability {
      let factor = 1 + generator.signed() * speed
      changes.tempo = factor
      changes.pitch = factor
    }
    if pitch > 0, generator.unit() < probability {
      changes.pitch *= 1 + generator.signed() * pitch
    }
    var gains: [Double] = []
    if equaliser > 0, generator.unit() < probability {
      gains = Self.equaliserCurve(most: Double(equaliser), using: &generator)
    }
    if let lowPass, generator.unit() < probability {
      let corner = generator.within(lowPass)
      if gains.isEmpty { gains = [Double](repeating: 0, count: MelBands.count) }
      for (row, frequency) in MelBands.frequencies.enumerated() where frequency > corner {
        gains[row] -= Self.lowPassSlope * binaryLogarithm(frequency / corner)
      }
    }
    changes.rowGains = gains.map(Float.init)
    if fade > 0, generator.unit() < probability {
      changes.slope = Float(generator.signed()) * fade
    }
    if let mixing, generator.unit() < probability, let crop = try other(&generator) {
      changes.mixed = (crop, generator.within(mixing))
    }
    if let noise, generator.unit() < probability { changes.noise = generator.within(noise) }
    if timeMask > 0, generator.unit() < probability {
      changes.silentColumns = Self.run(atMost: timeMask, using: &generator)
    }
    if frequencyMask > 0, generator.unit() < probability {
      changes.silentRows = Self.run(atMost: frequencyMask, using: &generator)
    }
    return changes
  }

  /// Decibels for each octave above the corner: as steep as the filters of encoders.
  private static let lowPassSlope = 96.0

  private static func equaliserCurve(
    most: Double, using generator: inout SeededGenerator
  ) -> [Double] {
    // Corners lie evenly on a logarithmic scale.
    func frequency(_ low: Double, _ high: Double) -> Double {
      low * power(high / low, generator.unit())
    }
    let (bass, bassCorner) = (generator.signed() * most, frequency(80, 400))
    let (treble, trebleCorner) = (generator.signed() * most, frequency(1_500, 6_000))
    let (bell, centre) = (generator.signed() * most, frequency(250, 4_000))
    return MelBands.frequencies.map { frequency in
      let (low, high) = (frequency / bassCorner, trebleCorner / frequency)
      let octaves = binaryLogarithm(frequency / centre)
      return bass / (1 + low * low) + treble / (1 + high * high)
        + bell * exponential(-2 * octaves * octaves)
    }
  }

  private static func run(atMost: Int, using generator: inout SeededGenerator) -> Range<Int> {
    let length = 1 + generator.below(min(atMost, MelBands.count))
    let start = generator.below(MelBands.count - length + 1)
    return start..<(start + length)
  }
}

extension SeededGenerator {
  /// A number from 0 up to 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number from -1 up to 1.
  mutating func signed() -> Double { 2 * unit() - 1 }

  /// A whole number from 0 up to a count of at least 1. The bias of a count below 2^32 is beneath notice.
  mutating func below(_ count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  mutating func within(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * unit()
  }

  mutating func within(_ range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * Float(unit())
  }

  /// The generator of one piece of work among many: every piece has its own, so their order and the
  /// thread they run on are of no account.
  init(seed: UInt64, piece: Int, _ part: Int = 0) {
    var mixer = SeededGenerator(seed: seed)
    mixer = SeededGenerator(seed: mixer.next() ^ UInt64(bitPattern: Int64(piece)))
    mixer = SeededGenerator(seed: mixer.next() ^ UInt64(bitPattern: Int64(part)))
    self = SeededGenerator(seed: mixer.next())
  }

  /// The items in a random order (Fisher and Yates), the same everywhere.
  mutating func shuffled<Item>(_ items: [Item]) -> [Item] {
    var items = items
    for place in stride(from: items.count - 1, to: 0, by: -1) {
      items.swapAt(place, below(place + 1))
    }
    return items
  }
}
