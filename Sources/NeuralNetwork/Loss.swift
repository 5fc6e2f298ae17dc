import Glibc

/// A loss and its gradients by what it was computed from.
public struct LossValue: Sendable {
  /// The loss.
  public let value: Float

  /// The gradient by each tensor that was given and is trained, in their order and shape.
  public let gradients: [Tensor]
}

/// What training makes small.
public enum Loss {
  /// The mean of (output - target)² over all numbers.
  public static func meanSquaredError(_ output: Tensor, target: Tensor) -> LossValue {
    precondition(
      output.shape == target.shape && output.count > 0,
      "\(output.shape) has no squared error to \(target.shape)")
    let share = 2 / Float(output.count)
    let difference = output.zip(target, -)
    let sum = difference.sum { Double($0) * Double($0) }
    return LossValue(
      value: Float(sum / Double(output.count)), gradients: [difference.map { $0 * share }])
  }

  /// The mean of -(t log p + (1 - t) log(1 - p)) over all numbers, p an output in 0...1.
  ///
  /// Logarithms are cut off at -100 and the gradient's divisor at 1e-12, as PyTorch does.
  public static func binaryCrossEntropy(_ output: Tensor, target: Tensor) -> LossValue {
    precondition(
      output.shape == target.shape && output.count > 0,
      "\(output.shape) has no cross entropy to \(target.shape)")
    let count = Float(output.count)
    let terms = output.zip(target) { p, t in
      -(t * max(logf(p), -100) + (1 - t) * max(log1pf(-p), -100))
    }
    let gradient = output.zip(target) { p, t in (p - t) / (max(p * (1 - p), 1e-12) * count) }
    return LossValue(value: Float(terms.sum { Double($0) } / Double(count)), gradients: [gradient])
  }

  /// InfoNCE (van den Oord et al. 2018): each query must find its own key among all keys.
  ///
  /// - Parameters:
  ///   - queries: (rows, width); of length 1 for cosines.
  ///   - keys: (rows, width); row i belongs to query i.
  ///   - negatives: further keys, (any, width), that belong to no query and get no gradient.
  ///   - temperature: what dot products are divided by.
  /// - Returns: the mean over the queries of -log softmax, with the gradients by queries and keys.
  public static func infoNCE(
    queries: Tensor, keys: Tensor, negatives: Tensor? = nil, temperature: Float
  ) -> LossValue {
    precondition(
      queries.shape.count == 2 && queries.shape == keys.shape && queries.count > 0
        && temperature > 0, "\(queries.shape) queries do not go with \(keys.shape) keys")
    let rows = queries.shape[0]
    let candidates = negatives.map { Tensor.stacked([keys, $0]) } ?? keys
    var scores = product(queries, transposing: candidates)
    let loss = softmaxCrossEntropy(
      &scores, temperature: temperature, targets: Array(0..<rows))
    let byCandidates = product(scores.transposed([1, 0]), candidates: queries)
    return LossValue(
      value: loss,
      gradients: [
        product(scores, candidates: candidates),
        Tensor(shape: keys.shape, values: byCandidates.values.prefix(keys.count)),
      ])
  }

  /// NT-Xent (Chen et al. 2020, SimCLR): of two views of each item, each must find the other among
  /// all views but itself.
  ///
  /// - Parameters:
  ///   - first: (rows, width); of length 1 for cosines.
  ///   - second: (rows, width); row i is the other view of row i.
  ///   - temperature: what dot products are divided by.
  /// - Returns: the mean over all views of -log softmax, with the gradients by both.
  public static func ntXent(_ first: Tensor, _ second: Tensor, temperature: Float) -> LossValue {
    precondition(
      first.shape.count == 2 && first.shape == second.shape && first.count > 0 && temperature > 0,
      "views of \(first.shape) do not go with views of \(second.shape)")
    let rows = first.shape[0]
    let loss = ntXent(
      Tensor.stacked([first, second]), partners: (0..<2 * rows).map { ($0 + rows) % (2 * rows) },
      temperature: temperature)
    let gradient = loss.gradients[0].values
    return LossValue(
      value: loss.value,
      gradients: [
        Tensor(shape: first.shape, values: gradient.prefix(first.count)),
        Tensor(shape: first.shape, values: gradient.suffix(first.count)),
      ])
  }

  /// NT-Xent of views in any order, some of which are not held against each other.
  ///
  /// - Parameters:
  ///   - views: (rows, width); of length 1 for cosines.
  ///   - partners: the row of the other view of each row's item.
  ///   - temperature: what dot products are divided by.
  ///   - isLeftOut: whether a row does not count a column that is not its partner, as of an item that
  ///     may well be alike.
  /// - Returns: the mean over all views of -log softmax, with the gradient by them.
  public static func ntXent(
    _ views: Tensor, partners: [Int], temperature: Float,
    isLeftOut: (_ row: Int, _ column: Int) -> Bool = { _, _ in false }
  ) -> LossValue {
    precondition(
      views.shape.count == 2 && partners.count == views.shape[0] && temperature > 0,
      "\(partners.count) partners for views of \(views.shape)")
    let rows = views.shape[0]
    var scores = product(views, transposing: views)
    scores.withMutableNumbers { scores in
      for row in 0..<rows {
        for column in 0..<rows where column != partners[row] {
          if column == row || isLeftOut(row, column) { scores[row * rows + column] = -.infinity }
        }
      }
    }
    let loss = softmaxCrossEntropy(&scores, temperature: temperature, targets: partners)
    let gradient = product(scores.zip(scores.transposed([1, 0]), +), candidates: views)
    return LossValue(value: loss, gradients: [gradient])
  }

  /// How unevenly rows are each other's neighbours: the variance over rows of how much of all other
  /// rows' nearness each one gets, where a row shares out 1 by the softmax of its dot products. Large
  /// where some rows are near to everything (hubs, Radovanović et al. 2010).
  ///
  /// - Parameters:
  ///   - vectors: (rows, width), at least two rows; of length 1 for cosines.
  ///   - temperature: what dot products are divided by.
  ///   - isLeftOut: whether a row shares nothing with a column. Each has one it shares with.
  /// - Returns: the variance (divided by rows - 1), with the gradient by the vectors.
  public static func hubness(
    _ vectors: Tensor, temperature: Float, isLeftOut: (_ row: Int, _ column: Int) -> Bool
  ) -> LossValue {
    let rows = vectors.shape[0]
    precondition(rows > 1 && temperature > 0, "hubs among \(rows) rows")
    var shares = product(vectors, transposing: vectors)
    var received = [Float](repeating: 0, count: rows)
    shares.withMutableNumbers { shares in
      for row in 0..<rows {
        let line = UnsafeMutableBufferPointer(rebasing: shares[row * rows..<(row + 1) * rows])
        for column in 0..<rows where isLeftOut(row, column) { line[column] = -.infinity }
        let largest = line.max() ?? 0
        var sum: Float = 0
        for column in 0..<rows {
          line[column] = expf((line[column] - largest) / temperature)
          sum += line[column]
        }
        for column in 0..<rows {
          line[column] /= sum
          received[column] += line[column]
        }
      }
    }
    let mean = received.reduce(0, +) / Float(rows)
    let variance = received.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(rows - 1)
    let byReceived = received.map { 2 * ($0 - mean) / Float(rows - 1) }
    shares.withMutableNumbers { shares in
      for row in 0..<rows {
        let line = UnsafeMutableBufferPointer(rebasing: shares[row * rows..<(row + 1) * rows])
        var common: Float = 0
        for column in 0..<rows { common += line[column] * byReceived[column] }
        for column in 0..<rows {
          line[column] *= (byReceived[column] - common) / temperature
        }
      }
    }
    let gradient = product(shares.zip(shares.transposed([1, 0]), +), candidates: vectors)
    return LossValue(value: variance, gradients: [gradient])
  }

  /// The mean over rows of -log softmax(row / temperature)[target]; turns the scores into its
  /// gradient by them. A score of -infinity does not count.
  private static func softmaxCrossEntropy(
    _ scores: inout Tensor, temperature: Float, targets: [Int]
  ) -> Float {
    let (rows, columns) = (scores.shape[0], scores.shape[1])
    var loss = 0.0
    scores.withMutableNumbers { scores in
      for row in 0..<rows {
        let line = UnsafeMutableBufferPointer(rebasing: scores[row * columns..<(row + 1) * columns])
        let largest = line.max() ?? 0
        let target = Double(line[targets[row]] - largest) / Double(temperature)
        var sum = 0.0
        for column in 0..<columns {
          line[column] = expf((line[column] - largest) / temperature)
          sum += Double(line[column])
        }
        loss += log(sum) - target
        let share = 1 / (Float(sum) * temperature * Float(rows))
        for column in 0..<columns { line[column] *= share }
        line[targets[row]] -= 1 / (temperature * Float(rows))
      }
    }
    return Float(loss / Double(rows))
  }

  /// a bᵀ: the dot product of each row of one with each row of the other.
  private static func product(_ a: Tensor, transposing b: Tensor) -> Tensor {
    product(a, candidates: b.transposed([1, 0]))
  }

  /// a b, summed in an order that the processor can take several columns at once in.
  private static func product(_ a: Tensor, candidates b: Tensor) -> Tensor {
    let (rows, inner, columns) = (a.shape[0], b.shape[0], b.shape[1])
    precondition(a.shape[1] == inner, "\(a.shape) cannot be multiplied with \(b.shape)")
    var result = Tensor(zeros: [rows, columns])
    a.withNumbers { a in
      b.withNumbers { b in
        result.withMutableNumbers { result in
          for row in 0..<rows {
            for k in 0..<inner {
              let factor = a[row * inner + k]
              for column in 0..<columns {
                result[row * columns + column] += factor * b[k * columns + column]
              }
            }
          }
        }
      }
    }
    return result
  }
}

extension Tensor {
  /// The sum of a function of each number.
  func sum(_ function: (Float) -> Double) -> Double {
    withNumbers { numbers in numbers.reduce(0) { $0 + function($1) } }
  }

  /// Tensors joined on the first axis; they agree in all others.
  public static func stacked(_ tensors: [Tensor]) -> Tensor {
    guard let first = tensors.first, !first.shape.isEmpty else {
      preconditionFailure("there is nothing to join")
    }
    let inner = Array(first.shape.dropFirst())
    precondition(
      tensors.allSatisfy { Array($0.shape.dropFirst()) == inner },
      "\(tensors.map(\.shape)) do not agree in all axes but the first")
    return Tensor(
      shape: [tensors.reduce(0) { $0 + $1.shape[0] }] + inner,
      values: tensors.flatMap { $0.values })
  }
}
