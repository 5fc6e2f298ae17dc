public import FileAccess
public import Hashing

/// What a file's own labels say. Absent is nil.
public struct TagRecord: Equatable, Sendable {
  /// The title of the piece.
  public var title: String?
  /// Who plays it.
  public var artist: String?
  /// The album it is on.
  public var album: String?
  /// Its genre, as written.
  public var genre: String?
  /// The year of release.
  public var year: Int?
  /// Its place on the album.
  public var trackNumber: Int?
  /// How often it was played.
  public var plays: Int?

  /// Makes a record.
  public init(
    title: String? = nil, artist: String? = nil, album: String? = nil, genre: String? = nil,
    year: Int? = nil, trackNumber: Int? = nil, plays: Int? = nil
  ) {
    self.title = title
    self.artist = artist
    self.album = album
    self.genre = genre
    self.year = year
    self.trackNumber = trackNumber
    self.plays = plays
  }
}

/// What a scan knows of a file.
public struct FileStamp: Equatable, Sendable {
  /// Its path, absolute.
  public let path: FilePath
  /// Its size in bytes.
  public let size: Int
  /// When its contents last changed, in nanoseconds since 1970.
  public let modified: Int64

  /// Makes a stamp.
  public init(path: FilePath, size: Int, modified: Int64) {
    self.path = path
    self.size = size
    self.modified = modified
  }
}

/// A file as the library holds it.
public struct FileRecord: Sendable {
  /// Its row.
  public let number: Int64
  /// Path, size and time when it was last read.
  public let stamp: FileStamp
  /// The track it holds, nil where reading it failed.
  public let track: Int64?
  /// Whether the last scan did not find it.
  public let isMissing: Bool
}

/// The sound of a track, as far as decoding told.
public struct SoundRecord: Equatable, Sendable {
  /// SHA-256 of the sound (docs/audio-identity.md).
  public let identity: Digest
  /// The codec's name, such as "mp3".
  public let codec: String
  /// In Hz.
  public let sampleRate: Int
  /// How many.
  public let channels: Int
  /// The length of the whole.
  public let seconds: Double

  /// Makes a record.
  public init(identity: Digest, codec: String, sampleRate: Int, channels: Int, seconds: Double) {
    self.identity = identity
    self.codec = codec
    self.sampleRate = sampleRate
    self.channels = channels
    self.seconds = seconds
  }
}

/// A vector and the part of the track it was made from.
public struct EmbeddingRecord: Equatable, Sendable {
  /// A unit vector of the model's dimension.
  public let vector: [Float]
  /// How long its halves were before they were normalised, or the whole of one without halves: at most
  /// ``mostLengths``, finite, not negative. None where that is not known, as of vectors that came into
  /// the library before version 6.
  public let lengths: [Float]
  /// Where the excerpt begins, in seconds.
  public let excerptStart: Double
  /// How long the excerpt is, in seconds.
  public let excerptSeconds: Double

  /// Vectors have no more halves.
  public static let mostLengths = 2

  /// Makes a record.
  public init(
    vector: [Float], lengths: [Float] = [], excerptStart: Double, excerptSeconds: Double
  ) {
    self.vector = vector
    self.lengths = lengths
    self.excerptStart = excerptStart
    self.excerptSeconds = excerptSeconds
  }
}

/// What a track's excerpt sounds like, to tell whether two are of one recording.
public struct FingerprintRecord: Equatable, Sendable {
  /// The number of the way it was made; fingerprints of different ways are not compared.
  public let algorithm: Int
  /// Where the excerpt begins, in seconds.
  public let excerptStart: Double
  /// One number for each step of the excerpt; none where it is too short.
  public let items: [UInt32]

  /// Makes a record.
  public init(algorithm: Int, excerptStart: Double, items: [UInt32]) {
    self.algorithm = algorithm
    self.excerptStart = excerptStart
    self.items = items
  }
}

/// One file of a track, with its own labels.
public struct HeldFile: Equatable, Sendable {
  /// What it was when it was listened to.
  public let stamp: FileStamp
  /// Its labels.
  public let tags: TagRecord

  /// Its path, absolute.
  public var path: FilePath { stamp.path }
}

/// A track as it is shown: one of its files, preferably one that is still there.
public struct TrackRecord: Sendable {
  /// Its row.
  public let number: Int64
  /// The sound.
  public let sound: SoundRecord
  /// The file.
  public let path: FilePath
  /// The file's labels.
  public let tags: TagRecord
  /// Whether no file of it was found by the last scan.
  public let isMissing: Bool

  /// The same track, shown as another file of it that is there.
  public func asHeld(by file: HeldFile) -> TrackRecord {
    TrackRecord(
      number: number, sound: sound, path: file.path, tags: file.tags, isMissing: false)
  }
}

/// Why a file has no track.
public struct FailureRecord: Sendable {
  /// The file.
  public let path: FilePath
  /// The reason as a code (DESIGN section 8).
  public let code: String
  /// The reason in words.
  public let reason: String
}

/// A model whose vectors the library holds.
public struct ModelRecord: Equatable, Sendable {
  /// Its row.
  public let number: Int64
  /// SHA-256 over everything that determines its vectors.
  public let identity: Digest
  /// Its name, such as "feature-statistics".
  public let name: String
  /// The length of its vectors.
  public let dimension: Int
}
