/// Voices of a synthesiser, and two wind-like ones for melodies.
struct Synthesizer {
  let rate: Double

  /// Several waves a little out of tune, through a low-pass filter that breathes.
  func pad(
    note: Int, seconds: Double, shape: Oscillator.Shape = .saw, cutoff: Double, attack: Double,
    release: Double, random: inout SplitMix64
  ) -> [Double] {
    let step = Arithmetic.frequency(note: Double(note)) / rate
    let tunings = [-0.07, -0.02, 0.03, 0.08].map {
      Arithmetic.exp2(($0 + random.noise() * 0.02) / 12)
    }
    var waves = tunings.map { _ in Oscillator(shape, phase: random.unit()) }
    var filter = Filter(.lowpass, cutoff: cutoff, resonance: 0.9, rate: rate)
    let envelope = Envelope(attack: attack, decay: 1, sustain: 1, release: release)
    let breath = random.between(0.07, 0.2)
    let start = random.unit()
    var output = [Double](repeating: 0, count: Int((seconds + release) * rate))
    for i in output.indices {
      let time = Double(i) / rate
      if i % 32 == 0 {
        filter.cutoff = cutoff * Arithmetic.exp2(0.9 * Arithmetic.sine(start + breath * time))
      }
      var sum = 0.0
      for k in waves.indices { sum += waves[k].next(step * tunings[k]) }
      output[i] = 0.2 * filter(sum) * envelope.level(at: time, length: seconds)
    }
    return output
  }

  /// A short, bright stab or arpeggio note whose filter closes fast.
  func pluck(
    note: Int, seconds: Double, shape: Oscillator.Shape = .saw, brightness: Double,
    velocity: Double
  ) -> [Double] {
    let step = Arithmetic.frequency(note: Double(note)) / rate
    var waves = [Oscillator(shape), Oscillator(shape, phase: 0.37), Oscillator(shape, phase: 0.71)]
    let tunings = [0.996, 1.0, 1.0045]
    var filter = Filter(.lowpass, cutoff: 1_000, resonance: 1.6, rate: rate)
    let envelope = Envelope(attack: 0.003, decay: 0.5, sustain: 0.15, release: 0.08)
    var output = [Double](repeating: 0, count: Int((seconds + 0.08) * rate))
    for i in output.indices {
      let time = Double(i) / rate
      if i % 16 == 0 {
        filter.cutoff = 250 + brightness * velocity * Arithmetic.exp2(-time * 7)
      }
      let sum =
        waves[0].next(step * tunings[0]) + waves[1].next(step * tunings[1])
        + waves[2].next(step * tunings[2])
      output[i] = 0.25 * velocity * filter(sum) * envelope.level(at: time, length: seconds)
    }
    return output
  }

  /// A round bass: a saw through a closing filter, over a sine an octave below where it is low.
  func bass(note: Int, seconds: Double, growl: Double, velocity: Double) -> [Double] {
    let step = Arithmetic.frequency(note: Double(note)) / rate
    var saw = Oscillator(.saw)
    var sine = Oscillator(.sine)
    var filter = Filter(.lowpass, cutoff: 200, resonance: 1.4, rate: rate)
    let envelope = Envelope(attack: 0.004, decay: 0.25, sustain: 0.75, release: 0.04)
    var output = [Double](repeating: 0, count: Int((seconds + 0.04) * rate))
    for i in output.indices {
      let time = Double(i) / rate
      if i % 16 == 0 { filter.cutoff = 120 + growl * Arithmetic.exp2(-time * 8) }
      let wave = 0.6 * filter(saw.next(step)) + 0.5 * sine.next(step)
      output[i] =
        velocity * Arithmetic.saturate(wave * 1.3)
        * envelope.level(at: time, length: seconds)
    }
    return output
  }

  /// The beating, wobbling bass of drum and bass.
  func reese(note: Int, seconds: Double, wobble: Double, velocity: Double) -> [Double] {
    let step = Arithmetic.frequency(note: Double(note)) / rate
    var waves = [Oscillator(.saw), Oscillator(.saw, phase: 0.5), Oscillator(.square, phase: 0.2)]
    let tunings = [0.991, 1.009, 1.0]
    var filter = Filter(.lowpass, cutoff: 400, resonance: 1.8, rate: rate)
    var sub = Oscillator(.sine)
    let envelope = Envelope(attack: 0.01, decay: 0.3, sustain: 0.9, release: 0.06)
    var output = [Double](repeating: 0, count: Int((seconds + 0.06) * rate))
    for i in output.indices {
      let time = Double(i) / rate
      if i % 16 == 0 {
        filter.cutoff = 420 * Arithmetic.exp2(1.5 * Arithmetic.sine(wobble * time - 0.25))
      }
      let sum =
        waves[0].next(step * tunings[0]) + waves[1].next(step * tunings[1])
        + 0.4 * waves[2].next(step * tunings[2])
      let wave = Arithmetic.saturate(0.9 * filter(sum)) + 0.6 * sub.next(step)
      output[i] = 0.6 * velocity * wave * envelope.level(at: time, length: seconds)
    }
    return output
  }

  /// A wooden flute: a few overtones, breath, and a vibrato that comes late.
  func flute(note: Int, seconds: Double, velocity: Double, random: inout SplitMix64) -> [Double] {
    let step = Arithmetic.frequency(note: Double(note)) / rate
    let envelope = Envelope(attack: 0.06, decay: 0.3, sustain: 0.85, release: 0.12)
    var breath = Filter(.bandpass, cutoff: step * rate * 2, resonance: 2, rate: rate)
    var phase = 0.0
    var output = [Double](repeating: 0, count: Int((seconds + 0.12) * rate))
    for i in output.indices {
      let time = Double(i) / rate
      let vibrato = 0.004 * min(1, time * 2) * Arithmetic.sine(5.1 * time)
      phase += step * (1 + vibrato)
      let tone =
        Arithmetic.sine(phase) + 0.35 * Arithmetic.sine(2 * phase) + 0.18
        * Arithmetic.sine(3 * phase) + 0.05 * Arithmetic.sine(4 * phase)
      output[i] =
        0.45 * velocity * (tone + 0.25 * breath(random.noise()))
        * envelope.level(at: time, length: seconds)
    }
    return output
  }

  /// A bowed string: a saw with vibrato through the resonances of a wooden body.
  func fiddle(note: Int, seconds: Double, velocity: Double) -> [Double] {
    let step = Arithmetic.frequency(note: Double(note)) / rate
    let envelope = Envelope(attack: 0.07, decay: 0.4, sustain: 0.85, release: 0.15)
    var wave = Oscillator(.saw)
    var dull = Filter(.lowpass, cutoff: 3_800, rate: rate)
    var air = Filter(.bandpass, cutoff: 290, resonance: 2.5, rate: rate)
    var wood = Filter(.bandpass, cutoff: 520, resonance: 3, rate: rate)
    var bridge = Filter(.bandpass, cutoff: 2_500, resonance: 1.4, rate: rate)
    var output = [Double](repeating: 0, count: Int((seconds + 0.15) * rate))
    for i in output.indices {
      let time = Double(i) / rate
      let vibrato = 0.005 * min(1, time * 3) * Arithmetic.sine(5.6 * time)
      let x = dull(wave.next(step * (1 + vibrato)))
      let body = 0.35 * x + 0.8 * air(x) + 0.9 * wood(x) + 0.9 * bridge(x)
      output[i] = 0.45 * velocity * body * envelope.level(at: time, length: seconds)
    }
    return output
  }
}
