extension Performance {
  /// A piano alone, or with low strings: broken chords under a melody that breathes.
  mutating func piano() -> StereoSound {
    let beatsPerBar = clip.variant == 1 ? 3 : 4
    var piano = bus
    var strings = bus
    for bar in 0..<bars(of: beatsPerBar) {
      leftHand(bar, beatsPerBar, on: &piano)
      if clip.variant == 2 { lowStrings(bar, beatsPerBar, on: &strings) }
    }
    rightHand(beatsPerBar, on: &piano)
    var mix = bus
    mix.add(piano, gain: 1)
    mix.add(room(piano, seconds: 2.4, damping: 0.45), gain: 0.28)
    mix.add(strings, gain: 0.4)
    mix.add(room(strings, seconds: 2.4), gain: 0.35)
    return master(mix, drive: 0.6)
  }

  /// Swells and falls once in four bars.
  private func breath(_ beat: Double, _ beatsPerBar: Int) -> Double {
    0.82 + 0.16 * Arithmetic.sine(beat / Double(4 * beatsPerBar) - 0.12)
  }

  private mutating func leftHand(_ bar: Int, _ beatsPerBar: Int, on piano: inout StereoSound) {
    let degree = chord(bar)
    // Tones above the bar's chord: in eighths, a waltz, wide tenths, or sixteenths.
    let patterns: [[(Double, Int)]] = [
      [(0, 0), (0.5, 4), (1, 2), (1.5, 4), (2, 0), (2.5, 4), (3, 2), (3.5, 4)],
      [(0, 0), (1, 7), (1, 9), (1, 11), (2, 7), (2, 9), (2, 11)],
      [(0, 0), (0.5, 4), (1, 7), (1.5, 9), (2, 11), (2.5, 9), (3, 7), (3.5, 4)],
      (0..<16).map { (Double($0) / 4, [0, 4, 7, 9, 7, 4, 9, 7][$0 % 8]) },
    ]
    for (place, tone) in patterns[clip.variant % 4] {
      var note = key.note(degree + tone, octave: clip.variant == 0 ? 3 : 2)
      if note < 33 { note += 12 }
      let now = Double(bar * beatsPerBar) + place
      let velocity = (place == 0 ? 0.62 : 0.42) * breath(now, beatsPerBar) * hand(0.08)
      let length = place == 0 ? 3 : clip.variant == 0 ? 0.7 : 1.6
      strike(note, at: now, beats: length, velocity: velocity, on: &piano)
    }
  }

  private mutating func rightHand(_ beatsPerBar: Int, on piano: inout StereoSound) {
    let rhythms: [[Double]] =
      beatsPerBar == 3
      ? [[1, 1, 1], [2, 1], [1, 0.5, 0.5, 1], [3]]
      : clip.variant == 0
        ? [[1, 0.5, 0.5, 1, 1], [0.5, 0.5, 0.5, 0.5, 1, 1], [1.5, 0.5, 2], [1, 1, 2]]
        : [[2, 1, 1], [1.5, 0.5, 2], [1, 1, 1.5, 0.5], [3, 1]]
    let writer = MelodyWriter(
      chords: clip.chords, beatsPerBar: Double(beatsPerBar), rhythms: rhythms, range: 0...10)
    let first = clip.format.seconds > 20 && clip.variant > 1 ? 1 : 0
    for note in writer.tune(bars: first..<bars(of: beatsPerBar), random: &random) {
      let velocity = note.velocity * 0.9 * breath(note.beat, beatsPerBar)
      let pitch = key.note(note.degree, octave: 5)
      strike(pitch, at: note.beat, beats: note.length * 1.1, velocity: velocity, on: &piano)
      if note.length >= 2 {
        // Long notes are joined by a third or sixth below that belongs to the scale.
        let below = key.note(note.degree - 2, octave: 5)
        strike(below, at: note.beat, beats: note.length, velocity: 0.55 * velocity, on: &piano)
      }
    }
  }

  /// A key goes down; low ones sound from the left, as the player hears them.
  private mutating func strike(
    _ note: Int, at beat: Double, beats: Double, velocity: Double, on piano: inout StereoSound
  ) {
    let sound = Keys.piano(
      note: note, seconds: beats * self.beat, velocity: velocity, rate: rate, random: &random)
    piano.add(sound, at: frame(beat), gain: 0.8, pan: max(-0.6, min(0.6, Double(note - 62) / 40)))
  }

  private mutating func lowStrings(_ bar: Int, _ beatsPerBar: Int, on strings: inout StereoSound) {
    for (index, note) in key.voicing(chord(bar), from: 48).enumerated() {
      let sound = synthesizer.fiddle(
        note: note, seconds: Double(beatsPerBar) * beat * 1.02, velocity: 0.5)
      strings.add(
        sound, at: frame(Double(bar * beatsPerBar)), gain: 0.6, pan: [-0.7, 0.7, 0.2][index])
    }
  }
}
