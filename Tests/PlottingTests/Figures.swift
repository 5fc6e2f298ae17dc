@testable import Plotting

/// A rectangle of whole pixels.
struct Box: Equatable {
  var x: Range<Int>
  var y: Range<Int>
}

/// Figures for tests and what can be seen in them.
enum Figures {
  static let size = PictureSize(width: 640, height: 360)
  static let ticks: [(row: Double, label: String)] = [(0, "100"), (3, "1000"), (7, "4000")]

  static func spectrogram(
    title: String = "A song", subtitle: String? = "by somebody", values: [Float], rowCount: Int = 8,
    seconds: Double = 30, ticks: [(row: Double, label: String)] = ticks,
    range: ClosedRange<Float> = -80...0, valueLabel: String = "Level (dB)"
  ) -> SpectrogramFigure {
    SpectrogramFigure(
      title: title, subtitle: subtitle, values: values, rowCount: rowCount,
      columnCount: values.count / rowCount, seconds: seconds, frequencyTicks: ticks,
      valueRange: range, valueLabel: valueLabel)
  }

  static func picture(
    _ figure: SpectrogramFigure, size: PictureSize = size, theme: Theme = .light
  ) throws -> DecodedPicture {
    try DecodedPicture(png: figure.render(size: size, format: .png, theme: theme))
  }

  /// Where the data of a spectrogram figure of this layout lies: all of it is made one colour.
  static func plot(rowCount: Int = 8, theme: Theme = .light) throws -> Box {
    let values = [Float](repeating: 0, count: rowCount * 10)
    return try area(
      of: ColourMap.ember.colour(1),
      in: picture(spectrogram(values: values, rowCount: rowCount), theme: theme))
  }

  /// The run of a colour through the middle of a picture, both ways.
  static func area(of colour: Colour, in picture: DecodedPicture) -> Box {
    let y = picture.height / 2
    let row = (0..<picture.width).filter { picture.colour(x: $0, y: y) == colour }
    let x = row.count / 2 < row.count ? row[row.count / 2] : 0
    let column = (0..<picture.height).filter { picture.colour(x: x, y: $0) == colour }
    return Box(
      x: (row.first ?? 0)..<((row.last ?? -1) + 1),
      y: (column.first ?? 0)..<((column.last ?? -1) + 1))
  }
}

extension DecodedPicture {
  /// How many pixels of a box are not of a colour.
  func marks(in box: Box, on background: Colour) -> Int {
    box.y.reduce(0) { sum, y in
      sum + box.x.count { colour(x: $0, y: y) != background }
    }
  }

  /// Whether every pixel of a box is of a colour.
  func isFilled(_ box: Box, with wanted: Colour) -> Bool { marks(in: box, on: wanted) == 0 }

  /// The pixels of the four edges, `width` deep.
  func marksAtEdges(width deep: Int, on background: Colour) -> Int {
    marks(in: Box(x: 0..<width, y: 0..<deep), on: background)
      + marks(in: Box(x: 0..<width, y: (height - deep)..<height), on: background)
      + marks(in: Box(x: 0..<deep, y: 0..<height), on: background)
      + marks(in: Box(x: (width - deep)..<width, y: 0..<height), on: background)
  }
}
