/// How numbers are spread: boxes from the first quartile to the third with a line at the median, whiskers to
/// the farthest within one and a half lengths of the box, and dots beyond (Tukey 1977); beside them a mark.
public struct BoxFigure: Sendable {
  /// Boxes of one number, on a scale of its own.
  public struct Panel: Sendable {
    let title: String
    let groups: [[Double]]
    let mark: Double?

    /// Makes a panel.
    /// - Parameters:
    ///   - title: what the number is, with its unit.
    ///   - groups: the values of each group, in the order of the figure's names; what is not finite does
    ///     not count.
    ///   - mark: a value to compare with.
    public init(title: String, groups: [[Double]], mark: Double?) {
      self.title = title
      self.groups = groups.map { $0.filter(\.isFinite) }
      self.mark = mark.flatMap { $0.isFinite ? $0 : nil }
    }
  }

  private let title: String
  private let subtitle: String?
  private let names: [String]
  private let markName: String
  private let panels: [Panel]

  /// Makes a figure.
  /// - Parameters:
  ///   - names: of the groups.
  ///   - markName: of what is marked.
  public init(
    title: String, subtitle: String? = nil, names: [String], markName: String, panels: [Panel]
  ) {
    precondition(!names.isEmpty && !panels.isEmpty, "a figure without groups or panels")
    for panel in panels {
      precondition(
        panel.groups.count == names.count, "\(panel.groups.count) groups, \(names.count) names")
    }
    self.title = title
    self.subtitle = subtitle
    self.names = names
    self.markName = markName
    self.panels = panels
  }

  private static let perRow = 5
  private static let panelHeight = 230.0
  private static let gap = 16.0

  /// The size in which everything is as large as it should be.
  public var standardSize: PictureSize {
    let rows = (panels.count + Self.perRow - 1) / Self.perRow
    return PictureSize(width: 1_200, height: Int(120 + Double(rows) * (Self.panelHeight + 40)))
  }

  /// The picture's bytes.
  /// - Throws: as ``SpectrogramFigure/render(size:format:theme:)``.
  public func render(
    size: PictureSize? = nil, format: PictureFormat, theme: Theme = .light
  ) throws(PlottingError) -> [UInt8] {
    let canvas = try Canvas(size: size ?? standardSize, format: format)
    let frame = try FigureFrame(
      canvas, theme: theme, title: title, subtitle: subtitle, verticalTicks: [], rightMargin: 0,
      hasAxes: false)
    let rows = (panels.count + Self.perRow - 1) / Self.perRow
    let columns = min(Self.perRow, panels.count)
    let legendHeight = 34.0
    let height = (frame.plot.height - legendHeight) / Double(rows)
    let width = frame.plot.width / Double(columns)
    let scaleWidth = 46.0
    guard width >= scaleWidth + 50, height >= 100 else {
      throw PlottingError(code: .sizeOutOfRange, context: .draw)
    }
    for (number, panel) in panels.enumerated() {
      let x = frame.plot.x + Double(number % columns) * width + scaleWidth
      let y = frame.plot.y + legendHeight + Double(number / columns) * height + 22
      draw(
        panel,
        in: Rectangle(
          x: x.rounded(), y: y.rounded(), width: (width - scaleWidth - Self.gap).rounded(.down),
          height: (height - 22 - Self.gap).rounded(.down)), frame)
    }
    legend(frame)
    return try canvas.finish()
  }

  private func legend(_ frame: FigureFrame) {
    var x = frame.plot.x + 2
    let y = frame.plot.y + 10
    let style = FigureFrame.labelStyle
    for (number, name) in ([markName] + names).enumerated() {
      let text = frame.shortened(name, style, to: frame.plot.width / Double(names.count + 1) - 40)
      if number == 0 {
        Self.mark(frame.canvas, x: x + 6, y: y, frame.theme)
      } else {
        frame.canvas.fill(
          Rectangle(x: x, y: y - 6, width: 12, height: 12), MapSymbol(kind: number - 1).colour)
      }
      frame.canvas.write(text, style, frame.theme.text, x: x + 19, y: y + 4)
      x += frame.canvas.measure(text, style) + 44
    }
  }

  private static func mark(_ canvas: Canvas, x: Double, y: Double, _ theme: Theme) {
    let r = 6.5
    canvas.fill([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], theme.accent)
  }

  private func draw(_ panel: Panel, in plot: Rectangle, _ frame: FigureFrame) {
    let (canvas, theme) = (frame.canvas, frame.theme)
    let style = TextStyle(size: 12, bold: true)
    canvas.write(
      frame.shortened(panel.title, style, to: plot.width + 40), style, theme.text, x: plot.x - 40,
      y: plot.y - 9)
    let all = panel.groups.flatMap(\.self) + [panel.mark].compactMap(\.self)
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    let space = max((high - low) * 0.08, abs(high) * 1e-3, 1e-6)
    let range = (low - space)...(high + space)
    func y(_ value: Double) -> Double {
      plot.bottom - (value - range.lowerBound) / (range.upperBound - range.lowerBound) * plot.height
    }
    let half = FigureFrame.tickStyle.size * FigureFrame.figureHeight / 2
    for tick in Ticks.numbers(range, atMost: max(2, Int(plot.height / 34))) {
      canvas.fill(
        Rectangle(x: plot.x, y: (y(tick.value) - 0.5).rounded(), width: plot.width, height: 1),
        theme.grid)
      guard y(tick.value) - half > plot.y - 4, y(tick.value) + half < plot.bottom + 4 else {
        continue
      }
      canvas.write(
        tick.label, FigureFrame.tickStyle, theme.quietText, x: plot.x - 6, y: y(tick.value) + half,
        anchor: .end)
    }
    frame.outline(plot)
    let step = plot.width / Double(panel.groups.count + 1)
    for (number, values) in panel.groups.enumerated() {
      draw(
        values, x: plot.x + Double(number + 1) * step, width: min(30, step * 0.6),
        MapSymbol(kind: number).colour, y: y, frame)
    }
    if let mark = panel.mark {
      for x in stride(from: plot.x, to: plot.right - 3, by: 7) {
        canvas.fill(
          Rectangle(x: x, y: (y(mark) - 0.5).rounded(), width: 4, height: 1), theme.accent)
      }
      Self.mark(canvas, x: plot.x + step / 2, y: y(mark), theme)
    }
  }

  private func draw(
    _ values: [Double], x: Double, width: Double, _ colour: Colour, y: (Double) -> Double,
    _ frame: FigureFrame
  ) {
    guard let box = Quartiles(values) else { return }
    let (canvas, theme) = (frame.canvas, frame.theme)
    canvas.fill(
      Rectangle(x: x - 0.75, y: y(box.upper), width: 1.5, height: y(box.lower) - y(box.upper)),
      theme.quietText)
    for end in [box.lower, box.upper] {
      canvas.fill(
        Rectangle(x: x - width / 4, y: y(end) - 0.75, width: width / 2, height: 1.5),
        theme.quietText)
    }
    canvas.fill(
      Rectangle(
        x: x - width / 2, y: y(box.third), width: width, height: max(2, y(box.first) - y(box.third))
      ),
      colour)
    canvas.fill(
      Rectangle(x: x - width / 2, y: y(box.median) - 1, width: width, height: 2), theme.background)
    for value in box.outliers { canvas.dot(x: x, y: y(value), radius: 2.5, theme.quietText) }
  }
}

/// What a box is drawn of: quartiles by linear interpolation (the common definition, R's type 7).
struct Quartiles: Equatable {
  let first: Double
  let median: Double
  let third: Double
  /// Where the whiskers end.
  let lower: Double
  let upper: Double
  let outliers: [Double]

  /// Nil of no values.
  init?(_ values: [Double]) {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(sorted.count - 1, below + 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    let (first, third) = (quantile(0.25), quantile(0.75))
    let reach = 1.5 * (third - first)
    let inside = sorted.filter { $0 >= first - reach && $0 <= third + reach }
    self.first = first
    self.third = third
    median = quantile(0.5)
    lower = inside.first ?? first
    upper = inside.last ?? third
    outliers = sorted.filter { $0 < first - reach || $0 > third + reach }
  }
}
