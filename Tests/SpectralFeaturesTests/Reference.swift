import Foundation
import SpectralFeatures
import TestSupport

/// The arrays that librosa made, and measures of agreement with them.
enum Reference {
  static func array(_ name: String) -> [Float] {
    guard
      let path = Bundle.module.path(forResource: name, ofType: "npy", inDirectory: "Fixtures")
    else { preconditionFailure("no fixture \(name)") }
    do {
      return try NumPyArray(contentsOf: path).values
    } catch {
      preconditionFailure("fixture \(name): \(error)")
    }
  }

  static let signal: [Float] = array("signal")

  static let power = ShortTimeFourierTransform().powerSpectrogram(of: signal)

  static let magnitude = power.squareRoots()

  /// The signal nine times, each time softer by a sixteenth, cut to 30 s: as the script makes it.
  static let thirtySeconds: [Float] = Array(
    (0..<9).flatMap { k in signal.map { $0 * (1 - Float(k) / 16) } }[..<661_500])

  /// Loudness, gated loudness, tuning in semitones, tuning in thirds of them, tempo.
  static let scalars = array("scalars")
}

/// ||ours - theirs|| / ||theirs||.
func relativeError(_ ours: [Float], _ theirs: [Float]) -> Double {
  precondition(ours.count == theirs.count, "\(ours.count) values against \(theirs.count)")
  var (difference, whole) = (0.0, 0.0)
  for (a, b) in zip(ours, theirs) {
    difference += Double(a - b) * Double(a - b)
    whole += Double(b) * Double(b)
  }
  return (difference / whole).squareRoot()
}

/// Pearson's correlation.
func correlation(_ a: [Float], _ b: [Float]) -> Double {
  precondition(a.count == b.count, "\(a.count) values against \(b.count)")
  let (meanA, meanB) = (mean(a), mean(b))
  var (product, squareA, squareB) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    product += (Double(x) - meanA) * (Double(y) - meanB)
    squareA += (Double(x) - meanA) * (Double(x) - meanA)
    squareB += (Double(y) - meanB) * (Double(y) - meanB)
  }
  return product / (squareA * squareB).squareRoot()
}

func mean(_ values: [Float]) -> Double {
  values.reduce(0) { $0 + Double($1) } / Double(values.count)
}

extension FeatureMatrix {
  /// Every n-th frame's values.
  func every(_ step: Int) -> [Float] {
    stride(from: 0, to: frameCount, by: step).flatMap { frame($0) }
  }
}

/// White noise between -1 and 1.
func noise(_ count: Int, seed: UInt64) -> [Float] {
  var generator = SplitMix64(seed: seed)
  return (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
}

/// A sine wave.
func tone(_ frequency: Double, seconds: Double, amplitude: Double = 1, sampleRate: Double = 22_050)
  -> [Float]
{
  (0..<Int(seconds * sampleRate)).map {
    Float(amplitude * sin(2 * Double.pi * frequency * Double($0) / sampleRate))
  }
}
