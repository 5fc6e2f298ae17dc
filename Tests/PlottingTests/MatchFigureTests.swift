import TestSupport
import Testing

@testable import Plotting

@Suite("A figure of two songs beside each other")
struct MatchFigureTests {
  private let size = PictureSize(width: 900, height: 420)

  private func song(_ value: Float, title: String = "A song", start: Double = 0) -> MatchFigure.Song
  {
    MatchFigure.Song(
      title: title, values: [Float](repeating: value, count: 400), rowCount: 8, columnCount: 50,
      seconds: 30, startSeconds: start)
  }

  private func picture(
    _ pairs: [MatchFigure.Pair], size: PictureSize? = nil, theme: Theme = .light
  ) throws -> DecodedPicture {
    let figure = MatchFigure(
      title: "Title", pairs: pairs, frequencyTicks: [(row: 2, label: "100")],
      valueRange: -80...0, valueLabel: "dB")
    let size = size ?? self.size
    return try DecodedPicture(png: figure.render(size: size, format: .png, theme: theme))
  }

  private let white = Colour(0xFFFFFF)

  /// The rectangle of a colour.
  private func plot(_ value: Float, in picture: DecodedPicture) -> Box {
    Figures.area(of: ColourMap.ember.colour(1 + value / 80), in: picture)
  }

  @Test("has one song to the left and the other to the right, as large as each other")
  func sides() throws {
    let picture = try picture([MatchFigure.Pair(left: song(-20), right: song(-60), spans: [])])
    let (left, right) = (plot(-20, in: picture), plot(-60, in: picture))
    #expect(left.x.upperBound < right.x.lowerBound)
    #expect(abs(left.x.count - right.x.count) <= 1 && left.y == right.y)
    #expect(left.x.count > 300 && left.y.count > 200)
  }

  @Test("marks the parts that belong together where they are")
  func marks() throws {
    let spans = [(left: 110.0...117.5, right: 0.0...7.5)]
    let pair = MatchFigure.Pair(left: song(-20, start: 100), right: song(-60), spans: spans)
    let picture = try picture([pair], theme: .dark)
    let unmarked = try self.picture(
      [MatchFigure.Pair(left: song(-20, start: 100), right: song(-60), spans: [])], theme: .dark)
    let (left, right) = (plot(-20, in: unmarked), plot(-60, in: unmarked))
    for (box, start) in [(left, 10.0 / 30), (right, 0)] {
      let low = box.x.lowerBound + Int((start * Double(box.x.count)).rounded())
      let high = low + box.x.count / 4
      let middle = (box.y.lowerBound + box.y.upperBound) / 2
      #expect(picture.colour(x: low + 2, y: middle) == white)
      #expect(picture.colour(x: high - 3, y: middle) == white)
      let inside = picture.colour(x: (low + high) / 2, y: middle)
      #expect(inside == unmarked.colour(x: (low + high) / 2, y: middle))
      #expect(picture.colour(x: high + 20, y: middle) == unmarked.colour(x: high + 20, y: middle))
    }
  }

  @Test("has a row for each pair, and its texts stay inside")
  func rows() throws {
    let long = String(repeating: "Wide Words — Weite Wörter ", count: 100)
    let pairs = (0..<5).map { row in
      MatchFigure.Pair(
        left: song(-20, title: long), right: song(-60, title: long, start: 7_000),
        spans: [(0...7.5, 7_000...7_007.5), (8...15.5, 7_010...7_017.5)].prefix(row % 3).map {
          (left: $0.0, right: $0.1)
        })
    }
    let figure = MatchFigure(
      title: long, subtitle: long, pairs: pairs, frequencyTicks: [], valueRange: -80...0,
      valueLabel: long)
    let picture = try DecodedPicture(
      png: figure.render(size: figure.standardSize, format: .png))
    #expect(picture.width == 1_400 && picture.height == 1_470)
    #expect(picture.marksAtEdges(width: 3, on: Theme.light.background) == 0)
    for format in PictureFormat.allCases {
      #expect(try !figure.render(size: figure.standardSize, format: format).isEmpty)
    }
  }

  @Test("is refused where there is no room for the songs")
  func small() {
    let pairs = (0..<5).map { _ in MatchFigure.Pair(left: song(0), right: song(0), spans: []) }
    let error = #expect(throws: PlottingError.self) {
      try picture(pairs, size: PictureSize(width: 400, height: 300))
    }
    #expect(error?.code == .sizeOutOfRange)
  }
}
