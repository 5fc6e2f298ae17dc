internal import CVectorKernels

/// A decoder at a place in a sound, giving mono samples.
protocol SampleReader: AnyObject {
  /// The rate in Hz of the samples that the last read gave, or that the first will give.
  var sampleRate: Int { get }
  /// The channels of the stored sound.
  var channels: Int { get }
  /// The samples of each channel in the whole sound, as claimed; nil where nothing says.
  var frameCount: Int? { get }
  /// What was met on the way.
  var damagedParts: Int { get }
  /// Whether the decoder gave up, so that the sound ended before its time.
  var isBroken: Bool { get }

  /// Goes to a place, in samples of each channel; false where it cannot.
  func seek(to frame: Int) throws(AudioDecodingError) -> Bool

  /// Fills the start of `target` with the mean of the channels.
  /// - Returns: how many samples; 0 at the end of the sound.
  func read(into target: UnsafeMutableBufferPointer<Float>) throws(AudioDecodingError) -> Int
}

enum ChannelMix {
  /// Writes the mean of the channels of each frame, added in their order and divided once, which is
  /// what NumPy's mean does, so that the samples are librosa's bit for bit.
  static func mean(
    of interleaved: UnsafePointer<Float>, channels: Int, frames: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    switch channels {
    case 1:
      target.update(from: interleaved, count: frames)
    case 2:
      cvk_mean_of_pairs(target, interleaved, frames)
    default:
      let divisor = Float(channels)
      for frame in 0..<frames {
        var sum: Float = 0
        for channel in 0..<channels { sum += interleaved[frame * channels + channel] }
        target[frame] = sum / divisor
      }
    }
  }
}
