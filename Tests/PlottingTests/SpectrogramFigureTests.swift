import TestSupport
import Testing

@testable import Plotting

@Suite("A spectrogram figure")
struct SpectrogramFigureTests {
  private let hot = ColourMap.ember.colour(1)
  private let cold = ColourMap.ember.colour(0)

  @Test("has the asked size and the theme's background", arguments: [Theme.light, .dark])
  func sizeAndBackground(theme: Theme) throws {
    let figure = Figures.spectrogram(values: Array(repeating: -40, count: 80))
    let picture = try Figures.picture(figure, theme: theme)
    #expect(picture.width == 640)
    #expect(picture.height == 360)
    for (x, y) in [(0, 0), (639, 0), (0, 359), (639, 359)] {
      #expect(picture.colour(x: x, y: y) == theme.background)
    }
  }

  @Test(
    "puts low frequencies at the bottom and later times to the right",
    arguments: [(0, 0), (0, 9), (7, 0), (7, 9), (3, 4)])
  func place(row: Int, column: Int) throws {
    var values = [Float](repeating: -80, count: 80)
    values[row * 10 + column] = 0
    let picture = try Figures.picture(Figures.spectrogram(values: values))
    let plot = try Figures.plot()
    let width = Double(plot.x.count) / 10
    let height = Double(plot.y.count) / 8
    let middleX = plot.x.lowerBound + Int((Double(column) + 0.5) * width)
    let middleY = plot.y.upperBound - 1 - Int((Double(row) + 0.5) * height)
    let (halfX, halfY) = (Int(width / 2) - 2, Int(height / 2) - 2)
    let cell = Box(
      x: (middleX - halfX)..<(middleX + halfX), y: (middleY - halfY)..<(middleY + halfY))
    #expect(picture.isFilled(cell, with: hot))
    let area = plot.x.count * plot.y.count
    let lit = area - picture.marks(in: plot, on: hot)
    #expect(abs(lit - area / 80) <= plot.x.count + plot.y.count)
    #expect(lit + area - picture.marks(in: plot, on: cold) == area)
  }

  @Test("shows means where there are more cells than pixels")
  func means() throws {
    // Rows of 20,000 columns that alternate between both ends: each pixel holds many of both.
    let values = (0..<80_000).map { Float($0 % 2) * -80 }
    let picture = try Figures.picture(Figures.spectrogram(values: values, rowCount: 4))
    let plot = try Figures.plot(rowCount: 4)
    let wanted = ColourMap.ember.colours[118...137]
    for x in plot.x { #expect(wanted.contains(picture.colour(x: x, y: plot.y.lowerBound + 9))) }
  }

  @Test("writes titles, axes, ticks and the colour bar")
  func texts() throws {
    let values = [Float](repeating: -40, count: 80)
    let picture = try Figures.picture(Figures.spectrogram(values: values))
    let plot = try Figures.plot()
    let paper = Theme.light.background
    let above = Box(x: 0..<640, y: 0..<(plot.y.lowerBound - 1))
    let below = Box(x: 0..<640, y: (plot.y.upperBound + 1)..<360)
    let left = Box(x: 0..<(plot.x.lowerBound - 1), y: plot.y)
    let right = Box(x: (plot.x.upperBound + 1)..<640, y: plot.y)
    for box in [above, below, left, right] { #expect(picture.marks(in: box, on: paper) > 100) }

    let bare = try Figures.picture(
      Figures.spectrogram(title: "", subtitle: "", values: values, ticks: [], valueLabel: ""))
    let barePlot = Figures.area(of: ColourMap.ember.colour(0.5), in: bare)
    let head = Box(x: 0..<640, y: 0..<(barePlot.y.lowerBound - 8))
    #expect(bare.marks(in: head, on: paper) == 0)
    #expect(picture.marks(in: head, on: paper) > 300)
    // Without texts at its rows the axis keeps only its name.
    let bareLeft = Box(x: 0..<(barePlot.x.lowerBound - 1), y: barePlot.y)
    #expect(bare.marks(in: bareLeft, on: paper) + 100 < picture.marks(in: left, on: paper))
  }

  @Test("draws the bar from the lowest colour below to the highest above")
  func bar() throws {
    let picture = try Figures.picture(
      Figures.spectrogram(values: Array(repeating: -40, count: 80)))
    let plot = try Figures.plot()
    let x = plot.x.upperBound + 25
    #expect(picture.colour(x: x, y: plot.y.lowerBound) == hot)
    #expect(picture.colour(x: x, y: plot.y.upperBound - 1) == cold)
  }

  @Test("keeps texts of any length inside the picture")
  func longTexts() throws {
    let long = String(repeating: "Wide Words — Weite Wörter ", count: 400)
    let figure = Figures.spectrogram(
      title: long, subtitle: long, values: Array(repeating: 0, count: 80), valueLabel: long)
    for size in [Figures.size, PictureSize(width: 240, height: 180)] {
      let picture = try Figures.picture(figure, size: size)
      #expect(picture.marksAtEdges(width: 3, on: Theme.light.background) == 0)
    }
  }

  @Test("takes titles with control characters, no letters and NUL")
  func oddTitles() throws {
    for title in ["", "\n\r\n\t", "a\u{0}b", "\u{1F3B5}\u{200F}\u{FEFF}", "音楽"] {
      let figure = Figures.spectrogram(title: title, values: Array(repeating: 0, count: 80))
      #expect(try Figures.picture(figure).width == 640)
    }
    // What follows a NUL is not lost.
    let cut = try Figures.picture(
      Figures.spectrogram(title: "a", values: Array(repeating: 0, count: 80)))
    let whole = try Figures.picture(
      Figures.spectrogram(title: "a\u{0}bcd", values: Array(repeating: 0, count: 80)))
    let head = Box(x: 0..<640, y: 0..<36)
    let paper = Theme.light.background
    #expect(whole.marks(in: head, on: paper) > cut.marks(in: head, on: paper))
  }

  @Test("draws values that are not finite, too large or too small as the ends")
  func extremes() throws {
    let huge = Float.greatestFiniteMagnitude
    let columns: [(Float, Colour)] = [
      (.nan, cold), (-.infinity, cold), (-huge, cold), (-1e-30, hot), (0, hot), (huge, hot),
    ]
    let values = (0..<8).flatMap { _ in columns.map(\.0) }
    let picture = try Figures.picture(Figures.spectrogram(values: values))
    let plot = try Figures.plot()
    for (index, column) in columns.enumerated() {
      let x = plot.x.lowerBound + (2 * index + 1) * plot.x.count / (2 * columns.count)
      #expect(picture.colour(x: x, y: plot.y.lowerBound + 20) == column.1)
    }
  }

  @Test(
    "can be made for any range and length",
    arguments: [
      (0...0, 30), (-Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude, 1e8),
      (0...Float.leastNonzeroMagnitude, 1e-6), (1e30...Float(1e30).nextUp, 0.5), (-1...1, 7_200),
    ] as [(ClosedRange<Float>, Double)])
  func ranges(range: ClosedRange<Float>, seconds: Double) throws {
    let values = [Float](repeating: range.lowerBound, count: 80)
    let figure = Figures.spectrogram(values: values, seconds: seconds, range: range)
    for format in PictureFormat.allCases {
      #expect(try !figure.render(size: Figures.size, format: format, theme: .dark).isEmpty)
    }
  }

  @Test("is written as the asked format")
  func formats() throws {
    let figure = Figures.spectrogram(values: Array(repeating: -40, count: 80))
    let png = try figure.render(size: Figures.size, format: .png)
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    let svg = String(
      decoding: try figure.render(size: Figures.size, format: .svg), as: UTF8.self)
    #expect(svg.hasPrefix("<?xml"))
    #expect(svg.contains("<svg"))
    #expect(svg.contains("viewBox=\"0 0 640 360\""))
    #expect(svg.hasSuffix("</svg>\n"))
    let pdf = try figure.render(size: Figures.size, format: .pdf)
    #expect(pdf.starts(with: "%PDF-".utf8))
    #expect(String(decoding: pdf.suffix(7), as: UTF8.self).contains("%%EOF"))
  }

  @Test("is the same every time")
  func repeated() throws {
    var random = SplitMix64(seed: 7)
    let values = (0..<2_560).map { _ in Float.random(in: -80...0, using: &random) }
    let figure = Figures.spectrogram(values: values, rowCount: 32)
    let first = try figure.render(size: Figures.size, format: .png)
    #expect(try figure.render(size: Figures.size, format: .png) == first)
  }

  @Test(
    "refuses sizes outside its limits", arguments: [(0, 0), (-5, 300), (159, 300), (300, 20_000)])
  func sizes(width: Int, height: Int) {
    let figure = Figures.spectrogram(values: Array(repeating: 0, count: 80))
    let size = PictureSize(width: width, height: height)
    #expect(throws: PlottingError(code: .sizeOutOfRange, context: .create)) {
      try figure.render(size: size, format: .png)
    }
  }

  @Test("refuses a size whose texts leave no room")
  func noRoom() {
    let figure = Figures.spectrogram(
      values: Array(repeating: 0, count: 80), ticks: [(0, "a frequency with a long name")])
    #expect(throws: PlottingError(code: .sizeOutOfRange, context: .draw)) {
      try figure.render(size: PictureSize(width: 160, height: 160), format: .png)
    }
  }

  @Test("traps when counts do not fit")
  func counts() async {
    await #expect(processExitsWith: .failure) {
      _ = SpectrogramFigure(
        title: "", values: [0, 0, 0], rowCount: 2, columnCount: 2, seconds: 1, frequencyTicks: [],
        valueRange: 0...1, valueLabel: "")
    }
    await #expect(processExitsWith: .failure) {
      _ = SpectrogramFigure(
        title: "", values: [], rowCount: 0, columnCount: 0, seconds: 1, frequencyTicks: [],
        valueRange: 0...1, valueLabel: "")
    }
    await #expect(processExitsWith: .failure) {
      _ = SpectrogramFigure(
        title: "", values: [0], rowCount: 1, columnCount: 1, seconds: .nan, frequencyTicks: [],
        valueRange: 0...1, valueLabel: "")
    }
  }
}
