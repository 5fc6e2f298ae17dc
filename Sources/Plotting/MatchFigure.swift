/// Pairs of spectrograms side by side, with the parts marked in which the two sound most alike.
public struct MatchFigure: Sendable {
  /// One song.
  public struct Song: Sendable {
    let title: String
    let matrix: Matrix
    let seconds: Double
    let startSeconds: Double

    /// - Parameters:
    ///   - title: shortened where it is too long.
    ///   - values: rowCount x columnCount values, row after row, the lowest frequency's row first.
    ///   - seconds: how long all columns last together; more than 0, at most 1e8.
    ///   - startSeconds: when the first column begins.
    public init(
      title: String, values: [Float], rowCount: Int, columnCount: Int, seconds: Double,
      startSeconds: Double
    ) {
      precondition(
        rowCount >= 1 && columnCount >= 1 && values.count == rowCount * columnCount,
        "\(values.count) values for \(rowCount) x \(columnCount) cells")
      precondition(
        seconds > 0 && seconds <= 1e8 && startSeconds >= 0 && startSeconds <= 1e8,
        "a song of \(seconds) s from \(startSeconds) s")
      self.title = title
      matrix = Matrix(values: values, rowCount: rowCount, columnCount: columnCount)
      (self.seconds, self.startSeconds) = (seconds, startSeconds)
    }
  }

  /// Two songs, and the times that belong together, the most alike first.
  public struct Pair: Sendable {
    let left: Song
    let right: Song
    let spans: [(left: ClosedRange<Double>, right: ClosedRange<Double>)]

    /// - Parameter spans: in seconds of either song.
    public init(
      left: Song, right: Song, spans: [(left: ClosedRange<Double>, right: ClosedRange<Double>)]
    ) {
      (self.left, self.right, self.spans) = (left, right, spans)
    }
  }

  private let title: String
  private let subtitle: String?
  private let pairs: [Pair]
  private let frequencyTicks: [(row: Double, label: String)]
  private let valueRange: ClosedRange<Float>
  private let valueLabel: String

  private static let gap = 26.0
  /// Above each spectrogram, for the song's name.
  private static let heading = 26.0
  /// Below each spectrogram, for the times.
  private static let footing = 30.0

  /// Makes a figure.
  /// - Parameters:
  ///   - pairs: at least one, from above.
  ///   - frequencyTicks, valueRange, valueLabel: as ``SpectrogramFigure`` has them.
  public init(
    title: String, subtitle: String? = nil, pairs: [Pair],
    frequencyTicks: [(row: Double, label: String)], valueRange: ClosedRange<Float>,
    valueLabel: String
  ) {
    precondition(!pairs.isEmpty, "a figure of no pair")
    (self.title, self.subtitle, self.pairs) = (title, subtitle, pairs)
    self.frequencyTicks = frequencyTicks
    (self.valueRange, self.valueLabel) = (valueRange, valueLabel)
  }

  /// What suits the figure: 1400 wide, and 270 high for each pair beside what titles take.
  public var standardSize: PictureSize {
    PictureSize(width: 1_400, height: 120 + 270 * pairs.count)
  }

  /// The picture's bytes.
  /// - Throws: as ``SpectrogramFigure/render(size:format:theme:)``.
  public func render(
    size: PictureSize, format: PictureFormat, theme: Theme = .light
  ) throws(PlottingError) -> [UInt8] {
    let canvas = try Canvas(size: size, format: format)
    let bar = ColourBar(range: valueRange, label: valueLabel, canvas: canvas)
    let frame = try FigureFrame(
      canvas, theme: theme, title: title, subtitle: subtitle, verticalTicks: frequencyTicks,
      rightMargin: bar.width)
    // The last row's times stand where the whole figure's do.
    let rowHeight = (frame.plot.height + Self.footing) / Double(pairs.count)
    let height = rowHeight - Self.heading - Self.footing
    let width = ((frame.plot.width - Self.gap) / 2).rounded(.down)
    guard width >= 40, height >= 40 else {
      throw PlottingError(code: .sizeOutOfRange, context: .draw)
    }
    for (row, pair) in pairs.enumerated() {
      let y = (frame.plot.y + Double(row) * rowHeight + Self.heading).rounded()
      let isLast = row == pairs.count - 1
      let left = frame.part(
        Rectangle(x: frame.plot.x, y: y, width: width, height: height.rounded()))
      let right = frame.part(
        Rectangle(
          x: (frame.plot.right - width).rounded(), y: y, width: width, height: height.rounded()))
      try draw(pair.left, spans: pair.spans.map(\.left), in: left, isLast: isLast)
      left.verticalAxis(
        frequencyTicks, rowCount: pair.left.matrix.rowCount, fromTop: false,
        label: "Frequency (Hz)")
      try draw(pair.right, spans: pair.spans.map(\.right), in: right, isLast: isLast)
      try bar.draw(in: right)
    }
    return try canvas.finish()
  }

  private func draw(
    _ song: Song, spans: [ClosedRange<Double>], in frame: FigureFrame, isLast: Bool
  ) throws(PlottingError) {
    let (width, height) = frame.rasterSize
    let low = valueRange.lowerBound
    let span = Double(valueRange.upperBound) - Double(low)
    let raster = Raster.resampled(song.matrix, width: width, height: height) { value in
      ColourMap.ember.colour(span > 0 ? Float((Double(value) - Double(low)) / span) : 0)
    }
    try frame.canvas.draw(raster, in: frame.plot)
    frame.outline(frame.plot)
    frame.canvas.write(
      frame.shortened(song.title, FigureFrame.labelStyle, to: frame.plot.width),
      FigureFrame.labelStyle, frame.theme.text, x: frame.plot.x, y: frame.plot.y - 9)
    frame.timeAxis(start: song.startSeconds, seconds: song.seconds, isLabelled: isLast)
    for (number, time) in spans.enumerated() { mark(time, "\(number + 1)", of: song, in: frame) }
  }

  /// A box around a span of time, white within black, so that it stands out from any colour, and its number
  /// in a corner of it.
  private func mark(
    _ span: ClosedRange<Double>, _ label: String, of song: Song, in frame: FigureFrame
  ) {
    let plot = frame.plot
    func x(_ time: Double) -> Double {
      let share = (time - song.startSeconds) / song.seconds
      return (plot.x + min(max(share, 0), 1) * plot.width).rounded()
    }
    let (left, right) = (x(span.lowerBound), x(span.upperBound))
    let (black, white) = (Colour(0x000000), Colour(0xFFFFFF))
    for (inset, thickness, colour) in [(0.0, 4.0, black), (1, 2, white)] {
      let (low, high) = (left + inset, right - inset)
      let (top, bottom) = (plot.y + inset, plot.bottom - inset)
      for side in [
        Rectangle(x: low, y: top, width: high - low, height: thickness),
        Rectangle(x: low, y: bottom - thickness, width: high - low, height: thickness),
        Rectangle(x: low, y: top, width: thickness, height: bottom - top),
        Rectangle(x: high - thickness, y: top, width: thickness, height: bottom - top),
      ] { frame.canvas.fill(side, colour) }
    }
    let style = FigureFrame.labelStyle
    let width = frame.canvas.measure(label, style) + 10
    frame.canvas.fill(
      Rectangle(x: left + 3, y: plot.y + 3, width: width, height: style.size + 6), white)
    frame.canvas.write(
      label, style, black, x: left + 3 + width / 2,
      y: plot.y + 6 + style.size * FigureFrame.figureHeight + 1, anchor: .middle)
  }
}
