/// A spectrogram with its axes: time to the right, frequency upwards, and a bar that says what the
/// colours mean.
public struct SpectrogramFigure: Sendable {
  private let title: String
  private let subtitle: String?
  private let matrix: Matrix
  private let seconds: Double
  private let startSeconds: Double
  private let frequencyTicks: [(row: Double, label: String)]
  private let valueRange: ClosedRange<Float>
  private let valueLabel: String
  private let verticalLabel: String
  private let colours: ColourMap

  /// Makes a figure.
  /// - Parameters:
  ///   - title: what it shows; shortened where it is too long.
  ///   - subtitle: a second, quieter line.
  ///   - values: rowCount x columnCount values, row after row, the lowest frequency's row first.
  ///     Values outside `valueRange` are drawn as its ends, NaN as its lower end.
  ///   - rowCount: how many frequencies; at least 1.
  ///   - columnCount: how many times; at least 1.
  ///   - seconds: how long all columns last together; more than 0, at most 1e8.
  ///   - startSeconds: when the first column begins.
  ///   - frequencyTicks: where the axis has texts: a row, 0 being the middle of the first, and its
  ///     frequency in Hz. Of texts that would overlap the earlier is kept.
  ///   - valueRange: what the lowest and highest colour stand for; finite.
  ///   - valueLabel: what the values are, with their unit, as "Level (dB)".
  ///   - verticalLabel: what the rows are, with their unit.
  ///   - colours: of the values.
  public init(
    title: String, subtitle: String? = nil, values: [Float], rowCount: Int, columnCount: Int,
    seconds: Double, startSeconds: Double = 0, frequencyTicks: [(row: Double, label: String)],
    valueRange: ClosedRange<Float>, valueLabel: String, verticalLabel: String = "Frequency (Hz)",
    colours: ColourMap = .ember
  ) {
    precondition(rowCount >= 1 && columnCount >= 1, "a figure of \(rowCount) x \(columnCount)")
    precondition(
      values.count == rowCount * columnCount,
      "\(values.count) values for \(rowCount) x \(columnCount) cells")
    precondition(
      seconds > 0 && seconds <= 1e8 && startSeconds >= 0 && startSeconds <= 1e8,
      "a figure of \(seconds) s from \(startSeconds) s")
    precondition(
      valueRange.lowerBound.isFinite && valueRange.upperBound.isFinite,
      "colours for \(valueRange)")
    self.title = title
    self.subtitle = subtitle
    matrix = Matrix(values: values, rowCount: rowCount, columnCount: columnCount)
    self.seconds = seconds
    self.startSeconds = startSeconds
    self.frequencyTicks = frequencyTicks
    self.valueRange = valueRange
    self.valueLabel = valueLabel
    self.verticalLabel = verticalLabel
    self.colours = colours
  }

  /// The picture's bytes.
  /// - Throws: `sizeOutOfRange` where the size is not allowed or leaves no room for the data,
  ///   `outOfMemory` or `library`.
  public func render(
    size: PictureSize = .standard, format: PictureFormat, theme: Theme = .light
  ) throws(PlottingError) -> [UInt8] {
    let canvas = try Canvas(size: size, format: format)
    let bar = ColourBar(range: valueRange, label: valueLabel, map: colours, canvas: canvas)
    let frame = try FigureFrame(
      canvas, theme: theme, title: title, subtitle: subtitle, verticalTicks: frequencyTicks,
      rightMargin: bar.width)
    let (width, height) = frame.rasterSize
    let low = valueRange.lowerBound
    // The difference of two finite numbers may not be one.
    let span = Double(valueRange.upperBound) - Double(low)
    let raster = Raster.resampled(matrix, width: width, height: height) { value in
      colours.colour(span > 0 ? Float((Double(value) - Double(low)) / span) : 0)
    }
    try canvas.draw(raster, in: frame.plot)
    frame.outline(frame.plot)
    frame.verticalAxis(
      frequencyTicks, rowCount: matrix.rowCount, fromTop: false, label: verticalLabel)
    frame.timeAxis(start: startSeconds, seconds: seconds)
    try bar.draw(in: frame)
    return try canvas.finish()
  }
}

/// The colours from low to high with their values.
struct ColourBar {
  private let range: ClosedRange<Float>
  private let label: String
  private let map: ColourMap
  private let widestTick: Double

  private static let gap = 18.0
  private static let thickness = 14.0

  init(range: ClosedRange<Float>, label: String, map: ColourMap = .ember, canvas: Canvas) {
    self.range = range
    self.label = label
    self.map = map
    let ticks = Ticks.numbers(Double(range.lowerBound)...Double(range.upperBound), atMost: 12)
    widestTick = ticks.map { canvas.measure($0.label, FigureFrame.tickStyle) }.max() ?? 0
  }

  /// All it takes to the right of the data.
  var width: Double {
    Self.gap + Self.thickness + FigureFrame.tickLength + 4 + widestTick + 9
      + FigureFrame.labelStyle.size * FigureFrame.figureHeight
  }

  func draw(in frame: FigureFrame) throws(PlottingError) {
    let plot = frame.plot
    let box = Rectangle(
      x: plot.right + Self.gap, y: plot.y, width: Self.thickness, height: plot.height)
    let colours = map.colours
    let raster = Raster(
      width: 1, height: colours.count, pixels: colours.reversed().map(\.pixel))
    try frame.canvas.draw(raster, in: box)
    frame.outline(box)
    let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
    let half = FigureFrame.tickStyle.size * FigureFrame.figureHeight / 2
    let most = max(1, min(12, Int(plot.height / 34)))
    for tick in Ticks.numbers(low...high, atMost: most) {
      let y = plot.bottom - (tick.value - low) / (high - low) * plot.height
      frame.canvas.fill(
        Rectangle(
          x: box.right, y: (y - 0.5).rounded(), width: FigureFrame.tickLength, height: 1),
        frame.theme.line)
      frame.canvas.write(
        tick.label, FigureFrame.tickStyle, frame.theme.quietText,
        x: box.right + FigureFrame.tickLength + 4 + widestTick, y: y + half, anchor: .end)
    }
    frame.upright(label, x: plot.right + width)
  }
}
