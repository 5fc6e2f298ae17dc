import Embedding
import FileAccess
import NeuralNetwork
import SpectralFeatures
import Synchronization
import TestSupport
import Testing
import Training

/// Music for tests of training: short tones with noise, each track of its own pitch and length.
enum TrainingData {
  /// Samples at 22,050 Hz: three partials of a pitch that falls on and off, and noise 30 dB below.
  static func samples(seed: UInt64, seconds: Double) -> [Float] {
    var random = SplitMix64(seed: seed)
    let pitch = Double.random(in: 110...880, using: &random)
    let beat = Double.random(in: 2_000...9_000, using: &random)
    var phase = 0.0
    return (0..<Int(seconds * 22_050)).map { place in
      phase += pitch / 22_050
      let turn = phase - phase.rounded(.down)
      // A sawtooth smoothed by its own square has falling partials without a table.
      let tone = 2 * turn * turn - turn
      let loud = 1 - (Double(place).truncatingRemainder(dividingBy: beat)) / beat
      return Float(0.5 * tone * loud) + Float.random(in: -0.01...0.01, using: &random)
    }
  }

  /// An image, made once for all tests.
  static func image(seed: UInt64, seconds: Double) -> MelImage {
    images.withLock { images in
      let key = "\(seed) \(seconds)"
      if let known = images[key] { return known }
      let image = MelImage(samples: samples(seed: seed, seconds: seconds))
      images[key] = image
      return image
    }
  }

  private static let images = Mutex<[String: MelImage]>([:])

  /// A cache of tracks `track-0`, `track-1`, …, in this or the other order.
  static func cache(
    _ path: FilePath, seconds: [Double], backwards: Bool = false
  ) throws -> FeatureCache {
    let writer = try FeatureCacheWriter(path)
    let numbers = Array(seconds.indices)
    for number in backwards ? numbers.reversed() : numbers {
      try writer.add(name(number), image(seed: UInt64(number), seconds: seconds[number]))
    }
    try writer.close()
    return try FeatureCache(path)
  }

  static func name(_ number: Int) -> FilePath { FilePath("track-\(number)") }

  /// Tracks of two artists in turn, the last by nobody known.
  static func tracks(_ cache: FeatureCache, count: Int) throws -> TrainingTracks {
    try #require(
      try TrainingTracks(
        (0..<count).map { (name($0), $0 == count - 1 ? "" : "artist \($0 / 2)") }, in: cache))
  }

  /// The shape of the time-frequency autoencoder with few channels, so that a step takes a moment.
  static func smallNetwork(seed: UInt64 = 1) -> NetworkInTraining {
    var generator = SeededGenerator(seed: seed)
    return NetworkInTraining(
      name: "small",
      encoder: NetworkParts.timeFrequencyEncoder(
        filters: [8, 8, 8, 8], half: 8, weights: &generator),
      decoder: NetworkParts.imageDecoder(
        latent: 16, filters: [8, 8, 4, 4], weights: &generator))
  }
}
