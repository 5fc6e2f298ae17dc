/// The deviation of music from A = 440 Hz, found in a spectrogram. Equal to
/// `librosa.estimate_tuning`.
public enum Tuning {
  /// The deviation in parts of a step of an equal temperament with `stepsPerOctave` steps, from
  /// -0.5 to below 0.5 in hundredths; 0 where there is no pitch.
  ///
  /// Peaks of each frame between 150 and 4,000 Hz above a tenth of the frame's largest value are
  /// placed between bins by a parabola; those at least as strong as the median vote with their
  /// distance from the nearest step. `spectrogram` is of power (what librosa's chroma_stft gives
  /// it) or of magnitude.
  public static func estimate(
    spectrogram: FeatureMatrix, sampleRate: Double, stepsPerOctave: Int = 12
  ) -> Double {
    precondition(spectrogram.binCount >= 3, "a spectrogram of \(spectrogram.binCount) bins")
    precondition(sampleRate > 0, "a sample rate of \(sampleRate) Hz")
    precondition(stepsPerOctave >= 1, "\(stepsPerOctave) steps in an octave")
    let peaks = Self.peaks(of: spectrogram, sampleRate: sampleRate)
    guard let median = median(peaks.map(\.strength)) else { return 0 }
    var votes = [Int](repeating: 0, count: resolution)
    for peak in peaks where peak.strength >= median {
      let steps = Double(stepsPerOctave) * binaryLogarithm(Double(peak.frequency) / 27.5)
      var residual = steps - steps.rounded(.down)
      if residual >= 0.5 { residual -= 1 }
      votes[min(Int((residual + 0.5) * Double(resolution)), resolution - 1)] += 1
    }
    let most = votes.max() ?? 0
    let winner = votes.firstIndex(of: most) ?? resolution / 2
    return Double(winner) / Double(resolution) - 0.5
  }

  private static let resolution = 100

  private struct Peak {
    var frequency: Float
    var strength: Float
  }

  private static func peaks(of spectrogram: FeatureMatrix, sampleRate: Double) -> [Peak] {
    let bins = spectrogram.binCount
    let binWidth = sampleRate / Double(2 * (bins - 1))
    let top = min(4000, sampleRate / 2)
    var peaks: [Peak] = []
    // A peak needs a neighbour on both sides.
    let candidates = (1..<bins - 1).filter {
      Double($0) * binWidth >= 150 && Double($0) * binWidth < top
    }
    spectrogram.values.withUnsafeBufferPointer { values in
      for frame in 0..<spectrogram.frameCount {
        let s = UnsafeBufferPointer(rebasing: values[frame * bins..<(frame + 1) * bins])
        let threshold = 0.1 * (s.max() ?? 0)
        for bin in candidates where s[bin] > threshold {
          // Neighbours under the threshold count as zero, which no peak is below.
          let (before, here, after) = (s[bin - 1], s[bin], s[bin + 1])
          guard here > before, here >= after else { continue }
          let curvature = after + before - 2 * here
          let slope = (after - before) / 2
          let shift = abs(slope) >= abs(curvature) ? 0 : -slope / curvature
          peaks.append(
            Peak(
              frequency: Float((Double(bin) + Double(shift)) * binWidth),
              strength: here + 0.5 * slope * shift))
        }
      }
    }
    return peaks
  }

  private static func median(_ values: [Float]) -> Float? {
    guard !values.isEmpty else { return nil }
    let ordered = values.sorted()
    let middle = ordered.count / 2
    return ordered.count.isMultiple(of: 2)
      ? (ordered[middle - 1] + ordered[middle]) / 2 : ordered[middle]
  }
}
