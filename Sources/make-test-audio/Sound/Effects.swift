/// Rooms, doublings and echoes.
enum Effects {
  /// A room: eight delay lines that feed each other (Jot's feedback delay network with Householder's
  /// mixing), duller with every turn.
  /// - Parameters:
  ///   - seconds: how long it takes to fall by 60 dB.
  ///   - damping: 0 (bright) up to 1.
  static func reverb(
    _ input: StereoSound, seconds: Double, damping: Double, rate: Double
  ) -> StereoSound {
    let lengths = [1_427, 1_637, 1_867, 2_053, 2_251, 2_399, 2_647, 2_917]
      .map { Int(Double($0) * rate / 44_100) }
    let gains = lengths.map { Arithmetic.exp2(-9.966 * Double($0) / (seconds * rate)) }
    var lines = lengths.map { [Double](repeating: 0, count: $0) }
    var places = [Int](repeating: 0, count: 8)
    var dull = [Double](repeating: 0, count: 8)
    var output = StereoSound(frames: input.frames)
    let delay = Int(0.018 * rate)
    for i in 0..<input.frames {
      var sum = 0.0
      for k in 0..<8 {
        let heard = lines[k][places[k]]
        dull[k] += (heard - dull[k]) * (1 - damping)
        sum += dull[k]
      }
      let left = i >= delay ? input.left[i - delay] : 0
      let right = i >= delay ? input.right[i - delay] : 0
      for k in 0..<8 {
        let fed = (dull[k] - sum / 4) * gains[k]
        lines[k][places[k]] = fed + (k % 2 == 0 ? left : right) * 0.5
        places[k] = places[k] + 1 == lengths[k] ? 0 : places[k] + 1
      }
      output.left[i] = dull[0] - dull[2] + dull[4] - dull[6]
      output.right[i] = dull[1] - dull[3] + dull[5] - dull[7]
    }
    return output
  }

  /// A sound and its slightly wavering copies to both sides.
  static func chorus(_ input: StereoSound, depth: Double, speed: Double, rate: Double)
    -> StereoSound
  {
    var output = input
    for i in 0..<input.frames {
      let swing = Arithmetic.sine(speed * Double(i) / rate)
      output.left[i] += 0.7 * delayed(input.left, i, (0.012 + depth * swing) * rate)
      output.right[i] += 0.7 * delayed(input.right, i, (0.015 - depth * swing) * rate)
    }
    return output
  }

  /// Echoes that jump from side to side.
  static func echo(_ input: StereoSound, seconds: Double, feedback: Double, rate: Double)
    -> StereoSound
  {
    let delay = Int(seconds * rate)
    var output = StereoSound(frames: input.frames)
    for i in delay..<max(delay, input.frames) {
      output.left[i] = input.right[i - delay] + feedback * output.right[i - delay]
      output.right[i] = input.left[i - delay] + feedback * output.left[i - delay]
    }
    return output
  }

  private static func delayed(_ sound: [Double], _ frame: Int, _ delay: Double) -> Double {
    let place = Double(frame) - delay
    guard place >= 0 else { return 0 }
    let whole = Int(place)
    guard whole + 1 < sound.count else { return 0 }
    return sound[whole] + (sound[whole + 1] - sound[whole]) * (place - Double(whole))
  }
}
