/// Spectrograms side by side: what went into a network, what came out, and the difference; or what
/// came out alone.
public struct ReconstructionFigure: Sendable {
  private let title: String
  private let subtitle: String?
  private let original: Matrix?
  private let reconstruction: Matrix
  private let seconds: Double
  private let startSeconds: Double
  private let frequencyTicks: [(row: Double, label: String)]

  /// Decibels that the values 0 to 1 span, the highest being 0 dB.
  private static let decibels: Float = 80
  /// Differences beyond this are drawn as this.
  private static let mostDifference: Float = 40
  private static let gap = 22.0

  /// Makes a figure.
  /// - Parameters:
  ///   - title: what it shows; shortened where it is too long.
  ///   - subtitle: a second, quieter line.
  ///   - original: rowCount x columnCount values from 0 to 1, 80 dB apart, row after row, the lowest
  ///     frequency's row first; nil where there is none to compare with.
  ///   - reconstruction: the same of what came out.
  ///   - rowCount: at least 1.
  ///   - columnCount: at least 1.
  ///   - seconds: how long all columns last together; more than 0, at most 1e8.
  ///   - startSeconds: when the first column begins.
  ///   - frequencyTicks: as ``SpectrogramFigure`` has them.
  public init(
    title: String, subtitle: String? = nil, original: [Float]?, reconstruction: [Float],
    rowCount: Int, columnCount: Int, seconds: Double, startSeconds: Double = 0,
    frequencyTicks: [(row: Double, label: String)]
  ) {
    precondition(
      rowCount >= 1 && columnCount >= 1 && reconstruction.count == rowCount * columnCount
        && original.map(\.count) ?? reconstruction.count == reconstruction.count,
      "\(reconstruction.count) values for \(rowCount) x \(columnCount) cells")
    precondition(
      seconds > 0 && seconds <= 1e8 && startSeconds >= 0 && startSeconds <= 1e8,
      "a figure of \(seconds) s from \(startSeconds) s")
    func matrix(_ values: [Float]) -> Matrix {
      Matrix(
        values: values.map { ($0 - 1) * Self.decibels }, rowCount: rowCount,
        columnCount: columnCount)
    }
    self.title = title
    self.subtitle = subtitle
    self.original = original.map(matrix)
    self.reconstruction = matrix(reconstruction)
    self.seconds = seconds
    self.startSeconds = startSeconds
    self.frequencyTicks = frequencyTicks
  }

  /// What suits the figure: 1800 x 500, or 800 x 500 without an original.
  public var standardSize: PictureSize {
    PictureSize(width: original == nil ? 800 : 1_800, height: 500)
  }

  /// The picture's bytes.
  /// - Throws: as ``SpectrogramFigure/render(size:format:theme:)``.
  public func render(
    size: PictureSize, format: PictureFormat, theme: Theme = .light
  ) throws(PlottingError) -> [UInt8] {
    let canvas = try Canvas(size: size, format: format)
    let levels = ColourBar(
      range: -Self.decibels...0, label: "dB below the loudest", canvas: canvas)
    let differences = ColourBar(
      range: -Self.mostDifference...Self.mostDifference, label: "Difference (dB)",
      map: .difference, canvas: canvas)
    let frame = try FigureFrame(
      canvas, theme: theme, title: title, subtitle: subtitle, verticalTicks: frequencyTicks,
      rightMargin: (original == nil ? levels : differences).width)
    var area = frame.plot
    area.y += 24
    area.height -= 24
    guard let original else {
      let part = frame.part(area)
      try draw(reconstruction, "Reconstruction", in: part, .ember, -Self.decibels...0)
      axis(part, isFirst: true)
      return try bar(levels, in: part, canvas)
    }
    // Three of equal width; the second has the bar of levels beside it.
    let width = ((area.width - 2 * Self.gap - levels.width) / 3).rounded(.down)
    guard width >= 40, area.height >= 40 else {
      throw PlottingError(code: .sizeOutOfRange, context: .draw)
    }
    func part(_ x: Double) -> FigureFrame {
      frame.part(Rectangle(x: x.rounded(), y: area.y, width: width, height: area.height))
    }
    let parts = [
      part(area.x), part(area.x + width + Self.gap), part(area.right - width),
    ]
    let difference = Matrix(
      values: zip(reconstruction.values, original.values).map { $0 - $1 },
      rowCount: original.rowCount, columnCount: original.columnCount)
    try draw(original, "Original", in: parts[0], .ember, -Self.decibels...0)
    try draw(reconstruction, "Reconstruction", in: parts[1], .ember, -Self.decibels...0)
    try draw(
      difference, "Difference", in: parts[2], .difference,
      -Self.mostDifference...Self.mostDifference)
    for (number, part) in parts.enumerated() { axis(part, isFirst: number == 0) }
    try levels.draw(in: parts[1])
    return try bar(differences, in: parts[2], canvas)
  }

  private func bar(
    _ bar: ColourBar, in frame: FigureFrame, _ canvas: Canvas
  ) throws(PlottingError) -> [UInt8] {
    try bar.draw(in: frame)
    return try canvas.finish()
  }

  private func draw(
    _ matrix: Matrix, _ name: String, in frame: FigureFrame, _ map: ColourMap,
    _ range: ClosedRange<Float>
  ) throws(PlottingError) {
    let (width, height) = frame.rasterSize
    let raster = Raster.resampled(matrix, width: width, height: height) { value in
      map.colour((value - range.lowerBound) / (range.upperBound - range.lowerBound))
    }
    try frame.canvas.draw(raster, in: frame.plot)
    frame.outline(frame.plot)
    frame.canvas.write(
      name, FigureFrame.labelStyle, frame.theme.text, x: frame.plot.x + frame.plot.width / 2,
      y: frame.plot.y - 9, anchor: .middle)
  }

  private func axis(_ frame: FigureFrame, isFirst: Bool) {
    if isFirst {
      frame.verticalAxis(
        frequencyTicks, rowCount: reconstruction.rowCount, fromTop: false, label: "Frequency (Hz)")
    }
    frame.timeAxis(start: startSeconds, seconds: seconds)
  }
}
