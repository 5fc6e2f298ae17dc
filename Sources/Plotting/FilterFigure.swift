/// Learned filters, each as a small picture, all on one scale.
public struct FilterFigure: Sendable {
  /// Filters of one layer.
  public struct Bank: Sendable {
    let title: String
    let count: Int
    let rowCount: Int
    let columnCount: Int
    let weights: [Float]

    /// Makes a bank.
    /// - Parameters:
    ///   - title: what slides over what.
    ///   - weights: count × rowCount × columnCount values; the first row of each is drawn lowest.
    public init(title: String, count: Int, rowCount: Int, columnCount: Int, weights: [Float]) {
      precondition(
        count > 0 && rowCount > 0 && columnCount > 0
          && weights.count == count * rowCount * columnCount,
        "\(weights.count) weights of \(count) x \(rowCount) x \(columnCount)")
      self.title = title
      self.count = count
      self.rowCount = rowCount
      self.columnCount = columnCount
      self.weights = weights
    }

    /// The size of one filter on the picture.
    fileprivate var cell: (width: Double, height: Double) {
      let height = rowCount > 24 ? 96.0 : Double(rowCount) * max(4, min(16, 96 / Double(rowCount)))
      let width = Double(columnCount) * max(3, min(16, 48 / Double(columnCount)))
      return (width.rounded(), height.rounded())
    }
  }

  private let title: String
  private let subtitle: String?
  private let banks: [Bank]

  /// Makes a figure.
  public init(title: String, subtitle: String? = nil, banks: [Bank]) {
    precondition(!banks.isEmpty, "a figure without filters")
    self.title = title
    self.subtitle = subtitle
    self.banks = banks
  }

  private static let (gap, headHeight, width) = (8.0, 30.0, 1_200)

  private func perRow(_ bank: Bank, in width: Double) -> Int {
    max(1, Int((width + Self.gap) / (bank.cell.width + Self.gap)))
  }

  private func height(_ bank: Bank, in width: Double) -> Double {
    let perRow = perRow(bank, in: width)
    let rows = (bank.count + perRow - 1) / perRow
    return Self.headHeight + Double(rows) * (bank.cell.height + Self.gap)
  }

  /// The size in which everything is as large as it should be.
  public var standardSize: PictureSize {
    let room = Double(Self.width) - 150
    let heights = banks.reduce(0) { $0 + height($1, in: room) }
    return PictureSize(width: Self.width, height: min(16_384, Int(heights) + 100))
  }

  /// The picture's bytes.
  /// - Throws: as ``SpectrogramFigure/render(size:format:theme:)``.
  public func render(
    size: PictureSize? = nil, format: PictureFormat, theme: Theme = .light
  ) throws(PlottingError) -> [UInt8] {
    let canvas = try Canvas(size: size ?? standardSize, format: format)
    let largest = banks.flatMap(\.weights).reduce(Float(0)) { $1.isFinite ? max($0, abs($1)) : $0 }
    let limit = largest > 0 ? largest : 1
    let bar = ColourBar(range: -limit...limit, label: "Weight", map: .difference, canvas: canvas)
    let frame = try FigureFrame(
      canvas, theme: theme, title: title, subtitle: subtitle, verticalTicks: [],
      rightMargin: bar.width, hasAxes: false)
    let plot = frame.plot
    guard banks.reduce(0, { $0 + height($1, in: plot.width) }) <= plot.height else {
      throw PlottingError(code: .sizeOutOfRange, context: .draw)
    }
    var y = plot.y
    let style = TextStyle(size: 12, bold: true)
    for bank in banks {
      canvas.write(
        frame.shortened(bank.title, style, to: plot.width), style, theme.text, x: plot.x, y: y + 14)
      y += Self.headHeight
      let perRow = perRow(bank, in: plot.width)
      let size = bank.rowCount * bank.columnCount
      for number in 0..<bank.count {
        let box = Rectangle(
          x: plot.x + Double(number % perRow) * (bank.cell.width + Self.gap),
          y: y + Double(number / perRow) * (bank.cell.height + Self.gap), width: bank.cell.width,
          height: bank.cell.height)
        let matrix = Matrix(
          values: Array(bank.weights[(number * size)..<((number + 1) * size)]),
          rowCount: bank.rowCount, columnCount: bank.columnCount)
        let raster = Raster.resampled(
          matrix, width: bank.columnCount, height: bank.rowCount
        ) { ColourMap.difference.colour(($0 / limit + 1) / 2) }
        try canvas.draw(raster, in: box)
        frame.outline(box)
      }
      y += height(bank, in: plot.width) - Self.headHeight
    }
    try bar.draw(
      in: frame.part(
        Rectangle(
          x: plot.x, y: plot.y + Self.headHeight, width: plot.width,
          height: min(plot.height - Self.headHeight, 300))))
    return try canvas.finish()
  }
}
