/// What stands beside a map: what its colours and its marks mean.
struct MapLegend {
  private let figure: MapFigure
  private let bar: ColourBar?
  private let counts: [Int]
  private let otherCount: Int
  private let textWidth: Double

  private static let gap = 18.0
  private static let rowHeight = 22.0
  private static let symbolWidth = 24.0
  /// A share of the picture's width, at most.
  private static let widest = 0.26
  private static let titleStyle = TextStyle(size: 12, bold: true)

  init(_ figure: MapFigure, canvas: Canvas) throws(PlottingError) {
    self.figure = figure
    var names = ([figure.query].compactMap(\.self) + figure.neighbours).map(\.name)
    var counts: [Int] = []
    var otherCount = 0
    switch figure.colouring {
    case .none: bar = nil
    case .kinds(let title, let kindNames, let kinds, let others):
      bar = nil
      counts = kindNames.indices.map { _ in 0 }
      for kind in kinds {
        if let kind { counts[kind] += 1 } else { otherCount += 1 }
      }
      names.append(title)
      for (name, count) in zip(kindNames, counts) { names.append("\(name) (\(count))") }
      if otherCount > 0 { names.append("\(others) (\(otherCount))") }
    case .values(_, let label):
      bar = ColourBar(range: figure.valueRange, label: label, map: .tide, canvas: canvas)
    }
    (self.counts, self.otherCount) = (counts, otherCount)
    let longest = names.map { canvas.measure($0, FigureFrame.labelStyle) }.max() ?? 0
    textWidth =
      names.isEmpty ? 0 : min(longest + 2, Double(canvas.size.width) * Self.widest)
  }

  /// All it takes to the right of the data.
  var width: Double {
    let text = textWidth > 0 ? Self.gap + Self.symbolWidth + textWidth : 0
    return text + (bar?.width ?? 0)
  }

  func draw(in frame: FigureFrame) throws(PlottingError) {
    if let bar { try bar.draw(in: frame) }
    let x = frame.plot.right + (bar?.width ?? 0) + Self.gap
    var y = frame.plot.y + 8
    func row(_ text: String, _ style: TextStyle, _ draw: (Double, Double) -> Void) {
      // What has no room is left out; the counts tell that there is more.
      guard y + 4 <= frame.plot.bottom else { return }
      draw(x + 8, y)
      frame.canvas.write(
        frame.shortened(text, style, to: textWidth), style, frame.theme.text,
        x: style.bold ? x : x + Self.symbolWidth, y: y + 4)
      y += Self.rowHeight
    }
    if case .kinds(let title, let names, _, let others) = figure.colouring {
      row(title, Self.titleStyle) { _, _ in }
      for (kind, name) in names.enumerated() {
        row("\(name) (\(counts[kind]))", FigureFrame.labelStyle) { x, y in
          MapSymbol(kind: kind).draw(on: frame.canvas, x: x, y: y, radius: 5)
        }
      }
      if otherCount > 0 {
        row("\(others) (\(otherCount))", FigureFrame.labelStyle) { x, y in
          MapSymbol(other: frame.theme).draw(on: frame.canvas, x: x, y: y, radius: 5)
        }
      }
      y += 10
    }
    if let query = figure.query {
      row(query.name, FigureFrame.labelStyle) { x, y in
        MapMark.query.draw(on: frame.canvas, x: x, y: y, theme: frame.theme)
      }
    }
    for (number, neighbour) in figure.neighbours.enumerated() {
      row(neighbour.name, FigureFrame.labelStyle) { x, y in
        MapMark.neighbour(number + 1).draw(on: frame.canvas, x: x, y: y, theme: frame.theme)
      }
    }
  }
}
