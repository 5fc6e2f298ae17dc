/// Curves of several numbers over one whole number, each in a panel with a scale of its own: what was
/// measured with each count of clusters.
public struct CurvePanelsFigure: Sendable {
  /// One number.
  public struct Panel: Sendable {
    let title: String
    let points: [(x: Int, y: Double)]
    let chosen: Int?

    /// Makes a panel.
    /// - Parameters:
    ///   - title: what runs upwards.
    ///   - points: from left to right; values that are not finite are left out.
    ///   - chosen: where a line stands.
    public init(title: String, points: [(x: Int, y: Double)], chosen: Int? = nil) {
      self.title = title
      self.points = points.filter { $0.y.isFinite }
      self.chosen = chosen
    }
  }

  private let title: String
  private let subtitle: String?
  private let horizontalLabel: String
  private let panels: [Panel]

  /// Makes a figure of panels side by side.
  public init(
    title: String, subtitle: String? = nil, horizontalLabel: String, panels: [Panel]
  ) {
    precondition(!panels.isEmpty, "a figure without panels")
    self.title = title
    self.subtitle = subtitle
    self.horizontalLabel = horizontalLabel
    self.panels = panels
  }

  /// The size in which everything is as large as it should be.
  public static let standardSize = PictureSize(width: 1_100, height: 460)

  /// The picture's bytes.
  /// - Throws: as ``SpectrogramFigure/render(size:format:theme:)``.
  public func render(
    size: PictureSize = standardSize, format: PictureFormat, theme: Theme = .light
  ) throws(PlottingError) -> [UInt8] {
    let canvas = try Canvas(size: size, format: format)
    let frame = try FigureFrame(
      canvas, theme: theme, title: title, subtitle: subtitle, verticalTicks: [], rightMargin: 0,
      hasAxes: false)
    let width = frame.plot.width / Double(panels.count)
    let (scaleWidth, gap) = (72.0, 14.0)
    guard width >= scaleWidth + 80, frame.plot.height >= 120 else {
      throw PlottingError(code: .sizeOutOfRange, context: .draw)
    }
    for (number, panel) in panels.enumerated() {
      let plot = Rectangle(
        x: (frame.plot.x + Double(number) * width + scaleWidth).rounded(), y: frame.plot.y + 6,
        width: (width - scaleWidth - gap).rounded(.down), height: frame.plot.height - 52)
      draw(panel, in: frame.part(plot), labelX: plot.x - scaleWidth + 14)
    }
    return try canvas.finish()
  }

  private func draw(_ panel: Panel, in frame: FigureFrame, labelX: Double) {
    let (canvas, theme, plot) = (frame.canvas, frame.theme, frame.plot)
    let (xs, ys) = (panel.points.map(\.x), panel.points.map(\.y))
    let (left, right) = (Double(xs.min() ?? 0) - 0.5, Double(xs.max() ?? 1) + 0.5)
    let (low, high) = (ys.min() ?? 0, ys.max() ?? 1)
    let space = max((high - low) * 0.06, abs(high) * 1e-6, 1e-9)
    let range = (low - space)...(high + space)
    func x(_ value: Double) -> Double { plot.x + (value - left) / (right - left) * plot.width }
    func y(_ value: Double) -> Double {
      plot.bottom - (value - range.lowerBound) / (range.upperBound - range.lowerBound) * plot.height
    }
    let style = FigureFrame.tickStyle
    let half = style.size * FigureFrame.figureHeight / 2
    for tick in Ticks.numbers(range, atMost: max(2, Int(plot.height / 40))) {
      canvas.fill(
        Rectangle(x: plot.x, y: (y(tick.value) - 0.5).rounded(), width: plot.width, height: 1),
        theme.grid)
      canvas.write(
        tick.label, style, theme.quietText, x: plot.x - 6, y: y(tick.value) + half, anchor: .end)
    }
    let most = max(2, Int(plot.width / 40))
    for tick in Ticks.numbers(left...right, atMost: most) where tick.value.rounded() == tick.value {
      canvas.fill(
        Rectangle(
          x: (x(tick.value) - 0.5).rounded(), y: plot.bottom, width: 1,
          height: FigureFrame.tickLength), theme.line)
      canvas.write(
        Ticks.decimal(tick.value, decimals: 0), style, theme.quietText, x: x(tick.value),
        y: plot.bottom + FigureFrame.tickLength + 4 + 2 * half, anchor: .middle)
    }
    frame.outline(plot)
    if let chosen = panel.chosen {
      canvas.fill(
        Rectangle(
          x: (x(Double(chosen)) - 0.75), y: plot.y, width: 1.5, height: plot.height), theme.accent)
    }
    let colour = MapSymbol(kind: 0).colour
    let placed = panel.points.map { (x: x(Double($0.x)), y: y($0.y)) }
    canvas.stroke(placed, width: 2, colour)
    for point in placed { canvas.dot(x: point.x, y: point.y, radius: 3, colour) }
    frame.upright(panel.title, x: labelX)
    canvas.write(
      horizontalLabel, FigureFrame.labelStyle, theme.text, x: plot.x + plot.width / 2,
      y: plot.bottom + 42, anchor: .middle)
  }
}
