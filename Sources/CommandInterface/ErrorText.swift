package import AnalysisLines
package import AudioDecoding
package import Embedding
package import FileAccess

/// The words for every error, in one place: what is wrong, and what helps where something does.
package enum ErrorText {
  /// Why a file gave no sound. The file's name stands before it.
  package static func text(_ error: AudioDecodingError) -> String {
    "\(reason(error)) [\(error.code.rawValue)]"
  }

  /// Why a file gave no sound, without the code.
  package static func reason(_ error: AudioDecodingError) -> String {
    switch error.context {
    case .none: plain(error.code)
    case .notAFile(.folder): "this is a folder, not a file"
    case .notAFile(let kind): "this is a \(name(of: kind)), not a file with sound in it"
    case .permissionDenied: "permission to read it was denied"
    case .systemFailure: "it could not be read: \(systemText(error.underlyingCode ?? 0))"
    case .format(let name): "\(name) is not supported; convert it to FLAC, MP3, Ogg or WAV"
    case .content(.html): "this is a web page (HTML), not sound"
    case .content(.text): "this is text, not sound"
    case .content(.named(let name)): "this is a \(name), not sound"
    case .content(.unknown): "no known kind of sound file begins like this"
    case .emptyFile: "the file is empty"
    case .singleFrame: "it holds a single MPEG frame, which gives no sound"
    case .noAudioData: "it holds no sound"
    case .excerptOutside(let start, let seconds):
      "the excerpt begins at \(clock(start)), but the sound ends at \(clock(seconds))"
    case .sampleRate(let rate, let allowed):
      "a sample rate of \(hertz(rate)) Hz is outside "
        + "\(NumberText.grouped(allowed.lowerBound)) to \(NumberText.grouped(allowed.upperBound)) Hz"
    case .channels(let count, let allowed):
      "\(NumberText.grouped(count)) channels are outside \(allowed.lowerBound) to \(allowed.upperBound)"
    case .seconds(let seconds, let needed):
      "only \(NumberText.fixed(max(0, seconds - 0.0005), decimals: 3)) s of sound; at least "
        + "\(NumberText.fixed(needed, decimals: 0)) s is needed"
    case .peak:
      "it is silent: mixed to mono, no sample is louder than the last bit of a 16-bit recording"
    case .nonFiniteSample(let index):
      "sample \(NumberText.grouped(index)) is not a number, or too large for one"
    case .excessiveSample(let index, _):
      "sample \(NumberText.grouped(index)) is far beyond full scale: the file is damaged"
    case .damagedPart(let part): "the file is damaged: \(part)"
    case .library(let name): "the file is damaged: \(name) cannot decode it"
    }
  }

  private static func plain(_ code: AudioDecodingError.Code) -> String {
    switch code {
    case .notFound: "there is no such file"
    case .unreadable: "it cannot be read"
    case .notAudio: "this is not sound"
    case .unsupportedFormat: "this format is not supported"
    case .corrupt: "the file is damaged"
    case .noSamples: "it holds no sound"
    case .silent: "it is silent"
    case .tooShort: "it is too short"
    case .limitExceeded: "it is beyond the limits"
    }
  }

  /// What was wrong with a file that was used all the same.
  package static func text(_ warning: DecodingWarning) -> String {
    switch warning {
    case .truncated(let seconds):
      "warning: the file is cut off at \(clock(seconds)); what is there was used"
    case .damagedParts(let count):
      "warning: \(NumberText.count(count, "damaged part")) left out; the rest was used"
    case .stoppedAtLimit(let seconds): "warning: only the first \(clock(seconds)) were used"
    case .sampleRateChanged(let rate, let seconds):
      "warning: the sample rate changes to \(NumberText.grouped(rate)) Hz at \(clock(seconds))"
    case .damaged(let seconds):
      "warning: the file is damaged at \(clock(seconds)); what came before was used"
    }
  }

  /// What was wrong with a file that was used all the same, in one line; nil where nothing was.
  package static func text(_ warnings: [DecodingWarning]) -> String? {
    inOneLine(warnings.map { text($0) })
  }

  /// The same, told by a worker.
  package static func text(_ warnings: [AnalysisWarning]) -> String? {
    inOneLine(warnings.map(\.message))
  }

  private static func inOneLine(_ texts: [String]) -> String? {
    guard let first = texts.first else { return nil }
    return texts.count == 1 ? first : "\(first) (and \(texts.count - 1) more)"
  }

  /// Why a model cannot be used.
  package static func text(_ error: ModelError) -> String {
    let path = error.path.string
    return switch error.code {
    case .notFound:
      "there is no model \"\(path)\"; name a file, or put the model's folder into EARSHOT_MODELS"
    case .file(let code): "model \(path): \(text(code))"
    case .malformed: "model \(path): this is not a sound safetensors file"
    case .tooLarge: "model \(path): it is larger than a model may be (1 GiB)"
    case .notAModel: "model \(path): it does not say that it is a model of Earshot's"
    case .newerFormat(let version):
      "model \(path): it has format version \(version), which a newer Earshot writes; update Earshot"
    case .unknownArchitecture(let name):
      "model \(path): this Earshot knows no models of the kind \"\(name)\"; update Earshot"
    case .wrongTensor(let name):
      "model \(path): the tensor \"\(name)\" is missing or has the wrong shape"
    case .tooLargeNumbers(let name, .float32):
      "the model \(path) cannot be made: the training has driven \"\(name)\" beyond all bounds; "
        + "train with a lower --learning-rate"
    case .tooLargeNumbers(let name, .float16), .tooLargeNumbers(let name, .bfloat16):
      "the model \(path) cannot be made: numbers of \"\(name)\" are too large for 16 bits; run the "
        + "same command without --half, it goes on where this one ended"
    case .damaged: "model \(path): the file is damaged; copy it anew"
    }
  }

  /// Why a file could not be read or written.
  package static func text(_ error: FileAccessError) -> String {
    let detail = error.code == .system ? systemText(error.systemCode) : text(error.code)
    return "\(error.path.string): \(detail)"
  }

  package static func text(_ code: FileAccessError.Code) -> String {
    switch code {
    case .notFound: "there is no such file or folder"
    case .notARegularFile(.folder): "this is a folder"
    case .notARegularFile(let kind): "this is a \(name(of: kind))"
    case .permissionDenied: "permission was denied"
    case .noSpace: "the disk is full"
    case .inUse: "another program is writing to it"
    case .system: "the system refused"
    }
  }

  private static func name(of kind: FileKind) -> String {
    switch kind {
    case .regular: "file"
    case .folder: "folder"
    case .link: "link"
    case .fifo: "pipe"
    case .socket: "socket"
    case .device: "device"
    case .other: "thing of another kind"
    }
  }

  private static func hertz(_ rate: Double) -> String {
    abs(rate) < 1e15 ? NumberText.grouped(Int(rate.rounded())) : "\(rate)"
  }

  private static func clock(_ seconds: Double) -> String {
    seconds < 60
      ? "\(NumberText.fixed(seconds, decimals: 1)) s" : NumberText.clock(seconds: seconds)
  }
}
