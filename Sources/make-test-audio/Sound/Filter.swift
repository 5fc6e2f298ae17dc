/// A state-variable filter by the trapezoidal rule (Zavalishin, "The Art of VA Filter Design"): it
/// stays in tune and stable while its cutoff moves.
struct Filter {
  enum Kind { case lowpass, highpass, bandpass }

  private let kind: Kind
  private let rate: Double
  private var g = 0.0
  private var k: Double
  private var first = 0.0
  private var second = 0.0

  /// - Parameters:
  ///   - cutoff: Hz.
  ///   - resonance: the quality factor; 0.707 has no peak.
  init(_ kind: Kind, cutoff: Double, resonance: Double = 0.707, rate: Double) {
    self.kind = kind
    self.rate = rate
    k = 1 / resonance
    self.cutoff = cutoff
    tune()
  }

  /// The cutoff in Hz; kept below the band's end.
  var cutoff: Double { didSet { tune() } }

  private mutating func tune() {
    let turns = max(5, min(cutoff, rate * 0.45)) / (2 * rate)
    g = Arithmetic.sine(turns) / Arithmetic.cosine(turns)
  }

  mutating func callAsFunction(_ x: Double) -> Double {
    let band = (first + g * (x - second)) / (1 + g * (g + k))
    let low = second + g * band
    first = 2 * band - first
    second = 2 * low - second
    switch kind {
    case .lowpass: return low
    case .bandpass: return band * k
    case .highpass: return x - k * band - low
    }
  }

  /// Filters a whole sound.
  func applied(to sound: [Double]) -> [Double] {
    var filter = self
    return sound.map { filter($0) }
  }
}

/// Attack, decay, sustain and release of a note: its level over time.
struct Envelope {
  var attack = 0.005
  var decay = 0.1
  var sustain = 0.7
  var release = 0.1

  /// The level at a time for a note that is let go at `length`, all in seconds.
  func level(at time: Double, length: Double) -> Double {
    if time > length { return held(length) * fall((time - length) / release) }
    return held(time)
  }

  private func held(_ time: Double) -> Double {
    if time < attack { return time / attack }
    return sustain + (1 - sustain) * fall((time - attack) / decay)
  }

  /// From 1 down to 0, fast first.
  private func fall(_ x: Double) -> Double {
    x >= 1 ? 0 : (1 - x) * (1 - x)
  }
}
