package import FileAccess

/// What a file's bytes are: the decoder that reads them follows from this alone, never from the
/// file's name and never from trying decoders in turn.
package enum SoundFormat {
  case mpeg(MPEGStream)
  case pcm(PCMLayout)
  case flac(FLACStream)
  case ogg(OggStream)

  /// Reads a file's headers.
  /// - Throws: `noSamples` for an empty file or a single MPEG frame, `notAudio`,
  ///   `unsupportedFormat`, `corrupt` for a broken container, `limitExceeded`, `unreadable`.
  package static func detect(
    _ file: ReadableFile, limits: DecodingLimits
  ) throws(AudioDecodingError) -> SoundFormat {
    let bytes = FileBytes(file: file)
    guard bytes.size > 0 else { throw bytes.failure(.noSamples, .emptyFile) }
    let start = try TagExtent.afterLeadingTags(bytes)
    let head = try bytes.read(at: start, count: 4_096)
    if let container = try container(bytes, head, at: start, limits) { return container }
    if let name = ForeignFormat.soundName(head) {
      throw bytes.failure(.unsupportedFormat, .format(try name.resolved(bytes, at: start)))
    }
    if let content = ForeignFormat.content(head) {
      throw bytes.failure(.notAudio, .content(content))
    }
    let range = start..<(try TagExtent.beforeTrailingTags(bytes, start: start, end: bytes.size))
    if range.isEmpty { throw bytes.failure(.noSamples, .noAudioData) }
    if let stream = try MPEGStream.find(bytes, in: range, searching: true) {
      return .mpeg(stream)
    }
    if try MPEGStream.isSingleFrame(bytes, in: range) {
      throw bytes.failure(.noSamples, .singleFrame)
    }
    throw bytes.failure(.notAudio, .content(.unknown))
  }

  private static func container(
    _ bytes: FileBytes, _ head: [UInt8], at start: Int, _ limits: DecodingLimits
  ) throws(AudioDecodingError) -> SoundFormat? {
    if head.has("WAVE", at: 8) {
      let codec: AudioCodec? =
        head.has("RIFF") ? .wav : head.has("RF64") || head.has("BW64") ? .rf64 : nil
      if let codec { return try riff(bytes, start, codec, limits) }
    }
    // MPEG audio's own kind of RIFF.
    if head.has("RIFF"), head.has("RMP3", at: 8) { return try riff(bytes, start, .wav, limits) }
    if head.has(wave64Mark) { return try riff(bytes, start, .w64, limits) }
    if head.has("FORM"), head.has("AIFF", at: 8) || head.has("AIFC", at: 8) {
      return .pcm(try AIFFContainer.read(bytes, at: start, limits: limits))
    }
    if head.has("caff") { return .pcm(try CAFContainer.read(bytes, at: start, limits: limits)) }
    if head.has("fLaC") || head.has("OggS") {
      let end = try TagExtent.beforeTrailingTags(bytes, start: start, end: bytes.size)
      return head.has("fLaC")
        ? .flac(try FLACStream(bytes, range: start..<end, limits: limits))
        : .ogg(try OggStream(bytes, range: start..<end, limits: limits))
    }
    return nil
  }

  private static func riff(
    _ bytes: FileBytes, _ start: Int, _ codec: AudioCodec, _ limits: DecodingLimits
  ) throws(AudioDecodingError) -> SoundFormat {
    switch try RIFFContainer.read(bytes, at: start, codec: codec, limits: limits) {
    case .pcm(let layout): return .pcm(layout)
    case .mpeg(let range):
      if let stream = try MPEGStream.find(bytes, in: range, searching: true) {
        return .mpeg(stream)
      }
      throw bytes.failure(.corrupt, .damagedPart("MPEG audio in the data chunk"))
    }
  }

  /// "riff" and "wave" as Sony's GUIDs spell them: the first 16 bytes of a W64 file.
  private static let wave64Mark: [UInt8] = [
    0x72, 0x69, 0x66, 0x66, 0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0, 0,
  ]
}

extension SoundFormat {
  package var codec: AudioCodec {
    switch self {
    case .mpeg(let stream): stream.codec
    case .pcm(let layout): layout.codec
    case .flac: .flac
    case .ogg(let stream): stream.codec.audioCodec
    }
  }

  /// The length by what the headers claim, in seconds; nil where they do not say.
  package var claimedSeconds: Double? {
    switch self {
    case .mpeg(let stream): stream.claimedSeconds
    case .pcm(let layout): Double(layout.frames) / layout.sampleRate
    case .flac(let stream): stream.frames.map { Double($0) / Double(stream.sampleRate) }
    case .ogg(let stream): stream.claimedSeconds
    }
  }
}
