extension Performance {
  /// Fast broken drums, a growling bass in long notes, and cold pads.
  mutating func drumAndBass() -> StereoSound {
    var low = bus
    var pads = bus
    var stabs = bus
    for bar in 0..<bars(of: 4) {
      wobble(bar, on: &low)
      if bar % 2 == 0 { coldPad(bar, on: &pads) }
      if bar >= 4 { highStabs(bar, on: &stabs) }
    }
    let kit = breakBeat()
    var mix = bus
    mix.add(kit, gain: 0.95)
    mix.add(room(kit, seconds: 0.5, damping: 0.3), gain: 0.12)
    mix.add(low, gain: 0.8)
    mix.add(pads, gain: 0.5)
    mix.add(room(pads, seconds: 3), gain: 0.4)
    mix.add(stabs, gain: 0.5)
    mix.add(Effects.echo(stabs, seconds: 0.75 * beat, feedback: 0.55, rate: rate), gain: 0.45)
    return master(mix, drive: 1.35)
  }

  private mutating func breakBeat() -> StereoSound {
    var kit = bus
    for bar in 0..<bars(of: 4) {
      let start = Double(bar * 4)
      let kicks: [[Double]] = [[0, 2.5], [0, 0.5, 2.5], [0, 1.75, 2.5]]
      for place in kicks[(clip.variant + bar % 2) % 3] {
        let kick = drums.kick(high: 230, low: 52, seconds: 0.2, click: 0.7)
        kit.add(kick, at: frame(start + place), gain: 1.1)
      }
      for place in [1.0, 3] {
        let snare = drums.snare(tone: 225, rattle: 1, seconds: 0.2, random: &random)
        kit.add(snare, at: frame(start + place), gain: 1)
      }
      let ghosts: [Double] = bar % 4 == 3 ? [1.75, 2.25, 3.5, 3.75] : [1.75, 2.25]
      for place in ghosts {
        let snare = drums.snare(tone: 240, rattle: 0.6, seconds: 0.1, random: &random)
        kit.add(snare, at: frame(start + place), gain: 0.35 * hand(0.3), pan: 0.2)
      }
      for step in 0..<16 {
        let accent = step % 4 == 2 ? 0.42 : step % 2 == 0 ? 0.3 : 0.16
        let hat = drums.hat(
          seconds: step % 4 == 2 ? 0.09 : 0.04, cutoff: 8_500, random: &random)
        kit.add(
          hat, at: frame(start + Double(step) / 4), gain: accent * hand(0.2),
          pan: step % 2 == 0 ? -0.4 : 0.4)
      }
      if bar % 8 == 0 {
        let crash = drums.cymbal(seconds: 1.5, bell: 0.02, random: &random)
        kit.add(crash, at: frame(start), gain: 0.5, pan: -0.3)
      }
    }
    return kit
  }

  private mutating func wobble(_ bar: Int, on low: inout StereoSound) {
    let patterns: [[(Double, Double, Int)]] = [
      [(0, 1.4, 0), (1.5, 0.9, 0), (2.5, 1.4, 4)], [(0, 2.4, 0), (2.5, 0.7, 0), (3.25, 0.7, 2)],
      [(0, 0.7, 0), (0.75, 0.7, 0), (1.5, 2.4, 0)],
    ]
    for (place, length, step) in patterns[clip.variant % 3] {
      var note = key.note(chord(bar) + step, octave: 1)
      if note < 29 { note += 12 }
      let speed = [1.0, 2, 3][bar % 3] / beat / 2
      let sound = synthesizer.reese(
        note: note, seconds: length * beat, wobble: speed, velocity: 0.85)
      low.add(sound, at: frame(Double(bar * 4) + place))
    }
  }

  private mutating func coldPad(_ bar: Int, on pads: inout StereoSound) {
    for note in key.voicing(chord(bar), from: 60, size: 4) {
      for side in [-0.9, 0.9] {
        let sound = synthesizer.pad(
          note: note, seconds: 8 * beat, cutoff: 1_500, attack: 0.4, release: 0.8, random: &random)
        pads.add(sound, at: frame(Double(bar * 4)), gain: 0.5, pan: side)
      }
    }
  }

  private mutating func highStabs(_ bar: Int, on stabs: inout StereoSound) {
    for place in [0.75, 2.0, 3.5] where random.unit() < 0.7 {
      for note in key.voicing(chord(bar), from: 67) {
        let sound = synthesizer.pluck(
          note: note, seconds: 0.3 * beat, brightness: 3_200, velocity: 0.7)
        stabs.add(sound, at: frame(Double(bar * 4) + place), pan: 0.5 * random.noise())
      }
    }
  }
}
