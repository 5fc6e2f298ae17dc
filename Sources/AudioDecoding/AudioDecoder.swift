public import FileAccess

/// Decodes files to mono samples at one rate.
///
/// The decoder is chosen by the file's bytes; the excerpt is reached by seeking; the channels are
/// averaged and the mean is resampled, in blocks, as `librosa.load` does it. Nothing is sized by a
/// length that a file claims. A value without state: one is used from many threads.
public struct AudioDecoder: Sendable {
  /// How sound is decoded.
  public let options: DecodingOptions

  /// Makes a decoder.
  /// - Precondition: the options' sample rate is within their limits, and a range has
  ///   `0 <= start < end < infinity`.
  public init(options: DecodingOptions = DecodingOptions()) {
    precondition(
      options.limits.sampleRates.contains(options.sampleRate),
      "a sample rate of \(options.sampleRate) Hz, outside \(options.limits.sampleRates)")
    if case .range(let start, let end) = options.excerpt {
      precondition(
        start >= 0 && start < end && end.isFinite, "an excerpt from \(start) to \(end) s")
    }
    self.options = options
  }

  /// Decodes the excerpt of a file.
  /// - Throws: any code of ``AudioDecodingError/Code``. Of several troubles the first of this order
  ///   is reported: `not-found`, `unreadable`; then by the headers `no-samples` (empty, one frame),
  ///   `unsupported-format`, `not-audio`, `limit-exceeded`, `corrupt`; then by the decoded excerpt
  ///   `no-samples`, `corrupt` (a sample that is not finite or absurdly large), `too-short`,
  ///   `silent`.
  public func decode(_ path: FilePath) throws(AudioDecodingError) -> DecodedAudio {
    let file: ReadableFile
    do {
      file = try ReadableFile(path)
    } catch {
      throw AudioDecodingError(error)
    }
    return try decode(file)
  }

  /// Decodes the excerpt of an open file; otherwise as ``decode(_:)-(FilePath)``.
  public func decode(_ file: ReadableFile) throws(AudioDecodingError) -> DecodedAudio {
    let format = try SoundFormat.detect(file, limits: options.limits)
    let run = try DecodingRun(file, format, options)
    return try run.result()
  }

  /// Decodes several parts of an open file, one at a time; the excerpt of the options does not count.
  /// Each is reached by seeking, so that little is decoded of a long file and little of it is in memory.
  /// - Parameters:
  ///   - parts: in seconds from the beginning of the sound, `0 <= lowerBound < upperBound`; quickest where
  ///     they ascend.
  ///   - body: gets each part, or why it could not be had: as ``decode(_:)-(FilePath)`` says, and
  ///     `no-samples` where it cannot be sought. False stops.
  /// - Throws: what is wrong with the whole file, before the first part.
  public func decode(
    _ parts: some Sequence<Range<Double>>, of file: ReadableFile,
    _ body: (Result<DecodedAudio, AudioDecodingError>) -> Bool
  ) throws(AudioDecodingError) {
    let format = try SoundFormat.detect(file, limits: options.limits)
    let run = try DecodingRun(file, format, options)
    for part in parts {
      precondition(
        part.lowerBound >= 0 && !part.isEmpty && part.upperBound.isFinite, "a part of \(part) s")
      let result: Result<DecodedAudio, AudioDecodingError>
      do throws(AudioDecodingError) {
        result = .success(try run.part(part))
      } catch {
        result = .failure(error)
      }
      guard body(result) else { return }
    }
  }
}

extension SoundFormat {
  /// The decoder for what was found, at the start of the sound.
  func reader(of file: ReadableFile) throws(AudioDecodingError) -> any SampleReader {
    switch self {
    case .mpeg(let stream): return try MPEGReader(file, stream)
    case .pcm(let layout):
      guard layout.frames > 0 else {
        throw AudioDecodingError(.noSamples, path: file.path, context: .noAudioData)
      }
      return try SoundFileReader(file, layout)
    case .flac(let stream): return try SoundFileReader(file, stream)
    case .ogg(let stream):
      switch stream.codec {
      case .vorbis: return try SoundFileReader(file, stream)
      case .opus: return try OpusReader(file, stream)
      }
    }
  }
}
