/// Measured figures side by side: a panel for each, a row for each subject, a dot with its interval.
public struct IntervalFigure: Sendable {
  /// One value with the range it may lie in.
  public struct Value: Sendable {
    var value: Double
    var interval: ClosedRange<Double>

    /// Makes a value.
    /// - Parameters:
    ///   - value: finite.
    ///   - interval: finite; the value itself where none is known.
    public init(_ value: Double, interval: ClosedRange<Double>) {
      self.value = value
      self.interval = interval
    }
  }

  /// One figure of all subjects.
  public struct Panel: Sendable {
    var title: String
    var values: [Value?]
    var marks: [(value: Double, label: String)]

    /// Makes a panel.
    /// - Parameters:
    ///   - values: one for each row; nil where it was not measured.
    ///   - marks: values that a line runs through all rows at, with what they are, as `chance`.
    public init(title: String, values: [Value?], marks: [(value: Double, label: String)] = []) {
      self.title = title
      self.values = values
      self.marks = marks
    }
  }

  private let title: String
  private let subtitle: String?
  private let rows: [String]
  private let highlighted: Set<Int>
  private let panels: [Panel]

  /// Makes a figure.
  /// - Parameters:
  ///   - rows: the subjects' names, from top to bottom.
  ///   - highlighted: the rows that stand out.
  ///   - panels: from left to right, four beside each other.
  public init(
    title: String, subtitle: String? = nil, rows: [String], highlighted: Set<Int> = [],
    panels: [Panel]
  ) {
    precondition(!rows.isEmpty && !panels.isEmpty, "a figure without rows or panels")
    for panel in panels {
      precondition(
        panel.values.count == rows.count, "\(panel.values.count) values for \(rows.count) rows")
      let numbers = panel.values.compactMap(\.self).flatMap {
        [$0.value, $0.interval.lowerBound, $0.interval.upperBound]
      }
      precondition((numbers + panel.marks.map(\.value)).allSatisfy(\.isFinite), "finite values")
    }
    self.title = title
    self.subtitle = subtitle
    self.rows = rows
    self.highlighted = highlighted
    self.panels = panels
  }

  private static let perBand = 4
  private static let rowHeight = 24.0
  private static let gap = 22.0
  /// Above and below the rows of a band: the panel's title; ticks and the names of marks.
  private static let (headHeight, footHeight) = (30.0, 46.0)

  /// The size in which everything is as large as it should be.
  public var standardSize: PictureSize {
    let bands = (panels.count + Self.perBand - 1) / Self.perBand
    let height =
      76 + Double(bands) * (Double(rows.count) * Self.rowHeight + Self.headHeight + Self.footHeight)
    let allowed = PictureSize.allowed
    return PictureSize(width: 1_280, height: min(allowed.upperBound, Int(height)))
  }

  /// The picture's bytes.
  /// - Throws: `sizeOutOfRange` where the size is not allowed or leaves no room for the data,
  ///   `outOfMemory` or `library`.
  public func render(
    size: PictureSize? = nil, format: PictureFormat, theme: Theme = .light
  ) throws(PlottingError) -> [UInt8] {
    let canvas = try Canvas(size: size ?? standardSize, format: format)
    let frame = try FigureFrame(
      canvas, theme: theme, title: title, subtitle: subtitle, verticalTicks: [], rightMargin: 0)
    let margin = FigureFrame.margin
    let width = Double(canvas.size.width) - 2 * margin
    let styles = rows.indices.map { TextStyle(size: 12, bold: highlighted.contains($0)) }
    let names = zip(rows, styles).map { frame.shortened($0, $1, to: width * 0.3) }
    let widest = zip(names, styles).map { canvas.measure($0, $1) }.max() ?? 0
    let columns = Double(min(Self.perBand, panels.count))
    let left = margin + widest + 12
    let panelWidth = (Double(canvas.size.width) - margin - left + Self.gap) / columns - Self.gap
    let bands = (panels.count + Self.perBand - 1) / Self.perBand
    let room = (Double(canvas.size.height) - 76) / Double(bands)
    let height = room - Self.headHeight - Self.footHeight
    guard panelWidth >= 60, height >= 8 * Double(rows.count) else {
      throw PlottingError(code: .sizeOutOfRange, context: .draw)
    }
    for (number, panel) in panels.enumerated() {
      let column = Double(number % Self.perBand)
      let plot = Rectangle(
        x: (left + column * (panelWidth + Self.gap)).rounded(),
        y: (66 + Double(number / Self.perBand) * room + Self.headHeight).rounded(),
        width: panelWidth.rounded(.down), height: height.rounded(.down))
      if column == 0 {
        for (row, name) in names.enumerated() {
          canvas.write(
            name, styles[row], theme.text, x: left - 12, y: middle(row, plot) + 4, anchor: .end)
        }
      }
      draw(panel, in: plot, frame)
    }
    return try canvas.finish()
  }

  private func middle(_ row: Int, _ plot: Rectangle) -> Double {
    plot.y + (Double(row) + 0.5) * plot.height / Double(rows.count)
  }

  private func draw(_ panel: Panel, in plot: Rectangle, _ frame: FigureFrame) {
    let (canvas, theme) = (frame.canvas, frame.theme)
    let style = TextStyle(size: 12, bold: true)
    canvas.write(
      frame.shortened(panel.title, style, to: plot.width), style, theme.text, x: plot.x,
      y: plot.y - 9)
    let scale = Scale(panel, plot)
    let baseline = plot.bottom + 9 + FigureFrame.tickStyle.size * FigureFrame.figureHeight
    for tick in Ticks.numbers(scale.range, atMost: Int(plot.width / 55)) {
      let x = scale.place(of: tick.value)
      canvas.fill(Rectangle(x: x.rounded(), y: plot.y, width: 1, height: plot.height), theme.grid)
      let half = canvas.measure(tick.label, FigureFrame.tickStyle) / 2
      guard x - half >= plot.x - 8, x + half <= plot.right + 8 else { continue }
      canvas.write(
        tick.label, FigureFrame.tickStyle, theme.quietText, x: x, y: baseline, anchor: .middle)
    }
    for mark in panel.marks where scale.range.contains(mark.value) {
      let x = scale.place(of: mark.value).rounded()
      for y in stride(from: plot.y, to: plot.bottom - 3, by: 7) {
        canvas.fill(Rectangle(x: x, y: y, width: 1, height: 4), theme.quietText)
      }
      canvas.write(
        mark.label, FigureFrame.tickStyle, theme.quietText,
        x: min(max(x, plot.x + 18), plot.right - 18), y: baseline + 15, anchor: .middle)
    }
    frame.outline(plot)
    for (row, value) in panel.values.enumerated() {
      guard let value else { continue }
      let colour = highlighted.contains(row) ? theme.accent : theme.line
      let (low, high) = (
        scale.place(of: value.interval.lowerBound), scale.place(of: value.interval.upperBound)
      )
      let y = middle(row, plot)
      canvas.fill(Rectangle(x: low, y: y - 1, width: max(1, high - low), height: 2), colour)
      canvas.dot(x: scale.place(of: value.value), y: y, radius: 4, colour)
    }
  }

  /// Where values lie across a panel.
  private struct Scale {
    let range: ClosedRange<Double>
    private let plot: Rectangle

    init(_ panel: Panel, _ plot: Rectangle) {
      let ends = panel.values.compactMap(\.self).flatMap {
        [$0.value, $0.interval.lowerBound, $0.interval.upperBound]
      }
      let all = ends + panel.marks.map(\.value)
      let (low, high) = (all.min() ?? 0, all.max() ?? 1)
      let space = max((high - low) * 0.06, 0.005)
      range = (low - space)...(high + space)
      self.plot = plot
    }

    func place(of value: Double) -> Double {
      plot.x + (value - range.lowerBound) / (range.upperBound - range.lowerBound) * plot.width
    }
  }
}
