/// How a spectrogram and what is made from it are computed; the defaults are librosa's but for
/// ``maximumFrequency``, which is 8,000 Hz as in the mel image.
public struct SpectrogramSettings: Sendable, Equatable {
  /// Samples in a second, Hz (librosa's `sr`).
  public var sampleRate: Double = 22_050

  /// Samples in a frame, an even number (`n_fft`).
  public var frameLength: Int = 2048

  /// Samples from one frame to the next (`hop_length`).
  public var hopLength: Int = 512

  /// Mel bands (`n_mels`).
  public var melBandCount: Int = 128

  /// The lowest frequency of the mel bands, Hz (`fmin`).
  public var minimumFrequency: Double = 0

  /// The highest frequency of the mel bands, Hz, at most half the sample rate (`fmax`).
  public var maximumFrequency: Double = 8_000

  /// The mel scale (`htk`).
  public var melScale: MelScale = .slaney

  /// The scaling of the mel filters (`norm`).
  public var melNormalization: MelNormalization = .slaneyArea

  /// Coefficients of the mel-frequency cepstrum, at most ``melBandCount`` (`n_mfcc`).
  public var mfccCount: Int = 20

  /// The deviation from 440 Hz that chroma assumes.
  public var chromaTuning: ChromaTuning = .fixed(0)

  /// librosa's defaults with mel bands up to 8,000 Hz.
  public init() {}

  /// The number of frequencies of a spectrum: frameLength / 2 + 1.
  public var binCount: Int { frameLength / 2 + 1 }

  /// The number of frames of so many samples, centred: 1 + samples / hop.
  public func frameCount(sampleCount: Int) -> Int {
    precondition(sampleCount >= 0, "\(sampleCount) samples")
    return 1 + sampleCount / hopLength
  }

  /// The frequency of each bin of a spectrum, Hz, ascending from 0 to half the sample rate.
  public var binFrequencies: [Double] {
    Frequencies.ofBins(sampleRate: sampleRate, frameLength: frameLength)
  }

  func check() {
    precondition(
      sampleRate > 0 && sampleRate.isFinite, "a sample rate of \(sampleRate) Hz")
    precondition(
      frameLength >= 4 && frameLength.isMultiple(of: 2),
      "a frame length of \(frameLength): an even number from 4 on is needed")
    precondition(hopLength >= 1, "a hop length of \(hopLength)")
  }
}

/// What tuning chroma from a spectrogram assumes.
public enum ChromaTuning: Sendable, Equatable {
  /// A deviation from A = 440 Hz, in semitones.
  case fixed(Double)

  /// The deviation found in the spectrogram itself by ``Tuning``, as librosa does.
  case estimated
}

enum Frequencies {
  static func ofBins(sampleRate: Double, frameLength: Int) -> [Double] {
    (0...frameLength / 2).map { Double($0) * sampleRate / Double(frameLength) }
  }
}
