import Embedding
import FileAccess
import Hashing
import NeuralNetwork
import SpectralFeatures
import TestSupport
import Training

extension FuzzTarget {
  /// Files of tensors, from the table at their head to a whole model.
  static let models: [FuzzTarget] = [safeTensors, model, checkpoint]

  /// What is read is written again and read to the same.
  private static let safeTensors = FuzzTarget("safetensors", longestInput: 2_048) { input in
    try withPath(of: input) { path in
      guard let file = try? SafeTensors(path) else { return }
      try hold(Set(file.names).count == file.names.count, "two tensors of one name")
      var tensors: [(name: String, tensor: StoredTensor)] = []
      for name in file.names { tensors.append((name, try file.tensor(name))) }
      let folder = TemporaryFolder()
      let copy = folder.path.appending("copy.safetensors")
      try SafeTensors.write(tensors, metadata: file.metadata, to: copy)
      let second = try SafeTensors(copy)
      try hold(second.metadata == file.metadata, "other metadata after writing")
      try hold(Set(second.names) == Set(file.names), "other names after writing")
      for (name, tensor) in tensors {
        try hold(try second.tensor(name) == tensor, "another \(name) after writing")
      }
    }
  }

  /// The first byte says whether the checksums are made right, which chance would not do.
  private static let model = FuzzTarget("model", longestInput: 2_048) { input in
    var input = FuzzInput(input)
    let isSealed = input.byte() & 1 == 1
    let bytes = isSealed ? Sealed.model(Array(input.rest)) : Array(input.rest)
    try withPath(of: bytes) { path in
      let head = try? ModelHead(path)
      if let dimension = head?.dimension {
        try hold(dimension >= 0, "vectors of \(dimension) numbers")
      }
      guard let model = try? EmbeddingModel(path) else { return }
      guard let head else { throw BrokenProperty(description: "a model without a head") }
      try hold(head.dimension == model.dimension, "two dimensions of one model")
      try hold(
        head.name == model.name && head.identity == model.identity, "two names of one model")
      try hold(model.settings.sampleRate.isFinite, "a sample rate of \(model.settings.sampleRate)")
      _ = try? model.verify(path)
    }
  }

  /// As for models; what is read is written again and read to the same.
  private static let checkpoint = FuzzTarget("checkpoint", longestInput: 2_048) { input in
    var input = FuzzInput(input)
    let isSealed = input.byte() & 1 == 1
    let bytes = isSealed ? Sealed.checkpoint(Array(input.rest)) : Array(input.rest)
    var weights = GivenLater()
    let parameters = Dense(inputs: 2, outputs: 1, using: &weights).namedParameters
    try withPath(of: bytes) { path in
      guard let checkpoint = try? TrainingCheckpoint(path, of: parameters) else { return }
      let folder = TemporaryFolder()
      let copies = ["first", "second"].map { folder.path.appending($0) }
      try checkpoint.write(to: copies[0])
      try TrainingCheckpoint(copies[0], of: parameters).write(to: copies[1])
      let contents = try copies.map { try ReadableFile($0).contents(limit: 1 << 20) }
      try hold(contents[0] == contents[1], "another checkpoint after writing")
    }
  }
}

/// Puts the checksums into files that they belong into, by the rules as docs/file-formats.md and
/// docs/training.md tell them.
private enum Sealed {
  /// A model file whose checksums are written as eight digits.
  static func model(_ bytes: [UInt8]) -> [UInt8] {
    sealing(bytes) { file in
      let isOfDecoder = { (name: String) in name.hasPrefix("decoder.") }
      let sum = { (names: [String]) in
        names.reduce(UInt32(0)) { sum, name in
          ((try? file.tensor(name).bytes) ?? []).withUnsafeBytes {
            CRC32C.checksum(of: $0, continuing: sum)
          }
        }
      }
      return [
        "checksum": sum(file.names.filter { !isOfDecoder($0) }),
        "decoder_checksum": sum(file.names.filter(isOfDecoder)),
      ]
    }
  }

  /// A checkpoint whose checksum is written as eight digits.
  static func checkpoint(_ bytes: [UInt8]) -> [UInt8] {
    sealing(bytes) { file in
      var covered: [UInt8] = []
      for (name, text) in file.metadata.sorted(by: { $0.key < $1.key }) where name != "checksum" {
        covered += Array(name.utf8) + [0] + Array(text.utf8) + [0]
      }
      for name in file.names { covered += (try? file.tensor(name).bytes) ?? [] }
      return ["checksum": covered.withUnsafeBytes { CRC32C.checksum(of: $0) }]
    }
  }

  private static func sealing(
    _ bytes: [UInt8], _ sums: (SafeTensors) -> [String: UInt32]
  ) -> [UInt8] {
    let found = try? withPath(of: bytes) { sums(try SafeTensors($0)) }
    var bytes = bytes
    for (name, sum) in found ?? [:] {
      let mark = Array("\"\(name)\":\"".utf8)
      guard
        let place = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }),
        place + mark.count + 8 <= bytes.count
      else { continue }
      let digits = String(sum, radix: 16)
      let text = String(repeating: "0", count: 8 - digits.count) + digits
      let start = place + mark.count
      bytes.replaceSubrange(start..<(start + 8), with: text.utf8)
    }
    return bytes
  }
}
