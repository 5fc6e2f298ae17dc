public import SpectralFeatures

/// What the model `earshot` takes for each of the two halves of its vector.
///
/// The time half says how the sound moves: its network slides along time. The frequency half says
/// what it sounds like: its network slides along the mel bands. Each joins statistics of the whole
/// excerpt with what a one-dimensional convolutional network makes of it.
public enum EarshotHalf: String, CaseIterable, Sendable {
  /// The first half of the vector.
  case time
  /// The second half.
  case frequency

  /// The numbers of a half.
  public static let dimension = 128

  /// Where it stands in the vector.
  public var vectorHalf: VectorHalf {
    switch self {
    case .time: VectorHalf(axis: .time, range: 0..<Self.dimension)
    case .frequency: VectorHalf(axis: .frequency, range: Self.dimension..<(2 * Self.dimension))
    }
  }

  /// The statistics it takes, in order, with the weight each has beside the others (chosen as
  /// docs/experiments.md tells).
  public var parts: [(part: StatisticPart, weight: Double)] {
    switch self {
    case .time:
      [
        (.melDeviation, 1.5), (.stepDeviation, 4), (.chromaDeviation, 0.7),
        (.tonnetzDeviation, 0.7), (.contrastDeviation, 0.4), (.stepSkewness, 1.5),
        (.stepKurtosis, 1), (.modulation, 1), (.rhythm, 0.7), (.onset, 0.5), (.melSkewness, 1),
        (.cepstrumStepCovariance, 1), (.step8Deviation, 1),
      ]
    case .frequency:
      [
        (.melMean, 2), (.cepstrumMean, 0.5), (.cepstrumCovariance, 0.5), (.chromaMean, 0.5),
        (.tonnetzMean, 0.4), (.contrastMean, 0.5), (.melLevel, 1), (.melTenth, 1),
        (.melNineTenths, 1), (.melSkewness, 1),
      ]
    }
  }

  /// How many statistics it takes.
  public func statisticCount(_ settings: SpectrogramSettings) -> Int {
    parts.reduce(0) { $0 + $1.part.count(settings) }
  }

  /// Those that it takes, in its order, from all statistics of an excerpt.
  public func statistics(of all: [Float], _ settings: SpectrogramSettings) -> [Float] {
    parts.flatMap { all[EarshotInput.range(of: $0.part, settings)] }
  }

  /// The channels of the frequency network: how each of these statistics goes over the mel bands.
  public static let profiles: [StatisticPart] = [
    .melMean, .melDeviation, .stepDeviation, .step8Deviation, .step80Deviation, .melSkewness,
    .stepSkewness, .stepKurtosis, .melTenth, .melNineTenths,
  ]

  /// Its convolutions, first to last, padded with half a kernel of zeros at both ends. Each is
  /// followed by batch normalisation and a rectifier.
  public var convolutions: [(inputs: Int, outputs: Int, kernel: Int, stride: Int)] {
    switch self {
    case .time: [(128, 64, 5, 2), (64, 96, 5, 2), (96, 128, 3, 2)]
    case .frequency: [(Self.profiles.count, 64, 5, 1), (64, 96, 5, 2), (96, 128, 5, 2)]
    }
  }

  /// Numbers that pooling leaves: mean and deviation of each channel of the last convolution.
  public var pooledCount: Int { 2 * (convolutions.last?.outputs ?? 0) }

  /// What is added to variances before a root or a division.
  public static let epsilon: Float = 1e-5
}
