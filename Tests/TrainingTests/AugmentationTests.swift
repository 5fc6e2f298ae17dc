import NeuralNetwork
import SpectralFeatures
import TestSupport
import Testing

@testable import Training

#if canImport(Glibc)
  import Glibc
#endif

/// Each change of a picture is compared with the picture of a sound that was changed.
@Suite("A change of a tile")
struct AugmentationTests {
  static let seconds = 8.0
  static let samples = TrainingData.samples(seed: 11, seconds: seconds)

  /// The first columns of a sound's image.
  static func crop(_ samples: [Float]) -> MelCrop {
    let image = MelImage(samples: samples)
    let bytes = image.bytes
    let pixels = (0..<image.columnCount).flatMap { column in
      (0..<128).map { bytes[$0 * image.columnCount + column] }
    }
    return MelCrop(pixels: pixels, facts: MelImageFacts(pixels: pixels))
  }

  static func apply(_ changes: MelChanges, to crop: MelCrop) -> [Float] {
    var generator = SeededGenerator(seed: 5)
    return changes.apply(to: crop, using: &generator)
  }

  /// The mean difference of two tiles in decibels.
  static func difference(_ one: [Float], _ other: [Float]) -> Float {
    80 * zip(one, other).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(one.count)
  }

  static func sine(_ frequency: Double, amplitude: Double = 0.5) -> [Float] {
    (0..<Int(seconds * 22_050)).map {
      Float(amplitude * sin(2 * .pi * frequency * Double($0) / 22_050))
    }
  }

  @Test("that changes nothing gives the tile as it is")
  func nothing() {
    let crop = Self.crop(Self.samples)
    #expect(Self.difference(Self.apply(MelChanges(), to: crop), crop.tile()) < 1e-4)
  }

  @Test("is not needed for an equal gain, which leaves the image as it was")
  func gain() {
    let soft = Self.crop(Self.samples.map { $0 * 0.25 })
    #expect(Self.difference(soft.tile(), Self.crop(Self.samples).tile()) < 0.35)
  }

  @Test("by an equaliser is what a filter does to the sound")
  func equaliser() {
    // y = x + a y: 20 dB more at the bottom than at the top.
    let a = 0.7
    var last: Float = 0
    let filtered = Self.samples.map { sample in
      last = sample + Float(a) * last
      return last
    }
    var changes = MelChanges()
    changes.rowGains = MelBands.frequencies.map { frequency in
      let turn = cos(2 * .pi * frequency / 22_050)
      return Float(-10 * log10(1 + a * a - 2 * a * turn))
    }
    let truth = Self.crop(filtered).tile()
    let crop = Self.crop(Self.samples)
    #expect(Self.difference(crop.tile(), truth) > 3)
    #expect(Self.difference(Self.apply(changes, to: crop), truth) < 0.5)
  }

  @Test("by noise is what noise does to the sound", arguments: [5.0, 10, 20])
  func noise(decibels: Double) {
    let power = Self.samples.reduce(0.0) { $0 + Double($1) * Double($1) }
    let deviation = (power / Double(Self.samples.count)).squareRoot() * pow(10, -decibels / 20)
    var random = SplitMix64(seed: 6)
    let limit = Float(deviation * 3.0.squareRoot())
    let noisy = Self.crop(
      Self.samples.map { $0 + Float.random(in: -limit...limit, using: &random) })
    var changes = MelChanges()
    changes.noise = Float(decibels)
    let crop = Self.crop(Self.samples)
    let changed = Self.apply(changes, to: crop)
    let before = Self.difference(crop.tile(), noisy.tile())
    // Two noises differ from each other, whatever they are made of; on average they are as loud.
    #expect(Self.difference(changed, noisy.tile()) < max(2.5, 0.35 * before))
    let mean = { (tile: [Float]) in 80 * tile.reduce(0, +) / Float(tile.count) }
    let louder = mean(noisy.tile()) - mean(crop.tile())
    #expect(louder > 1)
    #expect(abs(mean(changed) - mean(noisy.tile())) < 0.25 * louder)
  }

  @Test("of pitch moves a tone by as much", arguments: [0.97, 1.03])
  func pitch(factor: Double) {
    var changes = MelChanges()
    changes.pitch = factor
    let crop = Self.crop(Self.sine(1_500))
    let truth = Self.crop(Self.sine(1_500 * factor)).tile()
    let changed = Self.apply(changes, to: crop)
    #expect(Self.loudestRow(changed) == Self.loudestRow(truth))
    #expect(Self.loudestRow(changed) != Self.loudestRow(crop.tile()))
  }

  @Test("of tempo moves a beat by as much", arguments: [0.96, 1.04])
  func tempo(factor: Double) {
    // A click in the middle of the first 128 columns.
    func click(at second: Double) -> MelCrop {
      var samples = Self.sine(300, amplitude: 0.001)
      for place in 0..<64 { samples[Int(second * 22_050) + place] = place % 2 == 0 ? 0.9 : -0.9 }
      return Self.crop(samples)
    }
    var changes = MelChanges()
    changes.tempo = factor
    let changed = Self.apply(changes, to: click(at: 5))
    #expect(
      abs(Self.loudestColumn(changed) - Self.loudestColumn(click(at: 5 / factor).tile())) <= 1)
    #expect(abs(Self.loudestColumn(changed) - Self.loudestColumn(click(at: 5).tile())) > 1)
  }

  @Test("by mixing is what adding the sounds does")
  func mixing() {
    let other = TrainingData.samples(seed: 23, seconds: Self.seconds)
    func power(_ samples: [Float]) -> Double {
      samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)
    }
    let factor = Float((power(Self.samples) / power(other)).squareRoot() * pow(10, -12.0 / 20))
    let truth = Self.crop(zip(Self.samples, other).map { $0 + factor * $1 }).tile()
    let crop = Self.crop(Self.samples)
    var changes = MelChanges()
    changes.mixed = (Self.crop(other), 12)
    let before = Self.difference(crop.tile(), truth)
    #expect(before > 1.5)
    #expect(Self.difference(Self.apply(changes, to: crop), truth) < 0.4 * before)
  }

  @Test("by masks silences whole rows and columns")
  func masks() {
    var changes = MelChanges()
    changes.silentRows = 10..<20
    changes.silentColumns = 100..<128
    let crop = Self.crop(Self.samples)
    let (before, after) = (crop.tile(), Self.apply(changes, to: crop))
    let truth = before.enumerated().map { place, value -> Float in
      (10..<20).contains(place / 128) || place % 128 >= 100 ? 0 : value
    }
    #expect(zip(after, truth).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(truth != before)
  }

  @Test("by a fade tilts the levels in time")
  func fade() {
    var changes = MelChanges()
    changes.slope = -6
    let crop = Self.crop(Self.samples)
    let (before, after) = (crop.tile(), Self.apply(changes, to: crop))
    let shifts = (0..<128).map { column -> Float in
      let places = (0..<128).map { $0 * 128 + column }.filter {
        before[$0] > 0.3 && before[$0] < 0.7
      }
      return 80 * places.reduce(0) { $0 + after[$1] - before[$1] } / Float(max(1, places.count))
    }
    let used = [5, 60, 120].map { shifts[$0] }
    #expect(abs((used[0] - used[2]) - 6 * 115 / 127) < 0.1)
    #expect(abs((used[0] - used[1]) - 6 * 55 / 127) < 0.1)
  }

  @Test("is drawn from the seed, and as often as it should be")
  func drawing() {
    let augmentation = MelAugmentation.full
    var one = SeededGenerator(seed: 9)
    var other = SeededGenerator(seed: 9)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<2_000 {
      let changes = augmentation.draw(using: &one) { _ in nil }
      let again = augmentation.draw(using: &other) { _ in nil }
      #expect(changes.tempo == again.tempo && changes.rowGains == again.rowGains)
      #expect(changes.noise == again.noise && changes.silentRows == again.silentRows)
      #expect(abs(changes.tempo - 1) <= 0.04 && abs(changes.pitch - 1) <= 0.0713)
      #expect(changes.silentColumns.count <= 16 && changes.silentColumns.upperBound <= 128)
      let drawn = [
        changes.tempo != 1, !changes.rowGains.isEmpty, changes.noise != nil,
        !changes.silentColumns.isEmpty, !changes.silentRows.isEmpty, changes.slope != 0,
        changes.pitch != changes.tempo,
      ]
      for (place, isDrawn) in drawn.enumerated() where isDrawn { counts[place] += 1 }
    }
    // Equaliser and low-pass share the gains of rows: three quarters.
    for (place, count) in counts.enumerated() {
      #expect(abs(Double(count) / 2_000 - (place == 1 ? 0.75 : 0.5)) < 0.04)
    }
    #expect(MelAugmentation.none.draw(using: &one) { _ in nil }.rowGains.isEmpty)
  }

  @Test("by a low-pass leaves what is below and silences what is far above")
  func lowPass() throws {
    var augmentation = MelAugmentation.none
    augmentation.probability = 1
    augmentation.lowPass = 3_000...3_000
    var generator = SeededGenerator(seed: 2)
    let changes = augmentation.draw(using: &generator) { _ in nil }
    let crop = Self.crop(Self.samples)
    let (before, after) = (crop.tile(), Self.apply(changes, to: crop))
    let corner = Int(MelBands.row(ofFrequency: 3_000).rounded(.up)) + 1
    #expect(
      Self.difference(Array(before[(corner * 128)...]), Array(after[(corner * 128)...])) < 0.01)
    let octave = Int(MelBands.row(ofFrequency: 6_000))
    #expect(before[..<(octave * 128)].contains { $0 > 0.2 })
    #expect(after[..<(octave * 128)].allSatisfy { $0 == 0 })
  }

  private static func loudestRow(_ tile: [Float]) -> Int {
    let sums = (0..<128).map { row in tile[(row * 128)..<(row * 128 + 128)].reduce(0, +) }
    return sums.indices.max { sums[$0] < sums[$1] } ?? 0
  }

  private static func loudestColumn(_ tile: [Float]) -> Int {
    let sums = (0..<128).map { column in (0..<128).reduce(0) { $0 + tile[$1 * 128 + column] } }
    return sums.indices.max { sums[$0] < sums[$1] } ?? 0
  }
}
