public import SpectralFeatures

/// One kind of statistic of a sound: a stretch of numbers that belong together.
///
/// *M* is the mel spectrogram in dB under its loudest value (at least -80), *d* its step from one
/// frame to the next, deviations are those of all frames (not of a sample).
public enum StatisticPart: String, CaseIterable, Sendable, Codable {
  /// Mean of M.
  case melMean = "mel mean"
  /// Deviation of M.
  case melDeviation = "mel deviation"
  /// mean((M - mean)³) / (deviation + 1)³: whether a band is mostly quiet or mostly loud.
  case melSkewness = "mel skewness"
  /// Deviation of d.
  case stepDeviation = "mel step deviation"
  /// Deviation of the step over eight frames (0.19 s).
  case step8Deviation = "mel step deviation over 8"
  /// Deviation of the step over eighty frames (1.9 s).
  case step80Deviation = "mel step deviation over 80"
  /// mean(d³) / (deviation + 0.3)³: whether sound comes suddenly or goes suddenly.
  case stepSkewness = "mel step skewness"
  /// ln(mean(d⁴) / (deviation + 0.3)⁴ + 0.5): whether it changes by few blows or all the time.
  case stepKurtosis = "mel step kurtosis"
  /// The value of M that a tenth of the frames do not reach.
  case melTenth = "mel tenth"
  /// The value of M that nine tenths of the frames do not reach.
  case melNineTenths = "mel nine tenths"
  /// Mean of M in dB against 1: how loud the sound is by itself.
  case melLevel = "mel level"
  /// Mean of the MFCC.
  case cepstrumMean = "mfcc mean"
  /// Log-covariance of the MFCC.
  case cepstrumCovariance = "mfcc log-covariance"
  /// Log-covariance of the step of the MFCC.
  case cepstrumStepCovariance = "mfcc step log-covariance"
  /// Mean of the chroma.
  case chromaMean = "chroma mean"
  /// Deviation of the chroma.
  case chromaDeviation = "chroma deviation"
  /// Mean of the tonnetz.
  case tonnetzMean = "tonnetz mean"
  /// Deviation of the tonnetz.
  case tonnetzDeviation = "tonnetz deviation"
  /// Mean of the spectral contrast.
  case contrastMean = "contrast mean"
  /// Deviation of the spectral contrast.
  case contrastDeviation = "contrast deviation"
  /// ``ModulationSpectrum/logPowers(of:)`` of M.
  case modulation = "modulation"
  /// ``OnsetAutocorrelation/values(of:)`` of the mean rise of d over the bands.
  case rhythm = "rhythm"
  /// Seven numbers about all bands together: mean rise and mean fall of d; with o as the mean rise over
  /// the bands less its mean over time, ln(deviation of o + 0.01) and mean(o³) / (deviation + 0.05)³;
  /// the loudest value and the mean of M in dB against 1; and the deviation over time of the mean of M
  /// over the bands.
  case onset = "onset"

  /// How many values it has.
  public func count(_ settings: SpectrogramSettings) -> Int {
    switch self {
    case .melMean, .melDeviation, .melSkewness, .stepDeviation, .step8Deviation,
      .step80Deviation, .stepSkewness, .stepKurtosis, .melTenth, .melNineTenths, .melLevel:
      settings.melBandCount
    case .cepstrumMean: settings.mfccCount
    case .cepstrumCovariance, .cepstrumStepCovariance:
      settings.mfccCount * (settings.mfccCount + 1) / 2
    case .chromaMean, .chromaDeviation: 12
    case .tonnetzMean, .tonnetzDeviation: 6
    case .contrastMean, .contrastDeviation: 7
    case .modulation: ModulationSpectrum.groupCount * ModulationSpectrum.rateCount
    case .rhythm: OnsetAutocorrelation.lags.count
    case .onset: 7
    }
  }

  /// The features that it is taken from.
  public var contents: SpectralAnalyzer.Contents {
    switch self {
    case .cepstrumMean, .cepstrumCovariance, .cepstrumStepCovariance: .mfcc
    case .chromaMean, .chromaDeviation: .chroma
    case .tonnetzMean, .tonnetzDeviation: .tonnetz
    case .contrastMean, .contrastDeviation: .contrast
    default: .melDecibels
    }
  }
}
