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
      &scores, temperature: temperature, targets: Array(0..<rows), masked: { _ in nil })
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
    let views = Tensor.stacked([first, second])
    var scores = product(views, transposing: views)
    let loss = softmaxCrossEntropy(
      &scores, temperature: temperature, targets: (0..<2 * rows).map { ($0 + rows) % (2 * rows) },
      masked: { $0 })
    let gradient = product(scores.zip(scores.transposed([1, 0]), +), candidates: views).values
    return LossValue(
      value: loss,
      gradients: [
        Tensor(shape: first.shape, values: gradient.prefix(first.count)),
        Tensor(shape: first.shape, values: gradient.suffix(first.count)),
      ])
  }

  /// The mean over rows of -log softmax(row / temperature)[target]; turns the scores into its
  /// gradient by them. `masked` is the column that a row leaves out.
  private static func softmaxCrossEntropy(
    _ scores: inout Tensor, temperature: Float, targets: [Int], masked: (Int) -> Int?
  ) -> Float {
    let (rows, columns) = (scores.shape[0], scores.shape[1])
    var loss = 0.0
    scores.withMutableNumbers { scores in
      for row in 0..<rows {
        let line = UnsafeMutableBufferPointer(rebasing: scores[row * columns..<(row + 1) * columns])
        if let left = masked(row) { line[left] = -.infinity }
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
