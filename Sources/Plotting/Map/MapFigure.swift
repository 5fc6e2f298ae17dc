import Glibc

/// Points on a map, coloured by what they are, with what was asked about and its neighbours marked.
public struct MapFigure: Sendable {
  /// What colours tell.
  public enum Colouring: Sendable {
    /// Nothing.
    case none
    /// To which of some kinds each point belongs: at most ``MapFigure/kindCount`` names; nil belongs to
    /// `others`.
    case kinds(title: String, names: [String], of: [Int?], others: String)
    /// A value of each point, NaN where there is none.
    case values([Float], label: String)
  }

  /// A place that stands out.
  public struct Mark: Sendable {
    let place: [Float]
    let name: String

    /// Makes a mark.
    /// - Parameters:
    ///   - place: as many values as the map has dimensions.
    ///   - name: stands in the legend.
    public init(place: [Float], name: String) {
      self.place = place
      self.name = name
    }
  }

  /// The most kinds that have colours of their own.
  public static var kindCount: Int { MapSymbol.count }

  /// The colours of kinds, in turns.
  public static var kindColours: [Colour] { MapSymbol.kindColours }

  /// From so many points on, their density is drawn.
  public static let densityCount = 20_000

  let title: String
  let subtitle: String?
  let places: [Float]
  let dimensions: Int
  let colouring: Colouring
  let axes: [String]
  let query: Mark?
  let neighbours: [Mark]
  /// What the lowest and the highest colour stand for.
  let valueRange: ClosedRange<Float>

  /// Makes a figure.
  /// - Parameters:
  ///   - title: what it shows; shortened where it is too long.
  ///   - subtitle: a second, quieter line.
  ///   - places: of the points, row-major, all finite.
  ///   - dimensions: 2 or 3; three are seen from the side.
  ///   - colouring: with as many entries as there are points.
  ///   - axes: a name for each axis where they mean something; then they have numbers.
  ///   - query: what was asked about.
  ///   - neighbours: of it, the nearest first.
  public init(
    title: String, subtitle: String? = nil, places: [Float], dimensions: Int,
    colouring: Colouring = .none, axes: [String] = [], query: Mark? = nil, neighbours: [Mark] = []
  ) {
    precondition((2...3).contains(dimensions), "a map of \(dimensions) dimensions")
    precondition(
      places.count.isMultiple(of: dimensions) && places.allSatisfy(\.isFinite),
      "\(places.count) numbers of points of \(dimensions)")
    precondition(axes.isEmpty || axes.count == dimensions, "\(axes.count) names of axes")
    let count = places.count / dimensions
    switch colouring {
    case .none: break
    case .kinds(_, let names, let kinds, _):
      precondition(
        kinds.count == count && names.count <= Self.kindCount
          && kinds.allSatisfy { $0.map(names.indices.contains) ?? true },
        "\(names.count) kinds of \(kinds.count) points")
    case .values(let values, _): precondition(values.count == count, "\(values.count) values")
    }
    for mark in [query].compactMap(\.self) + neighbours {
      precondition(
        mark.place.count == dimensions && mark.place.allSatisfy(\.isFinite),
        "a mark at \(mark.place)")
    }
    self.title = title
    self.subtitle = subtitle
    self.places = places
    self.dimensions = dimensions
    self.colouring = colouring
    self.axes = axes
    self.query = query
    self.neighbours = neighbours
    if case .values(let values, _) = colouring {
      valueRange = Self.range(of: values)
    } else {
      valueRange = 0...1
    }
  }

  /// All values but the first and the last of a hundred: a few are not to take all colours.
  private static func range(of values: [Float]) -> ClosedRange<Float> {
    let sorted = values.filter(\.isFinite).sorted()
    guard let first = sorted.first, let last = sorted.last else { return 0...1 }
    let low = sorted[sorted.count / 100]
    let high = sorted[sorted.count - 1 - sorted.count / 100]
    if low < high { return low...high }
    return first < last ? first...last : (first - 0.5)...(first + 0.5)
  }

  /// How many points there are.
  public var count: Int { places.count / dimensions }

  /// The size in which everything is as large as it should be.
  public static let standardSize = PictureSize(width: 1_200, height: 900)

  /// The picture's bytes.
  /// - Throws: as ``SpectrogramFigure/render(size:format:theme:)``.
  public func render(
    size: PictureSize = standardSize, format: PictureFormat, theme: Theme = .light
  ) throws(PlottingError) -> [UInt8] {
    let canvas = try Canvas(size: size, format: format)
    let legend = try MapLegend(self, canvas: canvas)
    let isFlat = dimensions == 2 && !axes.isEmpty
    let frame = try FigureFrame(
      canvas, theme: theme, title: title, subtitle: subtitle,
      verticalTicks: isFlat ? [(0, "\u{2212}0.00")] : [], rightMargin: legend.width,
      hasAxes: isFlat)
    let view = MapView(self, in: frame.plot)
    frame.outline(frame.plot)
    if isFlat { drawAxes(in: frame, view) }
    if dimensions == 3 { drawDirections(in: frame, view) }
    if count >= Self.densityCount && dimensions == 2 {
      try canvas.draw(density(view, theme: theme), in: frame.plot)
    } else {
      drawPoints(on: canvas, view, theme: theme)
    }
    drawMarks(on: canvas, view, theme: theme)
    try legend.draw(in: frame)
    return try canvas.finish()
  }

  /// Grid, numbers and names of two axes.
  private func drawAxes(in frame: FigureFrame, _ view: MapView) {
    let (canvas, theme, plot) = (frame.canvas, frame.theme, frame.plot)
    let style = FigureFrame.tickStyle
    let half = style.size * FigureFrame.figureHeight / 2
    for tick in Ticks.numbers(view.horizontal, atMost: max(2, Int(plot.width / 90))) {
      let x = (view.x(tick.value) - 0.5).rounded()
      canvas.fill(Rectangle(x: x, y: plot.y, width: 1, height: plot.height), theme.grid)
      canvas.write(
        tick.label, style, theme.quietText, x: x + 0.5,
        y: plot.bottom + FigureFrame.tickLength + 4 + 2 * half, anchor: .middle)
    }
    for tick in Ticks.numbers(view.vertical, atMost: max(2, Int(plot.height / 60))) {
      let y = (view.y(tick.value) - 0.5).rounded()
      canvas.fill(Rectangle(x: plot.x, y: y, width: plot.width, height: 1), theme.grid)
      canvas.write(
        tick.label, style, theme.quietText, x: plot.x - FigureFrame.tickLength - 4,
        y: y + 0.5 + half, anchor: .end)
    }
    frame.verticalLabel(axes[1])
    canvas.write(
      frame.shortened(axes[0], FigureFrame.labelStyle, to: plot.width), FigureFrame.labelStyle,
      theme.text, x: plot.x + plot.width / 2, y: Double(canvas.size.height) - 13, anchor: .middle)
  }

  /// Which way the three axes run, in the lower left corner.
  private func drawDirections(in frame: FigureFrame, _ view: MapView) {
    let (canvas, plot) = (frame.canvas, frame.plot)
    let (x, y, length) = (plot.x + 64, plot.bottom - 64, 40.0)
    for axis in 0..<3 {
      var unit: [Double] = [0, 0, 0]
      unit[axis] = 1
      let (right, up, _) = MapView.turned(unit)
      let end = (x: x + right * length, y: y - up * length)
      canvas.stroke([(x, y), end], width: 1.5, frame.theme.line)
      canvas.write(
        "\(axis + 1)", FigureFrame.tickStyle, frame.theme.quietText, x: x + right * (length + 12),
        y: y - up * (length + 12) + 4, anchor: .middle)
    }
  }
}

/// Where places of a map lie on a picture: both axes have one scale, since only distances matter.
struct MapView {
  let horizontal: ClosedRange<Double>
  let vertical: ClosedRange<Double>
  private let plot: Rectangle
  private let dimensions: Int
  private let depths: ClosedRange<Double>

  private static let margin = 0.04
  /// From where three dimensions are seen: turned around the upright axis, then tilted.
  private static let (azimuth, elevation) = (0.7, 0.42)

  init(_ figure: MapFigure, in plot: Rectangle) {
    self.plot = plot
    dimensions = figure.dimensions
    let marks = ([figure.query].compactMap(\.self) + figure.neighbours).flatMap(\.place)
    let all = figure.places + marks
    var (xs, ys, zs) = (Span(), Span(), Span())
    for start in stride(from: 0, to: all.count, by: dimensions) {
      let place = Self.flat(all, at: start, dimensions)
      xs.add(place.x)
      ys.add(place.y)
      zs.add(place.depth)
    }
    let scale =
      max(xs.length / plot.width, ys.length / plot.height, xs.least, ys.least)
      * (1 + 2 * Self.margin)
    horizontal = xs.widened(to: scale * plot.width)
    vertical = ys.widened(to: scale * plot.height)
    depths = zs.widened(to: max(zs.length, zs.least))
  }

  private struct Span {
    var (low, high) = (Double.infinity, -Double.infinity)

    mutating func add(_ value: Double) {
      low = min(low, value)
      high = max(high, value)
    }

    var length: Double { max(0, high - low) }

    /// So long that the ends differ, wherever it lies.
    var least: Double { low <= high ? max(1e-9, 1e-6 * max(abs(low), abs(high))) : 1 }

    func widened(to length: Double) -> ClosedRange<Double> {
      guard low <= high else { return 0...1 }
      let middle = (low + high) / 2
      return (middle - length / 2)...(middle + length / 2)
    }
  }

  func x(_ value: Double) -> Double {
    plot.x + (value - horizontal.lowerBound) / (horizontal.upperBound - horizontal.lowerBound)
      * plot.width
  }

  func y(_ value: Double) -> Double {
    plot.bottom - (value - vertical.lowerBound) / (vertical.upperBound - vertical.lowerBound)
      * plot.height
  }

  /// Where a place lies on the picture, and how far away: 0 in front, 1 at the back.
  func place(_ values: [Float], at start: Int = 0) -> (x: Double, y: Double, depth: Double) {
    let flat = Self.flat(values, at: start, dimensions)
    let depth =
      dimensions == 2
      ? 0 : (flat.depth - depths.lowerBound) / (depths.upperBound - depths.lowerBound)
    return (x(flat.x), y(flat.y), depth)
  }

  /// Where a place lies between left and right and between top and bottom, 0 to 1.
  func share(_ values: [Float], at start: Int) -> (x: Double, y: Double) {
    let place = place(values, at: start)
    return ((place.x - plot.x) / plot.width, (place.y - plot.y) / plot.height)
  }

  var pixelSize: (width: Int, height: Int) { (Int(plot.width), Int(plot.height)) }

  private static func flat(
    _ values: [Float], at start: Int, _ dimensions: Int
  ) -> (x: Double, y: Double, depth: Double) {
    if dimensions == 2 { return (Double(values[start]), Double(values[start + 1]), 0) }
    let turned = turned((0..<3).map { Double(values[start + $0]) })
    return (turned.right, turned.up, turned.depth)
  }

  /// A place in space as it is seen.
  static func turned(_ place: [Double]) -> (right: Double, up: Double, depth: Double) {
    let right = cos(azimuth) * place[0] - sin(azimuth) * place[1]
    let away = sin(azimuth) * place[0] + cos(azimuth) * place[1]
    return (
      right, cos(elevation) * place[2] + sin(elevation) * away,
      cos(elevation) * away - sin(elevation) * place[2]
    )
  }
}
