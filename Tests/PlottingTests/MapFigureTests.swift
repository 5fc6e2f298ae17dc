import TestSupport
import Testing

@testable import Plotting

@Suite("A map")
struct MapFigureTests {
  private let size = PictureSize(width: 640, height: 480)
  /// A square with a point in each corner.
  private let corners: [Float] = [0, 0, 1, 0, 0, 1, 1, 1]

  private func picture(_ figure: MapFigure, theme: Theme = .light) throws -> DecodedPicture {
    try DecodedPicture(png: figure.render(size: size, format: .png, theme: theme))
  }

  /// The middle of all pixels that are nearly of a colour, left of a legend.
  private func middle(
    of colour: Colour, in picture: DecodedPicture
  ) -> (x: Int, y: Int, count: Int) {
    var (sumX, sumY, count) = (0, 0, 0)
    for y in 42..<picture.height {
      for x in 0..<500 {
        let own = picture.colour(x: x, y: y)
        let distance =
          abs(Int(own.red) - Int(colour.red)) + abs(Int(own.green) - Int(colour.green))
          + abs(Int(own.blue) - Int(colour.blue))
        guard distance < 90 else { continue }
        (sumX, sumY, count) = (sumX + x, sumY + y, count + 1)
      }
    }
    return count == 0 ? (0, 0, 0) : (sumX / count, sumY / count, count)
  }

  @Test("has the second number upwards and one scale for both", arguments: [Theme.light, .dark])
  func places(theme: Theme) throws {
    let picture = try picture(
      MapFigure(
        title: "Map", subtitle: "of four", places: corners, dimensions: 2,
        colouring: .kinds(
          title: "Kind", names: ["a", "b", "c", "d"], of: [0, 1, 2, 3], others: "others")),
      theme: theme)
    let found = (0..<4).map { middle(of: MapSymbol(kind: $0).colour, in: picture) }
    #expect(found.allSatisfy { $0.count > 20 })
    #expect(found[0].x < found[1].x && found[0].y > found[2].y)
    let (across, upwards) = (found[1].x - found[0].x, found[0].y - found[2].y)
    #expect(abs(across - upwards) <= 3 && across > 250)
    #expect(picture.marksAtEdges(width: 6, on: theme.background) == 0)
  }

  @Test("tells kinds apart by colour and shape")
  func symbols() {
    let symbols = (0..<MapFigure.kindCount).map { MapSymbol(kind: $0) }
    #expect(Set(symbols.map { "\($0.colour.html) \($0.shape)" }).count == MapFigure.kindCount)
  }

  @Test("colours values from low to high, and those that are not known in grey")
  func values() throws {
    let picture = try picture(
      MapFigure(
        title: "Map", places: corners, dimensions: 2,
        colouring: .values([10, 20, 30, .nan], label: "Tempo")))
    let low = middle(of: ColourMap.tide.colour(0), in: picture)
    let high = middle(of: ColourMap.tide.colour(1), in: picture)
    #expect(low.count > 20 && high.count > 20)
    #expect(low.y > high.y + 200 && abs(low.x - high.x) < 12)
    let other = middle(of: Theme.light.line, in: picture)
    #expect(other.count > 20)
  }

  @Test("marks what was asked about and its neighbours, also beyond the points")
  func marks() throws {
    let plain = MapFigure(title: "Map", places: corners, dimensions: 2)
    let marked = MapFigure(
      title: "Map", places: corners, dimensions: 2,
      query: .init(place: [3, 3], name: "Song"),
      neighbours: [.init(place: [1, 1], name: "Near"), .init(place: [1, 0], name: "Far")])
    let accent = Theme.light.accent
    #expect(middle(of: accent, in: try picture(plain)).count == 0)
    let found = middle(of: accent, in: try picture(marked))
    #expect(found.count > 60)
    #expect(try picture(marked).marksAtEdges(width: 6, on: Theme.light.background) == 0)
  }

  @Test("of many points shows where they are dense")
  func density() throws {
    let count = MapFigure.densityCount
    // Most of them in one place.
    let places = (0..<count).flatMap { number -> [Float] in
      number.isMultiple(of: 100) ? [Float(number % 97), Float(number % 89)] : [10, 10]
    }
    let picture = try picture(
      MapFigure(
        title: "Map", places: places, dimensions: 2,
        colouring: .kinds(
          title: "Kind", names: ["a"], of: (0..<count).map { _ in 0 }, others: "others")))
    let full = middle(of: MapSymbol(kind: 0).colour, in: picture)
    #expect(full.count > 0 && full.count < 40)
    let faint = Theme.light.background.mixed(with: MapSymbol(kind: 0).colour, share: 0.3)
    #expect(middle(of: faint, in: picture).count > 200)
  }

  @Test("of principal components has numbers along its axes")
  func axes() throws {
    let with = MapFigure(
      title: "Map", places: corners, dimensions: 2, axes: ["Component 1", "Component 2"])
    let without = MapFigure(title: "Map", places: corners, dimensions: 2)
    let strip = Box(x: 20..<560, y: 440..<470)
    #expect(try picture(with).marks(in: strip, on: Theme.light.background) > 100)
    let inner = try picture(without)
    #expect(inner.colour(x: 100, y: 470) == Theme.light.background)
  }

  @Test("of three dimensions is seen from the side and a little from above")
  func space() throws {
    let figure = MapFigure(
      title: "Map", places: [0, 0, 0, 5, 5, 0, 0, 0, 5], dimensions: 3,
      colouring: .kinds(title: "Kind", names: ["a", "b", "c"], of: [0, 1, 2], others: "others"))
    let view = MapView(figure, in: Rectangle(x: 0, y: 0, width: 400, height: 300))
    let found = (0..<3).map { view.place(figure.places, at: 3 * $0) }
    // The third axis points upwards; the floor rises towards the back.
    #expect(found[2].y < found[0].y && abs(found[2].x - found[0].x) < 1e-9)
    #expect(found[1].depth > found[0].depth && found[1].y < found[0].y)
    #expect(found.allSatisfy { (0...400).contains($0.x) && (0...300).contains($0.y) })
    #expect(try picture(figure).marksAtEdges(width: 6, on: Theme.light.background) == 0)
  }

  @Test("of points in one place, wherever that is, has them in its middle", arguments: [2, 3])
  func onePlace(dimensions: Int) throws {
    for value: Float in [0, 1, -3, 1e8] {
      let place = [Float](repeating: value, count: dimensions)
      let figure = MapFigure(
        title: "Map", places: place + place, dimensions: dimensions,
        query: .init(place: place, name: "Song"))
      let found = middle(of: Theme.light.accent, in: try picture(figure))
      #expect(found.count > 20, "\(value)")
    }
  }

  @Test("of nothing, and of points in one place, is drawn", arguments: PictureFormat.allCases)
  func empty(format: PictureFormat) throws {
    for places: [Float] in [[], [1, 1], [2, 2, 2, 2]] {
      let figure = MapFigure(title: "Map", places: places, dimensions: 2)
      #expect(try !figure.render(format: format).isEmpty)
    }
  }

  @Test("shortens long names and leaves out what has no room")
  func legend() throws {
    let names = (0..<12).map { "kind \($0) " + String(repeating: "long ", count: 40) }
    let figure = MapFigure(
      title: String(repeating: "title ", count: 99), places: corners, dimensions: 2,
      colouring: .kinds(title: "Kind", names: names, of: [0, 1, 2, nil], others: "others"),
      query: .init(place: [0, 0], name: names[0]),
      neighbours: names.map { .init(place: [1, 1], name: $0) })
    let picture = try DecodedPicture(
      png: figure.render(size: PictureSize(width: 400, height: 300), format: .png))
    #expect(picture.marksAtEdges(width: 6, on: Theme.light.background) == 0)
  }
}
