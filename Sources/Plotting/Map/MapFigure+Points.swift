import Glibc

extension MapFigure {
  /// Points of fewer are drawn larger.
  private var radius: Double { count <= 300 ? 5 : count <= 3_000 ? 3.6 : 2.4 }

  private static let opacity = 0.85
  /// How much of the background shines through at the back of a map of three dimensions.
  private static let haze = 0.4

  func drawPoints(on canvas: Canvas, _ view: MapView, theme: Theme) {
    let placed = (0..<count).map { view.place(places, at: $0 * dimensions) }
    // Those that belong to no kind first, the front last.
    let order = placed.indices.sorted {
      let (left, right) = (stands($0), stands($1))
      if left != right { return right }
      return placed[$0].depth != placed[$1].depth ? placed[$0].depth > placed[$1].depth : $0 < $1
    }
    for point in order {
      let symbol = symbol(of: point, theme: theme)
      let place = placed[point]
      let colour = symbol.colour.mixed(with: theme.background, share: Self.haze * place.depth)
      MapSymbol(colour: colour, shape: symbol.shape).draw(
        on: canvas, x: place.x, y: place.y, radius: radius * (1 - 0.3 * place.depth),
        opacity: Self.opacity)
    }
  }

  private func stands(_ point: Int) -> Bool {
    switch colouring {
    case .none: true
    case .kinds(_, _, let kinds, _): kinds[point] != nil
    case .values(let values, _): values[point].isFinite
    }
  }

  private func symbol(of point: Int, theme: Theme) -> MapSymbol {
    switch colouring {
    case .none: MapSymbol(colour: MapSymbol(kind: 0).colour)
    case .kinds(_, _, let kinds, _):
      kinds[point].map(MapSymbol.init(kind:)) ?? MapSymbol(other: theme)
    case .values(let values, _):
      values[point].isFinite
        ? MapSymbol(colour: ColourMap.tide.colour(share(of: values[point])))
        : MapSymbol(other: theme)
    }
  }

  private func share(of value: Float) -> Float {
    (value - valueRange.lowerBound) / (valueRange.upperBound - valueRange.lowerBound)
  }

  /// The colours of small cells: which kind most of their points are or which value they have on average,
  /// the more of it the more points there are.
  func density(_ view: MapView, theme: Theme) -> Raster {
    let cell = 3
    let size = view.pixelSize
    let (width, height) = (max(1, size.width / cell), max(1, size.height / cell))
    var counts = [Int](repeating: 0, count: width * height)
    var colours = [[Int: Int]](repeating: [:], count: width * height)
    var sums = [(value: Double, count: Int)](repeating: (0, 0), count: width * height)
    for point in 0..<count {
      let share = view.share(places, at: point * dimensions)
      let column = min(width - 1, max(0, Int(share.x * Double(width))))
      let row = min(height - 1, max(0, Int(share.y * Double(height))))
      let place = row * width + column
      counts[place] += 1
      switch colouring {
      case .none: break
      case .kinds(_, _, let kinds, _): colours[place][kinds[point] ?? -1, default: 0] += 1
      case .values(let values, _):
        if values[point].isFinite {
          sums[place].value += Double(values[point])
          sums[place].count += 1
        }
      }
    }
    let most = log(1 + Double(counts.max() ?? 1))
    let range = valueRange
    let span = range.upperBound - range.lowerBound
    let pixels = counts.indices.map { place -> UInt32 in
      guard counts[place] > 0 else { return theme.background.pixel }
      let full: Colour
      switch colouring {
      case .none: full = MapSymbol(kind: 0).colour
      case .kinds:
        let kind = colours[place].max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? -1
        full = kind < 0 ? theme.line : MapSymbol(kind: kind).colour
      case .values:
        let (value, known) = sums[place]
        full =
          known == 0
          ? theme.line
          : ColourMap.tide.colour((Float(value / Double(known)) - range.lowerBound) / span)
      }
      let strength = 0.25 + 0.75 * log(1 + Double(counts[place])) / most
      return theme.background.mixed(with: full, share: strength).pixel
    }
    return Raster(width: width, height: height, pixels: pixels)
  }

  /// The query as a cross in a ring, its neighbours as rings with their numbers.
  func drawMarks(on canvas: Canvas, _ view: MapView, theme: Theme) {
    let centre = query.map { view.place($0.place) }
    for neighbour in neighbours {
      let place = view.place(neighbour.place)
      if let centre {
        canvas.stroke(
          [(centre.x, centre.y), (place.x, place.y)], width: 1,
          theme.background.mixed(with: theme.accent, share: 0.55))
      }
    }
    // The nearest lies on top.
    for (number, neighbour) in neighbours.enumerated().reversed() {
      let place = view.place(neighbour.place)
      MapMark.neighbour(number + 1).draw(on: canvas, x: place.x, y: place.y, theme: theme)
    }
    if let centre { MapMark.query.draw(on: canvas, x: centre.x, y: centre.y, theme: theme) }
  }
}

extension MapSymbol {
  init(colour: Colour, shape: Shape) {
    self.colour = colour
    self.shape = shape
  }
}

/// How a place that stands out is drawn, on the map and in its legend.
enum MapMark {
  case query
  case neighbour(Int)

  static let radius = 8.0

  func draw(on canvas: Canvas, x: Double, y: Double, theme: Theme) {
    let r = Self.radius
    switch self {
    case .query:
      canvas.dot(x: x, y: y, radius: r + 2, theme.background)
      canvas.ring(x: x, y: y, radius: r + 1, width: 2.5, theme.accent)
      for (from, to) in [((-r, 0.0), (r, 0.0)), ((0.0, -r), (0.0, r))] {
        canvas.stroke(
          [(x + from.0, y + from.1), (x + to.0, y + to.1)], width: 2.5, theme.accent)
      }
    case .neighbour(let number):
      canvas.dot(x: x, y: y, radius: r, theme.background)
      canvas.ring(x: x, y: y, radius: r, width: 1.5, theme.accent)
      let style = TextStyle(size: number < 10 ? 11 : number < 100 ? 9.5 : 7.5, bold: true)
      canvas.write(
        "\(number)", style, theme.text, x: x,
        y: y + style.size * FigureFrame.figureHeight / 2, anchor: .middle)
    }
  }
}
