internal import CVectorKernels

/// Cuts samples into overlapping frames, each centred on a multiple of the hop, with zeros before
/// the first sample and after the last, and transforms them.
///
/// A worker of one thread: it owns the buffers that every frame uses again.
final class CenteredFrames {
  let frameLength: Int
  let hopLength: Int
  let binCount: Int

  /// The newest frame's spectrum, real and imaginary parts in turn.
  let spectrum: FloatBuffer

  private let window: [Float]?
  private let frame: FloatBuffer
  private let fourier: RealFourierTransform

  /// Without a window, frames are taken as they are.
  init(frameLength: Int, hopLength: Int, window: [Float]?) {
    precondition(
      frameLength >= 4 && frameLength.isMultiple(of: 2) && hopLength >= 1,
      "frames of \(frameLength) samples every \(hopLength)")
    self.frameLength = frameLength
    self.hopLength = hopLength
    self.binCount = frameLength / 2 + 1
    self.window = window
    frame = FloatBuffer(count: frameLength)
    spectrum = FloatBuffer(count: 2 * binCount)
    fourier = RealFourierTransform.ofLength(frameLength)
  }

  func frameCount(sampleCount: Int) -> Int { 1 + sampleCount / hopLength }

  /// Puts one frame's spectrum into ``spectrum``.
  func transform(frame index: Int, of samples: UnsafeBufferPointer<Float>) {
    let start = index * hopLength - frameLength / 2
    let low = max(0, start)
    let high = min(samples.count, start + frameLength)
    if low > start || high < start + frameLength {
      frame.start.update(repeating: 0, count: frameLength)
    }
    if low < high, let base = samples.baseAddress {
      let offset = low - start
      if let window {
        window.withUnsafeBufferPointer {
          cvk_multiply(
            frame.start + offset, base + low, $0.baseAddress.map { $0 + offset }, high - low)
        }
      } else {
        (frame.start + offset).update(from: base + low, count: high - low)
      }
    }
    fourier.transform(frame, into: spectrum)
  }

  /// Writes the power of one frame's bins.
  func power(
    ofFrame index: Int, of samples: UnsafeBufferPointer<Float>,
    into bins: UnsafeMutablePointer<Float>
  ) {
    transform(frame: index, of: samples)
    cvk_power(bins, spectrum.start, binCount)
  }
}

enum Window {
  /// The periodic Hann window: (1 - cos(2 pi n / length)) / 2.
  static func hann(_ length: Int) -> [Float] {
    (0..<length).map { Float(0.5 - 0.5 * cosine(2 * Double.pi * Double($0) / Double(length))) }
  }
}
