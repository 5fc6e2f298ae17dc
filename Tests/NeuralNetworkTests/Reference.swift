import Foundation
import NeuralNetwork
import TestSupport

/// The arrays of one case that PyTorch made, taken from the file one after the other.
struct Reference {
  private let values: [Float]
  private var place = 0

  init(_ name: String) {
    guard
      let path = Bundle.module.path(forResource: name, ofType: "npy", inDirectory: "Fixtures")
    else { preconditionFailure("no fixture \(name)") }
    do {
      values = try NumPyArray(contentsOf: path).values
    } catch {
      preconditionFailure("fixture \(name): \(error)")
    }
  }

  /// The next array.
  mutating func take(_ shape: [Int]) -> Tensor {
    let count = shape.reduce(1, *)
    precondition(place + count <= values.count, "the fixture is shorter than the test")
    defer { place += count }
    return Tensor(shape: shape, values: values[place..<place + count])
  }

  /// Whether everything has been taken.
  var isAtEnd: Bool { place == values.count }
}

/// ||ours - theirs|| / ||theirs||; the length of ours where theirs is zero.
func relativeError(_ ours: Tensor, _ theirs: Tensor) -> Double {
  precondition(ours.shape == theirs.shape, "\(ours.shape) against \(theirs.shape)")
  var (difference, whole) = (0.0, 0.0)
  for (a, b) in zip(ours.values, theirs.values) {
    difference += Double(a - b) * Double(a - b)
    whole += Double(b) * Double(b)
  }
  return (difference / (whole > 0 ? whole : 1)).squareRoot()
}

/// Numbers drawn evenly between -1 and 1.
func drawn(_ shape: [Int], seed: UInt64) -> Tensor {
  var generator = SeededGenerator(seed: seed)
  return Tensor(uniform: shape, limit: 1, using: &generator)
}
