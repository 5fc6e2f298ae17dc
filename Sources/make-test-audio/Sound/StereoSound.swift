/// Two channels of samples, on which sounds are laid.
struct StereoSound {
  var left: [Double]
  var right: [Double]

  /// Silence.
  init(frames: Int) {
    left = Array(repeating: 0, count: frames)
    right = left
  }

  var frames: Int { left.count }

  /// Lays a sound on top.
  /// - Parameters:
  ///   - frame: where it begins; what lies outside is dropped.
  ///   - pan: from -1 (left) to 1 (right), at constant power.
  mutating func add(_ sound: [Double], at frame: Int, gain: Double = 1, pan: Double = 0) {
    let turns = (pan + 1) / 8
    let leftGain = gain * Arithmetic.cosine(turns)
    let rightGain = gain * Arithmetic.sine(turns)
    let first = max(0, -frame)
    let last = min(sound.count, frames - frame)
    guard first < last else { return }
    for i in first..<last {
      left[frame + i] += sound[i] * leftGain
      right[frame + i] += sound[i] * rightGain
    }
  }

  /// Lays another stereo sound on top, from its start.
  mutating func add(_ other: StereoSound, gain: Double = 1) {
    for i in 0..<min(frames, other.frames) {
      left[i] += other.left[i] * gain
      right[i] += other.right[i] * gain
    }
  }

  /// Changes the level from frame to frame.
  mutating func shape(_ gain: (Int) -> Double) {
    for i in 0..<frames {
      let factor = gain(i)
      left[i] *= factor
      right[i] *= factor
    }
  }

  /// Treats both channels alike, each by itself.
  mutating func process(_ change: (inout [Double]) -> Void) {
    change(&left)
    change(&right)
  }

  /// The mean of the two channels.
  var mono: [Double] {
    (0..<frames).map { (left[$0] + right[$0]) / 2 }
  }

  /// The greatest magnitude.
  var peak: Double {
    var peak = 0.0
    for i in 0..<frames { peak = max(peak, abs(left[i]), abs(right[i])) }
    return peak
  }
}
