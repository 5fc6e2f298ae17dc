internal import CVectorKernels

/// The strength of the twelve pitch classes, from C to B, over time.
public enum Chroma {
  /// The number of pitch classes: 12.
  public static let classCount = 12

  /// Chroma (frames x 12, each frame's maximum 1, or all zeros) of a power spectrogram (frames x
  /// frameLength / 2 + 1), for a deviation from A = 440 Hz in semitones. Equal to
  /// `librosa.feature.chroma_stft` with that `tuning`; ``Tuning`` finds what librosa would take.
  public static func fromSpectrogram(
    power: FeatureMatrix, sampleRate: Double, tuning: Double = 0
  ) -> FeatureMatrix {
    let bank = ChromaFilterBank(
      sampleRate: sampleRate, frameLength: 2 * (power.binCount - 1), tuning: tuning)
    return normalized(power.product(with: bank.weights, columns: ChromaFilterBank.columns))
  }

  /// The tonal centroid (frames x 6) of chroma of any kind: fifths, minor thirds and major thirds,
  /// x and y of each (Harte, Sandler and Gasser 2006). Equal to `librosa.feature.tonnetz`.
  public static func tonnetz(chroma: FeatureMatrix) -> FeatureMatrix {
    precondition(chroma.binCount == classCount, "chroma of \(chroma.binCount) classes")
    let columns = SpectrumBlock.lanes
    var weights = [Float](repeating: 0, count: classCount * columns)
    let circles: [(steps: Double, radius: Double)] = [(7.0 / 6, 1), (1.5, 1), (2.0 / 3, 0.5)]
    for pitch in 0..<classCount {
      for (place, circle) in circles.enumerated() {
        let angle = Double.pi * circle.steps * Double(pitch)
        weights[pitch * columns + 2 * place] = Float(circle.radius * sine(angle))
        weights[pitch * columns + 2 * place + 1] = Float(circle.radius * cosine(angle))
      }
    }
    var shares = chroma
    for frame in 0..<chroma.frameCount {
      let sum = chroma.frame(frame).reduce(0) { $0 + abs($1) }
      guard sum >= .leastNormalMagnitude else { continue }
      for pitch in 0..<classCount { shares.values[frame * classCount + pitch] /= sum }
    }
    return shares.product(with: weights, columns: columns).firstBins(6)
  }

  /// The first twelve columns, each frame divided by its largest value if that is not zero.
  static func normalized(_ raw: FeatureMatrix) -> FeatureMatrix {
    var chroma = raw.firstBins(classCount)
    chroma.values.withUnsafeMutableBufferPointer { values in
      for start in stride(from: 0, to: values.count, by: classCount) {
        var largest: Float = 0
        for place in start..<start + classCount { largest = max(largest, values[place]) }
        guard largest >= .leastNormalMagnitude else { continue }
        for place in start..<start + classCount { values[place] /= largest }
      }
    }
    return chroma
  }
}

/// Gaussian bumps around each pitch class over the frequencies of a spectrum (Ellis 2007). Equal to
/// `librosa.filters.chroma`.
struct ChromaFilterBank: Sendable {
  /// Twelve classes and zero columns up to a block's lanes.
  static let columns = SpectrumBlock.lanes

  /// bins x ``columns``.
  let weights: [Float]

  /// `tuning` in semitones.
  init(sampleRate: Double, frameLength: Int, tuning: Double) {
    precondition(frameLength >= 4, "chroma of spectra of \(frameLength) samples")
    precondition(tuning.isFinite, "a tuning of \(tuning)")
    let classes = Chroma.classCount
    let a440 = 440 * SpectralFeatures.power(2, tuning / Double(classes))
    // Places on the pitch scale, in semitones; the bin of 0 Hz lies an octave and a half below the
    // first.
    var places = (1..<frameLength).map {
      Double(classes)
        * binaryLogarithm(Double($0) * sampleRate / Double(frameLength) / (a440 / 16))
    }
    places.insert(places[0] - 1.5 * Double(classes), at: 0)
    var weights = [Float](repeating: 0, count: (frameLength / 2 + 1) * Self.columns)
    for bin in 0...frameLength / 2 {
      let width = max(places[bin + 1] - places[bin], 1)
      let bumps = (0..<classes).map { pitch in
        let turns = (places[bin] - Double(pitch) + 6) / 12
        let distance = 12 * (turns - turns.rounded(.down)) - 6
        return exponential(-2 * (distance / width) * (distance / width))
      }
      let norm = bumps.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // Octaves far from the fifth count less.
      let octaves = (places[bin] / 12 - 5) / 2
      let emphasis = exponential(-0.5 * octaves * octaves)
      for pitch in 0..<classes {
        // The scale begins with A; ours begins with C.
        weights[bin * Self.columns + (pitch + 9) % classes] = Float(
          bumps[pitch] / norm * emphasis)
      }
    }
    self.weights = weights
  }
}

/// Gathers chroma with a tuning known beforehand.
struct ChromaCollector: BlockCollector {
  private let bank: ChromaFilterBank
  private var raw: FeatureMatrix

  init(bank: ChromaFilterBank, frameCount: Int) {
    self.bank = bank
    raw = FeatureMatrix(frameCount: frameCount, binCount: ChromaFilterBank.columns)
  }

  var result: FeatureMatrix { Chroma.normalized(raw) }

  mutating func collect(_ block: SpectrumBlock) {
    precondition(block.kind == .power, "chroma of magnitudes")
    let weights = bank.weights
    raw.values.withUnsafeMutableBufferPointer { values in
      guard let start = values.baseAddress else { return }
      cvk_matrix_product(
        start + block.firstFrame * ChromaFilterBank.columns, block.rows, block.binCount, weights,
        block.frameCount, block.binCount, ChromaFilterBank.columns)
    }
  }
}
