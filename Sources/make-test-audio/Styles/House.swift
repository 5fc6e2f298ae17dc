extension Performance {
  /// Four on the floor: kick, clap, offbeat hats, a pumping bass, stabs, and a lead or arpeggio.
  mutating func house() -> StereoSound {
    var mix = bus
    mix.add(houseDrums())
    var low = bus
    var chords = bus
    var lead = bus
    for bar in 0..<bars(of: 4) {
      houseBass(bar, on: &low)
      houseChords(bar, on: &chords)
      if bar >= 2 { houseLead(bar, on: &lead) }
    }
    low.shape(duck(0.6))
    chords.shape(duck(0.75))
    lead.shape(duck(0.35))
    mix.add(low, gain: 0.75)
    let wide = Effects.chorus(chords, depth: 0.002, speed: 0.6, rate: rate)
    mix.add(wide, gain: 0.8)
    mix.add(room(wide, seconds: 1.8), gain: 0.25)
    mix.add(lead, gain: 0.55)
    mix.add(Effects.echo(lead, seconds: 0.75 * beat, feedback: 0.4, rate: rate), gain: 0.3)
    mix.add(room(lead, seconds: 2.2), gain: 0.2)
    return master(mix, drive: 1.25)
  }

  private mutating func houseDrums() -> StereoSound {
    var kit = bus
    let kick = drums.kick(high: 210, low: 46, seconds: 0.32)
    for index in 0..<beats {
      let now = Double(index)
      kit.add(kick, at: frame(now), gain: 1.25)
      if index % 2 == 1 { kit.add(drums.clap(random: &random), at: frame(now), gain: 0.6) }
      let open = drums.hat(seconds: 0.16, random: &random)
      kit.add(open, at: frame(now + 0.5), gain: 0.42 * hand(), pan: 0.2)
      for step in 0..<4 where clip.variant % 2 == 0 || step != 2 {
        let closed = drums.hat(seconds: 0.05, cutoff: 9_000, random: &random)
        kit.add(
          closed, at: frame(now + Double(step) / 4), gain: 0.2 * hand(0.4), pan: -0.3)
      }
      if clip.variant >= 2, index % 4 == 2 {
        kit.add(drums.rim(), at: frame(now + 0.75), gain: 0.35, pan: 0.5)
      }
    }
    return kit
  }

  private mutating func houseBass(_ bar: Int, on low: inout StereoSound) {
    let patterns: [[(Double, Int)]] = [
      [(0.5, 0), (1.5, 0), (2.5, 0), (3.5, 7)],
      [(0.5, 0), (0.75, 0), (1.5, 0), (2.5, 0), (2.75, 7), (3.5, 0)],
      [(0, 0), (0.5, 0), (1.5, 0), (2, 0), (2.5, 0), (3.5, 4)],
      [(0.25, 0), (0.5, 0), (0.75, 7), (1.5, 0), (2.25, 0), (2.5, 0), (3.5, 0)],
    ]
    for (place, step) in patterns[clip.variant % 4] {
      let note = key.note(chord(bar) + step, octave: 1)
      let sound = synthesizer.bass(
        note: note < 28 ? note + 12 : note, seconds: 0.4 * beat, growl: 1_400, velocity: 0.8)
      low.add(sound, at: frame(Double(bar * 4) + place))
    }
  }

  private mutating func houseChords(_ bar: Int, on chords: inout StereoSound) {
    let notes = key.voicing(chord(bar), from: 55, size: clip.variant == 1 ? 4 : 3)
    let stabs: [[Double]] = [
      [0, 0.75, 1.5, 2.5, 3.25], [0.5, 1.5, 2.5, 3.5], [0, 1, 2.5, 3], [0],
    ]
    let places = stabs[clip.variant % 4]
    let held = clip.variant == 3 ? 3.8 : 0.45
    for place in places {
      for (index, note) in notes.enumerated() {
        let start = frame(Double(bar * 4) + place)
        let pan = [-0.6, 0.6, 0, 0.3][index]
        if clip.variant == 3 {
          for side in [-0.7, 0.7] {
            let sound = synthesizer.pad(
              note: note, seconds: held * beat, cutoff: 2_600, attack: 0.02, release: 0.2,
              random: &random)
            chords.add(sound, at: start, gain: 0.5, pan: side)
          }
        } else {
          let sound = synthesizer.pluck(
            note: note, seconds: held * beat, brightness: clip.variant == 1 ? 2_600 : 5_500,
            velocity: 0.8 * hand())
          chords.add(sound, at: start, gain: 1.1, pan: pan)
        }
      }
    }
  }

  private mutating func houseLead(_ bar: Int, on lead: inout StereoSound) {
    let pattern = [0, 2, 4, 7, 4, 2, 4, 9, 7, 4, 2, 4, 7, 4, 9, 7]
    for step in 0..<16 {
      let skip = clip.variant % 2 == 0 ? [3, 6, 9, 11, 14] : [1, 2, 4, 5, 7, 8, 10, 12, 13, 15]
      if skip.contains(step) { continue }
      let tone = pattern[(step + 3 * clip.variant) % 16]
      let sound = synthesizer.pluck(
        note: key.note(chord(bar) + tone, octave: 5), seconds: 0.22 * beat,
        shape: clip.variant % 2 == 0 ? .square : .saw, brightness: 4_200, velocity: 0.7 * hand())
      lead.add(
        sound, at: frame(Double(bar * 4) + Double(step) / 4), pan: step % 2 == 0 ? -0.5 : 0.5)
    }
  }
}
