internal import CVectorKernels

/// Conversion to decibels, as `librosa.power_to_db` and `librosa.amplitude_to_db`.
public enum Decibels {
  /// What 0 dB stands for.
  public enum Reference: Sendable, Equatable {
    /// A power (or amplitude) greater than or equal to 0.
    case value(Float)

    /// The largest value of the matrix (librosa's `ref=np.max`).
    case maximum
  }

  /// 10 log10(max(power, minimum) / max(reference, minimum)), at least the result's maximum minus
  /// `topDecibels` where that is given. `minimum` (`amin`) is a normal positive number.
  public static func fromPower(
    _ power: FeatureMatrix, reference: Reference = .value(1), minimum: Float = 1e-10,
    topDecibels: Float? = 80
  ) -> FeatureMatrix {
    convert(power, reference: reference, minimum: minimum, topDecibels: topDecibels, scale: 10)
  }

  /// 20 log10(max(amplitude, minimum) / max(reference, minimum)), with the same limits; librosa's
  /// default `amin` for amplitudes is 1e-5. Amplitudes are not negative.
  public static func fromAmplitude(
    _ amplitude: FeatureMatrix, reference: Reference = .value(1), minimum: Float = 1e-5,
    topDecibels: Float? = 80
  ) -> FeatureMatrix {
    convert(amplitude, reference: reference, minimum: minimum, topDecibels: topDecibels, scale: 20)
  }

  private static func convert(
    _ matrix: FeatureMatrix, reference: Reference, minimum: Float, topDecibels: Float?,
    scale: Float
  ) -> FeatureMatrix {
    precondition(minimum >= .leastNormalMagnitude, "a least power of \(minimum)")
    precondition(topDecibels ?? 0 >= 0, "a range of \(topDecibels ?? 0) dB")
    var result = matrix
    result.takeLogarithms(minimum: minimum, scale: scale)
    guard let greatest = result.maximum else { return result }
    let zero: Float
    switch reference {
    case .maximum: zero = greatest
    case .value(let value):
      precondition(value >= 0 && value.isFinite, "a reference of \(value)")
      zero = Float(Double(scale) * decimalLogarithm(Double(max(value, minimum))))
    }
    let floor = topDecibels.map { greatest - $0 } ?? -.infinity
    result.raise(to: floor, thenAdd: -zero)
    return result
  }
}

extension FeatureMatrix {
  /// The largest value; nil for a matrix without values.
  var maximum: Float? {
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress, !values.isEmpty else { return nil }
      return cvk_maximum(start, values.count)
    }
  }

  /// Each value becomes scale * log10(max(value, minimum)).
  mutating func takeLogarithms(minimum: Float, scale: Float) {
    values.withUnsafeMutableBufferPointer { values in
      guard let start = values.baseAddress else { return }
      cvk_log10(start, start, minimum, scale, values.count)
    }
  }

  /// Each value becomes max(value, floor) + offset.
  mutating func raise(to floor: Float, thenAdd offset: Float) {
    values.withUnsafeMutableBufferPointer { values in
      guard let start = values.baseAddress else { return }
      cvk_raise_and_shift(start, floor, offset, values.count)
    }
  }
}
