/// How sound is stored in a file.
public enum AudioCodec: String, Sendable, CaseIterable {
  /// MPEG audio layer I, II or III (ISO 11172-3, ISO 13818-3).
  case mp1, mp2, mp3
  /// PCM in a RIFF WAVE file, its 64-bit forms RF64 and W64, AIFF or AIFC, or Core Audio's CAF.
  case wav, rf64, w64, aiff, caf
  /// FLAC (RFC 9639).
  case flac
  /// Vorbis or Opus (RFC 6716) in Ogg.
  case vorbis, opus
}

/// What a file said, or was found, to hold.
public struct AudioInfo: Equatable, Sendable {
  /// How the sound is stored.
  public let codec: AudioCodec
  /// The rate of the stored sound in Hz; for Opus, which has none of its own, 48,000.
  public let sampleRate: Int
  /// The channels of the stored sound.
  public let channels: Int
  /// The length of the whole sound in seconds, as well as it is known without decoding it all.
  public let seconds: Double
  /// Where the excerpt begins, in seconds from the start of the sound.
  public let excerptStart: Double
  /// The length of the excerpt in seconds.
  public let excerptSeconds: Double

  /// Puts the facts together.
  public init(
    codec: AudioCodec, sampleRate: Int, channels: Int, seconds: Double, excerptStart: Double,
    excerptSeconds: Double
  ) {
    self.codec = codec
    self.sampleRate = sampleRate
    self.channels = channels
    self.seconds = seconds
    self.excerptStart = excerptStart
    self.excerptSeconds = excerptSeconds
  }
}

/// Something that went wrong without keeping the sound from being used.
public enum DecodingWarning: Equatable, Sendable {
  /// The file ends, in seconds, before the sound that its header promises does.
  case truncated(atSeconds: Double)
  /// Parts of the stream were damaged and left out.
  case damagedParts(count: Int)
  /// The sound goes on after `seconds`, where ``DecodingLimits/maximumSeconds`` stopped it.
  case stoppedAtLimit(seconds: Double)
  /// The stream goes on at another rate in Hz; each part was resampled by itself.
  case sampleRateChanged(to: Int, atSeconds: Double)
  /// The decoder failed, in seconds from the start of the sound, and what came before is used.
  case damaged(atSeconds: Double)
}

/// Sound, ready for analysis.
public struct DecodedAudio: Sendable {
  /// Mono samples: the mean of the channels, full scale 1 (a lossy codec may go a little beyond).
  public let samples: [Float]
  /// The rate of ``samples`` in Hz.
  public let sampleRate: Int
  /// Where the samples come from.
  public let info: AudioInfo
  /// What was wrong, in order of discovery.
  public let warnings: [DecodingWarning]

  /// Puts sound and its story together.
  public init(
    samples: [Float], sampleRate: Int, info: AudioInfo, warnings: [DecodingWarning] = []
  ) {
    self.samples = samples
    self.sampleRate = sampleRate
    self.info = info
    self.warnings = warnings
  }
}
