/// A picture of pixels, the topmost row first.
struct Raster {
  let width: Int
  let height: Int
  /// Each as cairo keeps it: 0xFFRRGGBB.
  var pixels: [UInt32]

  /// Brings a matrix to a size: means over areas where it shrinks, equal cells where it grows.
  /// - Parameters:
  ///   - read: the value of a row, the topmost being 0, and a column.
  ///   - colour: what a value looks like.
  static func resampled(
    _ values: borrowing Matrix, width: Int, height: Int, colour: (Float) -> Colour
  ) -> Raster {
    let columns = Self.cells(values.columnCount, to: width)
    let rows = Self.cells(values.rowCount, to: height)
    var raster = Raster(
      width: width, height: height, pixels: Array(repeating: 0, count: width * height))
    for (y, row) in rows.enumerated() {
      // Rows are given lowest first and are painted highest first.
      let place = height - 1 - y
      if y > 0, row == rows[y - 1] {
        let from = (place + 1) * width
        for x in 0..<width { raster.pixels[place * width + x] = raster.pixels[from + x] }
        continue
      }
      for (x, column) in columns.enumerated() {
        raster.pixels[place * width + x] = colour(values.mean(row, column)).pixel
      }
    }
    return raster
  }

  /// Which of `count` cells each of `target` pixels shows.
  static func cells(_ count: Int, to target: Int) -> [Range<Int>] {
    (0..<target).map { pixel in
      if count <= target {
        let cell = (2 * pixel + 1) * count / (2 * target)
        return cell..<(cell + 1)
      }
      return (pixel * count / target)..<((pixel + 1) * count / target)
    }
  }
}

/// Values in rows, row after row, the lowest first.
struct Matrix {
  let values: [Float]
  let rowCount: Int
  let columnCount: Int

  /// The mean over a block; values that are not finite do not count. NaN where none is left.
  func mean(_ rows: Range<Int>, _ columns: Range<Int>) -> Float {
    var sum = 0.0
    var count = 0
    for row in rows {
      for column in columns {
        let value = values[row * columnCount + column]
        if value.isFinite {
          sum += Double(value)
          count += 1
        }
      }
    }
    return count == 0 ? .nan : Float(sum / Double(count))
  }
}
