public import Catalogue
public import Embedding
public import FileAccess
public import Hashing

/// One thing that is wrong with a library.
public struct LibraryFault: Equatable, Sendable {
  /// What kind of thing it is.
  public enum Kind: Equatable, Sendable {
    /// SQLite finds the file itself damaged; its words.
    case structure(String)
    /// Rows refer to rows that are not there.
    case references(BrokenReferences)
    /// The full-text search does not hold the words of the files.
    case text
    /// A sound has a number that no sound has: its column.
    case sound(String)
    /// A file is not the one its checksum was made of, or holds another sound.
    case file
    /// A track is not held by as many files as it should be.
    case fileCount
    /// A model has not just the vectors that were put in.
    case vectorCount
    /// A vector is not what it should be.
    case vector(VectorFault)
    /// A section is not the one its checksum was made of, or is none.
    case section
    /// A model has not just the sections that were put in.
    case sectionCount
    /// A track has a descriptor that no track has: its column.
    case descriptor(String)
    /// A fingerprint is not the one its checksum was made of.
    case fingerprint
    /// The search file of a model is damaged.
    case searchFile(SearchFileFault)
    /// The copy of a model beside the library cannot be used.
    case modelFile(ModelError.Code)
  }

  /// What can be wrong with a search file that was made from the library as it is.
  public enum SearchFileFault: String, Sendable {
    /// A part does not match its checksum, or is missing.
    case damaged = "search-file-damaged"
    /// Its rows are not the vectors of the library.
    case differs = "search-file-differs"
  }

  /// What kind of thing it is.
  public let kind: Kind
  /// The track it is about.
  public var track: Int64?
  /// The row of the file it is about.
  public var file: Int64?
  /// The identity of that track.
  public var identity: Digest?
  /// The file it is about: of the track, the model or the search.
  public var path: FilePath?
  /// The model it is about.
  public var model: ModelRecord?

  init(
    _ kind: Kind, track: Int64? = nil, file: Int64? = nil, path: FilePath? = nil,
    model: ModelRecord? = nil
  ) {
    self.file = file
    self.kind = kind
    self.track = track
    self.path = path
    self.model = model
  }

  /// A short name of the kind.
  public var code: String {
    switch kind {
    case .structure: "structure"
    case .references: "references"
    case .text: "text"
    case .sound: "sound"
    case .file: "file-checksum"
    case .fileCount: "file-count"
    case .vectorCount: "vector-count"
    case .vector(let fault): fault.rawValue
    case .section: "section"
    case .sectionCount: "section-count"
    case .descriptor: "descriptor"
    case .fingerprint: "fingerprint-checksum"
    case .searchFile(let fault): fault.rawValue
    case .modelFile: "model-file"
    }
  }
}

/// The numbers that records may hold. What was computed here always does; what was changed by a fault,
/// or comes from elsewhere, may not.
extension SoundRecord {
  /// The first value that is none of its kind, by its column; nil where all are sound.
  public var valueOutOfRange: String? {
    if codec.isEmpty || codec.utf8.count > 64 { return "codec" }
    if !(4_000...768_000).contains(sampleRate) { return "sample_rate" }
    if !(1...32).contains(channels) { return "channels" }
    // A damaged file may claim any number of samples that a program can count.
    return seconds > 0 && seconds <= 1e16 ? nil : "seconds"
  }
}
