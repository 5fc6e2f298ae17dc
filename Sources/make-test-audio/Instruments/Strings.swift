/// A string that is plucked (Karplus and Strong 1983, with Jaffe and Smith's tuning and pick).
struct PluckedString {
  /// 0 (felt) up to 1 (steel and plectrum).
  var brightness = 0.6
  /// How long a string of 220 Hz rings, in seconds; shorter ones ring shorter.
  var ring = 4.0
  /// Where it is plucked: 0.5 is the middle.
  var pick = 0.15

  func sound(
    note: Int, seconds: Double, velocity: Double, rate: Double, random: inout SplitMix64
  ) -> [Double] {
    let frequency = Arithmetic.frequency(note: Double(note))
    // The two-point mean in the loop adds `softness` samples of delay.
    let softness = 0.5 - 0.35 * brightness
    let period = rate / frequency - softness
    var length = Int(period)
    var fraction = period - Double(length)
    if fraction < 0.1 {
      length -= 1
      fraction += 1
    }
    let allpass = (1 - fraction) / (1 + fraction)
    let time = ring * Arithmetic.exp2(-0.5 * Double(note - 57) / 12)
    let turn = Arithmetic.exp2(-9.966 / (time * frequency))
    var line = excitation(length, velocity, rate, &random)
    var output = [Double](repeating: 0, count: Int((seconds + 0.06) * rate))
    let held = Int(seconds * rate)
    var place = 0
    var last = 0.0
    var passIn = 0.0
    var passOut = 0.0
    var level = velocity
    for i in output.indices {
      let heard = line[place]
      let mean = ((1 - softness) * heard + softness * last) * turn
      last = heard
      passOut = allpass * (mean - passOut) + passIn
      passIn = mean
      line[place] = passOut
      place = place + 1 == length ? 0 : place + 1
      // A hand damps the string when the note ends.
      if i > held { level *= 0.998 }
      output[i] = heard * level
    }
    return output
  }

  private func excitation(
    _ length: Int, _ velocity: Double, _ rate: Double, _ random: inout SplitMix64
  ) -> [Double] {
    var filter = Filter(
      .lowpass, cutoff: 500 + 9_000 * brightness * (0.4 + 0.6 * velocity), rate: rate)
    let noise = (0..<length).map { _ in filter(random.noise()) }
    let shift = max(1, Int(Double(length) * pick))
    let combed = noise.indices.map { noise[$0] - noise[($0 + length - shift) % length] }
    let mean = combed.reduce(0, +) / Double(length)
    let peak = combed.reduce(1e-9) { max($0, abs($1 - mean)) }
    return combed.map { ($0 - mean) / peak }
  }
}

/// An electric guitar through an overdriven amplifier and its loudspeaker.
struct DistortedGuitar {
  /// How far the amplifier is driven.
  var drive = 18.0
  /// Whether the edge of the hand rests on the strings.
  var muted = false

  func chord(
    _ notes: [Int], seconds: Double, velocity: Double, rate: Double, random: inout SplitMix64
  ) -> [Double] {
    let string = PluckedString(
      brightness: muted ? 0.35 : 0.75, ring: muted ? 0.35 : 7, pick: 0.12)
    var sum = [Double](repeating: 0, count: Int((seconds + 0.06) * rate))
    for (index, note) in notes.enumerated() {
      let sound = string.sound(
        note: note, seconds: seconds, velocity: velocity, rate: rate, random: &random)
      let late = Int(Double(index) * 0.004 * rate)
      for i in late..<sum.count { sum[i] += sound[i - late] }
    }
    return amplifier(sum, rate: rate)
  }

  private func amplifier(_ sound: [Double], rate: Double) -> [Double] {
    var tight = Filter(.highpass, cutoff: 110, rate: rate)
    var dull = Filter(.lowpass, cutoff: 5_500, rate: rate)
    var bottom = Filter(.highpass, cutoff: 75, rate: rate)
    var presence = Filter(.bandpass, cutoff: 2_400, resonance: 1.1, rate: rate)
    var speaker = Filter(.lowpass, cutoff: 4_600, resonance: 0.9, rate: rate)
    return sound.map { x in
      let driven = Arithmetic.saturate(drive * dull(tight(x)) + 0.25) - 0.245
      let clean = bottom(Arithmetic.saturate(1.6 * driven))
      return 0.5 * speaker(clean + 0.7 * presence(clean))
    }
  }
}
