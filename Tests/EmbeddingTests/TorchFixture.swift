import FileAccess
import Foundation
import SpectralFeatures
import Synchronization
import TestSupport

/// What PyTorch made, `Fixtures/pytorch-vectors.json`.
enum TorchFixture {
  /// The file, as an array: what only Foundation's `Data` points to looks leaked to a sanitizer.
  private static let bytes: [UInt8] = {
    guard
      let path = Bundle.module.path(
        forResource: "pytorch-vectors", ofType: "json", inDirectory: "Fixtures")
    else { preconditionFailure("no fixture pytorch-vectors") }
    do {
      return try ReadableFile(FilePath(path)).contents(limit: 1 << 24)
    } catch {
      preconditionFailure("fixture pytorch-vectors: \(error)")
    }
  }()

  /// The file's contents.
  static var data: Data { Data(bytes) }

  /// The most that a number may differ, of vectors whose numbers lie around 0.1 to 1.
  static let tolerance: Float = 1e-4

  /// The largest difference of two numbers.
  static func difference(_ ours: [Float], _ theirs: [Float]) -> Float {
    guard ours.count == theirs.count else { return .infinity }
    return zip(ours, theirs).map { abs($0 - $1) }.max() ?? .infinity
  }
}

/// Weights and inputs that need no file.
extension Formula {
  /// Networks share tensors, and several tests use each.
  private static let known = Mutex<[String: [Float]]>([:])

  /// The tensor of a name, row-major.
  static func tensor(_ name: String, _ shape: [Int]) -> [Float] {
    known.withLock { known in
      let key = "\(name) \(shape)"
      if let values = known[key] { return values }
      let values = drawn(name, shape)
      known[key] = values
      return values
    }
  }

  private static func drawn(_ name: String, _ shape: [Int]) -> [Float] {
    let count = shape.reduce(1, *)
    let numbers = numbers(name, count)
    if shape.count > 1 {
      let limit = (6 / Float(count / shape[0])).squareRoot()
      return numbers.map { (2 * $0 - 1) * limit }
    }
    let isFactor = [".running_var", ".deviation", ".scale", ".weight"].contains {
      name.hasSuffix($0)
    }
    return numbers.map { isFactor ? 0.5 + $0 : (2 * $0 - 1) / 10 }
  }

  /// A mel spectrogram in dB, frames x 128.
  static func decibels(_ name: String, frames count: Int) -> FeatureMatrix {
    let bins = MelImage.rowCount
    let frames = numbers("\(name).frames", count)
    let bands = numbers("\(name).bands", bins)
    var values = numbers("\(name).noise", count * bins)
    for place in values.indices {
      values[place] = -40 * (frames[place / bins] * bands[place % bins] + values[place])
    }
    return FeatureMatrix(frameCount: count, binCount: bins, values: values)
  }
}
