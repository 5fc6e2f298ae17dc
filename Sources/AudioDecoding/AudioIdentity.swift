public import FileAccess
public import Hashing

/// What a sound is, whatever its tags and its name: a digest of its encoded bytes.
///
/// SHA-256 of the text `earshot-audio-1`, a space, the format and a line feed, and then the bytes of
/// the sound as they stand in the file. `docs/audio-identity.md` gives the rule byte for byte.
public enum AudioIdentity {
  /// The beginning of what is hashed; it changes when the rule does.
  public static let version = "earshot-audio-1"

  /// Computes the identity of a file's sound, in one pass and in blocks.
  /// - Throws: what detecting the format throws: `noSamples` where there are no bytes of sound,
  ///   `notAudio`, `unsupportedFormat`, `corrupt`, `limitExceeded`, `unreadable`.
  public static func digest(of file: ReadableFile) throws(AudioDecodingError) -> Digest {
    let format = try SoundFormat.detect(file, limits: DecodingLimits())
    let hash = IdentityHash(file, tag: tag(of: format))
    switch format {
    case .mpeg(let stream):
      let start = stream.summary?.end ?? stream.range.lowerBound
      let walk = MPEGWalk(FileBytes(file: file), range: stream.range)
      _ = try walk.runs(from: start, free: stream.freeLength) {
        (run) throws(AudioDecodingError) in try hash.take(run)
      }
    case .pcm(let layout):
      let start = layout.data.lowerBound
      try hash.take(start..<(start + layout.frames * layout.frameBytes))
    case .flac(let stream):
      try hash.take(stream.audioStart..<stream.range.upperBound)
    case .ogg(let stream):
      try takePackets(of: stream, in: FileBytes(file: file), hash)
    }
    guard hash.count > 0 else {
      throw AudioDecodingError(.noSamples, path: file.path, context: .noAudioData)
    }
    return hash.digest()
  }

  private static func tag(of format: SoundFormat) -> String {
    switch format {
    case .mpeg: "mpeg"
    case .pcm(let layout):
      "pcm \(layout.encoding.rawValue) \(Int(layout.sampleRate.rounded())) \(layout.channels)"
    case .flac: "flac"
    case .ogg(let stream): stream.codec.audioCodec.rawValue
    }
  }

  /// Hashes the packets behind the headers, one after the other, of the stream and of those chained
  /// to it.
  private static func takePackets(
    of stream: OggStream, in bytes: FileBytes, _ hash: IdentityHash
  ) throws(AudioDecodingError) {
    var serial = stream.serial
    var headersLeft = stream.codec.headerPackets
    var isEnded = false
    var offset = stream.range.lowerBound
    while offset < stream.range.upperBound {
      guard let page = try OggPage(bytes, at: offset, before: stream.range.upperBound) else {
        // Damage: on from the next mark.
        guard
          let next = try OggPage.find(bytes, from: offset + 1, before: stream.range.upperBound)
        else { break }
        offset = next
        continue
      }
      offset = page.body.upperBound
      if isEnded, page.isFirstOfStream {
        let packet = try page.beginning(bytes, before: stream.range.upperBound)
        if let codec = OggStream.Codec(firstPacket: packet) {
          serial = page.serial
          headersLeft = codec.headerPackets
          isEnded = false
        }
      }
      guard page.serial == serial else { continue }
      isEnded = page.isLastOfStream
      var start = page.body.lowerBound
      for size in page.lacing where headersLeft > 0 {
        start += Int(size)
        if size < 255 { headersLeft -= 1 }
      }
      if headersLeft > 0 { continue }
      try hash.take(min(start, stream.range.upperBound)..<min(offset, stream.range.upperBound))
    }
  }
}

/// A hash that is fed ranges of a file.
private final class IdentityHash {
  private let file: ReadableFile
  private var hash = SHA256()
  private var buffer = [UInt8](repeating: 0, count: 1 << 18)
  /// The bytes of sound taken.
  private(set) var count = 0

  init(_ file: ReadableFile, tag: String) {
    self.file = file
    hash.update("\(AudioIdentity.version) \(tag)\n")
  }

  func take(_ range: Range<Int>) throws(AudioDecodingError) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let got = try read(offset, min(buffer.count, range.upperBound - offset))
      if got == 0 { break }
      buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
      offset += got
      count += got
    }
  }

  func digest() -> Digest { hash.digest() }

  private func read(_ offset: Int, _ length: Int) throws(AudioDecodingError) -> Int {
    let result: Result<Int, FileAccessError> = buffer.withUnsafeMutableBytes { bytes in
      let target = UnsafeMutableRawBufferPointer(rebasing: bytes[..<length])
      do throws(FileAccessError) {
        return .success(try file.read(at: offset, into: target))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let got): return got
    case .failure(let error): throw AudioDecodingError(error)
    }
  }
}
