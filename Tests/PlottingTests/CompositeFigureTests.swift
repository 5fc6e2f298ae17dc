import Testing

@testable import Plotting

@Suite("A composite figure")
struct CompositeFigureTests {
  private func picture(_ values: [UInt8], rowCount: Int) throws -> DecodedPicture {
    let figure = CompositeFigure(
      title: "A song", values: values, rowCount: rowCount,
      columnCount: values.count / rowCount / 3, seconds: 30, frequencyTicks: [(1, "1000")])
    return try DecodedPicture(png: figure.render(size: Figures.size, format: .png))
  }

  @Test("has its first row on top and its channels as red, green and blue")
  func channels() throws {
    let cells: [Colour] = [
      Colour(0xFF0000), Colour(0x00FF00), Colour(0x0000FF), Colour(0x102030), Colour(0xFFFFFF),
      Colour(0x000000),
    ]
    let same = try picture(
      (0..<6).flatMap { _ -> [UInt8] in [1, 2, 3] }, rowCount: 2)
    let plot = Figures.area(of: Colour(0x010203), in: same)
    let picture = try picture(cells.flatMap { [$0.red, $0.green, $0.blue] }, rowCount: 2)
    for (index, cell) in cells.enumerated() {
      let x = plot.x.lowerBound + (2 * (index % 3) + 1) * plot.x.count / 6
      let y = plot.y.lowerBound + (2 * (index / 3) + 1) * plot.y.count / 4
      #expect(picture.colour(x: x, y: y) == cell)
    }
  }

  @Test("names its channels beside the data, each with its colour")
  func legend() throws {
    let picture = try picture([UInt8](repeating: 7, count: 12), rowCount: 2)
    let plot = Figures.area(of: Colour(0x070707), in: picture)
    let right = Box(x: (plot.x.upperBound + 1)..<640, y: plot.y)
    let paper = Theme.light.background
    #expect(picture.marks(in: right, on: paper) > 3 * 12 * 12 + 100)
    let (top, x) = (plot.y.lowerBound, plot.x.upperBound + 24)
    for (index, colour) in [0xFF0000, 0x00FF00, 0x0000FF].enumerated() {
      #expect(picture.colour(x: x, y: top + 24 * index + 6) == Colour(UInt32(colour)))
    }
    #expect(picture.marksAtEdges(width: 3, on: paper) == 0)
  }

  @Test("shows means where there are more cells than pixels")
  func means() throws {
    let values = (0..<4_000).flatMap { index -> [UInt8] in
      index % 2 == 0 ? [200, 0, 50] : [100, 0, 150]
    }
    let picture = try picture(values, rowCount: 1)
    let colour = picture.colour(x: 300, y: 150)
    #expect(abs(Int(colour.red) - 150) <= 15)
    #expect(colour.green == 0)
    #expect(abs(Int(colour.blue) - 100) <= 15)
  }

  @Test("traps when counts do not fit")
  func counts() async {
    await #expect(processExitsWith: .failure) {
      _ = CompositeFigure(
        title: "", values: [0, 0, 0, 0], rowCount: 2, columnCount: 2, seconds: 1,
        frequencyTicks: [])
    }
  }
}
