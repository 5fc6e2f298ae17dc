/// Where a tensor lies: bytes `start` up to `end` of the numbers.
struct SafeTensorsEntry: Codable, Sendable {
  let precision: StoredTensor.Precision
  let shape: [Int]
  let start: Int
  let end: Int

  enum CodingKeys: String, CodingKey {
    case precision = "dtype"
    case shape
    case offsets = "data_offsets"
  }

  init(precision: StoredTensor.Precision, shape: [Int], start: Int, end: Int) {
    self.precision = precision
    self.shape = shape
    self.start = start
    self.end = end
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    precision = try container.decode(StoredTensor.Precision.self, forKey: .precision)
    shape = try container.decode([Int].self, forKey: .shape)
    let offsets = try container.decode([Int].self, forKey: .offsets)
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
      throw DecodingError.dataCorruptedError(
        forKey: .offsets, in: container, debugDescription: "two ascending offsets")
    }
    (start, end) = (offsets[0], offsets[1])
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(precision, forKey: .precision)
    try container.encode(shape, forKey: .shape)
    try container.encode([start, end], forKey: .offsets)
  }

  /// The bytes that the shape takes; nil when the shape is nonsense.
  var byteCount: Int? {
    var count = precision.byteCount
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      count = product
    }
    return count
  }
}

/// The table of texts in the head of a safetensors file.
struct SafeTensorsTexts: Decodable {
  let metadata: [String: String]?

  private enum CodingKeys: String, CodingKey {
    case metadata = "__metadata__"
  }
}

/// The head of a safetensors file.
struct SafeTensorsHead: Codable {
  let metadata: [String: String]
  let entries: [String: SafeTensorsEntry]

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private static let metadataName = "__metadata__"

  init(metadata: [String: String], entries: [String: SafeTensorsEntry]) {
    self.metadata = metadata
    self.entries = entries
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    var metadata: [String: String] = [:]
    var entries: [String: SafeTensorsEntry] = [:]
    for key in container.allKeys {
      if key.stringValue == Self.metadataName {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        entries[key.stringValue] = try container.decode(SafeTensorsEntry.self, forKey: key)
      }
    }
    self.metadata = metadata
    self.entries = entries
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    try container.encode(metadata, forKey: Name(stringValue: Self.metadataName))
    for (name, entry) in entries {
      try container.encode(entry, forKey: Name(stringValue: name))
    }
  }
}
