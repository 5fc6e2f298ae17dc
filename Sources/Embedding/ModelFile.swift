internal import CVectorKernels
internal import FileAccess
internal import FoundationEssentials
internal import Hashing
internal import NeuralNetwork

/// What a model file holds besides the numbers, and the rules that make its identity.
///
/// A model file is a safetensors file. Its `__metadata__` holds:
///
/// | name | text |
/// |---|---|
/// | `format` | `earshot-model` |
/// | `format_version` | `1`, or `2` where a network is in it |
/// | `architecture` | which kind of model, such as `feature-statistics` |
/// | `name` | the model's own name |
/// | `settings` | JSON: everything besides the tensors that determines the vectors |
/// | `identity` | SHA-256 in hexadecimal, see `identity(formatVersion:architecture:settings:tensors:)` |
/// | `checksum` | CRC-32C of the bytes of the tensors that determine the vectors, in hexadecimal |
/// | `decoder_checksum` | the same of the tensors of the decoder, where there are any |
/// | `card` | JSON: data, licence, training, measured quality; for people |
///
/// Tensors whose names begin with `decoder.` make images of vectors; they are written last, do not
/// belong to the identity, and are not read before they are asked for. Version 1 knows no decoder and only
/// floats of 32 bits.
struct ModelFile: Sendable {
  typealias NamedTensors = [(name: String, tensor: StoredTensor)]

  static let format = "earshot-model"
  static let newestFormatVersion = 2
  static let decoderPrefix = "decoder."
  /// Numbers beyond this are no model's, and could make a vector overflow. NaN is beyond it too.
  static let largestValue: Float = 1e12

  let formatVersion: Int
  let architecture: String
  let name: String
  let settings: String
  let card: String
  let identity: Digest
  /// The tensors that determine the vectors, in the order of the file.
  let entries: [Entry]
  /// Their bytes, one tensor behind the other.
  private let memory: SharedMemory
  private let decoder: Decoder

  /// A tensor in memory.
  struct Entry: Sendable {
    let name: String
    let shape: [Int]
    let precision: StoredTensor.Precision
    /// Its bytes.
    let range: Range<Int>
  }

  /// The tensors of the decoder: at hand, or still in the file.
  private enum Decoder: Sendable {
    case given(NamedTensors)
    case stored(SafeTensors, names: [String], checksum: UInt32)
  }

  /// What the head of a file claims to hold, before anything of it is read.
  struct Claim {
    let architecture: String
    let settings: String
    /// The shapes of the tensors that determine the vectors, by name.
    let shapes: [String: [Int]]
  }

  /// Reads and checks a model file: structure, sizes and the quick checksum.
  /// - Parameter judge: refuses what can be no model by its head alone. Up to 1 GiB would be read else.
  init(
    _ path: FilePath, judging judge: (Claim) throws(ModelError) -> Void = { _ in }
  ) throws(ModelError) {
    let file = try SafeTensors(path)
    let metadata = file.metadata
    guard metadata["format"] == Self.format,
      let version = metadata["format_version"].flatMap({ Int($0) }), version > 0
    else { throw ModelError(code: .notAModel, path: path) }
    guard version <= Self.newestFormatVersion else {
      throw ModelError(code: .newerFormat(version), path: path)
    }
    let checksum = { (name: String) in metadata[name].flatMap { UInt32($0, radix: 16) } }
    guard let architecture = metadata["architecture"], let name = metadata["name"],
      let settings = metadata["settings"],
      let identity = metadata["identity"].flatMap({ Digest(hexadecimal: $0) }),
      let expected = checksum("checksum")
    else { throw ModelError(code: .notAModel, path: path) }
    let isOfDecoder = { (name: String) in version > 1 && name.hasPrefix(Self.decoderPrefix) }
    let decoderNames = file.names.filter(isOfDecoder)
    var entries: [Entry] = []
    var stored: [SafeTensorsEntry] = []
    var end = 0
    for name in file.names where !isOfDecoder(name) {
      let entry = try file.entry(name)
      guard version > 1 || entry.precision == .float32 else {
        throw ModelError(code: .wrongTensor(name), path: path)
      }
      let range = end..<end + (entry.end - entry.start)
      entries.append(
        Entry(name: name, shape: entry.shape, precision: entry.precision, range: range))
      stored.append(entry)
      end = range.upperBound
    }
    try judge(
      Claim(
        architecture: architecture, settings: settings,
        shapes: Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.shape) })))
    let places = entries.map(\.range)
    let memory = try SharedMemory(byteCount: end) { (room) throws(ModelError) in
      for (entry, place) in zip(stored, places) {
        try file.read(entry, into: UnsafeMutableRawBufferPointer(rebasing: room[place]))
      }
    }
    guard CRC32C.checksum(of: memory.bytes) == expected else {
      throw ModelError(code: .damaged, path: path)
    }
    if decoderNames.isEmpty {
      decoder = .given([])
    } else {
      guard let expected = checksum("decoder_checksum") else {
        throw ModelError(code: .notAModel, path: path)
      }
      decoder = .stored(file, names: decoderNames, checksum: expected)
    }
    formatVersion = version
    self.architecture = architecture
    self.name = name
    self.settings = settings
    self.identity = identity
    self.entries = entries
    self.memory = memory
    card = metadata["card"] ?? "{}"
  }

  /// Puts a model together; its identity follows from the rest.
  init(
    formatVersion: Int, architecture: String, name: String, settings: String, card: String,
    tensors: NamedTensors, decoder: NamedTensors = []
  ) {
    self.formatVersion = formatVersion
    self.architecture = architecture
    self.name = name
    self.settings = settings
    self.card = card
    var end = 0
    let entries = tensors.map { name, tensor in
      defer { end += tensor.bytes.count }
      return Entry(
        name: name, shape: tensor.shape, precision: tensor.precision,
        range: end..<end + tensor.bytes.count)
    }
    self.entries = entries
    memory = SharedMemory(byteCount: entries.last?.range.upperBound ?? 0) { room in
      for (entry, named) in zip(entries, tensors) {
        UnsafeMutableRawBufferPointer(rebasing: room[entry.range])
          .copyBytes(from: named.tensor.bytes)
      }
    }
    self.decoder = .given(decoder)
    identity = Self.identity(
      formatVersion: formatVersion, architecture: architecture, settings: settings,
      tensors: tensors)
  }

  /// The tensors that determine the vectors, in the order of the file, as a file holds them.
  var tensors: NamedTensors { entries.map { ($0.name, stored($0)) } }

  private func stored(_ entry: Entry) -> StoredTensor {
    StoredTensor(
      shape: entry.shape, precision: entry.precision, bytes: Array(memory.bytes[entry.range]))
  }

  /// The numbers of a tensor; those of 32 bits stay where they are.
  func tensor(_ entry: Entry) -> Tensor {
    // Behind a tensor of an odd count of 16-bit numbers a float may lie between places for floats.
    if entry.precision == .float32, entry.range.lowerBound.isMultiple(of: 4) {
      return Tensor(shape: entry.shape, in: memory, at: entry.range.lowerBound)
    }
    return stored(entry).tensor
  }

  /// The tensors that determine the vectors, by name.
  var networkTensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: entries.map { ($0.name, tensor($0)) })
  }

  /// Writes the file, the decoder's tensors last.
  func write(to path: FilePath) throws(ModelError) {
    let (tensors, decoder) = (tensors, try decoderTensors())
    var metadata = [
      "format": Self.format, "format_version": String(formatVersion),
      "architecture": architecture, "name": name, "settings": settings, "card": card,
      "identity": identity.hexadecimal,
      "checksum": String(Self.checksum(of: tensors), radix: 16),
    ]
    if !decoder.isEmpty {
      metadata["decoder_checksum"] = String(Self.checksum(of: decoder), radix: 16)
    }
    try SafeTensors.write(tensors + decoder, metadata: metadata, to: path)
  }

  /// Whether images can be made of vectors.
  var hasDecoder: Bool {
    switch decoder {
    case .given(let tensors): !tensors.isEmpty
    case .stored: true
    }
  }

  /// The tensors of the decoder, read where they have not been.
  /// - Parameter needed: the shape of each that there may be; nil for whatever there is.
  /// - Throws: `wrongTensor` before anything is read; `damaged`, `file`.
  func decoderTensors(_ needed: [String: [Int]]? = nil) throws(ModelError) -> NamedTensors {
    switch decoder {
    case .given(let tensors): return tensors
    case .stored(let file, let names, let checksum):
      if let needed {
        for name in names where try file.entry(name).shape != needed[name] {
          throw ModelError(code: .wrongTensor(name), path: file.path)
        }
      }
      var tensors: NamedTensors = []
      for name in names { tensors.append((name, try file.tensor(name))) }
      guard Self.checksum(of: tensors) == checksum else {
        throw ModelError(code: .damaged, path: file.path)
      }
      return tensors
    }
  }

  /// The numbers of the tensor of this name and shape.
  func values(_ name: String, shape: [Int], path: FilePath) throws(ModelError) -> [Float] {
    guard let entry = entries.first(where: { $0.name == name }), entry.shape == shape
    else { throw ModelError(code: .wrongTensor(name), path: path) }
    let values = [Float](unsafeUninitializedCapacity: entry.shape.reduce(1, *)) { room, count in
      StoredTensor.copy(memory.bytes[entry.range], entry.precision, to: room)
      count = room.count
    }
    guard cvk_all_within(values, values.count, Self.largestValue) != 0 else {
      throw ModelError(code: .wrongTensor(name), path: path)
    }
    return values
  }

  /// Sees that a model that was just put together has only numbers that it may have.
  /// - Throws: `tooLargeNumbers`.
  func checkNumbers(path: FilePath) throws(ModelError) {
    for (name, tensor) in tensors + (try decoderTensors()) {
      let values = tensor.values
      guard cvk_all_within(values, values.count, Self.largestValue) != 0 else {
        throw ModelError(code: .tooLargeNumbers(tensor: name, tensor.precision), path: path)
      }
    }
  }

  /// Whether the identity in the file is the one its contents have.
  var hasTrueIdentity: Bool {
    identity
      == Self.identity(
        formatVersion: formatVersion, architecture: architecture, settings: settings,
        tensors: tensors)
  }

  /// SHA-256 over `earshot-model` with the format version, the architecture and the settings, each
  /// closed by a zero byte; then for each tensor that determines the vectors its name, from version 2
  /// on its type, and its shape (extents with commas), each closed by a zero byte, and its bytes. The
  /// tensors come in the order of the file, from version 2 on in that of their names' bytes.
  static func identity(
    formatVersion: Int, architecture: String, settings: String, tensors: NamedTensors
  ) -> Digest {
    var hash = SHA256()
    for text in ["\(format) \(formatVersion)", architecture, settings] { hash.update(text + "\0") }
    let ordered =
      formatVersion == 1
      ? tensors : tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for (name, tensor) in ordered {
      hash.update(name + "\0")
      if formatVersion > 1 { hash.update(tensor.precision.rawValue + "\0") }
      hash.update(tensor.shape.map(String.init).joined(separator: ",") + "\0")
      hash.update(tensor.bytes)
    }
    return hash.digest()
  }

  private static func checksum(of tensors: NamedTensors) -> UInt32 {
    tensors.reduce(0) { sum, entry in
      entry.tensor.bytes.withUnsafeBytes { CRC32C.checksum(of: $0, continuing: sum) }
    }
  }
}

extension ModelFile.Claim {
  /// Compares the tensors with those that a model needs.
  /// - Throws: `wrongTensor` for one that is missing or has another shape, `notAModel` for one too many:
  ///   nothing may count for the identity that does not count for the vectors.
  func compare(with needed: [String: [Int]], path: FilePath) throws(ModelError) {
    for name in needed.keys.sorted() where shapes[name] != needed[name] {
      throw ModelError(code: .wrongTensor(name), path: path)
    }
    guard shapes.count == needed.count else { throw ModelError(code: .notAModel, path: path) }
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
