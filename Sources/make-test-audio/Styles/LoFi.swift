extension Performance {
  /// A slow, swung beat, seventh chords on an electric piano, a soft tune, and a worn record.
  mutating func loFi() -> StereoSound {
    var keys = bus
    var low = bus
    var tune = bus
    for bar in 0..<bars(of: 4) {
      softChords(bar, on: &keys)
      softBass(bar, on: &low)
    }
    softTune(on: &tune)
    let kit = dustyDrums()
    var mix = bus
    mix.add(Effects.chorus(keys, depth: 0.0015, speed: 0.9, rate: rate), gain: 0.7)
    mix.add(room(keys, seconds: 1.4, damping: 0.6), gain: 0.2)
    mix.add(low, gain: 0.7)
    mix.add(kit, gain: 0.9)
    mix.add(tune, gain: 0.5)
    mix.add(Effects.echo(tune, seconds: 0.75 * beat, feedback: 0.35, rate: rate), gain: 0.2)
    mix.add(room(tune, seconds: 2), gain: 0.25)
    // The tape takes the top away; the record's clicks lie over it.
    let tape = Filter(.lowpass, cutoff: 5_200, rate: rate)
    mix.process { $0 = tape.applied(to: $0) }
    mix.add(textures.vinyl(frames: frames, random: &random), gain: 0.45)
    return master(mix, drive: 0.95)
  }

  /// The late second half of each eighth pair.
  private func swung(_ beat: Double) -> Double {
    let half = beat * 2 - (beat * 2).rounded(.down)
    return half == 0.5 ? beat + 0.07 : beat
  }

  private mutating func softChords(_ bar: Int, on keys: inout StereoSound) {
    let notes = key.voicing(chord(bar), from: 53, size: 4)
    let strokes: [(Double, Double)] =
      clip.variant == 1 ? [(0, 1.4), (1.75, 2)] : [(0, 2.3), (2.5, 1.4)]
    for (place, length) in strokes {
      for (index, note) in notes.enumerated() {
        let sound = Keys.electricPiano(
          note: note, seconds: length * beat, velocity: 0.75 * hand(), rate: rate)
        let late = Int(Double(index) * 0.012 * rate)
        keys.add(
          sound, at: frame(swung(Double(bar * 4) + place)) + late, gain: 0.8,
          pan: [-0.5, 0.4, -0.2, 0.6][index])
      }
    }
  }

  private mutating func softBass(_ bar: Int, on low: inout StereoSound) {
    let patterns: [[(Double, Double, Int)]] = [
      [(0, 1.3, 0), (1.75, 0.4, 0), (2.5, 1.2, 4)], [(0, 1.8, 0), (2, 0.7, 0), (3.25, 0.6, 4)],
      [(0, 0.9, 0), (1.5, 0.9, 7), (2.5, 1.3, 0)],
    ]
    for (place, length, step) in patterns[clip.variant % 3] {
      var note = key.note(chord(bar) + step, octave: 1)
      if note < 29 { note += 12 }
      let sound = synthesizer.bass(note: note, seconds: length * beat, growl: 250, velocity: 0.8)
      low.add(sound, at: frame(swung(Double(bar * 4) + place)))
    }
  }

  private mutating func softTune(on tune: inout StereoSound) {
    let writer = MelodyWriter(
      chords: clip.chords, beatsPerBar: 4,
      rhythms: [[-0.5, 0.5, 1, 0.5, 1.5], [1, 0.5, 0.5, -2], [-1, 1, 1, 1], [0.5, 0.5, -1, 2]],
      range: 0...9)
    let string = PluckedString(brightness: 0.25, ring: 3, pick: 0.3)
    for note in writer.tune(bars: 1..<bars(of: 4), random: &random) {
      let pitch = key.note(note.degree, octave: clip.variant == 1 ? 4 : 5)
      let seconds = note.length * beat
      let sound =
        clip.variant == 1
        ? string.sound(
          note: pitch, seconds: seconds, velocity: note.velocity, rate: rate, random: &random)
        : Keys.vibraphone(note: pitch, seconds: seconds, velocity: 0.6 * note.velocity, rate: rate)
      tune.add(sound, at: frame(swung(note.beat)), gain: 0.8, pan: 0.3)
    }
  }

  private mutating func dustyDrums() -> StereoSound {
    var kit = bus
    let kicks: [[Double]] = [[0, 1.75, 2.5], [0, 2.25], [0, 0.75, 2.5]]
    for bar in 0..<bars(of: 4) {
      let start = Double(bar * 4)
      for place in kicks[clip.variant % 3] {
        let kick = drums.kick(high: 120, low: 50, seconds: 0.3, click: 0.15)
        kit.add(kick, at: frame(swung(start + place)), gain: 1.1 * hand(0.06))
      }
      for place in [1.0, 3] {
        let snare = drums.snare(tone: 170, rattle: 0.55, seconds: 0.18, random: &random)
        kit.add(snare, at: frame(start + place), gain: 0.8 * hand(0.06))
        if clip.variant == 2 { kit.add(drums.rim(), at: frame(start + place), gain: 0.4) }
      }
      for eighth in 0..<8 {
        let place = start + 0.5 * Double(eighth)
        let late = eighth % 2 == 1 ? 0.08 : 0
        let hat = drums.hat(seconds: 0.06, cutoff: 5_500, random: &random)
        kit.add(
          hat, at: frame(place + late), gain: (eighth % 2 == 0 ? 0.4 : 0.24) * hand(0.25), pan: 0.3)
      }
    }
    return kit
  }
}
