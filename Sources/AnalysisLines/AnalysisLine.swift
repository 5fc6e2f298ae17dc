public import Catalogue
public import FileAccess
public import FileFormats
public import Hashing

/// One line of what workers say, `library export` writes and `library import` reads: a JSON object
/// about one file or one sound (docs/worker.md).
public struct AnalysisLine: Equatable, Sendable {
  /// The version of the format.
  public static let schema = 1

  /// The file that was asked about; nil where analyses are shared without paths.
  public var path: FilePath?
  /// Size and time of the file when it was read, where they are told.
  public var stamp: FileStamp?
  /// What is said of it.
  public var content: Content

  /// What a line can say.
  public enum Content: Equatable, Sendable {
    /// The file was listened to.
    case analysed(TrackAnalysis, by: ModelReference)
    /// A question: is a sound of this identity wanted? The answer is an ``AnalysisAnswer``.
    case question(Digest)
    /// The sound was not wanted; only its labels were read.
    case known(Digest, TagRecord)
    /// The file gave nothing.
    case failed(AnalysisFailure)
  }

  /// Puts a line together.
  public init(path: FilePath?, stamp: FileStamp? = nil, content: Content) {
    self.path = path
    self.stamp = stamp
    self.content = content
  }
}

extension AnalysisLine {
  /// The line, without its end.
  public var bytes: [UInt8] { JSONValue.object(object).bytes }

  /// The line as JSON.
  public var object: JSONObject {
    var object: JSONObject = ["schema": .integer(Self.schema)]
    if let path { object.append(path: path) }
    switch content {
    case .analysed(let analysis, let model):
      object["model"] = [
        "name": .string(model.name), "id": .string(model.identity.hexadecimal),
        "dimension": .integer(model.dimension),
      ]
      object["embedding"] = .floats(analysis.embedding.vector)
      if !analysis.embedding.lengths.isEmpty {
        object["embeddingLengths"] = .floats(analysis.embedding.lengths)
      }
      if let error = analysis.reconstructionError {
        object["reconstructionError"] = .double(Double(error))
      }
      object["audio"] = .object(analysis.audio)
      object["trackID"] = .string(analysis.sound.identity.hexadecimal)
      append(file: &object)
      object["tags"] = Self.tags(analysis.tags)
      object["descriptors"] = analysis.descriptors.map { .object(JSONObject($0)) } ?? .null
      if let fingerprint = analysis.fingerprint {
        object["fingerprint"] = Self.fingerprint(fingerprint)
      }
      if let sections = analysis.sections {
        object["sections"] = .array(sections.map(Self.section))
      }
      object["warnings"] = .array(analysis.warnings.map { .string($0.message) })
    case .question(let identity):
      object["question"] = .string(identity.hexadecimal)
    case .known(let identity, let tags):
      object["trackID"] = .string(identity.hexadecimal)
      append(file: &object)
      object["tags"] = Self.tags(tags)
    case .failed(let failure):
      append(file: &object)
      object["error"] = ["code": .string(failure.code), "message": .string(failure.message)]
    }
    return object
  }

  private func append(file object: inout JSONObject) {
    guard let stamp else { return }
    object["file"] = [
      "size": .integer(stamp.size), "modified": .integer(Int(stamp.modified)),
    ]
  }

  private static func tags(_ tags: TagRecord) -> JSONValue {
    [
      "title": JSONValue(tags.title), "artist": JSONValue(tags.artist),
      "album": JSONValue(tags.album), "genre": JSONValue(tags.genre),
      "year": JSONValue(tags.year), "trackNumber": JSONValue(tags.trackNumber),
      "plays": JSONValue(tags.plays),
    ]
  }

  private static func section(_ record: SectionRecord) -> JSONValue {
    [
      "start": .integer(record.start), "seconds": .integer(record.seconds),
      "vector": .floats(record.vector),
    ]
  }

  private static func fingerprint(_ record: FingerprintRecord) -> JSONValue {
    let bytes = record.items.flatMap { item in
      withUnsafeBytes(of: item.littleEndian) { Array($0) }
    }
    return [
      "algorithm": .integer(record.algorithm), "excerptStart": .double(record.excerptStart),
      "values": .string(Base64.encode(bytes)),
    ]
  }
}

extension JSONObject {
  /// Descriptors as every JSON output has them.
  package init(_ descriptors: DescriptorRecord) {
    self = ["version": .integer(descriptors.version)]
    for descriptor in Descriptor.allCases {
      let value = descriptors[descriptor]
      self[descriptor.rawValue] =
        descriptor.isWhole ? JSONValue(value.map { Int($0) }) : JSONValue(value)
    }
  }
}

extension TrackAnalysis {
  /// The sound and the part of it that was listened to, as JSON.
  public var audio: JSONObject {
    [
      "codec": .string(sound.codec), "sampleRate": .integer(sound.sampleRate),
      "channels": .integer(sound.channels), "seconds": .double(sound.seconds),
      "excerpt": [
        "start": .double(embedding.excerptStart), "seconds": .double(embedding.excerptSeconds),
      ],
    ]
  }
}
