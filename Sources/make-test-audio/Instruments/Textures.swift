/// Noises of weather, water and worn records.
struct Textures {
  let rate: Double

  /// Noise with equal power in every octave, roughly: white noise through three slow averages
  /// (Kellet's economy filter).
  func pink(frames: Int, random: inout SplitMix64) -> [Double] {
    var a = 0.0
    var b = 0.0
    var c = 0.0
    return (0..<frames).map { _ in
      let white = random.noise()
      a = 0.997_65 * a + white * 0.099_046
      b = 0.963 * b + white * 0.296_516_4
      c = 0.57 * c + white * 1.052_691_3
      return 0.2 * (a + b + c + white * 0.1848)
    }
  }

  /// Rain: a soft hiss and thousands of drops, near and far.
  func rain(frames: Int, dropsPerSecond: Double, random: inout SplitMix64) -> StereoSound {
    var rain = StereoSound(frames: frames)
    let band = Filter(.bandpass, cutoff: 4_200, resonance: 0.5, rate: rate)
    rain.left = band.applied(to: pink(frames: frames, random: &random)).map { 0.35 * $0 }
    rain.right = band.applied(to: pink(frames: frames, random: &random)).map { 0.35 * $0 }
    for _ in 0..<Int(dropsPerSecond * Double(frames) / rate) {
      let near = random.unit()
      let drop = Keys.Partial(
        frequency: random.between(900, 5_200), amplitude: 0.25 * near * near * near,
        ring: random.between(0.01, 0.05))
      rain.add(
        Keys.sum([drop], seconds: 0.04, release: 0.01, rate: rate), at: random.index(frames),
        pan: random.noise())
    }
    return rain
  }

  /// Waves on a shore: noise that swells and runs out.
  func waves(frames: Int, period: Double, random: inout SplitMix64) -> StereoSound {
    var sea = StereoSound(frames: frames)
    for side in 0..<2 {
      var dull = Filter(.lowpass, cutoff: 600, rate: rate)
      let noise = pink(frames: frames, random: &random)
      var output = [Double](repeating: 0, count: frames)
      for i in 0..<frames {
        let turns = Double(i) / rate / period + (side == 0 ? 0 : 0.06)
        let place = turns - turns.rounded(.down)
        let swell = place < 0.35 ? place / 0.35 : (1 - place) / 0.65
        if i % 32 == 0 { dull.cutoff = 350 + 4_500 * swell * swell }
        output[i] = dull(noise[i]) * (0.12 + swell * swell)
      }
      if side == 0 { sea.left = output } else { sea.right = output }
    }
    return sea
  }

  /// Wind: two narrow bands of noise that wander.
  func wind(frames: Int, random: inout SplitMix64) -> StereoSound {
    var wind = StereoSound(frames: frames)
    for _ in 0..<3 {
      var band = Filter(.bandpass, cutoff: 400, resonance: 5, rate: rate)
      let noise = pink(frames: frames, random: &random)
      let speed = random.between(0.05, 0.14)
      let start = random.unit()
      let middle = random.between(280, 700)
      let sound = (0..<frames).map { i in
        let time = Double(i) / rate
        let gust = Arithmetic.sine(start + speed * time) + 0.5 * Arithmetic.sine(2.7 * speed * time)
        if i % 32 == 0 { band.cutoff = middle * Arithmetic.exp2(0.8 * gust) }
        return band(noise[i]) * (0.5 + 0.3 * gust)
      }
      wind.add(sound, at: 0, gain: 1, pan: random.noise())
    }
    return wind
  }

  /// The clicks and the hiss of a worn record.
  func vinyl(frames: Int, random: inout SplitMix64) -> StereoSound {
    var record = StereoSound(frames: frames)
    let hiss = Filter(.bandpass, cutoff: 2_500, resonance: 0.4, rate: rate)
    record.add(hiss.applied(to: pink(frames: frames, random: &random)), at: 0, gain: 0.05)
    for _ in 0..<Int(22 * Double(frames) / rate) {
      let loud = random.unit()
      let click = Keys.Partial(
        frequency: random.between(1_200, 6_000), amplitude: 0.4 * loud * loud * loud * loud,
        ring: 0.004)
      record.add(
        Keys.sum([click], seconds: 0.006, release: 0.002, rate: rate), at: random.index(frames),
        pan: 0.6 * random.noise())
    }
    return record
  }
}
