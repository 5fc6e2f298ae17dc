/// The sound of Reference/make_reference.py: whole numbers only, so the same there and here.
enum Tune {
  private static let millihertz: [UInt64] = [
    110_000, 130_813, 146_832, 164_814, 196_000, 220_000, 261_626, 293_665, 329_628, 391_995,
    440_000, 523_251, 587_330, 659_255, 783_991, 880_000,
  ]

  /// Three voices of triangle waves, each with a new note every quarter of a second, and noise; full
  /// scale 1.
  static func samples(rate: Int, seconds: Int = 11, seed: UInt32 = 2_024) -> [Float] {
    var state = seed
    func draw() -> UInt32 {
      state = state &* 1_664_525 &+ 1_013_904_223
      return state
    }
    var phases: [UInt32] = [0, 0, 0]
    var steps: [UInt32] = [0, 0, 0]
    return (0..<seconds * rate).map { place in
      if place % (rate / 4) == 0 {
        for voice in 0..<3 {
          let note = millihertz[Int(draw() >> 28)]
          steps[voice] = UInt32(truncatingIfNeeded: (note << 32) / UInt64(1_000 * rate))
        }
      }
      var total = (Int(draw() >> 22) - 512) >> 2
      for voice in 0..<3 {
        phases[voice] &+= steps[voice]
        let level = Int(phases[voice] >> 16)
        total += (min(level, 65_535 - level) - 16_384) >> 2
      }
      return Float(total) / 32_768
    }
  }
}
