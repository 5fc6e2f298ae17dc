internal import CVectorKernels

/// The tempo of music: the strongest period of its onset strength near a preferred tempo, or the
/// half or double of it where drums say so.
///
/// As `librosa.feature.tempo`: the autocorrelation of the onset strength in windows of 8 s
/// (Grosche, Müller and Kurth 2010), averaged, times a log-normal preference (Ellis 2007). Unlike
/// there, the autocorrelation is known between whole frames too: short periods are found as surely
/// as long ones, and the result is not bound to whole numbers of frames.
public struct Tempo: Sendable, Equatable {
  /// Beats in a minute.
  public let beatsPerMinute: Double

  /// The autocorrelation at the beat's period, from 0 (no pulse) to 1 (all repeats exactly).
  public let pulseClarity: Double

  /// The tempo of an onset strength envelope at sampleRate / hopLength values a second; nil where
  /// it is constant or shorter than a beat at the slowest tempo.
  ///
  /// A tempo an octave away from `preferred` (beats a minute) is chosen only if its autocorrelation
  /// is e^0.25 times that of a tempo right there. Of the tempo found, half and double, the one at
  /// which low and middle `drums` take turns is then preferred, where there is one from 60 to 200
  /// beats a minute. Without drums, or without `drums`, the octave is less sure.
  public init?(
    onsetStrength: [Float], drums: DrumBandOnsets? = nil, sampleRate: Double = 22_050,
    hopLength: Int = 512, preferred: Double = 130
  ) {
    precondition(sampleRate > 0 && hopLength >= 1, "\(sampleRate) Hz, a hop of \(hopLength)")
    precondition(preferred > 0 && preferred.isFinite, "a preferred tempo of \(preferred)")
    precondition(
      drums.map { $0.low.count == onsetStrength.count } ?? true, "drums of another length")
    let rate = sampleRate / Double(hopLength)
    let length = Int(8 * rate)
    precondition(length >= 4, "a tempo from \(rate) values a second")
    guard let most = onsetStrength.max(), let least = onsetStrength.min(), most > least else {
      return nil
    }
    let tempogram = Self.meanAutocorrelation(of: onsetStrength, length: length)
    var best: (place: Int, score: Double)?
    let fastest = Int((60 * rate / Self.fastest * Double(Self.finesse)).rounded(.up))
    let slowest = Int(60 * rate / Self.slowest * Double(Self.finesse))
    for place in max(1, fastest)..<min(tempogram.count - 1, slowest) {
      let lag = Double(place) / Double(Self.finesse)
      let octaves = binaryLogarithm(60 * rate / lag / preferred)
      let score =
        Self.evidence * logarithm(1e-6 + max(0, tempogram[place])) - 0.5 * octaves * octaves
      if score > best?.score ?? -.infinity { best = (place, score) }
    }
    guard let best else { return nil }
    let found = Self.refined(Double(best.place), in: tempogram) / Double(Self.finesse)
    let octaves = [found / 2, found, found * 2].filter {
      Self.drummed.contains(60 * rate / $0)
    }
    let period = drums.flatMap { BeatAlternation($0)?.beat(among: octaves) } ?? found
    beatsPerMinute = 60 * rate / period
    let place = Int((Double(best.place) * period / found).rounded())
    pulseClarity = max(0, min(1, tempogram[min(place, tempogram.count - 1)]))
  }

  /// The slowest and the fastest tempo looked for, beats a minute.
  private static let slowest = 30.0
  private static let fastest = 320.0

  /// Tempi that drums in turn can tell. Faster, they mark half beats, as bass drum and open cymbal
  /// do in house; slower, it is halves of bars that differ in turn.
  private static let drummed = 60.0...200

  /// How much repetition counts against preference. Where every second pulse is stronger, the
  /// slower of two tempi repeats a little better; above 1 this little decides. With a preference of
  /// 130, pulses that are all alike are heard up to 180 a minute as they are.
  private static let evidence = 2.0

  /// Values of the autocorrelation for each frame of lag.
  private static let finesse = 4

  /// A peak's place more exactly. Multiples of the period pin it down more finely than the peak
  /// itself, as far as they are peaks too.
  private static func refined(_ place: Double, in values: [Double]) -> Double {
    var period = parabolicPeak(near: place, in: values) ?? place
    for multiple in [2.0, 4.0] {
      guard period * multiple < Double(values.count - 2),
        let place = parabolicPeak(near: period * multiple, in: values),
        abs(place / multiple - period) < 0.5 * Double(finesse)
      else { break }
      period = place / multiple
    }
    return period
  }

  /// The top of the parabola through the highest value within a frame and its neighbours.
  private static func parabolicPeak(near place: Double, in values: [Double]) -> Double? {
    let middle = Int(place.rounded())
    let around = (middle - finesse...middle + finesse).filter { $0 >= 1 && $0 < values.count - 1 }
    guard let top = around.max(by: { values[$0] < values[$1] }) else { return nil }
    let (before, here, after) = (values[top - 1], values[top], values[top + 1])
    guard here >= before, here >= after else { return nil }
    let curvature = before + after - 2 * here
    return curvature < 0 ? Double(top) + (before - after) / (2 * curvature) : Double(top)
  }

  /// The autocorrelation of each window of `length` around each value, under a Hann window and
  /// divided by its largest value, averaged: as `librosa.feature.tempogram`, averaged over time,
  /// but with ``finesse`` values for each frame of lag.
  private static func meanAutocorrelation(of envelope: [Float], length: Int) -> [Double] {
    let padded = ramped(envelope, by: length / 2)
    let window = Window.hann(length)
    var size = 4
    while size < 2 * length { size *= 2 }
    let transform = RealFourierTransform.ofLength(size)
    let bins = size / 2 + 1
    let (frame, spectrum) = (FloatBuffer(count: size), FloatBuffer(count: 2 * bins))
    let power = FloatBuffer(count: bins)
    // The transform is linear, so powers are averaged and turned back once.
    var mean = [Float](repeating: 0, count: bins)
    var windows = 0
    for start in envelope.indices where start + length <= padded.count {
      frame.start.update(repeating: 0, count: size)
      padded.withUnsafeBufferPointer {
        cvk_multiply(frame.start, $0.baseAddress.map { $0 + start }, window, length)
      }
      let energy = cvk_dot(frame.start, frame.start, length)
      windows += 1
      guard energy >= .leastNormalMagnitude else { continue }
      transform.transform(frame, into: spectrum)
      cvk_power(power.start, spectrum.start, bins)
      cvk_add_scaled(&mean, power.start, 1 / energy, bins)
    }
    guard windows > 0 else { return [Double](repeating: 0, count: length) }
    // A repetition long ago is seen through less of the window: the window's own share is taken
    // out.
    window.withUnsafeBufferPointer { window in
      frame.start.update(repeating: 0, count: size)
      for (place, weight) in window.enumerated() { frame.start[place] = weight }
    }
    transform.transform(frame, into: spectrum)
    cvk_power(power.start, spectrum.start, bins)
    let own = autocorrelation(
      power: (0..<bins).map { power.start[$0] / cvk_dot(window, window, length) })
    let whole = autocorrelation(power: mean)
    return (0..<length * finesse / 2).map { whole[$0] / own[$0] / Double(windows) }
  }

  /// The autocorrelation whose spectrum this is, with ``finesse`` values for each whole lag: zeros
  /// above the spectrum's top fill in between. A real and even spectrum turns back by the forward
  /// transform.
  private static func autocorrelation(power: [Float]) -> [Double] {
    let size = 2 * (power.count - 1)
    let transform = RealFourierTransform.ofLength(size * finesse)
    let (fine, lags) = (FloatBuffer(count: size * finesse), FloatBuffer(count: size * finesse + 2))
    for (bin, value) in power.enumerated() {
      fine.start[bin] = value
      if bin > 0 { fine.start[size * finesse - bin] = value }
    }
    transform.transform(fine, into: lags)
    return (0..<size * finesse / 2).map { Double(lags.start[2 * $0]) / Double(size) }
  }

  /// The envelope with straight lines from and to zero at its ends.
  private static func ramped(_ envelope: [Float], by count: Int) -> [Float] {
    guard let first = envelope.first, let last = envelope.last, count > 0 else { return envelope }
    let rise = (0..<count).map { first * Float($0) / Float(count) }
    let fall = (0..<count).map { last * Float(count - 1 - $0) / Float(count) }
    return rise + envelope + fall
  }
}
