public import FileAccess
public import FileFormats

/// A track with what is known of it: the truth that an evaluation compares with.
public struct LabelledTrack: Equatable, Sendable {
  /// The path as the table has it.
  public var path: String
  /// Genre or kind; empty where unknown.
  public var label = ""
  /// What the label is worth: only `evidence` counts.
  public var labelEvidence = ""
  /// Empty where unknown.
  public var artist = ""
  /// Empty where unknown.
  public var album = ""
  /// Ties near-copies of one composition: a neighbour of the same work never counts.
  public var work = ""
  /// `recording`, `tracker-render` or `midi-render`.
  public var kind = ""
  /// Where the track was taken from: tracks of one source share encoder and mastering.
  public var source = ""
  /// What it may be used under; empty where unknown.
  public var licence = ""

  /// Makes a track of which nothing but its path is known.
  public init(path: String) { self.path = path }
}

/// Labels of tracks, read from CSV files.
public struct LabelTable: Sendable {
  /// The tracks, in the order of the tables, each path once: the last row of a path stands.
  public private(set) var tracks: [LabelledTrack]
  /// Where each track's file is: its path seen from the folder of its table.
  public let files: [FilePath]

  /// Takes labels that are known already.
  /// - Parameter tracks: each with its file; paths differ.
  public init(_ tracks: [(track: LabelledTrack, file: FilePath)]) {
    self.tracks = tracks.map(\.track)
    files = tracks.map(\.file)
  }

  /// Takes tracks of one artist and title, in whatever case, for one work: the same song in two
  /// formats or on two albums. Found beside one another they would say nothing of a model.
  /// - Parameter titles: of each track, empty where unknown.
  /// - Returns: how many tracks share their work with another.
  public mutating func joinEqualTitles(_ titles: [String]) -> Int {
    precondition(titles.count == tracks.count, "\(titles.count) titles of \(tracks.count) tracks")
    var members: [String: [Int]] = [:]
    for (number, title) in titles.enumerated() where !title.isEmpty {
      let artist = tracks[number].artist
      guard !artist.isEmpty else { continue }
      // No tag has a zero in it.
      members["\(artist)\0\(title)".lowercased(), default: []].append(number)
    }
    var count = 0
    for (name, numbers) in members where numbers.count > 1 {
      for number in numbers { tracks[number].work = name }
      count += numbers.count
    }
    return count
  }

  /// The largest table that is read, in bytes.
  public static let maximumBytes = 1 << 28

  /// Reads tables. Every one needs a column `path`; `label`, `label_evidence`, `artist`, `album`,
  /// `work`, `kind`, `source` and `licence` are taken where they are, others are passed over.
  /// - Throws: ``EvaluationError``.
  public init(_ paths: [FilePath]) throws(EvaluationError) {
    var tracks: [LabelledTrack] = []
    var files: [FilePath] = []
    var places: [String: Int] = [:]
    for path in paths {
      let rows = try Self.read(path)
      for track in rows {
        let file = FilePath(track.path)
        let whole = file.isAbsolute ? file : path.parent.appending(file)
        if let place = places[track.path] {
          tracks[place] = track
          files[place] = whole
        } else {
          places[track.path] = tracks.count
          tracks.append(track)
          files.append(whole)
        }
      }
    }
    self.tracks = tracks
    self.files = files
  }

  private static func read(_ path: FilePath) throws(EvaluationError) -> [LabelledTrack] {
    let table: CSVTable
    do {
      table = try CSVTable(bytes: ReadableFile(path).contents(limit: maximumBytes))
    } catch let error as FileAccessError {
      throw EvaluationError(code: .file(error.code, systemCode: error.systemCode), path: path)
    } catch let error as FileFormatError {
      throw EvaluationError(code: .format(error.code), path: path)
    } catch {
      preconditionFailure("reading a table threw \(error)")
    }
    guard let pathPlace = try? table.place(of: "path") else {
      throw EvaluationError(code: .format(.missingColumn("path")), path: path)
    }
    let fields: [(String, WritableKeyPath<LabelledTrack, String>)] = [
      ("label", \.label), ("label_evidence", \.labelEvidence), ("artist", \.artist),
      ("album", \.album), ("work", \.work), ("kind", \.kind), ("source", \.source),
      ("licence", \.licence),
    ]
    let known = fields.compactMap { name, field in
      table.columns.firstIndex(of: name).map { ($0, field) }
    }
    return table.rows.map { row in
      var track = LabelledTrack(path: row[pathPlace])
      for (place, field) in known { track[keyPath: field] = row[place] }
      return track
    }
  }
}

/// Why labels could not be read.
public struct EvaluationError: Error, Equatable, Sendable {
  /// What kind of trouble it was.
  public enum Code: Equatable, Sendable {
    /// The file could not be read.
    case file(FileAccessError.Code, systemCode: Int32)
    /// It is no sound table.
    case format(FileFormatError.Code)
  }

  /// What kind of trouble it was.
  public let code: Code
  /// The table.
  public let path: FilePath
}
