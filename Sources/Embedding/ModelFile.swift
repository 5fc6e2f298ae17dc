internal import FileAccess
internal import FoundationEssentials
internal import Hashing

/// What a model file holds besides the numbers, and the rules that make its identity.
///
/// A model file is a safetensors file. Its `__metadata__` holds:
///
/// | name | text |
/// |---|---|
/// | `format` | `earshot-model` |
/// | `format_version` | `1` |
/// | `architecture` | which kind of model, such as `feature-statistics` |
/// | `name` | the model's own name |
/// | `settings` | JSON: everything besides the tensors that determines the vectors |
/// | `identity` | SHA-256 in hexadecimal, see ``identity(architecture:settings:tensors:)`` |
/// | `checksum` | CRC-32C of the tensors' bytes in their order, in hexadecimal |
/// | `card` | JSON: data, licence, training, measured quality; for people |
struct ModelFile {
  static let format = "earshot-model"
  static let formatVersion = 1
  /// Numbers beyond this are no model's, and could make a vector overflow. NaN is beyond it too.
  static let largestValue: Float = 1e12

  let architecture: String
  let name: String
  let settings: String
  let card: String
  let identity: Digest
  let tensors: [(name: String, tensor: StoredTensor)]

  /// Reads and checks a model file: structure, sizes and the quick checksum.
  init(_ path: FilePath) throws(ModelError) {
    let file = try SafeTensors(path)
    let metadata = file.metadata
    guard metadata["format"] == Self.format,
      let version = metadata["format_version"].flatMap({ Int($0) }), version > 0
    else { throw ModelError(code: .notAModel, path: path) }
    guard version <= Self.formatVersion else {
      throw ModelError(code: .newerFormat(version), path: path)
    }
    guard let architecture = metadata["architecture"], let name = metadata["name"],
      let settings = metadata["settings"],
      let identity = metadata["identity"].flatMap({ Digest(hexadecimal: $0) }),
      let checksum = metadata["checksum"].flatMap({ UInt32($0, radix: 16) })
    else { throw ModelError(code: .notAModel, path: path) }
    var tensors: [(name: String, tensor: StoredTensor)] = []
    for name in file.names { tensors.append((name, try file.tensor(name))) }
    guard Self.checksum(of: tensors) == checksum else {
      throw ModelError(code: .damaged, path: path)
    }
    self.architecture = architecture
    self.name = name
    self.settings = settings
    self.identity = identity
    self.tensors = tensors
    card = metadata["card"] ?? "{}"
  }

  /// Puts a model together; its identity follows from the rest.
  init(
    architecture: String, name: String, settings: String, card: String,
    tensors: [(name: String, tensor: StoredTensor)]
  ) {
    self.architecture = architecture
    self.name = name
    self.settings = settings
    self.card = card
    self.tensors = tensors
    identity = Self.identity(architecture: architecture, settings: settings, tensors: tensors)
  }

  func write(to path: FilePath) throws(ModelError) {
    try SafeTensors.write(
      tensors,
      metadata: [
        "format": Self.format, "format_version": String(Self.formatVersion),
        "architecture": architecture, "name": name, "settings": settings, "card": card,
        "identity": identity.hexadecimal,
        "checksum": String(Self.checksum(of: tensors), radix: 16),
      ], to: path)
  }

  /// The tensor of this name and shape.
  func tensor(_ name: String, shape: [Int], path: FilePath) throws(ModelError) -> [Float] {
    guard let tensor = tensors.first(where: { $0.name == name })?.tensor, tensor.shape == shape,
      tensor.values.allSatisfy({ abs($0) <= Self.largestValue })
    else { throw ModelError(code: .wrongTensor(name), path: path) }
    return tensor.values
  }

  /// Whether the identity in the file is the one its contents have.
  var hasTrueIdentity: Bool {
    identity == Self.identity(architecture: architecture, settings: settings, tensors: tensors)
  }

  /// SHA-256 over `earshot-model 1`, the architecture and the settings, each closed by a zero byte,
  /// then for each tensor its name and its shape (extents with commas), each closed by a zero byte,
  /// and its bytes.
  static func identity(
    architecture: String, settings: String, tensors: [(name: String, tensor: StoredTensor)]
  ) -> Digest {
    var hash = SHA256()
    for text in ["\(format) \(formatVersion)", architecture, settings] { hash.update(text + "\0") }
    for (name, tensor) in tensors {
      hash.update(name + "\0" + tensor.shape.map(String.init).joined(separator: ",") + "\0")
      hash.update(SafeTensors.bytes(of: tensor))
    }
    return hash.digest()
  }

  private static func checksum(of tensors: [(name: String, tensor: StoredTensor)]) -> UInt32 {
    tensors.reduce(0) { sum, entry in
      entry.tensor.values.withUnsafeBytes { CRC32C.checksum(of: $0, continuing: sum) }
    }
  }
}

/// JSON as settings and cards are written: keys in order, so that equal contents are equal texts.
func canonicalJSON(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  guard let data = try? encoder.encode(value) else {
    preconditionFailure("a value that JSON cannot hold: \(value)")
  }
  return String(decoding: data, as: UTF8.self)
}
