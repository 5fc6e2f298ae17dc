/// A picture of three channels over time, as the composite images of the embedding models: mel
/// spectrogram in red, MFCC in green and chroma in blue.
public struct CompositeFigure: Sendable {
  private let title: String
  private let subtitle: String?
  private let values: [UInt8]
  private let rowCount: Int
  private let columnCount: Int
  private let seconds: Double
  private let startSeconds: Double
  private let frequencyTicks: [(row: Double, label: String)]

  /// Makes a figure.
  /// - Parameters:
  ///   - title: what it shows; shortened where it is too long.
  ///   - subtitle: a second, quieter line.
  ///   - values: rowCount x columnCount x 3 values, row after row, the topmost row first; red, green
  ///     and blue of each pixel in turn.
  ///   - rowCount: at least 1.
  ///   - columnCount: at least 1.
  ///   - seconds: how long all columns last together; more than 0, at most 1e8.
  ///   - startSeconds: when the first column begins.
  ///   - frequencyTicks: where the axis has texts: a row of the red channel, 0 being the middle of
  ///     the topmost, and its frequency in Hz.
  public init(
    title: String, subtitle: String? = nil, values: [UInt8], rowCount: Int, columnCount: Int,
    seconds: Double, startSeconds: Double = 0, frequencyTicks: [(row: Double, label: String)]
  ) {
    precondition(rowCount >= 1 && columnCount >= 1, "a figure of \(rowCount) x \(columnCount)")
    precondition(
      values.count == rowCount * columnCount * 3,
      "\(values.count) values for \(rowCount) x \(columnCount) x 3 cells")
    precondition(
      seconds > 0 && seconds <= 1e8 && startSeconds >= 0 && startSeconds <= 1e8,
      "a figure of \(seconds) s from \(startSeconds) s")
    self.title = title
    self.subtitle = subtitle
    self.values = values
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.seconds = seconds
    self.startSeconds = startSeconds
    self.frequencyTicks = frequencyTicks
  }

  /// The picture's bytes.
  /// - Throws: as ``SpectrogramFigure/render(size:format:theme:)``.
  public func render(
    size: PictureSize = .standard, format: PictureFormat, theme: Theme = .light
  ) throws(PlottingError) -> [UInt8] {
    let canvas = try Canvas(size: size, format: format)
    let legend = ChannelLegend(canvas: canvas)
    let frame = try FigureFrame(
      canvas, theme: theme, title: title, subtitle: subtitle, verticalTicks: frequencyTicks,
      rightMargin: legend.width)
    try canvas.draw(raster(for: frame), in: frame.plot)
    frame.outline(frame.plot)
    frame.verticalAxis(
      frequencyTicks, rowCount: rowCount, fromTop: true, label: "Mel frequency (Hz)")
    frame.timeAxis(start: startSeconds, seconds: seconds)
    legend.draw(in: frame)
    return try canvas.finish()
  }

  private func raster(for frame: FigureFrame) -> Raster {
    let (width, height) = frame.rasterSize
    let rows = Raster.cells(rowCount, to: height)
    let columns = Raster.cells(columnCount, to: width)
    let pixels = rows.flatMap { row in
      columns.map { column in
        Colour(
          red: mean(row, column, 0), green: mean(row, column, 1), blue: mean(row, column, 2)
        ).pixel
      }
    }
    return Raster(width: width, height: height, pixels: pixels)
  }

  private func mean(_ rows: Range<Int>, _ columns: Range<Int>, _ channel: Int) -> UInt8 {
    var sum = 0
    for row in rows {
      for column in columns { sum += Int(values[(row * columnCount + column) * 3 + channel]) }
    }
    let count = rows.count * columns.count
    return UInt8((sum + count / 2) / count)
  }
}

/// The names of the three channels, each beside its colour.
struct ChannelLegend {
  private static let names: [(String, Colour)] = [
    ("Mel (dB)", Colour(0xFF0000)), ("MFCC", Colour(0x00FF00)), ("Chroma", Colour(0x0000FF)),
  ]
  private static let gap = 18.0
  private static let square = 12.0
  private let widestName: Double

  init(canvas: Canvas) {
    widestName =
      Self.names.map { canvas.measure($0.0, FigureFrame.labelStyle) }.max() ?? 0
  }

  /// All it takes to the right of the data.
  var width: Double { Self.gap + Self.square + 7 + widestName }

  func draw(in frame: FigureFrame) {
    let x = frame.plot.right + Self.gap
    for (index, (name, colour)) in Self.names.enumerated() {
      let y = frame.plot.y + Double(index) * 24
      guard y + Self.square <= frame.plot.bottom else { break }
      let box = Rectangle(x: x, y: y, width: Self.square, height: Self.square)
      frame.canvas.fill(box, colour)
      frame.outline(box)
      frame.canvas.write(
        name, FigureFrame.labelStyle, frame.theme.text, x: box.right + 7, y: box.bottom - 2)
    }
  }
}
