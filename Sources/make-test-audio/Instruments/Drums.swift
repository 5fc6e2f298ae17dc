/// Drums and cymbals, each from a few partials and filtered noise.
struct Drums {
  let rate: Double

  /// A bass drum whose pitch falls from `high` to `low` Hz.
  func kick(high: Double = 190, low: Double = 48, seconds: Double = 0.35, click: Double = 0.3)
    -> [Double]
  {
    var phase = 0.0
    return samples(seconds) { time in
      phase += (low + (high - low) * Arithmetic.exp2(-time * 45)) / rate
      let body = Arithmetic.sine(phase) * fade(time, seconds)
      return Arithmetic.saturate(
        1.5 * body + click * Arithmetic.sine(1_900 * time) * Arithmetic.exp2(-time * 400))
    }
  }

  /// A snare: two partials of the skin and the rattle of the wires.
  func snare(
    tone: Double = 190, rattle: Double = 0.8, seconds: Double = 0.22, random: inout SplitMix64
  )
    -> [Double]
  {
    var wires = Filter(.highpass, cutoff: 1_300, rate: rate)
    var dull = Filter(.lowpass, cutoff: 9_500, rate: rate)
    return samples(seconds) { time in
      let skin =
        (Arithmetic.sine(tone * time) + 0.6 * Arithmetic.sine(tone * 1.72 * time))
        * Arithmetic.exp2(-time * 34)
      return 0.6 * skin + rattle * dull(wires(random.noise())) * fade(time, seconds)
    }
  }

  /// Hands: four bursts close together.
  func clap(random: inout SplitMix64) -> [Double] {
    var filter = Filter(.bandpass, cutoff: 1_400, resonance: 0.9, rate: rate)
    return samples(0.28) { time in
      let burst =
        time < 0.03 ? Arithmetic.exp2(-(time - (time * 100).rounded(.down) / 100) * 350) : 0
      let tail = time >= 0.02 ? 0.7 * Arithmetic.exp2(-(time - 0.02) * 30) : 0
      return 2 * filter(random.noise()) * (burst + tail) * min(1, (0.28 - time) * 20)
    }
  }

  /// A hi-hat, closed or open, by its length.
  func hat(seconds: Double, cutoff: Double = 7_500, random: inout SplitMix64) -> [Double] {
    var filter = Filter(.highpass, cutoff: cutoff, rate: rate)
    let metal = [3_170.0, 4_230, 5_310, 6_790, 8_190]
    return samples(seconds) { time in
      var ring = 0.0
      for frequency in metal { ring += Arithmetic.sine(frequency * time) > 0 ? 1 : -1 }
      return filter(0.6 * random.noise() + 0.13 * ring) * fade(time, seconds)
    }
  }

  /// A crash or ride cymbal.
  func cymbal(seconds: Double, bell: Double, random: inout SplitMix64) -> [Double] {
    var high = Filter(.highpass, cutoff: 3_500, rate: rate)
    return samples(seconds) { time in
      let ping =
        Arithmetic.sine(3_410 * time) + Arithmetic.sine(4_870 * time)
        + Arithmetic.sine(5_930 * time)
      return 0.6 * high(random.noise()) * fade(time, seconds) + bell * ping * fade(time, seconds)
    }
  }

  /// A stick on the rim, or a wood block.
  func rim(tone: Double = 1_700) -> [Double] {
    samples(0.06) { time in
      (Arithmetic.sine(tone * time) + 0.6 * Arithmetic.sine(tone * 0.42 * time))
        * Arithmetic.exp2(-time * 110)
    }
  }

  /// A tom.
  func tom(tone: Double, random: inout SplitMix64) -> [Double] {
    samples(0.4) { time in
      (Arithmetic.sine(tone * time + 0.6 * (1 - Arithmetic.exp2(-time * 25))) + 0.12
        * random.noise()
        * Arithmetic.exp2(-time * 60)) * fade(time, 0.4)
    }
  }

  /// A shaker or brushed stroke: noise that swells and is gone.
  func shaker(seconds: Double = 0.09, cutoff: Double = 5_200, random: inout SplitMix64) -> [Double]
  {
    var filter = Filter(.bandpass, cutoff: cutoff, resonance: 0.8, rate: rate)
    return samples(seconds) { time in
      let x = time / seconds
      return filter(random.noise()) * (x < 0.3 ? x / 0.3 : (1 - x) / 0.7)
    }
  }

  private func fade(_ time: Double, _ seconds: Double) -> Double {
    let left = max(0, 1 - time / seconds)
    return left * left * Arithmetic.exp2(-time * 2 / seconds)
  }

  private func samples(_ seconds: Double, _ body: (Double) -> Double) -> [Double] {
    (0..<Int(seconds * rate)).map { body(Double($0) / rate) }
  }
}
