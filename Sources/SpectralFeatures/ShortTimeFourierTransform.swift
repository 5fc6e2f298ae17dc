internal import CVectorKernels

/// The short-time Fourier transform: periodic Hann window, frames centred on multiples of the hop
/// with zeros beyond both ends. Equal to `librosa.stft` with its defaults.
///
/// Samples must be finite. Without samples there is one frame, of zeros.
public struct ShortTimeFourierTransform: Sendable {
  /// Samples in a frame (`n_fft`).
  public let frameLength: Int

  /// Samples from one frame to the next (`hop_length`).
  public let hopLength: Int

  private let window: [Float]

  /// `frameLength` is an even number from 4 on, `hopLength` at least 1.
  public init(frameLength: Int = 2048, hopLength: Int = 512) {
    precondition(
      frameLength >= 4 && frameLength.isMultiple(of: 2) && hopLength >= 1,
      "frames of \(frameLength) samples every \(hopLength)")
    self.frameLength = frameLength
    self.hopLength = hopLength
    window = Window.hann(frameLength)
  }

  /// Real and imaginary parts: frames x (frameLength / 2 + 1) bins each.
  public func spectrogram(
    of samples: [Float]
  ) -> (real: FeatureMatrix, imaginary: FeatureMatrix) {
    let frames = makeFrames()
    let count = frames.frameCount(sampleCount: samples.count)
    var real = FeatureMatrix(frameCount: count, binCount: frames.binCount)
    var imaginary = real
    samples.withUnsafeBufferPointer { samples in
      for frame in 0..<count {
        frames.transform(frame: frame, of: samples)
        for bin in 0..<frames.binCount {
          real.values[frame * frames.binCount + bin] = frames.spectrum.start[2 * bin]
          imaginary.values[frame * frames.binCount + bin] = frames.spectrum.start[2 * bin + 1]
        }
      }
    }
    return (real, imaginary)
  }

  /// The squared magnitude of each bin: frames x (frameLength / 2 + 1).
  public func powerSpectrogram(of samples: [Float]) -> FeatureMatrix {
    let frames = makeFrames()
    let count = frames.frameCount(sampleCount: samples.count)
    var power = FeatureMatrix(frameCount: count, binCount: frames.binCount)
    power.values.withUnsafeMutableBufferPointer { power in
      guard let rows = power.baseAddress else { return }
      samples.withUnsafeBufferPointer { samples in
        for frame in 0..<count {
          frames.power(ofFrame: frame, of: samples, into: rows + frame * frames.binCount)
        }
      }
    }
    return power
  }

  /// The magnitude of each bin: frames x (frameLength / 2 + 1).
  public func magnitudeSpectrogram(of samples: [Float]) -> FeatureMatrix {
    powerSpectrogram(of: samples).squareRoots()
  }

  func makeFrames() -> CenteredFrames {
    CenteredFrames(frameLength: frameLength, hopLength: hopLength, window: window)
  }
}

extension FeatureMatrix {
  /// The square root of each value: magnitudes of a power spectrogram.
  public func squareRoots() -> FeatureMatrix {
    var roots = self
    roots.values.withUnsafeMutableBufferPointer { roots in
      values.withUnsafeBufferPointer { values in
        guard let to = roots.baseAddress, let from = values.baseAddress else { return }
        cvk_square_root(to, from, values.count)
      }
    }
    return roots
  }
}
