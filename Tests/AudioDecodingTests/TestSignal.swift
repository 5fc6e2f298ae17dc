import Glibc
import TestSupport

/// Sound made of numbers, the same everywhere.
enum TestSignal {
  /// A falling and rising tone with a little noise, so that any two places differ.
  static func sweep(seconds: Double, rate: Int, amplitude: Float = 0.5, seed: UInt64 = 1)
    -> [Float]
  {
    var noise = SplitMix64(seed: seed)
    var phase = 0.0
    return (0..<Int(seconds * Double(rate))).map { index in
      let time = Double(index) / Double(rate)
      phase += 2 * Double.pi * (440 + 200 * sin(0.7 * time) + 3 * time) / Double(rate)
      let hiss = Float(Double(noise.next() >> 40) / Double(1 << 24) - 0.5)
      return amplitude * (0.9 * Float(sin(phase)) + 0.05 * hiss)
    }
  }

  /// A plain tone of half scale.
  static func tone(_ hertz: Double, seconds: Double, rate: Int) -> [Float] {
    (0..<Int(seconds * Double(rate))).map {
      Float(0.5 * sin(2 * Double.pi * hertz * Double($0) / Double(rate)))
    }
  }

  /// Whole 16-bit steps, which every container holds exactly.
  static func rounded(_ samples: [Float]) -> [Float] {
    samples.map { ($0 * 32_768).rounded() / 32_768 }
  }

  /// The correlation of two signals at their best whole shift within `slack` samples.
  static func correlation(_ a: [Float], _ b: [Float], slack: Int) -> Double {
    (-slack...slack).map { shift in
      let first = max(0, shift)
      let count = min(a.count - first, b.count - (first - shift))
      var ab = 0.0
      var aa = 0.0
      var bb = 0.0
      for index in 0..<max(0, count) {
        let x = Double(a[first + index])
        let y = Double(b[first - shift + index])
        ab += x * y
        aa += x * x
        bb += y * y
      }
      return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
    }.max() ?? 0
  }
}
