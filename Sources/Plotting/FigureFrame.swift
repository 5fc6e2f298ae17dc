/// What all figures over time share: title, axes, frame, and the place that is left for the data.
struct FigureFrame {
  let canvas: Canvas
  let theme: Theme
  /// Where the data goes; its edges lie between pixels.
  let plot: Rectangle
  private let verticalLabelX: Double

  static let titleStyle = TextStyle(size: 17, bold: true)
  static let subtitleStyle = TextStyle(size: 12)
  static let labelStyle = TextStyle(size: 12)
  static let tickStyle = TextStyle(size: 11)
  static let margin = 16.0
  static let tickLength = 5.0
  /// From a text's base line to the top of its figures, as a part of its size.
  static let figureHeight = 0.73

  /// Fills the background, writes the titles and finds the data's place.
  /// - Parameters:
  ///   - rightMargin: what the figure wants for itself to the right of the data.
  ///   - hasAxes: whether there are numbers and names to the left of the data and below.
  init(
    _ canvas: Canvas, theme: Theme, title: String, subtitle: String?,
    verticalTicks: [(row: Double, label: String)], rightMargin: Double, hasAxes: Bool = true
  ) throws(PlottingError) {
    self.canvas = canvas
    self.theme = theme
    let margin = Self.margin
    canvas.fill(theme.background)
    let widest = verticalTicks.map { canvas.measure($0.label, Self.tickStyle) }.max() ?? 0
    verticalLabelX = margin + Self.labelStyle.size * Self.figureHeight
    let left =
      hasAxes ? (verticalLabelX + 9 + widest + Self.tickLength + 4).rounded(.up) : margin + 1
    let top = subtitle == nil ? 46.0 : 64.0
    let right = Double(canvas.size.width) - (rightMargin + margin).rounded(.up)
    let bottom = Double(canvas.size.height) - (hasAxes ? 52 : margin + 1)
    plot = Rectangle(x: left, y: top, width: right - left, height: bottom - top)
    guard plot.width >= 40, plot.height >= 40 else {
      throw PlottingError(code: .sizeOutOfRange, context: .draw)
    }
    let room = Double(canvas.size.width) - 2 * margin
    canvas.write(
      shortened(title, Self.titleStyle, to: room), Self.titleStyle, theme.text, x: margin, y: 31)
    if let subtitle {
      canvas.write(
        shortened(subtitle, Self.subtitleStyle, to: room), Self.subtitleStyle, theme.quietText,
        x: margin, y: 50)
    }
  }

  private init(_ frame: FigureFrame, plot: Rectangle, verticalLabelX: Double) {
    (canvas, theme) = (frame.canvas, frame.theme)
    self.plot = plot
    self.verticalLabelX = verticalLabelX
  }

  /// The same frame for a part of the data's place.
  func part(_ plot: Rectangle) -> FigureFrame {
    FigureFrame(self, plot: plot, verticalLabelX: verticalLabelX)
  }

  /// Writes the name of the upright axis to its left.
  func verticalLabel(_ label: String) { upright(label, x: verticalLabelX) }

  /// Draws the frame and the axis of frequencies: rows from below, the middle of row 0 being 0.
  func verticalAxis(
    _ ticks: [(row: Double, label: String)], rowCount: Int, fromTop: Bool, label: String
  ) {
    var taken: [ClosedRange<Double>] = []
    let half = Self.tickStyle.size * Self.figureHeight / 2
    for tick in ticks {
      let part = (tick.row + 0.5) / Double(rowCount)
      guard part >= 0, part <= 1 else { continue }
      let y = fromTop ? plot.y + part * plot.height : plot.bottom - part * plot.height
      let room = (y - half - 3)...(y + half + 3)
      if taken.contains(where: { $0.overlaps(room) }) { continue }
      taken.append(room)
      canvas.fill(
        Rectangle(x: plot.x - Self.tickLength, y: line(y), width: Self.tickLength, height: 1),
        theme.line)
      canvas.write(
        tick.label, Self.tickStyle, theme.quietText, x: plot.x - Self.tickLength - 4, y: y + half,
        anchor: .end)
    }
    verticalLabel(label)
  }

  /// Draws the axis of time.
  /// - Parameter isLabelled: whether its name stands at the foot of the picture.
  func timeAxis(start: Double, seconds: Double, isLabelled: Bool = true) {
    let range = start...(start + seconds)
    // Of a part that is looked into closely minutes would be all the same.
    let long = start + seconds >= 90 && seconds >= 5
    let style = Self.tickStyle
    // The finest step whose texts keep clear of each other.
    let chosen = Ticks.timeSteps.first { step in
      guard !long || step >= 1 else { return false }
      let gap = step / seconds * plot.width
      guard gap >= 44 else { return false }
      let ticks = Ticks.times(range, step: step, long: long)
      return (ticks.map { canvas.measure($0.label, style) }.max() ?? 0) + 18 <= gap
    }
    let label =
      long && start + seconds >= 3_600 ? "Time (h:min:s)" : long ? "Time (min:s)" : "Time (s)"
    let baseline = plot.bottom + Self.tickLength + 4 + style.size * Self.figureHeight
    for tick in Ticks.times(range, step: chosen ?? seconds, long: long) {
      let x = plot.x + (tick.value - start) / seconds * plot.width
      canvas.fill(
        Rectangle(
          x: min(line(x), plot.right - 1), y: plot.bottom, width: 1, height: Self.tickLength),
        theme.line)
      // A number that would leave the page is left out.
      guard x + canvas.measure(tick.label, style) / 2 <= Double(canvas.size.width) - 4 else {
        continue
      }
      canvas.write(tick.label, style, theme.quietText, x: x, y: baseline, anchor: .middle)
    }
    guard isLabelled else { return }
    canvas.write(
      label, Self.labelStyle, theme.text, x: plot.x + plot.width / 2,
      y: Double(canvas.size.height) - 13, anchor: .middle)
  }

  /// Draws a thin line around a rectangle, outside it.
  func outline(_ inner: Rectangle) {
    let (x, y) = (inner.x - 1, inner.y - 1)
    for side in [
      Rectangle(x: x, y: y, width: inner.width + 2, height: 1),
      Rectangle(x: x, y: inner.bottom, width: inner.width + 2, height: 1),
      Rectangle(x: x, y: y, width: 1, height: inner.height + 2),
      Rectangle(x: inner.right, y: y, width: 1, height: inner.height + 2),
    ] { canvas.fill(side, theme.line) }
  }

  /// Writes the name of an upright axis beside the data.
  func upright(_ label: String, x: Double) {
    canvas.write(
      shortened(label, Self.labelStyle, to: plot.height + 24), Self.labelStyle, theme.text, x: x,
      y: plot.y + plot.height / 2, anchor: .middle, upwards: true)
  }

  /// The data's size in pixels; in the formats that can be enlarged, twice as fine.
  var rasterSize: (width: Int, height: Int) {
    let scale = canvas.format == .png ? 1 : 2
    return (Int(plot.width) * scale, Int(plot.height) * scale)
  }

  /// A text that fits: control characters become spaces, and what is too much becomes an ellipsis.
  func shortened(_ text: String, _ style: TextStyle, to width: Double) -> String {
    // No letter is narrower than a quarter of a pixel: what lies far beyond need not be measured.
    let limit = max(0, Int(width)) * 4
    let head = String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
    let whole = head.unicodeScalars.count == text.unicodeScalars.count
    var characters = head.map { $0.unicodeScalars.contains(where: isControl) ? " " : $0 }
    if whole, canvas.measure(String(characters), style) <= width { return String(characters) }
    var (fits, fails) = (0, characters.count + 1)
    while fits + 1 < fails {
      let middle = (fits + fails) / 2
      let tried = String(characters.prefix(middle)) + "\u{2026}"
      if canvas.measure(tried, style) <= width { fits = middle } else { fails = middle }
    }
    characters = Array(characters.prefix(fits))
    while characters.last == " " { characters.removeLast() }
    return String(characters) + "\u{2026}"
  }

  private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control
  }

  /// The start of a line of one pixel nearest to a place.
  private func line(_ place: Double) -> Double { (place - 0.5).rounded() }
}
