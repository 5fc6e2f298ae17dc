public import AudioDecoding
internal import AudioTags
public import Catalogue
public import Embedding
public import FileAccess
public import Hashing
internal import SpectralFeatures

/// Everything that is learned from one file.
public struct TrackAnalysis: Sendable {
  /// The file when it was read.
  public let stamp: FileStamp
  /// The sound.
  public let sound: SoundRecord
  /// The file's labels.
  public let tags: TagRecord
  /// The vector.
  public let embedding: EmbeddingRecord
  /// The descriptors, where they were asked for.
  public let descriptors: DescriptorRecord?
  /// What decoding found fault with.
  public let warnings: [DecodingWarning]
}

/// Turns a file into a track: the straight way of a song through the modules.
public struct TrackAnalyzer: Sendable {
  /// The model that makes the vectors.
  public let model: EmbeddingModel
  private let decoder: AudioDecoder
  private let withDescriptors: Bool
  private let analyzer: SpectralAnalyzer

  /// - Parameters:
  ///   - model: the model that makes the vectors.
  ///   - excerpt: the part of each track that is listened to.
  ///   - descriptors: whether the descriptors are computed too.
  public init(model: EmbeddingModel, excerpt: Excerpt, descriptors: Bool) {
    self.model = model
    withDescriptors = descriptors
    decoder = AudioDecoder(
      options: DecodingOptions(sampleRate: Int(model.settings.sampleRate), excerpt: excerpt))
    analyzer = SpectralAnalyzer(
      settings: model.settings,
      contents: descriptors ? model.contents.union(TrackDescriptors.contents) : model.contents)
  }

  /// What a file is, as far as it had to be looked at.
  public enum Outcome: Sendable {
    /// It was decoded and analysed.
    case analysed(TrackAnalysis)
    /// Its sound is one that is known; only its labels were read.
    case known(FileStamp, identity: Digest, tags: TagRecord)
    /// It is no music.
    case failed(FileStamp, AudioDecodingError)
  }

  /// Analyses a file for the library.
  /// - Parameters:
  ///   - stamp: the file as the scan saw it.
  ///   - followLinks: whether the name may be a link.
  ///   - isKnown: whether the library holds a sound already, so that decoding can be spared.
  public func analyse(
    _ stamp: FileStamp, followLinks: Bool, isKnown: (Digest) -> Bool
  ) -> Outcome {
    var stamp = stamp
    do throws(AudioDecodingError) {
      let file = try Self.open(stamp.path, followLinks: followLinks)
      stamp = FileStamp(path: file.path, size: file.size, modified: file.modificationTime)
      let identity = try AudioIdentity.digest(of: file)
      let tags = TagRecord(AudioTags.read(from: file))
      if isKnown(identity) { return .known(stamp, identity: identity, tags: tags) }
      let audio = try decoder.decode(file)
      let (vector, features) = embed(audio)
      return .analysed(
        TrackAnalysis(
          stamp: stamp, sound: SoundRecord(audio.info, identity: identity), tags: tags,
          embedding: EmbeddingRecord(
            vector: vector, excerptStart: audio.info.excerptStart,
            excerptSeconds: audio.info.excerptSeconds),
          descriptors: withDescriptors
            ? TrackDescriptors.descriptors(
              of: features, samples: audio.samples, settings: model.settings)
            : nil,
          warnings: audio.warnings))
    } catch {
      return .failed(stamp, error)
    }
  }

  /// The vector of one file, with what was decoded.
  public func embed(
    _ path: FilePath
  ) throws(AudioDecodingError) -> (vector: [Float], audio: DecodedAudio) {
    let audio = try decoder.decode(path)
    return (embed(audio).vector, audio)
  }

  private func embed(_ audio: DecodedAudio) -> (vector: [Float], features: SpectralFeatureSet) {
    let features = analyzer.analyze(audio.samples)
    return (model.embed(features), features)
  }

  private static func open(
    _ path: FilePath, followLinks: Bool
  ) throws(AudioDecodingError) -> ReadableFile {
    do throws(FileAccessError) {
      return try ReadableFile(path, followLinks: followLinks)
    } catch {
      throw AudioDecodingError(error)
    }
  }
}

extension SoundRecord {
  init(_ info: AudioInfo, identity: Digest) {
    self.init(
      identity: identity, codec: info.codec.rawValue, sampleRate: info.sampleRate,
      channels: info.channels, seconds: info.seconds)
  }
}

extension TagRecord {
  init(_ tags: AudioTags) {
    self.init(
      title: tags.title, artist: tags.artist, album: tags.album, genre: tags.genre,
      year: tags.year, trackNumber: tags.track)
  }
}
