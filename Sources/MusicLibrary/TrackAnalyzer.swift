internal import AnalysisLines
public import AudioDecoding
internal import AudioTags
public import Catalogue
public import Embedding
internal import FileAccess
public import Fingerprinting
public import Hashing
internal import SpectralFeatures

/// Turns a file into a track: the straight way of a song through the modules.
public struct TrackAnalyzer: TrackAnalyst {
  /// The model that makes the vectors.
  public let model: EmbeddingModel
  private let decoder: AudioDecoder
  private let withDescriptors: Bool
  private let fingerprinter: Fingerprinter?
  private let drawer: ModelDrawer?
  private let sections: SectionListener?
  private let analyzer: SpectralAnalyzer
  private let words: AnalysisWords

  /// - Parameters:
  ///   - model: the model that makes the vectors.
  ///   - excerpt: the part of each track that is listened to.
  ///   - descriptors: whether the descriptors are computed too.
  ///   - fingerprinter: what makes the fingerprints, nil where none are wanted.
  ///   - drawer: of the model, where it is to be known how well it draws each track again.
  ///   - sections: how sections of long tracks are listened to, nil where none are wanted.
  ///   - words: how failures and warnings are told.
  public init(
    model: EmbeddingModel, excerpt: Excerpt, descriptors: Bool,
    fingerprinter: Fingerprinter? = nil, drawer: ModelDrawer? = nil,
    sections: SectionOptions? = nil,
    words: AnalysisWords = .codes
  ) {
    self.model = model
    self.fingerprinter = fingerprinter
    self.drawer = drawer
    self.words = words
    withDescriptors = descriptors
    decoder = AudioDecoder(
      options: DecodingOptions(sampleRate: Int(model.settings.sampleRate), excerpt: excerpt))
    analyzer = SpectralAnalyzer(
      settings: model.settings,
      contents: descriptors ? model.contents.union(TrackDescriptors.contents) : model.contents)
    self.sections = sections.map { [decoder] in
      SectionListener(model: model, decoder: decoder, options: $0)
    }
  }

  /// Analyses a file for the library.
  /// - Parameters:
  ///   - stamp: the file as the scan saw it.
  ///   - followLinks: whether the name may be a link.
  ///   - isKnown: whether the library holds a sound already, so that decoding can be spared.
  public func analyse(
    _ stamp: FileStamp, followLinks: Bool, isKnown: (Digest) -> Bool
  ) -> AnalysisOutcome {
    var stamp = stamp
    let begun = sections?.options.clock() ?? 0
    do throws(AudioDecodingError) {
      let file = try Self.open(stamp.path, followLinks: followLinks)
      stamp = FileStamp(path: file.path, size: file.size, modified: file.modificationTime)
      let identity = try AudioIdentity.digest(of: file)
      let tags = TagRecord(AudioTags.read(from: file))
      if isKnown(identity) { return .known(stamp, identity: identity, tags: tags) }
      let audio = try decoder.decode(file)
      let features = analyzer.analyze(audio.samples)
      let measured = model.measure(features)
      let parts = sections?.sections(of: file, seconds: audio.info.seconds, begunAt: begun)
      var warnings = audio.warnings.map { words.warning($0) }
      if let stop = parts?.stop { warnings.append(words.sectionsEnd(stop)) }
      return .analysed(
        stamp,
        TrackAnalysis(
          sound: SoundRecord(audio.info, identity: identity), tags: tags,
          embedding: EmbeddingRecord(
            vector: measured.vector, lengths: measured.lengths,
            excerptStart: audio.info.excerptStart,
            excerptSeconds: audio.info.excerptSeconds),
          reconstructionError: drawer.map {
            $0.draw(features, vector: measured.vector).meanSquaredError
          },
          sections: parts?.records,
          descriptors: withDescriptors
            ? TrackDescriptors.descriptors(
              of: features, samples: audio.samples, settings: model.settings)
            : nil,
          fingerprint: fingerprinter.map { FingerprintRecord(of: audio, orNoneBy: $0) },
          warnings: warnings.map { AnalysisWarning(message: $0) }))
    } catch {
      return .failed(
        stamp, AnalysisFailure(code: error.code.rawValue, message: words.failure(error)))
    }
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
      year: tags.year, trackNumber: tags.track, plays: tags.plays)
  }
}
