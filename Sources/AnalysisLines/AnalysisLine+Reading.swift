internal import Catalogue
internal import FileAccess
internal import FoundationEssentials
internal import Hashing

/// Why a line is no analysis.
public enum AnalysisLineError: Error, Equatable, Sendable {
  /// It is not JSON, or not of this form.
  case malformed
  /// It has a format version that this program does not know.
  case unknownSchema(Int)
  /// A value cannot be what it is said to be; the member's name.
  case impossible(String)
}

extension AnalysisLine {
  /// Reads a line that anybody may have written: every value is checked.
  /// - Throws: every case of ``AnalysisLineError``.
  public init(_ bytes: [UInt8]) throws(AnalysisLineError) {
    let form: LineForm
    do {
      form = try JSONDecoder().decode(LineForm.self, from: Data(bytes))
    } catch {
      throw .malformed
    }
    guard form.schema == Self.schema else { throw .unknownSchema(form.schema) }
    path = try form.location()
    stamp = nil
    if let path, let file = form.file {
      guard file.size >= 0 else { throw .impossible("file") }
      stamp = FileStamp(path: path, size: file.size, modified: file.modified)
    }
    if let error = form.error {
      content = .failed(AnalysisFailure(code: error.code, message: error.message))
    } else if let question = form.question {
      content = .question(try Self.digest(question, "question"))
    } else if form.embedding != nil {
      let (analysis, model) = try form.analysis()
      content = .analysed(analysis, by: model)
    } else if let identity = form.trackID, let tags = form.tags {
      content = .known(try Self.digest(identity, "trackID"), try tags.record())
    } else {
      throw .malformed
    }
  }

  static func digest(_ text: String, _ name: String) throws(AnalysisLineError) -> Digest {
    guard let digest = Digest(hexadecimal: text) else { throw .impossible(name) }
    return digest
  }
}

/// The members of a line as they come; all but the schema may be absent.
private struct LineForm: Decodable {
  struct Model: Decodable {
    let name: String
    let id: String
    let dimension: Int
  }

  struct Audio: Decodable {
    struct Excerpt: Decodable {
      let start: Double
      let seconds: Double
    }

    let codec: String
    let sampleRate: Int
    let channels: Int
    let seconds: Double
    let excerpt: Excerpt
  }

  struct Section: Decodable {
    let start: Int
    let seconds: Int
    let vector: [Float]
  }

  struct File: Decodable {
    let size: Int
    let modified: Int64
  }

  struct Failure: Decodable {
    let code: String
    let message: String
  }

  let schema: Int
  let path: String?
  let pathBytes: String?
  let model: Model?
  let embedding: [Float]?
  let embeddingLengths: [Float]?
  let reconstructionError: Float?
  let audio: Audio?
  let trackID: String?
  let file: File?
  let tags: TagForm?
  let descriptors: DescriptorForm?
  let fingerprint: FingerprintForm?
  let sections: [Section]?
  let warnings: [String]?
  let question: String?
  let error: Failure?

  /// The longest path in bytes that any system opens, and some more.
  static let longestPath = 1 << 16

  func location() throws(AnalysisLineError) -> FilePath? {
    let bytes: [UInt8]
    if let pathBytes {
      guard let data = Data(base64Encoded: pathBytes) else { throw .impossible("pathBytes") }
      bytes = Array(data)
    } else if let path {
      bytes = Array(path.utf8)
    } else {
      return nil
    }
    guard !bytes.isEmpty, bytes.count <= Self.longestPath, !bytes.contains(0) else {
      throw .impossible("path")
    }
    return FilePath(bytes: bytes)
  }

  func analysis() throws(AnalysisLineError) -> (TrackAnalysis, ModelReference) {
    guard let model, let vector = embedding, let audio, let trackID, let tags else {
      throw .malformed
    }
    let reference = ModelReference(
      name: try text(model.name, "model"), identity: try AnalysisLine.digest(model.id, "model"),
      dimension: model.dimension)
    // The length of a vector is rounded 256 times or so on the way.
    let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard vector.count == model.dimension, vector.allSatisfy(\.isFinite), abs(length - 1) < 1e-3
    else { throw .impossible("embedding") }
    let lengths = embeddingLengths ?? []
    guard lengths.areLengths else { throw .impossible("embeddingLengths") }
    guard (reconstructionError ?? 0).isFinite, (reconstructionError ?? 0) >= 0 else {
      throw .impossible("reconstructionError")
    }
    let times = [audio.seconds, audio.excerpt.start, audio.excerpt.seconds]
    guard times.allSatisfy({ $0.isFinite && $0 >= 0 }),
      (1...1_000_000_000).contains(audio.sampleRate),
      (1...100_000).contains(audio.channels)
    else { throw .impossible("audio") }
    let analysis = TrackAnalysis(
      sound: SoundRecord(
        identity: try AnalysisLine.digest(trackID, "trackID"),
        codec: try text(audio.codec, "codec"),
        sampleRate: audio.sampleRate, channels: audio.channels, seconds: audio.seconds),
      tags: try tags.record(),
      embedding: EmbeddingRecord(
        vector: vector, lengths: lengths, excerptStart: audio.excerpt.start,
        excerptSeconds: audio.excerpt.seconds),
      reconstructionError: reconstructionError,
      sections: try sectionRecords(dimension: model.dimension, seconds: audio.seconds),
      descriptors: try descriptors?.record(),
      fingerprint: try fingerprint?.record(excerptStart: audio.excerpt.start),
      warnings: (warnings ?? []).map(AnalysisWarning.init))
    return (analysis, reference)
  }

  /// The sections, each of which begins within the sound and behind the one before.
  private func sectionRecords(
    dimension: Int, seconds: Double
  ) throws(AnalysisLineError) -> [SectionRecord]? {
    guard let sections else { return nil }
    let records = sections.map {
      SectionRecord(start: $0.start, seconds: $0.seconds, vector: $0.vector)
    }
    let isOfSound = records.last.map { Double($0.start) < seconds } ?? true
    guard isOfSound, records.areSections(dimension: dimension) else {
      throw .impossible("sections")
    }
    return records
  }
}

/// A text of a length that is no trouble to anybody.
private func text(_ text: String, _ name: String) throws(AnalysisLineError) -> String {
  guard text.utf8.count <= 1 << 14 else { throw .impossible(name) }
  return text
}

private struct TagForm: Decodable {
  let title: String?
  let artist: String?
  let album: String?
  let genre: String?
  let year: Int?
  let trackNumber: Int?
  let plays: Int?

  func record() throws(AnalysisLineError) -> TagRecord {
    for label in [title, artist, album, genre] { _ = try text(label ?? "", "tags") }
    return TagRecord(
      title: title, artist: artist, album: album, genre: genre, year: year,
      trackNumber: trackNumber, plays: plays)
  }
}

private struct FingerprintForm: Decodable {
  let algorithm: Int
  let excerptStart: Double?
  let values: String

  /// The longest fingerprint in bytes: of more than nine hours.
  private static let longest = 1 << 20

  /// - Parameter start: where the excerpt begins, for those that do not say where they do.
  func record(excerptStart start: Double) throws(AnalysisLineError) -> FingerprintRecord {
    let start = excerptStart ?? start
    guard start.isFinite, start >= 0, let data = Data(base64Encoded: values),
      data.count <= Self.longest, data.count.isMultiple(of: 4)
    else { throw .impossible("fingerprint") }
    let bytes = Array(data)
    let items = stride(from: 0, to: bytes.count, by: 4).map { place in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
    }
    return FingerprintRecord(algorithm: algorithm, excerptStart: start, items: items)
  }
}

private struct DescriptorForm: Decodable {
  private var descriptors = DescriptorRecord(version: 0)

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Name.self)
    descriptors.version = try members.decode(Int.self, forKey: Name(stringValue: "version"))
    for descriptor in Descriptor.allCases {
      descriptors[descriptor] = try members.decodeIfPresent(
        Double.self, forKey: Name(stringValue: descriptor.rawValue))
    }
  }

  func record() throws(AnalysisLineError) -> DescriptorRecord {
    for descriptor in Descriptor.allCases {
      guard let value = descriptors[descriptor] else { continue }
      let isOfItsKind =
        descriptor.isWhole
        ? descriptor.range.contains(value) && value == value.rounded() : value.isFinite
      guard isOfItsKind else { throw .impossible("descriptors") }
    }
    return descriptors
  }
}
