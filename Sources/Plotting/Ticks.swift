import Glibc

/// A place on an axis with its text.
struct Tick: Equatable {
  /// In the axis' own unit.
  var value: Double
  var label: String
}

/// Round numbers for axes.
enum Ticks {
  /// Multiples of 1, 2 or 5 times a power of ten within a range, about `count` of them at most.
  static func numbers(_ range: ClosedRange<Double>, atMost count: Int) -> [Tick] {
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite else { return [] }
    let least = span / Double(max(1, count))
    var power = floor(log10(least))
    var step = pow(10, power)
    for factor in [1.0, 2, 5, 10] where factor * pow(10, power) >= least * (1 - 1e-9) {
      step = factor * pow(10, power)
      if factor == 10 { power += 1 }
      break
    }
    let decimals = Int(max(0, -power))
    return multiples(of: step, in: range).map {
      Tick(value: $0, label: decimal($0, decimals: decimals))
    }
  }

  /// Round times within a range of seconds.
  /// - Parameters:
  ///   - step: seconds between ticks, one of ``timeSteps``.
  ///   - long: whether they are written as minutes and seconds.
  static func times(_ range: ClosedRange<Double>, step: Double, long: Bool) -> [Tick] {
    let decimals = step < 0.01 ? 3 : step < 0.1 ? 2 : step < 1 ? 1 : 0
    return multiples(of: step, in: range).map { value in
      Tick(value: value, label: long ? clock(value) : decimal(value, decimals: decimals))
    }
  }

  /// Steps that people count time in, in seconds.
  static let timeSteps: [Double] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600,
    900, 1_800, 3_600,
    7_200, 18_000, 36_000,
  ]

  /// Hours, minutes and seconds, as "1:05" or "2:00:00".
  static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (whole / 3_600, whole / 60 % 60)
    if hours > 0 { return "\(hours):\(two(minutes)):\(two(whole % 60))" }
    return "\(minutes):\(two(whole % 60))"
  }

  /// A number with so many decimals, with a true minus sign.
  static func decimal(_ value: Double, decimals: Int) -> String {
    guard decimals <= 9 else { return "\(value)" }
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (abs(value) * Double(scale)).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let number = Int(scaled)
    var text = "\(number / scale)"
    if decimals > 0 {
      let part = "\(number % scale)"
      text += "." + String(repeating: "0", count: decimals - part.count) + part
    }
    return value < 0 && number != 0 ? "\u{2212}" + text : text
  }

  private static func multiples(of step: Double, in range: ClosedRange<Double>) -> [Double] {
    // A ten-millionth of a step is forgiven, so that ends that are multiples are kept.
    let first = (range.lowerBound / step - 1e-7).rounded(.up)
    let last = (range.upperBound / step + 1e-7).rounded(.down)
    guard first <= last, last - first < 10_000 else { return [] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }
}

extension SpectrogramFigure {
  /// A tick table of an axis whose rows stand for rising frequencies, as mel bands do.
  /// - Parameter rowFrequencies: the middle of each row in Hz, lowest first, rising.
  /// - Returns: rows (with fractions) and labels of round frequencies: 100, 200, 500, 1000, …
  public static func frequencyTicks(rowFrequencies: [Float]) -> [(row: Double, label: String)] {
    var ticks: [(row: Double, label: String)] = []
    guard let lowest = rowFrequencies.first, let highest = rowFrequencies.last else { return [] }
    for frequency: Float in [
      20, 50, 100, 200, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000,
    ] where frequency >= lowest && frequency <= highest {
      guard let above = rowFrequencies.firstIndex(where: { $0 >= frequency }) else { continue }
      var row = Double(above)
      if above > 0, rowFrequencies[above] > frequency {
        let (low, high) = (rowFrequencies[above - 1], rowFrequencies[above])
        row -= Double((high - frequency) / (high - low))
      }
      ticks.append((row, "\(Int(frequency))"))
    }
    return ticks
  }
}
