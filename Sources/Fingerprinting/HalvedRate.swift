internal import CVectorKernels
import Glibc

/// Mono samples at half their rate, as 16-bit numbers for Chromaprint.
///
/// Chromaprint looks at 28 to 3,520 Hz of sound at 11,025 Hz. Its own resampler takes three times as
/// long as all the rest of its work; this filter keeps what folds into that band, above 7,505 Hz at
/// 22,050 Hz, at least 59 dB down and takes a tenth of that time.
enum HalvedRate {
  /// The taps on each side of the middle that are not 0: those at odd distances.
  private static let taps: [Float] = {
    let taps = (0..<6).map { windowedSinc(at: 2 * $0 + 1) }
    // Those of both sides together are as much as that of the middle, 1/2: so a constant stays itself.
    let sum = 2 * taps.reduce(0, +)
    return taps.map { Float(0.5 * $0 / sum) }
  }()

  /// A half-band low-pass under a Kaiser window (β = 5.65) of 23 taps.
  private static func windowedSinc(at distance: Int) -> Double {
    let argument = Double.pi * Double(distance) / 2
    let place = Double(distance) / 12
    return sin(argument) / argument * bessel(5.65 * (1 - place * place).squareRoot())
  }

  /// The modified Bessel function of order 0, by its power series.
  private static func bessel(_ argument: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    for order in 1..<32 {
      term *= (argument / 2 / Double(order)) * (argument / 2 / Double(order))
      sum += term
    }
    return sum
  }

  /// The samples at half the rate; before and after them is silence.
  static func samples(_ samples: [Float]) -> [Int16] {
    let silence = [Float](repeating: 0, count: 12)
    let padded = silence + samples + silence
    let count = (samples.count + 1) / 2
    return [Int16](unsafeUninitializedCapacity: count) { result, initialized in
      padded.withUnsafeBufferPointer { padded in
        if let target = result.baseAddress, let start = padded.baseAddress {
          cvk_halve_rate(target, start + silence.count, taps, count)
        }
      }
      initialized = count
    }
  }
}

/// Samples as Chromaprint takes them.
enum SixteenBits {
  /// Full scale 1 becomes 32,768, cut where 16 bits end; halves go to the even number.
  static func rounded(_ sample: Float) -> Int16 {
    Int16(max(-32_768, min(32_767, (sample * 32_768).rounded(.toNearestOrEven))))
  }
}
