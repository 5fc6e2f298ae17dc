internal import NeuralNetwork

// What the losses of trainings do with tensors besides layers.
extension Tensor {
  func scaled(by factor: Float) -> Tensor {
    guard factor != 1 else { return self }
    var result = self
    result.withMutableNumbers { numbers in
      for place in numbers.indices { numbers[place] *= factor }
    }
    return result
  }

  /// This plus a multiple of another of the same shape.
  func adding(_ other: Tensor, times factor: Float) -> Tensor {
    precondition(shape == other.shape, "\(shape) plus \(other.shape)")
    var result = self
    result.withMutableNumbers { numbers in
      other.withNumbers { added in
        for place in numbers.indices { numbers[place] += factor * added[place] }
      }
    }
    return result
  }

  /// This with the rows of another added to some of its rows.
  func adding(_ other: Tensor, toRows rows: [Int]) -> Tensor {
    let width = count / shape[0]
    precondition(other.count == rows.count * width, "\(other.shape) to \(rows.count) rows")
    var result = self
    result.withMutableNumbers { numbers in
      other.withNumbers { added in
        for (place, row) in rows.enumerated() {
          for column in 0..<width { numbers[row * width + column] += added[place * width + column] }
        }
      }
    }
    return result
  }

  /// Some of the rows.
  func rows(_ numbers: [Int]) -> Tensor {
    let size = count / shape[0]
    return withNumbers { values in
      Tensor(
        shape: [numbers.count] + shape.dropFirst(),
        values: numbers.flatMap { values[($0 * size)..<(($0 + 1) * size)] })
    }
  }

  /// Some of the columns of a matrix.
  func columns(_ range: Range<Int>) -> Tensor {
    let width = shape[1]
    return withNumbers { values in
      Tensor(
        shape: [shape[0], range.count],
        values: (0..<shape[0]).flatMap { row in
          values[(row * width + range.lowerBound)..<(row * width + range.upperBound)]
        })
    }
  }

  /// Matrices of as many rows, joined to one.
  static func sideBySide(_ parts: [Tensor]) -> Tensor {
    let rows = parts[0].shape[0]
    let values = parts.map(\.values)
    return Tensor(
      shape: [rows, parts.reduce(0) { $0 + $1.shape[1] }],
      values: (0..<rows).flatMap { row in
        zip(parts, values).flatMap { part, values in
          values[(row * part.shape[1])..<((row + 1) * part.shape[1])]
        }
      })
  }

  /// The first and the second half of the rows.
  var halves: (Tensor, Tensor) {
    let middle = shape[0] / 2
    return (rows(Array(0..<middle)), rows(Array(middle..<shape[0])))
  }
}
