/// What a kind of point looks like: a colour and a shape, so that neither alone has to tell kinds apart.
struct MapSymbol {
  enum Shape: CaseIterable { case circle, square, triangle, diamond, wedge }

  let colour: Colour
  let shape: Shape

  /// Kinds that have a symbol of their own.
  static let count = 12

  /// Colours that colour-blind eyes can tell apart (Okabe and Ito 2008, without black and yellow).
  private static let colours = [
    Colour(0x0072B2), Colour(0xE69F00), Colour(0x009E73), Colour(0xD55E00), Colour(0x56B4E9),
    Colour(0xCC79A7), Colour(0x8A7A3B),
  ]

  /// The symbol of a kind; those of the first ``count`` all differ.
  init(kind: Int) {
    colour = Self.colours[kind % Self.colours.count]
    shape = Shape.allCases[kind % Shape.allCases.count]
  }

  /// The symbol of all that have none of their own.
  init(other theme: Theme) {
    colour = theme.line
    shape = .circle
  }

  init(colour: Colour) {
    self.colour = colour
    shape = .circle
  }

  /// The colours of kinds, in turns; five shapes take turns beside them.
  static var kindColours: [Colour] { colours }

  func draw(on canvas: Canvas, x: Double, y: Double, radius r: Double, opacity: Double = 1) {
    let corners: [(Double, Double)] =
      switch shape {
      case .circle: []
      case .square: [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
      case .triangle: [(0, -1.2), (1.1, 0.8), (-1.1, 0.8)]
      case .diamond: [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)]
      case .wedge: [(0, 1.2), (1.1, -0.8), (-1.1, -0.8)]
      }
    if corners.isEmpty {
      canvas.dot(x: x, y: y, radius: r, colour, opacity: opacity)
    } else {
      canvas.fill(
        corners.map { (x: x + r * $0.0, y: y + r * $0.1) }, colour, opacity: opacity)
    }
  }
}
