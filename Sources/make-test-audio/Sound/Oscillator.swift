/// The running wave of a synthesiser voice.
struct Oscillator {
  enum Shape { case sine, saw, square, triangle }

  private let shape: Shape
  private var phase: Double

  init(_ shape: Shape, phase: Double = 0) {
    self.shape = shape
    self.phase = phase
  }

  /// The next sample.
  /// - Parameters:
  ///   - step: the frequency divided by the sample rate.
  mutating func next(_ step: Double) -> Double {
    let now = phase
    phase += step
    if phase >= 1 { phase -= 1 }
    switch shape {
    case .sine: return Arithmetic.sine(now)
    case .triangle: return 1 - 4 * abs(now - 0.5)
    case .saw: return 2 * now - 1 - Self.step(now, step)
    case .square:
      let other = now < 0.5 ? now + 0.5 : now - 0.5
      return (now < 0.5 ? 1 : -1) + Self.step(now, step) - Self.step(other, step)
    }
  }

  /// What a bare jump has too much near itself: the polynomial that keeps its overtones from being
  /// folded back (Välimäki and Huovilainen 2007).
  private static func step(_ phase: Double, _ width: Double) -> Double {
    if phase < width {
      let x = phase / width
      return x + x - x * x - 1
    }
    if phase > 1 - width {
      let x = (phase - 1) / width
      return x * x + x + x + 1
    }
    return 0
  }
}
