extension Performance {
  /// A band: two distorted guitars wide apart, a bass that follows, a drum kit, an organ and a lead guitar.
  mutating func rock() -> StereoSound {
    var guitars = bus
    var bass = bus
    var lead = bus
    var organ = bus
    for bar in 0..<bars(of: 4) {
      organChord(bar, on: &organ)
      for side in [-0.85, 0.85] { rhythmGuitar(bar, pan: side, on: &guitars) }
      rockBass(bar, on: &bass)
    }
    leadGuitar(on: &lead)
    let kit = rockDrums()
    var mix = bus
    mix.add(kit, gain: 1)
    mix.add(room(kit, seconds: 0.9, damping: 0.4), gain: 0.25)
    mix.add(guitars, gain: 0.62)
    mix.add(bass, gain: 0.75)
    mix.add(organ, gain: 0.5)
    mix.add(lead, gain: 0.55)
    mix.add(Effects.echo(lead, seconds: 0.5 * beat, feedback: 0.3, rate: rate), gain: 0.16)
    mix.add(room(lead, seconds: 1.6), gain: 0.2)
    return master(mix, drive: 1.3)
  }

  private mutating func rhythmGuitar(_ bar: Int, pan: Double, on guitars: inout StereoSound) {
    // In eighths: X is a chord that rings, x one that is muted by the hand.
    let riffs = ["X-xxX-xx", "XxXxXxXx", "X---X-X-"]
    let riff = Array(bar % 4 == 3 ? "X-X-X-X-" : riffs[clip.variant % 3])
    var root = key.note(chord(bar), octave: 2)
    if root > 47 { root -= 12 }
    let fifth = key.note(chord(bar) + 4, octave: 2) - key.note(chord(bar), octave: 2)
    let open = DistortedGuitar(drive: 16)
    let muted = DistortedGuitar(drive: 16, muted: true)
    for (index, stroke) in riff.enumerated() where stroke != "-" {
      let ringing = stroke == "X"
      let rest = riff[(index + 1)...].prefix { $0 == "-" }.count
      let seconds = (0.5 + 0.5 * Double(rest)) * beat * (ringing ? 0.97 : 0.6)
      let sound = (ringing ? open : muted).chord(
        [root, root + fifth, root + 12], seconds: seconds, velocity: 0.8 * hand(), rate: rate,
        random: &random)
      let late = Int(random.between(0, 0.004) * rate)
      guitars.add(
        sound, at: frame(Double(bar * 4) + 0.5 * Double(index)) + late, gain: 0.8, pan: pan)
    }
  }

  private mutating func rockBass(_ bar: Int, on bass: inout StereoSound) {
    let string = PluckedString(brightness: 0.3, ring: 2.5, pick: 0.2)
    for eighth in 0..<8 {
      let step = eighth == 7 && bar % 2 == 1 ? 4 : 0
      var note = key.note(chord(bar) + step, octave: 1)
      if note < 28 { note += 12 }
      let sound = string.sound(
        note: note, seconds: 0.46 * beat, velocity: 0.9 * hand(), rate: rate, random: &random)
      bass.add(
        sound.map { Arithmetic.saturate(2.2 * $0) },
        at: frame(Double(bar * 4) + 0.5 * Double(eighth)))
    }
  }

  private mutating func organChord(_ bar: Int, on organ: inout StereoSound) {
    for note in key.voicing(chord(bar), from: 57) {
      for side in [-0.6, 0.6] {
        let sound = synthesizer.pad(
          note: note, seconds: 3.9 * beat, shape: .triangle, cutoff: 2_200, attack: 0.02,
          release: 0.1, random: &random)
        organ.add(sound, at: frame(Double(bar * 4)), gain: 0.7, pan: side)
      }
    }
  }

  private mutating func leadGuitar(on lead: inout StereoSound) {
    let writer = MelodyWriter(
      chords: clip.chords, beatsPerBar: 4,
      rhythms: [[1, 0.5, 0.5, 1, 1], [0.5, 0.5, 1, 1.5, 0.5], [1, 1, 2], [1.5, 0.5, 2]],
      range: -1...9)
    let guitar = DistortedGuitar(drive: 24)
    let first = bars(of: 4) >= 12 ? 4 : 2
    for note in writer.tune(bars: first..<bars(of: 4), random: &random) {
      let sound = guitar.chord(
        [key.note(note.degree, octave: 4)], seconds: note.length * beat * 0.95,
        velocity: note.velocity, rate: rate, random: &random)
      lead.add(sound, at: frame(note.beat), pan: 0.1)
    }
  }

  private mutating func rockDrums() -> StereoSound {
    var kit = bus
    let kicks: [[Double]] = [[0, 1.5, 2], [0, 0.5, 2, 2.5], [0, 2, 2.75]]
    for bar in 0..<bars(of: 4) {
      let start = Double(bar * 4)
      for place in kicks[clip.variant % 3] {
        let kick = drums.kick(high: 150, low: 58, seconds: 0.22, click: 0.6)
        kit.add(kick, at: frame(start + place), gain: hand(0.06))
      }
      for place in [1.0, 3] {
        let snare = drums.snare(tone: 205, rattle: 0.9, random: &random)
        kit.add(snare, at: frame(start + place), gain: 0.85 * hand(0.06), pan: 0.05)
      }
      for eighth in 0..<8 {
        let hat = drums.hat(
          seconds: clip.variant == 2 ? 0.2 : 0.08, cutoff: 6_500, random: &random)
        kit.add(
          hat, at: frame(start + 0.5 * Double(eighth)),
          gain: (eighth % 2 == 0 ? 0.42 : 0.28) * hand(), pan: -0.35)
      }
      if bar % 4 == 0 {
        let crash = drums.cymbal(seconds: 1.8, bell: 0.03, random: &random)
        kit.add(crash, at: frame(start), gain: 0.6, pan: 0.45)
      }
      if bar % 4 == 3 {
        for (index, tone) in [180.0, 150, 120, 95].enumerated() {
          let tom = drums.tom(tone: tone, random: &random)
          kit.add(
            tom, at: frame(start + 3 + 0.25 * Double(index)), gain: 0.6,
            pan: 0.5 - 0.3 * Double(index))
        }
      }
    }
    return kit
  }
}
