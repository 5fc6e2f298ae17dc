/// Struck strings, bars and bells, as sums of partials that die away each at its own pace.
enum Keys {
  /// One partial.
  struct Partial {
    var frequency: Double
    var amplitude: Double
    /// Seconds until it has fallen by 60 dB.
    var ring: Double
  }

  /// Sums partials. Each is a resonator, which costs two multiplications for each sample.
  static func sum(
    _ partials: [Partial], seconds: Double, release: Double, rate: Double
  ) -> [Double] {
    var output = [Double](repeating: 0, count: Int((seconds + release) * rate))
    for partial in partials where partial.frequency < rate * 0.45 {
      let decay = Arithmetic.decay(seconds: partial.ring, rate: rate)
      let turns = partial.frequency / rate
      let a = 2 * decay * Arithmetic.cosine(turns)
      let b = decay * decay
      var last = 0.0
      var now = partial.amplitude * Arithmetic.sine(turns)
      for i in output.indices {
        output[i] += now
        let next = a * now - b * last
        last = now
        now = next
      }
    }
    let held = Int(seconds * rate)
    let tail = Double(output.count - held)
    for i in held..<output.count {
      let left = 1 - Double(i - held) / tail
      output[i] *= left * left
    }
    return output
  }

  /// A piano: stiff strings in pairs, brighter when struck hard, with the knock of the hammer.
  static func piano(
    note: Int, seconds: Double, velocity: Double, rate: Double, random: inout SplitMix64
  ) -> [Double] {
    let frequency = Arithmetic.frequency(note: Double(note))
    let ring = 9 * Arithmetic.exp2(-Double(note - 45) / 20)
    let stiffness = 0.000_25 * Arithmetic.exp2(Double(note - 60) / 16)
    var partials: [Partial] = []
    for n in 1...18 {
      let x = Double(n)
      let stretched = frequency * x * (1 + 0.5 * stiffness * x * x)
      if stretched > 9_000 { break }
      let hammer = abs(Arithmetic.sine(x / 16)) + 0.1
      let soft = Arithmetic.exp2(-x * (1.1 - 0.75 * velocity) * 0.9)
      let amplitude = velocity * hammer * soft
      for detune in [-0.000_25, 0.000_25] {
        partials.append(
          Partial(
            frequency: stretched * (1 + detune), amplitude: amplitude * (detune < 0 ? 0.6 : 0.4),
            ring: ring / (1 + 0.35 * (x - 1)) * (detune < 0 ? 1 : 0.45)))
      }
    }
    var sound = sum(partials, seconds: seconds, release: 0.25, rate: rate)
    var knock = Filter(.bandpass, cutoff: 350 + 500 * velocity, resonance: 0.9, rate: rate)
    for i in 0..<min(sound.count, Int(0.03 * rate)) {
      let fade = 1 - Double(i) / (0.03 * rate)
      sound[i] += 0.15 * velocity * fade * fade * knock(random.noise())
    }
    return sound
  }

  /// A bell-like or glassy tone.
  static func bell(note: Int, ring: Double, velocity: Double, rate: Double) -> [Double] {
    let f = Arithmetic.frequency(note: Double(note))
    let shape: [(Double, Double, Double)] = [
      (0.5, 0.15, 1), (1, 1, 0.9), (2, 0.5, 0.6), (2.997, 0.3, 0.4), (4.16, 0.25, 0.3),
      (5.43, 0.14, 0.2), (6.79, 0.08, 0.15),
    ]
    let partials = shape.map {
      Partial(frequency: f * $0.0, amplitude: velocity * $0.1 * 0.5, ring: ring * $0.2)
    }
    return sum(partials, seconds: ring * 0.8, release: ring * 0.2, rate: rate)
  }

  /// A vibraphone-like bar with a slow tremble.
  static func vibraphone(note: Int, seconds: Double, velocity: Double, rate: Double) -> [Double] {
    let f = Arithmetic.frequency(note: Double(note))
    var sound = sum(
      [
        Partial(frequency: f, amplitude: 0.8 * velocity, ring: 3.5),
        Partial(frequency: f * 3.98, amplitude: 0.25 * velocity * velocity, ring: 0.9),
        Partial(frequency: f * 9.9, amplitude: 0.1 * velocity * velocity, ring: 0.15),
      ], seconds: seconds, release: 0.3, rate: rate)
    for i in sound.indices {
      sound[i] *= 1 - 0.25 * (1 + Arithmetic.sine(5.2 * Double(i) / rate)) / 2
    }
    return sound
  }

  /// An electric piano: a tine's sine bent by a second one (frequency modulation).
  static func electricPiano(
    note: Int, seconds: Double, velocity: Double, rate: Double
  ) -> [Double] {
    let step = Arithmetic.frequency(note: Double(note)) / rate
    let envelope = Envelope(attack: 0.004, decay: 2.6, sustain: 0.05, release: 0.25)
    let count = Int((seconds + 0.25) * rate)
    return (0..<count).map { i in
      let time = Double(i) / rate
      let phase = Double(i) * step
      let strike = Arithmetic.exp2(-time * 9)
      let bend =
        0.16 * velocity * (0.35 + strike) * Arithmetic.sine(phase)
        + 0.05 * velocity * strike * Arithmetic.sine(14 * phase)
      return 0.5 * velocity * envelope.level(at: time, length: seconds)
        * Arithmetic.sine(phase + bend)
    }
  }
}
