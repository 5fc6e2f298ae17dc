internal import CVectorKernels

/// The constant-Q transform: bins spaced evenly in pitch, each as long as its pitch needs
/// (Schörkhuber and Klapuri 2010), with librosa's filters and defaults. Octave after octave from
/// the top, the samples being halved in rate between, so that one bank of filters serves all
/// octaves.
public struct ConstantQTransform: Sendable {
  /// The sample rate, Hz.
  public let sampleRate: Double

  /// Samples from one frame to the next, a multiple of 2^(octaveCount - 1).
  public let hopLength: Int

  /// Octaves, from ``minimumFrequency`` up.
  public let octaveCount: Int

  /// Bins in an octave.
  public let binsPerOctave: Int

  /// The frequency of the first bin, Hz.
  public let minimumFrequency: Double

  private let filters: [Filter]
  private let frameLength: Int
  private let halver = HalfBandFilter()

  // The transform of one bin's wavelet over a run of frequencies, laid out so that two plain sums
  // of products with a spectrum give the real and the imaginary part.
  private struct Filter {
    var start: Int
    var forReal: [Float]
    var forImaginary: [Float]
  }

  /// C1, 32.70 Hz.
  public static let lowestC = 440 * power(2, -45.0 / 12)

  /// The highest bin lies below half the sample rate by its bandwidth at least.
  public init(
    sampleRate: Double = 22_050, hopLength: Int = 512, minimumFrequency: Double = lowestC,
    octaveCount: Int = 7, binsPerOctave: Int = 36
  ) {
    precondition(sampleRate > 0 && sampleRate.isFinite, "a sample rate of \(sampleRate) Hz")
    precondition(
      octaveCount >= 1 && octaveCount <= 16 && binsPerOctave >= 2,
      "\(octaveCount) octaves of \(binsPerOctave) bins")
    precondition(
      hopLength >= 1 && hopLength.isMultiple(of: 1 << (octaveCount - 1)),
      "a hop length of \(hopLength) for \(octaveCount) octaves")
    // The relative bandwidth of one bin, and how many periods a wavelet therefore has.
    let step = power(2, 2 / Double(binsPerOctave))
    let periods = (step + 1) / (step - 1)
    let topOctave = (0..<binsPerOctave).map {
      minimumFrequency * power(2, Double(octaveCount - 1) + Double($0) / Double(binsPerOctave))
    }
    precondition(
      minimumFrequency > 0
        && (topOctave.last ?? 0) * (1 + 0.75 / periods) <= sampleRate / 2,
      "constant-Q bins up to \(topOctave.last ?? 0) Hz at a sample rate of \(sampleRate) Hz")
    self.sampleRate = sampleRate
    self.hopLength = hopLength
    self.octaveCount = octaveCount
    self.binsPerOctave = binsPerOctave
    self.minimumFrequency = minimumFrequency
    let longest = periods * sampleRate / topOctave[0]
    var frameLength = 4
    while Double(frameLength) < longest { frameLength *= 2 }
    self.frameLength = frameLength
    filters = Self.makeFilters(
      frequencies: topOctave, periods: periods, sampleRate: sampleRate, frameLength: frameLength)
  }

  /// Magnitudes: frames x (octaveCount * binsPerOctave) bins, lowest pitch first.
  public func magnitudes(of samples: [Float]) -> FeatureMatrix {
    let count = 1 + samples.count / hopLength
    let width = octaveCount * binsPerOctave
    var result = FeatureMatrix(frameCount: count, binCount: width)
    var octaveSamples = samples
    var hop = hopLength
    for octave in (0..<octaveCount).reversed() {
      let frames = CenteredFrames(frameLength: frameLength, hopLength: hop, window: nil)
      octaveSamples.withUnsafeBufferPointer { samples in
        for frame in 0..<count {
          frames.transform(frame: frame, of: samples)
          let to = frame * width + octave * binsPerOctave
          for (bin, filter) in filters.enumerated() {
            let from = frames.spectrum.start + 2 * filter.start
            let real = cvk_dot(from, filter.forReal, filter.forReal.count)
            let imaginary = cvk_dot(from, filter.forImaginary, filter.forImaginary.count)
            result.values[to + bin] = (real * real + imaginary * imaginary).squareRoot()
          }
        }
      }
      if octave > 0 {
        octaveSamples = halver.halve(octaveSamples)
        hop /= 2
      }
    }
    return result
  }

  private static func makeFilters(
    frequencies: [Double], periods: Double, sampleRate: Double, frameLength: Int
  ) -> [Filter] {
    let transform = RealFourierTransform.ofLength(frameLength)
    let samples = FloatBuffer(count: frameLength)
    let bins = frameLength / 2 + 1
    let (cosines, sines) = (FloatBuffer(count: 2 * bins), FloatBuffer(count: 2 * bins))
    return frequencies.map { frequency in
      let length = periods * sampleRate / frequency
      let wavelet = Wavelet(length: length, frequency: frequency / sampleRate)
      let offset = (frameLength - wavelet.window.count) / 2
      // The wavelet's absolute sum is 1; librosa then scales it by its length over the frame's, and
      // the result by the root of the length.
      let sum = wavelet.window.reduce(0, +)
      let scale = length / Double(frameLength) / length.squareRoot() / sum
      for (output, part) in [(cosines, cosine), (sines, sine)] {
        samples.start.update(repeating: 0, count: frameLength)
        for (place, weight) in wavelet.window.enumerated() {
          let angle = 2 * Double.pi * wavelet.frequency * Double(wavelet.first + place)
          samples.start[offset + place] = Float(scale * weight * part(angle))
        }
        transform.transform(samples, into: output)
      }
      // cosines + i * sines
      let real = (0..<bins).map { cosines.start[2 * $0] - sines.start[2 * $0 + 1] }
      let imaginary = (0..<bins).map { cosines.start[2 * $0 + 1] + sines.start[2 * $0] }
      return sparse(real: real, imaginary: imaginary)
    }
  }

  /// Keeps the run of frequencies that holds all but a hundredth of the filter, by magnitude.
  private static func sparse(real: [Float], imaginary: [Float]) -> Filter {
    let magnitudes = zip(real, imaginary).map { ($0 * $0 + $1 * $1).squareRoot() }
    let order = magnitudes.indices.sorted { magnitudes[$0] < magnitudes[$1] }
    let allowance = 0.01 * magnitudes.reduce(0, +)
    var dropped: Float = 0
    var kept = order[...]
    while let weakest = kept.first, dropped + magnitudes[weakest] < allowance {
      dropped += magnitudes[weakest]
      kept = kept.dropFirst()
    }
    let start = kept.min() ?? 0
    let end = (kept.max() ?? 0) + 1
    var filter = Filter(start: start, forReal: [], forImaginary: [])
    for bin in start..<end {
      filter.forReal += [real[bin], -imaginary[bin]]
      filter.forImaginary += [imaginary[bin], real[bin]]
    }
    return filter
  }
}

/// A Hann window over a complex oscillation whose phase is zero in the middle.
private struct Wavelet {
  /// Cycles a sample.
  let frequency: Double
  /// The first sample's distance from the middle.
  let first: Int
  let window: [Double]

  /// As librosa cuts it: from floor(-length / 2) to before length / 2, whole numbers.
  init(length: Double, frequency: Double) {
    self.frequency = frequency
    first = Int((-length / 2).rounded(.down))
    let end = Int((length / 2).rounded(.down))
    let count = end - first
    window = (0..<count).map { 0.5 - 0.5 * cosine(2 * Double.pi * Double($0) / Double(count)) }
  }
}

/// Halves a sample rate: every second sample after a low pass of which every second weight is zero.
///
/// Wide enough for the octaves below the next one's top; what folds back lies above them and is
/// filtered out in the next round.
private struct HalfBandFilter: Sendable {
  // The weights of the samples 1, 3, 5 … away from the middle, whose own weight is 1/2: a sinc
  // under a Hann window. Times the root of 2, which keeps the transform's scale from octave to
  // octave.
  private static let reach = 24
  private let weights: [Float]

  init() {
    weights = (0..<Self.reach).map { place in
      let distance = Double(2 * place + 1)
      let sinc = sine(Double.pi * distance / 2) / (Double.pi * distance)
      let window = 0.5 + 0.5 * cosine(Double.pi * distance / Double(2 * Self.reach))
      return Float(sinc * window * 2.0.squareRoot())
    }
  }

  /// ceil(count / 2) samples.
  func halve(_ samples: [Float]) -> [Float] {
    let count = (samples.count + 1) / 2
    let reach = Self.reach
    let middle = Float(0.5 * 2.0.squareRoot())
    var halved = (0..<count).map { samples[2 * $0] * middle }
    // odd[reach + i] is sample 2 i + 1, with zeros at both ends.
    var odd = [Float](repeating: 0, count: count + 2 * reach)
    for place in 0..<samples.count / 2 { odd[reach + place] = samples[2 * place + 1] }
    halved.withUnsafeMutableBufferPointer { halved in
      odd.withUnsafeBufferPointer { odd in
        guard let to = halved.baseAddress, let from = odd.baseAddress else { return }
        for (place, weight) in weights.enumerated() {
          cvk_add_scaled(to, from + reach + place, weight, count)
          cvk_add_scaled(to, from + reach - 1 - place, weight, count)
        }
      }
    }
    return halved
  }
}

extension Chroma {
  /// Chroma (frames x 12, each frame's maximum 1, or all zeros) from a constant-Q transform of 7
  /// octaves from C1 with 36 bins each, as `librosa.feature.chroma_cqt`.
  ///
  /// `tuning` is the deviation from A = 440 Hz in bins of a third of a semitone; nil estimates it
  /// as librosa does. `hopLength` is a multiple of 64, the sample rate at least 8,400 Hz.
  public static func fromConstantQ(
    samples: [Float], sampleRate: Double = 22_050, hopLength: Int = 512, tuning: Double? = nil
  ) -> FeatureMatrix {
    let binsPerOctave = 36
    let octaveCount = 7
    let found =
      tuning
      ?? Tuning.estimate(
        spectrogram: ShortTimeFourierTransform().magnitudeSpectrogram(of: samples),
        sampleRate: sampleRate, stepsPerOctave: binsPerOctave)
    let transform = ConstantQTransform(
      sampleRate: sampleRate, hopLength: hopLength,
      minimumFrequency: ConstantQTransform.lowestC
        * SpectralFeatures.power(2, found / Double(binsPerOctave)),
      octaveCount: octaveCount, binsPerOctave: binsPerOctave)
    let magnitudes = transform.magnitudes(of: samples)
    var raw = FeatureMatrix(frameCount: magnitudes.frameCount, binCount: classCount)
    for frame in 0..<raw.frameCount {
      for bin in 0..<magnitudes.binCount {
        // The bin below and the bin above a semitone belong to it.
        let pitch = (bin + 1) / 3 % classCount
        raw.values[frame * classCount + pitch] +=
          magnitudes.values[
            frame * magnitudes.binCount + bin]
      }
    }
    return normalized(raw)
  }
}
