public import FileAccess

/// Why a file gave no sound.
public struct AudioDecodingError: Error, Equatable, Sendable {
  /// The kind of trouble; the raw value is the code that other programs read.
  public enum Code: String, Sendable, CaseIterable {
    /// No file of this name.
    case notFound = "not-found"
    /// The name stands for something that cannot be read as a file.
    case unreadable = "unreadable"
    /// The bytes are not sound.
    case notAudio = "not-audio"
    /// Sound in a format that is known by name and not decoded.
    case unsupportedFormat = "unsupported-format"
    /// A broken container, or samples that are not numbers.
    case corrupt = "corrupt"
    /// A format that is understood, with no sample in it.
    case noSamples = "no-samples"
    /// Samples whose peak is under 2^-15, the last bit of a 16-bit recording.
    case silent = "silent"
    /// Less sound than can be analysed.
    case tooShort = "too-short"
    /// A sample rate or channel count outside ``DecodingLimits``.
    case limitExceeded = "limit-exceeded"
  }

  /// The facts a message needs to be true and specific.
  public enum Context: Equatable, Sendable {
    /// The code says all there is.
    case none
    /// The name is a folder, FIFO, device, …
    case notAFile(FileKind)
    /// The system refused access.
    case permissionDenied
    /// The system failed while opening or reading; `underlyingCode` is its error number.
    case systemFailure
    /// A format's name, such as "AAC in MP4".
    case format(String)
    /// What the bytes are instead of sound.
    case content(ForeignContent)
    /// A file of no bytes.
    case emptyFile
    /// One MPEG frame, which a decoder cannot start from.
    case singleFrame
    /// The container is there and its sound has no bytes, or none that decode.
    case noAudioData
    /// The excerpt asked for begins, in seconds, at or after the end of the sound.
    case excerptOutside(start: Double, seconds: Double)
    /// A sample rate in Hz.
    case sampleRate(Double, allowed: ClosedRange<Int>)
    /// A number of channels.
    case channels(Int, allowed: ClosedRange<Int>)
    /// Seconds of sound that were decoded, and the least that is needed.
    case seconds(Double, needed: Double)
    /// The largest absolute sample, full scale being 1.
    case peak(Float)
    /// The place, in mono samples from the excerpt's start, of a NaN or an infinity.
    case nonFiniteSample(index: Int)
    /// The place and size of a sample that is a number, but no sound: over ``largestSample``.
    case excessiveSample(index: Int, magnitude: Float)
    /// A part the container must have, such as "fmt chunk".
    case damagedPart(String)
    /// The C library that refused the bytes; `underlyingCode` is its error number.
    case library(String)
  }

  /// A sample beyond this is damage, not loudness: 120 dB over full scale.
  public static let largestSample: Float = 1e6
  /// The least sound, in seconds, that is worth decoding.
  public static let leastSeconds = 1.0
  /// A peak below this is silence: 2^-15.
  public static let silencePeak: Float = 1.0 / 32_768

  /// The kind of trouble.
  public let code: Code
  /// The file it happened to.
  public let path: FilePath
  /// The facts behind the code.
  public let context: Context
  /// The number the system or the C library gave, where it gave one.
  public let underlyingCode: Int32?

  /// Makes an error.
  public init(
    _ code: Code, path: FilePath, context: Context = .none, underlyingCode: Int32? = nil
  ) {
    self.code = code
    self.path = path
    self.context = context
    self.underlyingCode = underlyingCode
  }

  /// The same trouble as seen by someone who wanted sound.
  public init(_ error: FileAccessError) {
    let number = error.systemCode == 0 ? nil : error.systemCode
    let (code, context): (Code, Context) =
      switch error.code {
      case .notFound: (.notFound, .none)
      case .notARegularFile(let kind): (.unreadable, .notAFile(kind))
      case .permissionDenied: (.unreadable, .permissionDenied)
      case .noSpace, .inUse, .system: (.unreadable, .systemFailure)
      }
    self.init(code, path: error.path, context: context, underlyingCode: number)
  }
}

/// What a file holds when it holds no sound.
public enum ForeignContent: Equatable, Sendable {
  /// A web page, often a saved error message.
  case html
  /// Text of any kind.
  case text
  /// Another known kind, such as "PNG picture".
  case named(String)
  /// Bytes that nothing here knows.
  case unknown
}
