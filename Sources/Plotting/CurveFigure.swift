import Glibc

/// Curves over a common horizontal axis, with a legend: losses over epochs.
public struct CurveFigure: Sendable {
  /// One curve.
  public struct Curve: Sendable {
    /// What stands in the legend.
    public let name: String
    /// From left to right; points that are not finite leave a gap.
    public let points: [(x: Double, y: Double)]

    /// Makes a curve.
    public init(name: String, points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points
    }
  }

  private let title: String
  private let subtitle: String?
  private let curves: [Curve]
  private let horizontalLabel: String
  private let verticalLabel: String
  private let isLogarithmic: Bool

  /// Makes a figure.
  /// - Parameters:
  ///   - title: what it shows; shortened where it is too long.
  ///   - subtitle: a second, quieter line.
  ///   - curves: up to four; the others are drawn in the colour of the last.
  ///   - horizontalLabel: what runs to the right, in whole numbers.
  ///   - verticalLabel: what runs upwards.
  ///   - isLogarithmic: whether equal ratios have equal heights, where all values are above 0.
  public init(
    title: String, subtitle: String? = nil, curves: [Curve], horizontalLabel: String,
    verticalLabel: String, isLogarithmic: Bool = false
  ) {
    self.title = title
    self.subtitle = subtitle
    self.curves = curves
    self.horizontalLabel = horizontalLabel
    self.verticalLabel = verticalLabel
    let values = curves.flatMap(\.points).map(\.y).filter(\.isFinite)
    self.isLogarithmic = isLogarithmic && !values.isEmpty && values.allSatisfy { $0 > 0 }
  }

  /// Blue, orange, green and violet that colour-blind eyes can tell apart and that print in grey
  /// (Okabe and Ito 2008).
  private static let colours = [
    Colour(0x0072B2), Colour(0xE69F00), Colour(0x009E73), Colour(0xCC79A7),
  ]

  /// The size in which everything is as large as it should be.
  public static let standardSize = PictureSize(width: 900, height: 520)

  /// The picture's bytes.
  /// - Throws: as ``SpectrogramFigure/render(size:format:theme:)``.
  public func render(
    size: PictureSize = standardSize, format: PictureFormat, theme: Theme = .light
  ) throws(PlottingError) -> [UInt8] {
    let canvas = try Canvas(size: size, format: format)
    let points = curves.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
    let horizontal = Self.range(points.map(\.x), around: 0.5)
    let vertical = verticalAxis(points.map(\.y))
    let names = curves.map { canvas.measure($0.name, FigureFrame.labelStyle) }.max() ?? 0
    let frame = try FigureFrame(
      canvas, theme: theme, title: title, subtitle: subtitle,
      verticalTicks: vertical.ticks.map { ($0.value, $0.label) },
      rightMargin: curves.isEmpty ? 0 : 18 + 24 + 8 + names)
    let plot = frame.plot
    func x(_ value: Double) -> Double {
      plot.x + (value - horizontal.lowerBound) / (horizontal.upperBound - horizontal.lowerBound)
        * plot.width
    }
    func y(_ value: Double) -> Double {
      let share =
        (position(value) - vertical.low) / max(vertical.high - vertical.low, 1e-300)
      return plot.bottom - share * plot.height
    }
    let half = FigureFrame.tickStyle.size * FigureFrame.figureHeight / 2
    let grid = theme.background.mixed(with: theme.line, share: 0.3)
    for tick in vertical.ticks {
      let place = (y(tick.value) - 0.5).rounded()
      canvas.fill(Rectangle(x: plot.x, y: place, width: plot.width, height: 1), grid)
      canvas.write(
        tick.label, FigureFrame.tickStyle, theme.quietText, x: plot.x - FigureFrame.tickLength - 4,
        y: place + 0.5 + half, anchor: .end)
    }
    frame.verticalLabel(verticalLabel)
    let most = max(2, Int(plot.width / 60))
    for tick in Ticks.numbers(horizontal, atMost: most) where tick.value.rounded() == tick.value {
      let place = (x(tick.value) - 0.5).rounded()
      canvas.fill(
        Rectangle(x: place, y: plot.bottom, width: 1, height: FigureFrame.tickLength), theme.line)
      canvas.write(
        Ticks.decimal(tick.value, decimals: 0), FigureFrame.tickStyle, theme.quietText,
        x: place + 0.5,
        y: plot.bottom + FigureFrame.tickLength + 4 + 2 * half, anchor: .middle)
    }
    canvas.write(
      horizontalLabel, FigureFrame.labelStyle, theme.text, x: plot.x + plot.width / 2,
      y: Double(size.height) - 13, anchor: .middle)
    frame.outline(plot)
    for (number, curve) in curves.enumerated() {
      let colour = Self.colours[min(number, Self.colours.count - 1)]
      let placed = curve.points.map { (x: x($0.x), y: y($0.y)) }
      for run in placed.split(whereSeparator: { !$0.x.isFinite || !$0.y.isFinite }) {
        canvas.stroke(Array(run), width: 2, colour)
        // Few epochs are few places, which a line alone does not show.
        if placed.count <= 40 || run.count == 1 {
          for point in run { canvas.dot(x: point.x, y: point.y, radius: 3, colour) }
        }
      }
      let line = plot.y + 8 + Double(number) * 22
      canvas.stroke([(plot.right + 18, line), (plot.right + 42, line)], width: 2.5, colour)
      canvas.write(
        curve.name, FigureFrame.labelStyle, theme.text, x: plot.right + 50, y: line + 4)
    }
    return try canvas.finish()
  }

  private func position(_ value: Double) -> Double { isLogarithmic ? log10(value) : value }

  private static func range(_ values: [Double], around margin: Double) -> ClosedRange<Double> {
    guard let low = values.min(), let high = values.max() else { return 0...1 }
    return high > low ? low...high : (low - margin)...(high + margin)
  }

  /// Where the axis begins and ends, as ``position(_:)`` counts, and its texts.
  private func verticalAxis(
    _ values: [Double]
  ) -> (low: Double, high: Double, ticks: [Tick]) {
    guard let least = values.min(), let most = values.max() else {
      return (0, 1, Ticks.numbers(0...1, atMost: 6))
    }
    if isLogarithmic {
      let margin = max(0.02, (log10(most) - log10(least)) * 0.05)
      let (low, high) = (log10(least) - margin, log10(most) + margin)
      return (low, high, Ticks.powers(low...high))
    }
    let margin = max((most - least) * 0.05, abs(most) * 1e-6, 1e-12)
    let (low, high) = (least - margin, most + margin)
    return (low, high, Ticks.numbers(low...high, atMost: 8))
  }
}

extension Ticks {
  /// Round numbers on a logarithmic axis: 1, 2 and 5 times powers of ten; where that gives fewer
  /// than three, evenly spaced numbers.
  static func powers(_ exponents: ClosedRange<Double>) -> [Tick] {
    var ticks: [Tick] = []
    let low = Int(exponents.lowerBound.rounded(.down))
    let high = Int(exponents.upperBound.rounded(.up))
    guard high - low <= 40 else { return [] }
    // On a long axis only the powers themselves have room.
    let factors = high - low > 4 ? [1.0] : [1.0, 2, 5]
    for power in low...high {
      for factor in factors {
        let value = factor * pow(10, Double(power))
        guard exponents.contains(log10(value)) else { continue }
        ticks.append(Tick(value: value, label: decimal(value, decimals: max(0, -power))))
      }
    }
    if ticks.count >= 3 { return ticks }
    return numbers(
      pow(10, exponents.lowerBound)...pow(10, exponents.upperBound), atMost: 6)
  }
}

extension Colour {
  /// A colour on the way to another.
  func mixed(with other: Colour, share: Double) -> Colour {
    func part(_ from: UInt8, _ to: UInt8) -> UInt8 {
      UInt8((Double(from) + (Double(to) - Double(from)) * share).rounded())
    }
    return Colour(
      red: part(red, other.red), green: part(green, other.green), blue: part(blue, other.blue))
  }
}
