internal import CVectorKernels

/// Computes several features from one pass over the samples: each frame is transformed once, and a
/// block of frames is shared by all that is asked for.
///
/// It holds only tables, so one analyzer serves many threads; each call works in memory of its own.
/// Samples must be finite. Without samples there is one frame, of zeros, as in librosa.
public struct SpectralAnalyzer: Sendable {
  /// How the features are computed.
  public let settings: SpectrogramSettings

  /// Which features are computed.
  public let contents: Contents

  private let transform: ShortTimeFourierTransform
  private let melBank: MelFilterBank?
  private let onsetBank: MelFilterBank?
  private let cepstrum: MelFrequencyCepstrum?
  private let chromaBank: ChromaFilterBank?
  private let contrastBands: ContrastBands?

  /// Features that an analyzer can compute.
  public struct Contents: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt32

    /// Takes bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// ``SpectralFeatureSet/melPower``.
    public static let melPower = Contents(rawValue: 1 << 0)
    /// ``SpectralFeatureSet/melDecibels``.
    public static let melDecibels = Contents(rawValue: 1 << 1)
    /// ``SpectralFeatureSet/mfcc``.
    public static let mfcc = Contents(rawValue: 1 << 2)
    /// ``SpectralFeatureSet/chroma`` and ``SpectralFeatureSet/tuning``.
    public static let chroma = Contents(rawValue: 1 << 3)
    /// ``SpectralFeatureSet/tonnetz``, of chroma from the same spectrogram.
    public static let tonnetz = Contents(rawValue: 1 << 4)
    /// ``SpectralFeatureSet/contrast``.
    public static let contrast = Contents(rawValue: 1 << 5)
    /// ``SpectralFeatureSet/centroid``.
    public static let centroid = Contents(rawValue: 1 << 6)
    /// ``SpectralFeatureSet/bandwidth``.
    public static let bandwidth = Contents(rawValue: 1 << 7)
    /// ``SpectralFeatureSet/rolloff``.
    public static let rolloff = Contents(rawValue: 1 << 8)
    /// ``SpectralFeatureSet/flatness``.
    public static let flatness = Contents(rawValue: 1 << 9)
    /// ``SpectralFeatureSet/zeroCrossingRate``.
    public static let zeroCrossingRate = Contents(rawValue: 1 << 10)
    /// ``SpectralFeatureSet/rms``.
    public static let rms = Contents(rawValue: 1 << 11)
    /// ``SpectralFeatureSet/onsetStrength`` and ``SpectralFeatureSet/drumBandOnsets``.
    public static let onsetStrength = Contents(rawValue: 1 << 12)

    /// Everything.
    public static let all = Contents(rawValue: (1 << 13) - 1)
  }

  /// Makes the tables. Mel bands, contrast bands and cepstrum are checked where they are asked for.
  public init(settings: SpectrogramSettings, contents: Contents) {
    settings.check()
    self.settings = settings
    self.contents = contents
    transform = ShortTimeFourierTransform(
      frameLength: settings.frameLength, hopLength: settings.hopLength)
    melBank =
      contents.isDisjoint(with: [.melPower, .melDecibels, .mfcc])
      ? nil : MelFilterBank(settings: settings)
    onsetBank =
      contents.contains(.onsetStrength)
      ? MelFilterBank(settings: settings.onsetSettings) : nil
    cepstrum =
      contents.contains(.mfcc)
      ? MelFrequencyCepstrum(
        coefficientCount: settings.mfccCount, bandCount: settings.melBandCount) : nil
    if case .fixed(let tuning) = settings.chromaTuning,
      !contents.isDisjoint(with: [.chroma, .tonnetz])
    {
      chromaBank = ChromaFilterBank(
        sampleRate: settings.sampleRate, frameLength: settings.frameLength, tuning: tuning)
    } else {
      chromaBank = nil
    }
    contrastBands =
      contents.contains(.contrast)
      ? ContrastBands(sampleRate: settings.sampleRate, frameLength: settings.frameLength) : nil
  }

  /// The features of mono samples at the settings' sample rate.
  public func analyze(_ samples: [Float]) -> SpectralFeatureSet {
    var collectors = Collectors(
      analyzer: self, frameCount: settings.frameCount(sampleCount: samples.count))
    // A tuning is known only after the last frame, so the whole spectrogram has to wait for it.
    let keepsSpectrogram = needsTuning
    let whole = collectFrames(of: samples, into: &collectors, keepingSpectrogram: keepsSpectrogram)
    var features = SpectralFeatureSet(frameCount: collectors.frameCount)
    // Handed over rather than shared, so that decibels are taken in place.
    let mel = collectors.mel?.result
    collectors.mel = nil
    finishMel(mel, into: &features)
    finishChroma(collectors, spectrogram: whole, into: &features)
    features.contrast = collectors.contrast?.result
    features.centroid = contents.contains(.centroid) ? collectors.moments?.centroid : nil
    features.bandwidth = contents.contains(.bandwidth) ? collectors.moments?.bandwidth : nil
    features.rolloff = collectors.rolloff?.result
    features.flatness = collectors.flatness?.result
    if let onset = collectors.onset?.result {
      (features.onsetStrength, features.drumBandOnsets) = OnsetStrength.all(
        melSpectrogram: onset,
        frequencies: MelFilterBank.centreFrequencies(settings: settings.onsetSettings),
        settings: settings)
    }
    if contents.contains(.zeroCrossingRate) {
      features.zeroCrossingRate = SignalLevel.zeroCrossingRate(
        of: samples, frameLength: settings.frameLength, hopLength: settings.hopLength)
    }
    if contents.contains(.rms) {
      features.rms = SignalLevel.rootMeanSquare(
        of: samples, frameLength: settings.frameLength, hopLength: settings.hopLength)
    }
    return features
  }

  private var needsTuning: Bool {
    settings.chromaTuning == .estimated && !contents.isDisjoint(with: [.chroma, .tonnetz])
  }

  private var needsMagnitudes: Bool {
    !contents.isDisjoint(with: [.centroid, .bandwidth, .rolloff])
  }

  private var needsSpectrum: Bool {
    !contents.subtracting([.rms, .zeroCrossingRate]).isEmpty
  }

  private func collectFrames(
    of samples: [Float], into collectors: inout Collectors, keepingSpectrogram: Bool
  ) -> FeatureMatrix? {
    guard needsSpectrum else { return nil }
    let frames = transform.makeFrames()
    let bins = frames.binCount
    let lanes = SpectrumBlock.lanes
    let rows = FloatBuffer(count: lanes * bins)
    let values = FloatBuffer(count: lanes * bins)
    let magnitudes = needsMagnitudes ? FloatBuffer(count: lanes * bins) : values
    var kept: [Float] = []
    if keepingSpectrogram { kept.reserveCapacity(collectors.frameCount * bins) }
    samples.withUnsafeBufferPointer { samples in
      for first in stride(from: 0, to: collectors.frameCount, by: lanes) {
        let count = min(lanes, collectors.frameCount - first)
        for lane in 0..<count {
          frames.power(ofFrame: first + lane, of: samples, into: rows.start + lane * bins)
        }
        if keepingSpectrogram {
          kept.append(contentsOf: UnsafeBufferPointer(start: rows.start, count: count * bins))
        }
        cvk_rows_to_lanes(values.start, rows.start, bins, count, bins)
        if needsMagnitudes { cvk_square_root(magnitudes.start, values.start, lanes * bins) }
        collectors.collect(
          SpectrumBlock(
            firstFrame: first, frameCount: count, binCount: bins, kind: .power, rows: rows.start,
            values: values.start, magnitudes: magnitudes.start))
      }
    }
    return keepingSpectrogram
      ? FeatureMatrix(frameCount: collectors.frameCount, binCount: bins, values: kept) : nil
  }

  private func finishMel(
    _ mel: consuming FeatureMatrix?, into features: inout SpectralFeatureSet
  ) {
    guard var decibels = consume mel else { return }
    if contents.contains(.melPower) { features.melPower = decibels }
    guard !contents.isDisjoint(with: [.melDecibels, .mfcc]) else { return }
    decibels.takeLogarithms(minimum: 1e-10, scale: 10)
    guard let greatest = decibels.maximum else { return }
    decibels.raise(to: greatest - 80, thenAdd: 0)
    features.mfcc = cepstrum?.coefficients(melDecibels: decibels)
    if contents.contains(.melDecibels) {
      decibels.raise(to: -.infinity, thenAdd: -greatest)
      features.melDecibels = decibels
      features.loudestMelDecibels = greatest
    }
  }

  private func finishChroma(
    _ collectors: Collectors, spectrogram: FeatureMatrix?, into features: inout SpectralFeatureSet
  ) {
    let chroma: FeatureMatrix
    if let spectrogram {
      let tuning = Tuning.estimate(spectrogram: spectrogram, sampleRate: settings.sampleRate)
      chroma = Chroma.fromSpectrogram(
        power: spectrogram, sampleRate: settings.sampleRate, tuning: tuning)
      features.tuning = tuning
    } else if let collected = collectors.chroma?.result {
      chroma = collected
    } else {
      return
    }
    if contents.contains(.chroma) { features.chroma = chroma }
    if contents.contains(.tonnetz) { features.tonnetz = Chroma.tonnetz(chroma: chroma) }
  }

  /// What gathers each feature that was asked for.
  private struct Collectors: BlockCollector {
    let frameCount: Int
    var mel: MelCollector?
    var onset: MelCollector?
    var chroma: ChromaCollector?
    var contrast: ContrastCollector?
    var moments: MomentCollector?
    var rolloff: RolloffCollector?
    var flatness: FlatnessCollector?

    init(analyzer: SpectralAnalyzer, frameCount: Int) {
      self.frameCount = frameCount
      let (settings, contents) = (analyzer.settings, analyzer.contents)
      let binWidth = settings.sampleRate / Double(settings.frameLength)
      mel = analyzer.melBank.map { MelCollector(bank: $0, frameCount: frameCount) }
      onset = analyzer.onsetBank.map { MelCollector(bank: $0, frameCount: frameCount) }
      chroma = analyzer.chromaBank.map { ChromaCollector(bank: $0, frameCount: frameCount) }
      contrast = analyzer.contrastBands.map { ContrastCollector(bands: $0, frameCount: frameCount) }
      if !contents.isDisjoint(with: [.centroid, .bandwidth]) {
        moments = MomentCollector(
          binWidth: binWidth, binCount: settings.binCount, frameCount: frameCount)
      }
      if contents.contains(.rolloff) {
        rolloff = RolloffCollector(binWidth: binWidth, share: 0.85, frameCount: frameCount)
      }
      if contents.contains(.flatness) { flatness = FlatnessCollector(frameCount: frameCount) }
    }

    mutating func collect(_ block: SpectrumBlock) {
      mel?.collect(block)
      onset?.collect(block)
      chroma?.collect(block)
      contrast?.collect(block)
      moments?.collect(block)
      rolloff?.collect(block)
      flatness?.collect(block)
    }
  }
}

/// What a ``SpectralAnalyzer`` found; what was not asked for is nil. Matrices are frames x bins.
public struct SpectralFeatureSet: Sendable, Equatable {
  /// The number of frames of every feature here.
  public let frameCount: Int

  /// The mel spectrogram, power.
  public internal(set) var melPower: FeatureMatrix?
  /// The mel spectrogram in dB below its maximum, at least -80.
  public internal(set) var melDecibels: FeatureMatrix?
  /// The maximum of the mel spectrogram in dB against 1, which ``melDecibels`` is below.
  public internal(set) var loudestMelDecibels: Float?
  /// Mel-frequency cepstral coefficients, of decibels against 1 with a range of 80.
  public internal(set) var mfcc: FeatureMatrix?
  /// Twelve pitch classes from C on, each frame's maximum 1.
  public internal(set) var chroma: FeatureMatrix?
  /// The deviation from A = 440 Hz that chroma used, in semitones, where it was estimated.
  public internal(set) var tuning: Double?
  /// The tonal centroid, 6 dimensions.
  public internal(set) var tonnetz: FeatureMatrix?
  /// The contrast between peaks and valleys in 7 bands, dB.
  public internal(set) var contrast: FeatureMatrix?
  /// The mean frequency, Hz.
  public internal(set) var centroid: [Float]?
  /// The deviation from the mean frequency, Hz.
  public internal(set) var bandwidth: [Float]?
  /// The frequency below which 85 % of the magnitude lies, Hz.
  public internal(set) var rolloff: [Float]?
  /// The flatness of the power spectrum, 0 to 1.
  public internal(set) var flatness: [Float]?
  /// The share of samples at which the sign changes.
  public internal(set) var zeroCrossingRate: [Float]?
  /// The root of the mean square of the samples.
  public internal(set) var rms: [Float]?
  /// The rise of the spectrum from frame to frame.
  public internal(set) var onsetStrength: [Float]?
  /// The same of low and of middle frequencies; nil too where the sample rate leaves no such bands.
  public internal(set) var drumBandOnsets: DrumBandOnsets?

  init(frameCount: Int) { self.frameCount = frameCount }
}

extension SpectrogramSettings {
  /// librosa's onset strength takes 128 Slaney bands up to half the sample rate, whatever else is
  /// set.
  fileprivate var onsetSettings: SpectrogramSettings {
    var onset = SpectrogramSettings()
    onset.sampleRate = sampleRate
    onset.frameLength = frameLength
    onset.hopLength = hopLength
    onset.maximumFrequency = sampleRate / 2
    return onset
  }
}
