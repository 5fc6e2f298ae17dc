import Testing

@testable import Plotting

@Suite("A figure of curves")
struct CurveFigureTests {
  private let blue = Colour(0x0072B2)
  private let orange = Colour(0xE69F00)

  private func picture(
    _ curves: [CurveFigure.Curve], isLogarithmic: Bool = false
  ) throws -> DecodedPicture {
    try DecodedPicture(
      png: CurveFigure(
        title: "Losses", curves: curves, horizontalLabel: "Epoch", verticalLabel: "Loss",
        isLogarithmic: isLogarithmic
      ).render(size: Figures.size, format: .png))
  }

  /// Where a colour is seen left of the legend: the rows of each column that has it.
  private func places(_ colour: Colour, in picture: DecodedPicture) -> [Int: ClosedRange<Int>] {
    var places: [Int: ClosedRange<Int>] = [:]
    for x in 0..<500 {
      let rows = (0..<picture.height).filter { picture.colour(x: x, y: $0) == colour }
      if let first = rows.first, let last = rows.last { places[x] = first...last }
    }
    return places
  }

  @Test("draws a falling loss falling, from the left edge to the right")
  func falling() throws {
    let points = (1...50).map { (Double($0), 1 - Double($0) / 100) }
    let seen = places(blue, in: try picture([.init(name: "Training", points: points)]))
    let columns = seen.keys.sorted()
    let (first, last) = (try #require(columns.first), try #require(columns.last))
    #expect(last - first > 380 && columns.count > 350)
    let heights = columns.compactMap { seen[$0]?.lowerBound }
    #expect(zip(heights, heights.dropFirst()).allSatisfy { $0 <= $1 + 2 })
    #expect((heights.last ?? 0) - (heights.first ?? 0) > 180)
  }

  @Test("gives each curve its own colour and leaves gaps where there is no number")
  func several() throws {
    let gap = (1...50).map { (Double($0), (20...30).contains($0) ? Double.nan : 0.5) }
    let whole = (1...50).map { (Double($0), 0.8) }
    let seen = try picture([.init(name: "a", points: gap), .init(name: "b", points: whole)])
    let blueColumns = places(blue, in: seen).keys.sorted()
    let steps = zip(blueColumns, blueColumns.dropFirst()).map { $1 - $0 }
    #expect((steps.max() ?? 0) > 50)
    let orangeColumns = places(orange, in: seen).keys.sorted()
    #expect(zip(orangeColumns, orangeColumns.dropFirst()).allSatisfy { $1 - $0 == 1 })
  }

  @Test("draws equal ratios at equal heights where it is logarithmic")
  func logarithmic() throws {
    let points = (0...40).map { (Double($0), 1 / Double(1 << ($0 / 4))) }
    let seen = places(
      blue, in: try picture([.init(name: "a", points: points)], isLogarithmic: true))
    let columns = seen.keys.sorted()
    let (first, last) = (try #require(columns.first), try #require(columns.last))
    func height(_ share: Double) -> Double {
      let range = seen[first + Int(share * Double(last - first))] ?? 0...0
      return Double(range.lowerBound + range.upperBound) / 2
    }
    let (top, middle, bottom) = (height(0.02), height(0.52), height(0.99))
    #expect(abs((middle - top) - (bottom - middle)) < 0.15 * (bottom - top))
  }

  @Test("is drawn whatever the values", arguments: [[], [0.5], [1e-30, 1e30], [.nan], [0, -1]])
  func anyValues(values: [Double]) throws {
    for isLogarithmic in [false, true] {
      let points = values.enumerated().map { (Double($0.offset), $0.element) }
      _ = try picture([.init(name: "a", points: points)], isLogarithmic: isLogarithmic)
    }
    _ = try picture([])
  }
}

@Suite("A figure of a reconstruction")
struct ReconstructionFigureTests {
  private let ticks = Figures.ticks
  private let size = PictureSize(width: 1_200, height: 400)

  private func picture(
    original: [Float]?, reconstruction: [Float], columns: Int = 10
  ) throws -> DecodedPicture {
    try DecodedPicture(
      png: ReconstructionFigure(
        title: "A song", original: original, reconstruction: reconstruction, rowCount: 8,
        columnCount: columns, seconds: 30, frequencyTicks: ticks
      ).render(size: size, format: .png))
  }

  private func count(_ colour: Colour, in picture: DecodedPicture, x: Range<Int>) -> Int {
    x.reduce(0) { sum, x in
      sum + (0..<picture.height).count { picture.colour(x: x, y: $0) == colour }
    }
  }

  @Test("shows original, reconstruction and their difference, in this order")
  func panels() throws {
    let loud = [Float](repeating: 1, count: 80)
    let soft = [Float](repeating: 0, count: 80)
    let picture = try picture(original: loud, reconstruction: soft)
    let (hot, cold) = (ColourMap.ember.colour(1), ColourMap.ember.colour(0))
    let less = ColourMap.difference.colour(0)
    let counts = [0..<370, 380..<690, 780..<1_200].map { x in
      [hot, cold, less].map { count($0, in: picture, x: x) }
    }
    #expect(counts[0][0] > 40_000 && counts[0][1] < 1_000)
    #expect(counts[1][1] > 40_000 && counts[1][0] < 1_000)
    #expect(counts[2][2] > 40_000)
  }

  @Test("shows no difference as the middle of its colours")
  func same() throws {
    let values = (0..<80).map { Float($0) / 80 }
    let picture = try picture(original: values, reconstruction: values)
    let middle = ColourMap.difference.colour(0.5)
    #expect(count(middle, in: picture, x: 800..<1_200) > 40_000)
    let colours = ColourMap.difference.colours
    #expect(min(middle.red, middle.green, middle.blue) > 240)
    #expect(colours[0].blue > colours[0].red && colours[255].red > colours[255].blue)
    for place in 0..<128 {
      let (low, high) = (Oklab(colours[place]), Oklab(colours[255 - place]))
      #expect(abs(low.lightness - high.lightness) < 0.02)
    }
  }

  @Test("shows a reconstruction alone, low frequencies at the bottom")
  func alone() throws {
    var values = [Float](repeating: 0, count: 80)
    for column in 0..<10 { values[column] = 1 }
    let picture = try picture(original: nil, reconstruction: values)
    let hot = ColourMap.ember.colour(1)
    let rows = (0..<400).filter { picture.colour(x: 500, y: $0) == hot }
    #expect(rows.count > 20 && (rows.first ?? 0) > 280)
  }

  @Test("is refused where there is no room")
  func small() throws {
    let figure = ReconstructionFigure(
      title: "A song", original: [0, 1], reconstruction: [0, 1], rowCount: 1, columnCount: 2,
      seconds: 30, frequencyTicks: ticks)
    #expect(throws: PlottingError(code: .sizeOutOfRange, context: .draw)) {
      try figure.render(size: PictureSize(width: 300, height: 300), format: .png)
    }
  }
}
