extension Performance {
  /// A picked steel-string guitar, a melody on flute, fiddle, mandolin or guitar, and light hands.
  mutating func folk() -> StereoSound {
    let beatsPerBar = clip.variant == 1 ? 3 : 4
    var guitar = bus
    var tune = bus
    var hands = bus
    for bar in 0..<bars(of: beatsPerBar) {
      picking(bar, beatsPerBar, on: &guitar)
      if clip.variant != 3 { folkHands(bar, beatsPerBar, on: &hands) }
    }
    folkTune(beatsPerBar, on: &tune)
    var mix = bus
    mix.add(guitar, gain: 0.8)
    mix.add(room(guitar, seconds: 1.3), gain: 0.2)
    mix.add(tune, gain: 0.6)
    mix.add(room(tune, seconds: 1.8), gain: 0.28)
    mix.add(hands, gain: 0.6)
    return master(mix, drive: 0.7)
  }

  private mutating func picking(_ bar: Int, _ beatsPerBar: Int, on guitar: inout StereoSound) {
    let voices = key.voicing(chord(bar), from: 50) + key.voicing(chord(bar), from: 62)
    var root = key.note(chord(bar), octave: 2)
    if root < 40 { root += 12 }
    var fifth = key.note(chord(bar) + 4, octave: 2)
    if fifth < root { fifth += 12 }
    let string = PluckedString(brightness: 0.72, ring: 5, pick: 0.13)
    // In eighths: -1 and -2 are the thumb's root and fifth, the others the fingers' strings.
    let patterns = [
      [-1, 2, 3, 1, -2, 3, 2, 1], [-1, 2, 4, 3, 4, 2], [-1, 1, 3, 1, -2, 4, 1, 4],
      [-1, 4, 3, 1, -2, 4, 1, 3],
    ]
    let pattern = patterns[clip.variant % 4]
    for (eighth, voice) in pattern.enumerated() {
      let low = voice < 0
      let pitch = voice == -1 ? root : voice == -2 ? fifth : voices[voice]
      let sound = string.sound(
        note: pitch, seconds: (low ? 1.9 : 1.2) * beat,
        velocity: (low ? 0.85 : eighth == 0 ? 0.9 : 0.6) * hand(), rate: rate, random: &random)
      let place = Double(bar * beatsPerBar) + 0.5 * Double(eighth)
      guitar.add(
        sound, at: frame(place), gain: low ? 0.9 : 0.7,
        pan: low ? -0.15 : 0.3 - 0.12 * Double(voice))
      if eighth == 0, bar % 2 == 0 { strum(voices, at: place, on: &guitar) }
    }
  }

  private mutating func strum(_ notes: [Int], at beat: Double, on guitar: inout StereoSound) {
    let string = PluckedString(brightness: 0.6, ring: 4, pick: 0.18)
    for (index, note) in notes.prefix(5).enumerated() {
      let sound = string.sound(
        note: note, seconds: 1.5, velocity: 0.45, rate: rate, random: &random)
      guitar.add(sound, at: frame(beat) + Int(Double(index) * 0.009 * rate), gain: 0.5, pan: 0.35)
    }
  }

  private mutating func folkTune(_ beatsPerBar: Int, on tune: inout StereoSound) {
    let rhythms: [[Double]] =
      beatsPerBar == 3
      ? [[1, 1, 1], [1.5, 0.5, 1], [2, 1], [1, 2]]
      : [[1, 0.5, 0.5, 1, 1], [0.5, 0.5, 0.5, 0.5, 2], [1.5, 0.5, 1, 1], [1, 3]]
    let writer = MelodyWriter(
      chords: clip.chords, beatsPerBar: Double(beatsPerBar), rhythms: rhythms, range: -1...8)
    let first = clip.format.seconds > 20 ? 2 : 1
    for note in writer.tune(bars: first..<bars(of: beatsPerBar), random: &random) {
      let pitch = key.note(note.degree, octave: 4)
      let seconds = note.length * beat * 0.94
      switch clip.variant {
      case 0:
        let sound = synthesizer.flute(
          note: pitch + 12, seconds: seconds, velocity: note.velocity, random: &random)
        tune.add(sound, at: frame(note.beat), gain: 0.75, pan: 0.2)
      case 1:
        let sound = synthesizer.fiddle(note: pitch, seconds: seconds, velocity: note.velocity)
        tune.add(sound, at: frame(note.beat), gain: 0.9, pan: -0.3)
      default: mandolin(pitch + 12, note, on: &tune)
      }
    }
  }

  /// Pairs of short strings, long notes played again and again.
  private mutating func mandolin(_ pitch: Int, _ note: Note, on tune: inout StereoSound) {
    let string = PluckedString(brightness: 0.9, ring: 2.2, pick: 0.1)
    let strokes = clip.variant == 2 ? max(1, Int(note.length * 4)) : 1
    for stroke in 0..<strokes {
      let place = note.beat + Double(stroke) * note.length / Double(strokes)
      for late in [0.0, 0.006] {
        let sound = string.sound(
          note: pitch, seconds: max(0.3, note.length / Double(strokes) * beat),
          velocity: note.velocity * (stroke == 0 ? 0.8 : 0.5), rate: rate, random: &random)
        tune.add(sound, at: frame(place) + Int(late * rate), gain: 0.7, pan: -0.25 + 30 * late)
      }
    }
  }

  private mutating func folkHands(_ bar: Int, _ beatsPerBar: Int, on hands: inout StereoSound) {
    for index in 0..<beatsPerBar {
      let now = Double(bar * beatsPerBar + index)
      if index == 0 {
        hands.add(
          drums.kick(high: 110, low: 62, seconds: 0.2, click: 0.1), at: frame(now), gain: 0.5)
      }
      for half in [0.0, 0.5] {
        let shaker = drums.shaker(random: &random)
        hands.add(shaker, at: frame(now + half), gain: (half == 0 ? 0.4 : 0.25) * hand(), pan: 0.5)
      }
      if index % 2 == 1, clip.variant == 2 {
        hands.add(drums.clap(random: &random), at: frame(now), gain: 0.2, pan: -0.4)
      }
    }
  }
}
