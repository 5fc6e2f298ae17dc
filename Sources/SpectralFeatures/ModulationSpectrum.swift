import Glibc

/// How fast the loudness of groups of bands goes up and down: rhythm and tremolo as a spectrum over
/// the rate of change, one for each region of frequency (after McKinney and Breebaart 2003, "Features
/// for audio and music classification", and Pampalk 2006, "fluctuation patterns").
public enum ModulationSpectrum {
  /// How many groups of neighbouring bands there are.
  public static let groupCount = 16
  /// The frames of a segment.
  static let segmentLength = 256
  /// The bins of a segment's transform where ranges of rates begin; the last is the end. At 43 frames
  /// a second they lie between 0.17 and 16.8 Hz, the ranges growing by about half an octave.
  static let edges = [1, 2, 3, 5, 7, 10, 15, 22, 32, 46, 68, 100]
  /// How many ranges of rates there are.
  public static var rateCount: Int { edges.count - 1 }
  /// Added to each power before its logarithm.
  static let floor = 0.05

  /// The logarithms of the mean powers.
  ///
  /// Segments of 256 frames, spread evenly and overlapping by about half, each without its mean and
  /// under a Hann window; the powers are means over segments and over the bins of a range. A shorter
  /// sound is repeated from its start.
  /// - Parameter melDecibels: frames × bands in dB; bands are a multiple of 16.
  /// - Returns: groups × rates, the lowest frequencies first, within them the slowest rates first.
  public static func logPowers(of melDecibels: FeatureMatrix) -> [Float] {
    let bands = melDecibels.binCount
    precondition(bands > 0 && bands.isMultiple(of: groupCount), "\(bands) bands in 16 groups")
    guard melDecibels.frameCount > 0 else {
      return [Float](repeating: Float(log(floor)), count: groupCount * rateCount)
    }
    let groups = grouped(melDecibels)
    let frames = groups[0].count
    let segments = max(1, 2 * frames / segmentLength - 1)
    let starts = (0..<segments).map { number in
      segments == 1
        ? 0
        : Int(
          (Double(number) * Double(frames - segmentLength) / Double(segments - 1)).rounded(
            .toNearestOrEven))
    }
    let window = (0..<segmentLength).map {
      Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(segmentLength)))
    }
    let transform = RealFourierTransform.ofLength(segmentLength)
    let samples = FloatBuffer(count: segmentLength)
    let spectrum = FloatBuffer(count: segmentLength + 2)
    var result: [Float] = []
    result.reserveCapacity(groupCount * rateCount)
    for group in groups {
      var powers = [Double](repeating: 0, count: segmentLength / 2 + 1)
      for start in starts {
        let segment = group[start..<(start + segmentLength)]
        let mean = segment.reduce(0, +) / Float(segmentLength)
        for (place, value) in segment.enumerated() {
          samples.start[place] = (value - mean) * window[place]
        }
        transform.transform(samples, into: spectrum)
        for bin in powers.indices {
          let (real, imaginary) = (spectrum.start[2 * bin], spectrum.start[2 * bin + 1])
          powers[bin] += Double(real * real + imaginary * imaginary)
        }
      }
      let scale = 1 / Double(segments * segmentLength)
      for (low, high) in zip(edges, edges.dropFirst()) {
        let mean = powers[low..<high].reduce(0, +) / Double(high - low) * scale
        result.append(Float(log(mean + floor)))
      }
    }
    return result
  }

  /// The mean over each group of bands, over time; repeated until there is a whole segment.
  private static func grouped(_ matrix: FeatureMatrix) -> [[Float]] {
    let size = matrix.binCount / groupCount
    let times = max(1, (segmentLength + matrix.frameCount - 1) / matrix.frameCount)
    return (0..<groupCount).map { group in
      let once = (0..<matrix.frameCount).map { frame in
        let start = frame * matrix.binCount + group * size
        return matrix.values[start..<(start + size)].reduce(0, +) / Float(size)
      }
      return times == 1 ? once : (0..<times).flatMap { _ in once }
    }
  }
}

/// How the onsets of a sound repeat: the beat and its multiples, whatever their phase.
public enum OnsetAutocorrelation {
  /// The distances in frames, from 0.09 to 3.9 s at 43 frames a second, about evenly spread in octaves.
  public static let lags = [
    4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 20, 21, 23, 25, 27, 29, 32, 34, 37, 40, 44,
    47,
    51, 56, 60, 65, 71, 77, 83, 90, 97, 105, 114, 124, 134, 145, 157, 170,
  ]

  /// The autocorrelation of a sequence without its mean at ``lags``, over that at distance 0.
  /// - Returns: as many values as lags; zeros where the sequence does not vary.
  public static func values(of onsets: [Float]) -> [Float] {
    let mean = onsets.reduce(0.0) { $0 + Double($1) } / Double(max(1, onsets.count))
    let centred = onsets.map { Double($0) - mean }
    let energy = centred.reduce(0) { $0 + $1 * $1 }
    return lags.map { lag in
      guard lag < centred.count else { return 0 }
      var sum = 0.0
      for place in lag..<centred.count { sum += centred[place] * centred[place - lag] }
      return Float(sum / (energy + 1e-6))
    }
  }
}
