internal import CVectorKernels
internal import Glibc
public import SpectralFeatures

/// Computes statistics of one sound, each intermediate result once.
public struct TrackStatistics {
  private let features: SpectralFeatureSet
  private var melStatistics: ColumnStatistics?
  private var melSteps: StepMoments?
  private var matrices: [SpectralAnalyzer.Contents.RawValue: ColumnStatistics] = [:]

  /// Takes the features of a sound: all that the parts asked for need.
  public init(_ features: SpectralFeatureSet) { self.features = features }

  /// The values of one part.
  public mutating func values(of part: StatisticPart) -> [Float] {
    switch part {
    case .melMean: melColumns().mean
    case .melDeviation: melColumns().deviation
    case .stepDeviation: melColumns().stepDeviation
    case .melSkewness: melSkewness()
    case .step8Deviation: StepMoments(mel, lag: 8).deviation
    case .step80Deviation: StepMoments(mel, lag: 80).deviation
    case .stepSkewness: steps().skewness
    case .stepKurtosis: steps().logKurtosis
    case .melTenth: melQuantile(tenths: 1)
    case .melNineTenths: melQuantile(tenths: 9)
    case .cepstrumMean: columns(.mfcc, features.mfcc).mean
    case .cepstrumCovariance:
      FeatureStatistics.logCovariance(
        of: required(features.mfcc), mean: columns(.mfcc, features.mfcc).mean)
    case .cepstrumStepCovariance: cepstrumStepCovariance()
    case .chromaMean: columns(.chroma, features.chroma).mean
    case .chromaDeviation: columns(.chroma, features.chroma).deviation
    case .tonnetzMean: columns(.tonnetz, features.tonnetz).mean
    case .tonnetzDeviation: columns(.tonnetz, features.tonnetz).deviation
    case .contrastMean: columns(.contrast, features.contrast).mean
    case .contrastDeviation: columns(.contrast, features.contrast).deviation
    case .modulation: ModulationSpectrum.logPowers(of: mel)
    case .melLevel: melColumns().mean.map { $0 + loudest }
    case .onset: onset()
    case .rhythm: OnsetAutocorrelation.values(of: rises())
    }
  }

  private var mel: FeatureMatrix { required(features.melDecibels) }

  private func required(_ matrix: FeatureMatrix?) -> FeatureMatrix {
    guard let matrix else {
      preconditionFailure("statistics without the features they are made from")
    }
    return matrix
  }

  private mutating func columns(
    _ kind: SpectralAnalyzer.Contents, _ matrix: FeatureMatrix?
  ) -> ColumnStatistics {
    if let known = matrices[kind.rawValue] { return known }
    let made = ColumnStatistics(required(matrix))
    matrices[kind.rawValue] = made
    return made
  }

  private mutating func melColumns() -> ColumnStatistics {
    columns(.melDecibels, features.melDecibels)
  }

  private mutating func steps() -> StepMoments {
    if let melSteps { return melSteps }
    let made = StepMoments(mel, lag: 1)
    melSteps = made
    return made
  }

  private mutating func melSkewness() -> [Float] {
    let statistics = melColumns()
    var third = [Float](repeating: 0, count: mel.binCount)
    if mel.frameCount > 0 {
      cvk_column_third_moment(
        mel.values, mel.frameCount, mel.binCount, statistics.mean, &third)
    }
    return zip(third, statistics.deviation).map { $0 / (($1 + 1) * ($1 + 1) * ($1 + 1)) }
  }

  /// The value that so many tenths of the frames do not reach, for each band; of every second frame.
  private func melQuantile(tenths: Int) -> [Float] {
    let mel = mel
    var values = [Float](repeating: 0, count: mel.binCount)
    let kept = (mel.frameCount + 1) / 2
    if kept > 0 {
      cvk_column_quantile(
        mel.values, kept, mel.binCount, 2, min(kept - 1, kept * tenths / 10), -80, 0, &values)
    }
    return values
  }

  private func cepstrumStepCovariance() -> [Float] {
    let cepstrum = required(features.mfcc)
    let bins = cepstrum.binCount
    let frames = max(0, cepstrum.frameCount - 1)
    let steps = FeatureMatrix(
      frameCount: frames, binCount: bins,
      values: (0..<(frames * bins)).map { cepstrum.values[$0 + bins] - cepstrum.values[$0] })
    return FeatureStatistics.logCovariance(
      of: steps, mean: ColumnStatistics(steps).mean, floor: Self.stepVarianceFloor)
  }

  /// Added to the variances of the MFCC's steps, in place of ``FeatureStatistics/varianceFloor``.
  static let stepVarianceFloor = 0.5

  /// The loudest value in dB against 1.
  private var loudest: Float {
    guard let loudest = features.loudestMelDecibels else {
      preconditionFailure("statistics without the features they are made from")
    }
    return loudest
  }

  private mutating func onset() -> [Float] {
    let rises = rises()
    let levels = (0..<mel.frameCount).map { frame in
      mel.frame(frame).reduce(0, +) / Float(mel.binCount)
    }
    let change = zip(levels.dropFirst(), levels).reduce(Float(0)) { $0 + ($1.0 - $1.1) }
    let meanRise = Self.mean(rises)
    // What rises and what falls add up to the change of the level.
    let meanFall = (rises.isEmpty ? 0 : change / Float(rises.count)) - meanRise
    let deviation = Self.deviation(rises)
    let third = Self.mean(rises.map { ($0 - meanRise) * ($0 - meanRise) * ($0 - meanRise) })
    let floored = deviation + 0.05
    return [
      meanRise, meanFall, logf(deviation + 0.01), third / (floored * floored * floored), loudest,
      Self.mean(levels) + loudest, Self.deviation(levels),
    ]
  }

  private static func mean(_ values: [Float]) -> Float {
    Float(values.reduce(0.0) { $0 + Double($1) } / Double(max(1, values.count)))
  }

  private static func deviation(_ values: [Float]) -> Float {
    let middle = mean(values)
    return mean(values.map { ($0 - middle) * ($0 - middle) }).squareRoot()
  }

  /// The mean rise over the bands from each frame to the next.
  private func rises() -> [Float] {
    let mel = mel
    guard mel.frameCount > 1 else { return [] }
    var rises = [Float](repeating: 0, count: mel.frameCount - 1)
    cvk_mean_rise(mel.values, mel.frameCount, mel.binCount, &rises)
    return rises
  }
}

/// Moments of the step over some frames, for each column.
struct StepMoments {
  let deviation: [Float]
  private let third: [Float]
  private let fourth: [Float]

  init(_ matrix: FeatureMatrix, lag: Int) {
    let zeros = [Float](repeating: 0, count: matrix.binCount)
    var moments = (zeros, zeros, zeros)
    if matrix.frameCount > lag {
      cvk_step_moments(
        matrix.values, matrix.frameCount, matrix.binCount, lag, &moments.0, &moments.1, &moments.2)
    }
    (deviation, third, fourth) = moments
  }

  /// mean(step³) / (deviation + 0.3)³.
  var skewness: [Float] {
    zip(third, deviation).map { $0 / (($1 + 0.3) * ($1 + 0.3) * ($1 + 0.3)) }
  }

  /// ln(mean(step⁴) / (deviation + 0.3)⁴ + 0.5).
  var logKurtosis: [Float] {
    zip(fourth, deviation).map { fourth, deviation in
      let square = (deviation + 0.3) * (deviation + 0.3)
      return logf(fourth / (square * square) + 0.5)
    }
  }
}
