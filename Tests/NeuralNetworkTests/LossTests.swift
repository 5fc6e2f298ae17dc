import NeuralNetwork
import Testing

@Suite("Losses agree with PyTorch")
struct LossTests {
  private func compare(
    _ name: String, _ shapes: [[Int]], trained: Int, _ loss: ([Tensor]) -> LossValue,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var reference = Reference(name)
    let inputs = shapes.map { reference.take($0) }
    let result = loss(inputs)
    let expected = reference.take([]).values[0]
    #expect(abs(result.value - expected) < 1e-5 * abs(expected), sourceLocation: sourceLocation)
    #expect(result.gradients.count == trained, sourceLocation: sourceLocation)
    for (gradient, shape) in zip(result.gradients, shapes) {
      #expect(
        relativeError(gradient, reference.take(shape)) < 1e-4, sourceLocation: sourceLocation)
    }
    #expect(reference.isAtEnd, sourceLocation: sourceLocation)
  }

  @Test func meanSquaredError() {
    compare("mean_squared_error", [[3, 5], [3, 5]], trained: 1) {
      Loss.meanSquaredError($0[0], target: $0[1])
    }
  }

  @Test func binaryCrossEntropy() {
    compare("binary_cross_entropy", [[3, 5], [3, 5]], trained: 1) {
      Loss.binaryCrossEntropy($0[0], target: $0[1])
    }
  }

  @Test("Cross entropy stays finite where an output is wholly wrong")
  func certainAndWrong() {
    let loss = Loss.binaryCrossEntropy(
      Tensor(shape: [2], values: [0, 1]), target: Tensor(shape: [2], values: [1, 0]))
    #expect(loss.value == 100)
    #expect(loss.gradients[0].values.allSatisfy { $0.isFinite })
  }

  @Test func infoNCE() {
    compare("info_nce", [[6, 4], [6, 4], [3, 4]], trained: 2) {
      Loss.infoNCE(queries: $0[0], keys: $0[1], negatives: $0[2], temperature: 0.2)
    }
  }

  @Test func ntXent() {
    compare("nt_xent", [[6, 4], [6, 4]], trained: 2) {
      Loss.ntXent($0[0], $0[1], temperature: 0.2)
    }
  }

  @Test("NT-Xent of pairs that leave some rows out")
  func leftOut() {
    compare("nt_xent_left_out", [[6, 4]], trained: 1) {
      Loss.ntXent($0[0], partners: [1, 0, 3, 2, 5, 4], temperature: 0.2) { row, column in
        (row, column) == (0, 3) || (row, column) == (3, 0)
      }
    }
  }

  @Test("Of two rows that leave each other out, partners stay partners")
  func partnersStay() {
    let views = Tensor(shape: [2, 2], values: [1, 0, 0, 1])
    let loss = Loss.ntXent(views, partners: [1, 0], temperature: 0.2) { _, _ in true }
    #expect(loss.value == 0)
  }

  @Test func hubness() {
    compare("hubness", [[6, 4]], trained: 1) {
      Loss.hubness($0[0], temperature: 0.05) { $0 / 2 == $1 / 2 }
    }
  }

  @Test("Nobody is a hub where all are equally near")
  func noHubs() {
    let square = Tensor(shape: [4, 2], values: [1, 0, 0, 1, -1, 0, 0, -1])
    let loss = Loss.hubness(square, temperature: 0.5) { $0 == $1 }
    #expect(abs(loss.value) < 1e-10)
  }
}
