internal import CVectorKernels

/// A scale of pitch on which mel bands are evenly spaced.
public enum MelScale: Sendable, Equatable {
  /// Slaney's Auditory Toolbox (1998): linear below 1,000 Hz, logarithmic above. librosa's default.
  case slaney

  /// 2595 log10(1 + f / 700) (O'Shaughnessy 1987), as in HTK.
  case htk

  /// The place of a frequency in Hz.
  public func mel(ofFrequency frequency: Double) -> Double {
    switch self {
    case .htk: 2595 * decimalLogarithm(1 + frequency / 700)
    case .slaney:
      frequency < 1000
        ? frequency * 3 / 200 : 15 + logarithm(frequency / 1000) * 27 / logarithm(6.4)
    }
  }

  /// The frequency in Hz of a place.
  public func frequency(ofMel mel: Double) -> Double {
    switch self {
    case .htk: 700 * (power(10, mel / 2595) - 1)
    case .slaney:
      mel < 15 ? mel * 200 / 3 : 1000 * exponential((mel - 15) * logarithm(6.4) / 27)
    }
  }
}

/// How mel filters are scaled.
public enum MelNormalization: Sendable, Equatable {
  /// Each triangle has the area 1 over Hz (librosa's `norm="slaney"`).
  case slaneyArea

  /// Each triangle peaks at 1 (`norm=None`).
  case none
}

/// Overlapping triangles over the frequencies of a spectrum, evenly spaced on a mel scale. Equal to
/// `librosa.filters.mel`.
public struct MelFilterBank: Sendable {
  /// The number of bands.
  public let bandCount: Int

  /// The number of frequencies of the spectra it is for.
  public let binCount: Int

  // Only the run of bins between a band's feet is kept.
  private let starts: [Int32]
  private let counts: [Int32]
  private let weights: [Float]

  /// The bank for spectra of `settings`. The maximum frequency is at most half the sample rate.
  public init(settings: SpectrogramSettings) {
    settings.check()
    precondition(settings.melBandCount >= 1, "\(settings.melBandCount) mel bands")
    precondition(
      settings.minimumFrequency >= 0 && settings.minimumFrequency < settings.maximumFrequency
        && settings.maximumFrequency <= settings.sampleRate / 2,
      """
      mel bands from \(settings.minimumFrequency) to \(settings.maximumFrequency) Hz \
      at a sample rate of \(settings.sampleRate) Hz
      """)
    bandCount = settings.melBandCount
    binCount = settings.binCount
    let edges = Self.edges(settings)
    var starts: [Int32] = []
    var counts: [Int32] = []
    var weights: [Float] = []
    let frequencies = settings.binFrequencies
    for band in 0..<bandCount {
      let (foot, peak, end) = (edges[band], edges[band + 1], edges[band + 2])
      let area = settings.melNormalization == .slaneyArea ? 2 / (end - foot) : 1
      let inside = frequencies.indices.filter { frequencies[$0] > foot && frequencies[$0] < end }
      starts.append(Int32(inside.first ?? 0))
      counts.append(Int32(inside.count))
      for bin in inside {
        let rising = (frequencies[bin] - foot) / (peak - foot)
        let falling = (end - frequencies[bin]) / (end - peak)
        weights.append(Float(area * min(rising, falling)))
      }
    }
    self.starts = starts
    self.counts = counts
    self.weights = weights
  }

  /// The frequency at which each band's filter is highest, Hz, ascending.
  public static func centreFrequencies(settings: SpectrogramSettings) -> [Double] {
    Array(edges(settings).dropFirst().dropLast())
  }

  /// Foot, peaks and end of the triangles, Hz: two more than there are bands.
  private static func edges(_ settings: SpectrogramSettings) -> [Double] {
    let scale = settings.melScale
    let low = scale.mel(ofFrequency: settings.minimumFrequency)
    let high = scale.mel(ofFrequency: settings.maximumFrequency)
    return (0...settings.melBandCount + 1).map {
      scale.frequency(ofMel: low + (high - low) * Double($0) / Double(settings.melBandCount + 1))
    }
  }

  /// The weight of each bin in each band: bands x bins, as librosa returns it.
  public var matrix: FeatureMatrix {
    var matrix = FeatureMatrix(frameCount: bandCount, binCount: binCount)
    var next = 0
    for band in 0..<bandCount {
      for bin in 0..<Int(counts[band]) {
        matrix[band, Int(starts[band]) + bin] = weights[next]
        next += 1
      }
    }
    return matrix
  }

  /// The mel spectrogram (frames x bands) of a power spectrogram (frames x bins).
  public func melSpectrogram(power: FeatureMatrix) -> FeatureMatrix {
    precondition(
      power.binCount == binCount, "a spectrogram of \(power.binCount) bins for \(binCount)")
    var collector = MelCollector(bank: self, frameCount: power.frameCount)
    power.collect(.power, with: &collector)
    return collector.result
  }

  fileprivate func apply(to values: UnsafePointer<Float>, into bands: FloatBuffer) {
    cvk_lane_bands(bands.start, values, starts, counts, weights, bandCount)
  }
}

/// Gathers a mel spectrogram.
struct MelCollector: BlockCollector {
  private let bank: MelFilterBank
  private let bands: FloatBuffer
  private(set) var result: FeatureMatrix

  init(bank: MelFilterBank, frameCount: Int) {
    self.bank = bank
    bands = FloatBuffer(count: bank.bandCount * SpectrumBlock.lanes)
    result = FeatureMatrix(frameCount: frameCount, binCount: bank.bandCount)
  }

  mutating func collect(_ block: SpectrumBlock) {
    bank.apply(to: block.values, into: bands)
    let (bands, width) = (bands, bank.bandCount)
    result.values.withUnsafeMutableBufferPointer { values in
      guard let start = values.baseAddress else { return }
      cvk_lanes_to_rows(
        start + block.firstFrame * width, width, block.frameCount, bands.start, width)
    }
  }
}
