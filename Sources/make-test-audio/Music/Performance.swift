/// A clip while it is played: its time grid, its chance, and the desk on which its buses are mixed.
struct Performance {
  let clip: Clip
  let rate: Double
  let frames: Int
  /// Seconds for each beat.
  let beat: Double
  var random: SplitMix64

  init(_ clip: Clip) {
    self.clip = clip
    rate = clip.format.rate
    frames = Int(clip.format.seconds * rate)
    beat = 60 / (clip.tempo ?? 60)
    random = SplitMix64(seed: clip.seed)
  }

  var drums: Drums { Drums(rate: rate) }
  var synthesizer: Synthesizer { Synthesizer(rate: rate) }
  var textures: Textures { Textures(rate: rate) }

  /// The key; only styles with pitches ask.
  var key: Key {
    guard let key = clip.key else { preconditionFailure("\(clip.file) has no key") }
    return key
  }

  /// Beats until the end, rounded up.
  var beats: Int { Int((clip.format.seconds / beat).rounded(.up)) }

  /// How many bars begin before the end.
  func bars(of beatsPerBar: Int) -> Int { (beats + beatsPerBar - 1) / beatsPerBar }

  /// The chord of a bar, as a degree.
  func chord(_ bar: Int) -> Int { clip.chords[bar % clip.chords.count] }

  /// The frame of a place on the grid.
  func frame(_ beats: Double) -> Int { Int((beats * beat * rate).rounded()) }

  /// An empty bus.
  var bus: StereoSound { StereoSound(frames: frames) }

  /// A little more or less than 1, as hands are.
  mutating func hand(_ spread: Double = 0.12) -> Double { 1 + spread * random.noise() }

  /// A room's answer to a bus.
  func room(_ bus: StereoSound, seconds: Double, damping: Double = 0.35) -> StereoSound {
    Effects.reverb(bus, seconds: seconds, damping: damping, rate: rate)
  }

  /// Level over time that dips at every beat and comes back, as a compressor fed by the kick does.
  func duck(_ depth: Double) -> (Int) -> Double {
    let length = beat * rate
    return { frame in
      let place = Double(frame) / length
      let since = (place - place.rounded(.down)) * beat
      return 1 - depth * max(0, 1 - since / (0.7 * beat))
    }
  }

  /// Brings a mix to its level: rumble out, loud peaks rounded, ends faded.
  /// - Parameters:
  ///   - drive: how hard it is pushed into the limiter; more is denser.
  ///   - peak: dBFS. Below 0, as an encoder's output overshoots.
  func master(_ mix: StereoSound, drive: Double, peak: Double = -2.5) -> StereoSound {
    var mix = mix
    let rumble = Filter(.highpass, cutoff: 28, rate: rate)
    mix.process { $0 = rumble.applied(to: $0) }
    var power = 0.0
    for i in 0..<frames { power += mix.left[i] * mix.left[i] + mix.right[i] * mix.right[i] }
    let level = drive * 0.2 / max(1e-9, (power / Double(2 * frames)).squareRoot())
    mix.process { $0 = $0.map { Arithmetic.saturate(level * $0) } }
    let gain = Arithmetic.amplitude(decibels: peak) / max(1e-9, mix.peak)
    let opening = clip.tempo == nil ? 1.5 : 0.003
    let closing = clip.format.seconds > 20 ? 1.2 : 0.6
    mix.shape { frame in
      let time = Double(frame) / rate
      let left = clip.format.seconds - time
      return gain * min(1, time / opening) * min(1, left / closing)
    }
    return mix
  }
}
