/// A table of numbers as colours: how much each row has to do with each column.
public struct MatrixFigure: Sendable {
  /// What the colours tell.
  public enum Scale: Sendable {
    /// From -1 over 0, which is white, to 1.
    case correlation
    /// From the lowest to the highest value.
    case rising
  }

  private let title: String
  private let subtitle: String?
  private let labels: [String]
  private let matrix: Matrix
  private let scale: Scale
  private let valueLabel: String

  /// Makes a figure.
  /// - Parameters:
  ///   - labels: of the rows from above, and of the columns from the left.
  ///   - values: labels.count² values, row after row from above; NaN is drawn as the background.
  ///   - valueLabel: what the values are.
  public init(
    title: String, subtitle: String? = nil, labels: [String], values: [Float], scale: Scale,
    valueLabel: String
  ) {
    precondition(
      !labels.isEmpty && values.count == labels.count * labels.count,
      "\(values.count) values for \(labels.count) labels")
    self.title = title
    self.subtitle = subtitle
    self.labels = labels
    matrix = Matrix(values: values, rowCount: labels.count, columnCount: labels.count)
    self.scale = scale
    self.valueLabel = valueLabel
  }

  /// Up to so many rows the numbers are written into the cells.
  private static let mostWritten = 20
  private static let cell = 40.0
  private static let widestLabel = 230.0

  /// The size in which everything is as large as it should be.
  public var standardSize: PictureSize {
    let side = min(1_200, max(320, Double(labels.count) * Self.cell))
    return PictureSize(width: Int(side + 340), height: Int(side + 250))
  }

  private var range: ClosedRange<Float> {
    if case .correlation = scale { return -1...1 }
    let known = matrix.values.filter(\.isFinite)
    let (low, high) = (known.min() ?? 0, known.max() ?? 1)
    return low < high ? low...high : (low - 0.5)...(high + 0.5)
  }

  private var map: ColourMap {
    if case .correlation = scale { return .difference }
    return .ember
  }

  /// The picture's bytes.
  /// - Throws: as ``SpectrogramFigure/render(size:format:theme:)``.
  public func render(
    size: PictureSize? = nil, format: PictureFormat, theme: Theme = .light
  ) throws(PlottingError) -> [UInt8] {
    let canvas = try Canvas(size: size ?? standardSize, format: format)
    let (range, map) = (range, map)
    let bar = ColourBar(range: range, label: valueLabel, map: map, canvas: canvas)
    let frame = try FigureFrame(
      canvas, theme: theme, title: title, subtitle: subtitle, verticalTicks: [],
      rightMargin: bar.width, hasAxes: false)
    let style = FigureFrame.tickStyle
    let longest = labels.map { canvas.measure($0, style) }.max() ?? 0
    let text = min(longest, Self.widestLabel)
    // Square cells, names to the left and below.
    let side = min(frame.plot.width, frame.plot.height) - text - 14
    let count = Double(labels.count)
    guard side >= 40, side / count >= 1 else {
      throw PlottingError(code: .sizeOutOfRange, context: .draw)
    }
    let cell = side / count
    let plot = Rectangle(
      x: (frame.plot.x + text + 10).rounded(), y: frame.plot.y, width: side.rounded(.down),
      height: side.rounded(.down))
    let isWritten = labels.count <= Self.mostWritten && cell >= 30
    func colour(_ value: Float) -> Colour {
      value.isFinite
        ? map.colour((value - range.lowerBound) / (range.upperBound - range.lowerBound))
        : theme.background
    }
    try canvas.draw(
      Raster(
        width: labels.count, height: labels.count, pixels: matrix.values.map { colour($0).pixel }),
      in: plot)
    for row in labels.indices where isWritten {
      for column in labels.indices {
        let value = matrix.values[row * labels.count + column]
        guard value.isFinite else { continue }
        canvas.write(
          Ticks.decimal(Double(value), decimals: 2), TextStyle(size: min(11, cell * 0.3)),
          colour(value).isDark ? Colour(0xFFFFFF) : Colour(0x111418),
          x: plot.x + (Double(column) + 0.5) * cell, y: plot.y + (Double(row) + 0.5) * cell + 4,
          anchor: .middle)
      }
    }
    frame.outline(plot)
    // Where rows are narrow only some have their names.
    let step = max(1, Int((15 / cell).rounded(.up)))
    for index in stride(from: 0, to: labels.count, by: step) {
      let name = frame.shortened(labels[index], style, to: text)
      let middle = (Double(index) + 0.5) * cell
      canvas.write(
        name, style, theme.quietText, x: plot.x - 6, y: plot.y + middle + 4, anchor: .end)
      canvas.write(
        name, style, theme.quietText, x: plot.x + middle + 4, y: plot.bottom + 6, anchor: .end,
        upwards: true)
    }
    try bar.draw(in: frame.part(plot))
    return try canvas.finish()
  }
}

extension Colour {
  /// Whether white stands out from it more than black (relative luminance as in WCAG 2.1, roughly).
  var isDark: Bool {
    0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue) < 140
  }
}
