internal import CVectorKernels

/// The distance between peaks and valleys of the spectrum in bands an octave wide (Jiang, Lu,
/// Zhang, Tao and Cai 2002). Equal to `librosa.feature.spectral_contrast`.
public enum SpectralContrast {
  /// Contrast in dB: frames x (bandCount + 1), the first band from 0 Hz to `minimumFrequency`, each
  /// next one an octave, the last one to the end. Peak and valley are the means of the largest and
  /// the smallest `quantile` of a band's magnitudes; their decibels have each a range of 80 over
  /// all frames.
  ///
  /// The last band begins below half the sample rate.
  public static func contrast(
    magnitude: FeatureMatrix, sampleRate: Double, minimumFrequency: Double = 200,
    bandCount: Int = 6, quantile: Double = 0.02
  ) -> FeatureMatrix {
    let bands = ContrastBands(
      sampleRate: sampleRate, frameLength: 2 * (magnitude.binCount - 1),
      minimumFrequency: minimumFrequency, bandCount: bandCount, quantile: quantile)
    var collector = ContrastCollector(bands: bands, frameCount: magnitude.frameCount)
    magnitude.collect(.magnitude, with: &collector)
    return collector.result
  }
}

/// Which bins each band of the contrast has, and how many of them are its peak and its valley.
struct ContrastBands: Sendable {
  struct Band {
    var start: Int
    var count: Int
    var chosen: Int
  }

  let bands: [Band]

  init(
    sampleRate: Double, frameLength: Int, minimumFrequency: Double = 200, bandCount: Int = 6,
    quantile: Double = 0.02
  ) {
    precondition(bandCount >= 1, "contrast in \(bandCount) bands")
    precondition(quantile > 0 && quantile < 1, "a contrast quantile of \(quantile)")
    let edges = [0] + (0...bandCount).map { minimumFrequency * power(2, Double($0)) }
    precondition(
      minimumFrequency > 0 && edges[bandCount] < sampleRate / 2,
      "contrast bands up to \(edges[bandCount]) Hz at a sample rate of \(sampleRate) Hz")
    let frequencies = Frequencies.ofBins(sampleRate: sampleRate, frameLength: frameLength)
    bands = (0...bandCount).map { band in
      // librosa's bands take in the bin before their first, and give up their last but at the end;
      // the count for the quantile is taken between the two.
      let inside = frequencies.indices.filter {
        frequencies[$0] >= edges[band] && frequencies[$0] <= edges[band + 1]
      }
      guard let first = inside.first, let last = inside.last else {
        preconditionFailure(
          "no bin between \(edges[band]) and \(edges[band + 1]) Hz in \(frequencies.count)")
      }
      let start = band > 0 ? first - 1 : first
      let end = band == bandCount ? frequencies.count : last + 1
      let chosen = max(1, Int((quantile * Double(end - start)).rounded(.toNearestOrEven)))
      let count = band < bandCount ? end - start - 1 : end - start
      return Band(start: start, count: count, chosen: min(chosen, count))
    }
  }
}

/// Gathers spectral contrast.
struct ContrastCollector: BlockCollector {
  private let bands: ContrastBands
  private let scratch: FloatBuffer
  private let extremes = FloatBuffer(count: 2 * SpectrumBlock.lanes)
  private var valleys: FeatureMatrix
  private var peaks: FeatureMatrix

  init(bands: ContrastBands, frameCount: Int) {
    self.bands = bands
    scratch = FloatBuffer(
      count: (bands.bands.map(\.chosen).max() ?? 1) * SpectrumBlock.lanes)
    valleys = FeatureMatrix(frameCount: frameCount, binCount: bands.bands.count)
    peaks = valleys
  }

  var result: FeatureMatrix {
    var contrast = Decibels.fromPower(peaks)
    let floor = Decibels.fromPower(valleys)
    for place in contrast.values.indices { contrast.values[place] -= floor.values[place] }
    return contrast
  }

  mutating func collect(_ block: SpectrumBlock) {
    let (smallest, largest) = (extremes.start, extremes.start + SpectrumBlock.lanes)
    let width = bands.bands.count
    for (place, band) in bands.bands.enumerated() {
      // Roots of the few chosen values are cheaper than roots of all.
      cvk_lane_extremes(
        smallest, largest, block.values + band.start * SpectrumBlock.lanes, band.count,
        band.chosen, block.kind == .power, scratch.start)
      for lane in 0..<block.frameCount {
        let to = (block.firstFrame + lane) * width + place
        valleys.values[to] = smallest[lane]
        peaks.values[to] = largest[lane]
      }
    }
  }
}
