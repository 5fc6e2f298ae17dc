public import Catalogue
public import Hashing

/// What listening to one file tells, wherever it was done.
public struct TrackAnalysis: Equatable, Sendable {
  /// The sound.
  public let sound: SoundRecord
  /// The file's labels.
  public let tags: TagRecord
  /// The vector.
  public let embedding: EmbeddingRecord
  /// The mean squared error of the picture that the model draws of it again, of numbers from 0 to 1; nil
  /// where it was not asked for.
  public let reconstructionError: Float?
  /// The vectors of its sections, by their start; nil where they were not asked for or the track is too
  /// short to have some.
  public let sections: [SectionRecord]?
  /// The descriptors, where they were asked for.
  public let descriptors: DescriptorRecord?
  /// The fingerprint, where it was asked for and could be made.
  public let fingerprint: FingerprintRecord?
  /// What decoding found fault with.
  public let warnings: [AnalysisWarning]

  /// Puts the parts together.
  public init(
    sound: SoundRecord, tags: TagRecord, embedding: EmbeddingRecord,
    reconstructionError: Float? = nil, sections: [SectionRecord]? = nil,
    descriptors: DescriptorRecord?, fingerprint: FingerprintRecord? = nil,
    warnings: [AnalysisWarning] = []
  ) {
    self.sound = sound
    self.tags = tags
    self.embedding = embedding
    self.reconstructionError = reconstructionError
    self.sections = sections
    self.descriptors = descriptors
    self.fingerprint = fingerprint
    self.warnings = warnings
  }
}

/// Something that was wrong with a file that was used all the same.
public struct AnalysisWarning: Equatable, Sendable {
  /// What it was, for people.
  public let message: String

  /// Takes the words.
  public init(message: String) { self.message = message }
}

/// Why a file gave no analysis.
public struct AnalysisFailure: Error, Equatable, Sendable {
  /// The reason for programs: a code of `AudioDecodingError`, `timed-out` or `crashed`.
  public let code: String
  /// The reason for people.
  public let message: String

  /// Puts code and words together.
  public init(code: String, message: String) {
    self.code = code
    self.message = message
  }
}

/// Which model made a vector.
public struct ModelReference: Equatable, Sendable {
  /// Its name, such as "earshot".
  public let name: String
  /// SHA-256 over everything that determines its vectors.
  public let identity: Digest
  /// The length of its vectors.
  public let dimension: Int

  /// Puts the parts together.
  public init(name: String, identity: Digest, dimension: Int) {
    self.name = name
    self.identity = identity
    self.dimension = dimension
  }
}
