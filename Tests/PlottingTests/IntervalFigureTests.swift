import TestSupport
import Testing

@testable import Plotting

@Suite("A figure of intervals")
struct IntervalFigureTests {
  private let size = PictureSize(width: 640, height: 240)

  private func figure(
    _ values: [IntervalFigure.Value?], marks: [(value: Double, label: String)] = []
  ) -> IntervalFigure {
    IntervalFigure(
      title: "Figures", subtitle: "of something", rows: values.indices.map { "row \($0)" },
      highlighted: [0], panels: [.init(title: "P@5", values: values, marks: marks)])
  }

  private func picture(_ figure: IntervalFigure, theme: Theme = .light) throws -> DecodedPicture {
    try DecodedPicture(png: figure.render(size: size, format: .png, theme: theme))
  }

  /// The columns in which a colour stands, over all rows of pixels between two.
  private func columns(
    of colour: Colour, in picture: DecodedPicture, rows: Range<Int>
  ) -> [Int] {
    (0..<picture.width).filter { x in rows.contains { picture.colour(x: x, y: $0) == colour } }
  }

  @Test("puts larger values further right and draws wider intervals wider")
  func places() throws {
    let theme = Theme.light
    let low = try picture(
      figure([.init(0.2, interval: 0.1...0.3), .init(0.8, interval: 0.75...0.85)]))
    // Only the first row stands out, so its colour is nobody else's.
    let first = columns(of: theme.accent, in: low, rows: 0..<240)
    let high = try picture(
      figure([.init(0.8, interval: 0.75...0.85), .init(0.2, interval: 0.1...0.3)]))
    let second = columns(of: theme.accent, in: high, rows: 0..<240)
    let (left, right) = (try #require(first.last), try #require(second.first))
    #expect(left < right)
    #expect(first.count > 3 * second.count / 2)
  }

  @Test("leaves a row empty that was not measured")
  func absent() throws {
    let picture = try picture(figure([nil, .init(0.5, interval: 0.4...0.6)]))
    #expect(columns(of: Theme.light.accent, in: picture, rows: 0..<240) == [])
  }

  @Test("draws nothing at the picture's edges, whatever the names")
  func edges() throws {
    let long = IntervalFigure(
      title: String(repeating: "long ", count: 100), rows: [String(repeating: "name ", count: 50)],
      panels: (0..<6).map { number in
        .init(
          title: String(repeating: "panel ", count: 20),
          values: [.init(Double(number), interval: -1e6...1e6)], marks: [(0, "chance")])
      })
    let picture = try DecodedPicture(png: long.render(format: .png))
    #expect(picture.marksAtEdges(width: 6, on: Theme.light.background) == 0)
    #expect(picture.width == 1_280)
  }

  @Test("is drawn where all values are the same")
  func constant() throws {
    let values = [IntervalFigure.Value?](repeating: .init(1, interval: 1...1), count: 3)
    let picture = try picture(figure(values, marks: [(1, "best")]))
    #expect(!columns(of: Theme.light.accent, in: picture, rows: 0..<240).isEmpty)
  }

  @Test("refuses a size that leaves no room")
  func noRoom() {
    let figure = figure([IntervalFigure.Value?](repeating: .init(0, interval: 0...0), count: 60))
    #expect(throws: PlottingError.self) { try figure.render(size: size, format: .png) }
  }
}
