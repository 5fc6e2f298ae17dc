extension Performance {
  /// Slow chords of soft waves, a low root, and bells or a far flute in a large room.
  mutating func ambient() -> StereoSound {
    let spans = [6.0, 7.5, 5.0][clip.variant % 3]
    var pads = bus
    var high = bus
    var index = 0
    var time = 0.0
    while time < clip.format.seconds {
      let degree = chord(index)
      chordOf(degree, at: time, seconds: spans, on: &pads)
      decorate(degree, at: time, seconds: spans, on: &high)
      time += spans
      index += 1
    }
    let wide = Effects.chorus(pads, depth: 0.003, speed: 0.31, rate: rate)
    var mix = bus
    mix.add(wide, gain: 0.7)
    mix.add(room(wide, seconds: 6, damping: 0.45), gain: 0.9)
    mix.add(high, gain: 0.35)
    mix.add(Effects.echo(high, seconds: 0.43, feedback: 0.5, rate: rate), gain: 0.3)
    mix.add(room(high, seconds: 7, damping: 0.25), gain: 1.1)
    var air = bus
    let band = Filter(.bandpass, cutoff: 1_800, resonance: 0.5, rate: rate)
    air.left = band.applied(to: textures.pink(frames: frames, random: &random))
    air.right = band.applied(to: textures.pink(frames: frames, random: &random))
    mix.add(air, gain: 0.035)
    return master(mix, drive: 0.45)
  }

  private mutating func chordOf(
    _ degree: Int, at time: Double, seconds: Double, on pads: inout StereoSound
  ) {
    let cutoff = [700.0, 420, 1_100][clip.variant % 3]
    let start = Int(time * rate)
    for note in key.voicing(degree, from: 52, size: 4) {
      for side in [-0.8, 0.8] {
        let sound = synthesizer.pad(
          note: note, seconds: seconds, cutoff: cutoff, attack: 1.8, release: 3.5, random: &random)
        pads.add(sound, at: start, gain: 0.5, pan: side)
      }
    }
    let root = synthesizer.pad(
      note: key.note(degree, octave: 2), seconds: seconds, shape: .triangle, cutoff: 300,
      attack: 1, release: 2.5, random: &random)
    pads.add(root, at: start, gain: 1.6)
  }

  private mutating func decorate(
    _ degree: Int, at time: Double, seconds: Double, on bus: inout StereoSound
  ) {
    let offsets = [0.8, 1.7, 2.4, 3.9, 4.6]
    for offset in offsets where random.unit() < 0.75 && offset < seconds {
      let tone = degree + [0, 2, 4, 7, 9][random.index(5)]
      let note = key.note(tone, octave: 5)
      let start = Int((time + offset) * rate)
      let pan = 0.7 * random.noise()
      if clip.variant == 1 {
        let sound = synthesizer.flute(
          note: note - 12, seconds: 1.8, velocity: 0.5, random: &random)
        bus.add(sound, at: start, gain: 0.6, pan: pan)
      } else {
        let sound = Keys.bell(note: note, ring: 4, velocity: 0.5 * hand(0.4), rate: rate)
        bus.add(sound, at: start, gain: 0.8, pan: pan)
      }
    }
  }
}
