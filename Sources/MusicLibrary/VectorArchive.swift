public import AnalysisLines
internal import Catalogue
internal import Embedding
public import FileAccess
public import FileFormats
internal import FoundationEssentials
internal import Hashing

/// Tracks as other programs take them: a folder with the vectors as one array in a safetensors file, and
/// a table with a row for each (docs/file-formats.md).
public enum VectorArchive {
  /// The file with the vectors.
  public static let vectorsName = "vectors.safetensors"
  /// The table of the tracks.
  public static let tableName = "tracks.csv"
  /// The array in the file with the vectors.
  public static let tensorName = "vectors"

  static let format = "earshot-vectors"
  static let schema = "1"
  /// The largest table that is read.
  static let largestTable = 1 << 30

  /// Writes tracks.
  /// - Parameter report: called for each track.
  /// - Returns: what left the library.
  /// - Throws: `CatalogueError`, `FileAccessError`, `ModelError` when the folder cannot be written.
  public static func write(
    _ export: LibraryExport, to folder: FilePath, report: () -> Void
  ) throws -> LibraryExport.Counts {
    var values: [Float] = []
    var identities = SHA256()
    let names = Column.allCases.map(\.rawValue) + Descriptor.allCases.map(\.rawValue)
    var table = CSVRow.bytes(names.map(CSVCell.text))
    var counts = try export.forEachLine { line in
      guard case .analysed(let analysis, _) = line.content else { return true }
      report()
      values += analysis.embedding.vector
      identities.update(analysis.sound.identity.bytes)
      table += CSVRow.bytes(
        Column.allCases.map { $0.cell(line, analysis) }
          + Descriptor.allCases.map { Self.cell($0, of: analysis.descriptors) })
      return true
    }
    // The table has one row for each vector.
    counts.failures = 0
    counts.files = min(counts.files, counts.tracks)
    let model = export.reference
    try FolderEntry.createFolders(folder)
    try WrittenFile.replace(folder.appending(tableName), with: table)
    try SafeTensors.write(
      [
        (
          name: tensorName,
          tensor: StoredTensor(shape: [counts.tracks, model.dimension], values: values)
        )
      ],
      metadata: [
        "format": format, "schema": schema, "model_name": model.name,
        "model_id": model.identity.hexadecimal, "tracks": identities.digest().hexadecimal,
      ], to: folder.appending(vectorsName))
    return counts
  }

  /// Why an archive cannot be read.
  public enum Failure: Error, Equatable, Sendable {
    /// The file with the vectors is none of this form.
    case notVectors
    /// It has a version that this program does not know.
    case unknownSchema(String)
    /// The table is none.
    case table(FileFormatError.Code)
    /// The table has not just the tracks of the vectors, in their order.
    case otherTracks
  }

  /// Reads an archive.
  /// - Parameter body: takes the line of each row in turn, and its number, from 1; nil where the row is
  ///   no track. False stops it.
  /// - Throws: ``Failure``, `ModelError` when the vectors cannot be read, `FileAccessError` when the
  ///   table cannot, and what `body` throws.
  public static func read(
    _ folder: FilePath, _ body: (_ row: Int, AnalysisLine?) throws -> Bool
  ) throws {
    let file = try SafeTensors(folder.appending(vectorsName))
    guard file.metadata["format"] == format,
      let identity = file.metadata["model_id"].flatMap({ Digest(hexadecimal: $0) }),
      let name = file.metadata["model_name"], let shape = file.shape(of: tensorName),
      shape.count == 2, (1...65_536).contains(shape[1])
    else { throw Failure.notVectors }
    guard let version = file.metadata["schema"], version == schema else {
      throw Failure.unknownSchema(file.metadata["schema"] ?? "")
    }
    let model = ModelReference(name: name, identity: identity, dimension: shape[1])
    let bytes = try ReadableFile(folder.appending(tableName)).contents(limit: largestTable)
    let rows = try Rows(bytes)
    guard rows.count == shape[0], let identities = rows.identities,
      identities.hexadecimal == file.metadata["tracks"]
    else { throw Failure.otherTracks }
    let values = try file.tensor(tensorName).values
    for row in 0..<rows.count {
      let vector = Array(values[row * shape[1]..<(row + 1) * shape[1]])
      guard try body(row + 1, rows.line(row, vector: vector, model: model)) else { return }
    }
  }

  /// The columns of the table.
  fileprivate enum Column: String, CaseIterable {
    case trackID, codec, sampleRate, channels, seconds, excerptStart, excerptSeconds
    case title, artist, album, genre, year, trackNumber, plays
    case descriptorVersion
    case fingerprintAlgorithm, fingerprintStart, fingerprint
    case path, pathBytes, size, modified
    /// Numbers with a space between them.
    case embeddingLengths

    func cell(_ line: AnalysisLine, _ analysis: TrackAnalysis) -> CSVCell {
      let (sound, tags) = (analysis.sound, analysis.tags)
      let integer = { (value: Int?) in value.map(CSVCell.integer) ?? .empty }
      let number = { (value: Double?) in value.map(CSVCell.double) ?? .empty }
      return switch self {
      case .trackID: .text(sound.identity.hexadecimal)
      case .codec: .text(sound.codec)
      case .sampleRate: .integer(sound.sampleRate)
      case .channels: .integer(sound.channels)
      case .seconds: .double(sound.seconds)
      case .excerptStart: .double(analysis.embedding.excerptStart)
      case .excerptSeconds: .double(analysis.embedding.excerptSeconds)
      case .title: CSVCell(tags.title)
      case .artist: CSVCell(tags.artist)
      case .album: CSVCell(tags.album)
      case .genre: CSVCell(tags.genre)
      case .year: integer(tags.year)
      case .trackNumber: integer(tags.trackNumber)
      case .plays: integer(tags.plays)
      case .descriptorVersion: integer(analysis.descriptors?.version)
      case .fingerprintAlgorithm: integer(analysis.fingerprint?.algorithm)
      case .fingerprintStart: number(analysis.fingerprint?.excerptStart)
      case .fingerprint: CSVCell(analysis.fingerprint.map { Base64.encode($0.bytes) })
      case .path: CSVCell(line.path?.string)
      case .pathBytes:
        line.path.map { $0.isValidUTF8 ? CSVCell.empty : .text(Base64.encode($0.bytes)) } ?? .empty
      case .size: integer(line.stamp?.size)
      case .modified: integer(line.stamp.map { Int($0.modified) })
      case .embeddingLengths:
        CSVCell(
          analysis.embedding.lengths.isEmpty
            ? nil : analysis.embedding.lengths.map { "\($0)" }.joined(separator: " "))
      }
    }
  }

  private static func cell(_ descriptor: Descriptor, of record: DescriptorRecord?) -> CSVCell {
    guard let value = record?[descriptor] else { return .empty }
    return descriptor.isWhole ? .integer(Int(value)) : .double(value)
  }

  /// The rows of a table.
  private struct Rows {
    private let rows: [[String]]
    private let places: [Column: Int]
    private let descriptorPlaces: [Descriptor: Int]

    init(_ bytes: [UInt8]) throws {
      do throws(FileFormatError) {
        let table = try CSVTable(bytes: bytes)
        var places: [Column: Int] = [:]
        for column in Column.allCases {
          // What is not there is not known; the first columns must be.
          if let place = table.columns.firstIndex(of: column.rawValue) { places[column] = place }
        }
        for column in [Column.trackID, .codec, .sampleRate, .channels, .seconds] {
          _ = try table.place(of: column.rawValue)
        }
        self.places = places
        descriptorPlaces = Descriptor.allCases.reduce(into: [:]) {
          $0[$1] = table.columns.firstIndex(of: $1.rawValue)
        }
        rows = table.rows
      } catch {
        throw Failure.table(error.code)
      }
    }

    var count: Int { rows.count }

    /// What stands for the tracks in their order, nil where a row names none.
    var identities: Digest? {
      var hash = SHA256()
      for row in rows.indices {
        guard let identity = Digest(hexadecimal: text(row, .trackID) ?? "") else { return nil }
        hash.update(identity.bytes)
      }
      return hash.digest()
    }

    private func text(_ row: Int, _ column: Column) -> String? {
      places[column].flatMap { text(row, at: $0) }
    }

    private func text(_ row: Int, at place: Int) -> String? {
      let text = rows[row][place]
      guard !text.isEmpty else { return nil }
      // The apostrophe that keeps spreadsheets from running text.
      let second = text.unicodeScalars.dropFirst().first
      let isGuarded =
        text.hasPrefix("'") && second.map { "=+-@\t\r\n\0＝＋－＠".unicodeScalars.contains($0) } == true
      return isGuarded ? String(text.dropFirst()) : text
    }

    private func integer(_ row: Int, _ column: Column) -> Int? {
      text(row, column).flatMap { Int($0) }
    }

    private func number(_ row: Int, _ column: Column) -> Double? {
      number(text(row, column))
    }

    private func number(_ text: String?) -> Double? {
      text.flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
    }

    func line(_ row: Int, vector: [Float], model: ModelReference) -> AnalysisLine? {
      guard let identity = Digest(hexadecimal: text(row, .trackID) ?? ""),
        let codec = text(row, .codec), let rate = integer(row, .sampleRate),
        let channels = integer(row, .channels), let seconds = number(row, .seconds)
      else { return nil }
      var descriptors: DescriptorRecord?
      if let version = integer(row, .descriptorVersion) {
        var record = DescriptorRecord(version: version)
        for (descriptor, place) in descriptorPlaces {
          record[descriptor] = number(text(row, at: place))
        }
        descriptors = record
      }
      let path = path(row)
      return AnalysisLine(
        path: path,
        stamp: path.flatMap { path in
          integer(row, .size).flatMap { size in
            text(row, .modified).flatMap { Int64($0) }.map {
              FileStamp(path: path, size: size, modified: $0)
            }
          }
        },
        content: .analysed(
          TrackAnalysis(
            sound: SoundRecord(
              identity: identity, codec: codec, sampleRate: rate, channels: channels,
              seconds: seconds),
            tags: TagRecord(
              title: text(row, .title), artist: text(row, .artist), album: text(row, .album),
              genre: text(row, .genre), year: integer(row, .year),
              trackNumber: integer(row, .trackNumber), plays: integer(row, .plays)),
            embedding: EmbeddingRecord(
              vector: vector, lengths: lengths(row), excerptStart: number(row, .excerptStart) ?? 0,
              excerptSeconds: number(row, .excerptSeconds) ?? seconds),
            descriptors: descriptors, fingerprint: fingerprint(row)), by: model))
    }

    /// None where they are not known, or none that can be.
    private func lengths(_ row: Int) -> [Float] {
      let texts = text(row, .embeddingLengths)?.split(separator: " ") ?? []
      let lengths = texts.compactMap { Float($0) }
      return lengths.count == texts.count && lengths.areLengths ? lengths : []
    }

    private func fingerprint(_ row: Int) -> FingerprintRecord? {
      guard let algorithm = integer(row, .fingerprintAlgorithm),
        let start = number(row, .fingerprintStart),
        let data = Data(base64Encoded: text(row, .fingerprint) ?? "")
      else { return nil }
      return FingerprintRecord(algorithm: algorithm, excerptStart: start, bytes: Array(data))
    }

    private func path(_ row: Int) -> FilePath? {
      if let base64 = text(row, .pathBytes) {
        return Data(base64Encoded: base64).map { FilePath(bytes: Array($0)) }
      }
      return text(row, .path).map { FilePath($0) }
    }
  }
}

extension FingerprintRecord {
  /// The items, little-endian.
  fileprivate var bytes: [UInt8] {
    items.flatMap { item in withUnsafeBytes(of: item.littleEndian) { Array($0) } }
  }

  /// Reads little-endian items; nil where they are not whole.
  fileprivate init?(algorithm: Int, excerptStart: Double, bytes: [UInt8]) {
    guard bytes.count.isMultiple(of: 4), excerptStart >= 0 else { return nil }
    self.init(
      algorithm: algorithm, excerptStart: excerptStart,
      items: stride(from: 0, to: bytes.count, by: 4).map { place in
        (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
      })
  }
}
