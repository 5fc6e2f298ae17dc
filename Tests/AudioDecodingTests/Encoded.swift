import AudioDecoding
import FileAccess
import TestSupport
import Testing

/// Sound encoded by the usual programs into a folder of its own.
struct Encoded {
  let folder = TemporaryFolder()

  static let hasEncoders = ["lame", "flac", "oggenc", "opusenc"].allSatisfy(Command.exists)

  func bytes(_ path: FilePath) throws -> [UInt8] {
    try ReadableFile(path).contents(limit: 1 << 28)
  }

  func wav(_ channels: [[Float]], rate: Int, name: String = "source.wav") throws -> FilePath {
    try folder.write(SoundFile.wav(channels, rate: rate), as: name)
  }

  /// Encodes by LAME with these options.
  func mp3(
    _ channels: [[Float]], rate: Int, _ options: [String], name: String = "sound.mp3"
  ) throws -> FilePath {
    let source = try wav(channels, rate: rate)
    let target = folder.path.appending(name)
    try #require(
      Command.run(["lame", "--quiet"] + options + [source.string, target.string]) == 0)
    return target
  }

  func flac(_ channels: [[Float]], rate: Int, _ options: [String] = []) throws -> FilePath {
    let source = try wav(channels, rate: rate)
    let target = folder.path.appending("sound.flac")
    try #require(
      Command.run(["flac", "-s", "-f"] + options + ["-o", target.string, source.string]) == 0)
    return target
  }

  func vorbis(_ channels: [[Float]], rate: Int, _ options: [String] = []) throws -> FilePath {
    let source = try wav(channels, rate: rate)
    let target = folder.path.appending("sound.ogg")
    try #require(
      Command.run(["oggenc", "-Q"] + options + ["-o", target.string, source.string]) == 0)
    return target
  }

  func opus(_ channels: [[Float]], rate: Int, _ options: [String] = []) throws -> FilePath {
    let source = try wav(channels, rate: rate)
    let target = folder.path.appending("sound.opus")
    try #require(
      Command.run(["opusenc", "--quiet"] + options + [source.string, target.string]) == 0)
    return target
  }
}

/// Decodes at the stored rate, or another.
func decode(
  _ path: FilePath, rate: Int = 22_050, _ excerpt: Excerpt = .full
) throws(AudioDecodingError) -> DecodedAudio {
  try AudioDecoder(options: DecodingOptions(sampleRate: rate, excerpt: excerpt)).decode(path)
}

/// The error that decoding ends with.
func failure(_ path: FilePath, _ excerpt: Excerpt = .middle) -> AudioDecodingError? {
  do throws(AudioDecodingError) {
    _ = try AudioDecoder(options: DecodingOptions(excerpt: excerpt)).decode(path)
    return nil
  } catch {
    return error
  }
}

extension Array where Element == Float {
  /// The largest difference from another signal of the same length; infinity for another length.
  func largestDifference(from other: [Float]) -> Float {
    guard count == other.count else { return .infinity }
    return zip(self, other).reduce(0) { Swift.max($0, abs($1.0 - $1.1)) }
  }
}
