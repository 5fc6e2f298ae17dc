internal import COpusFile
import FileAccess

/// Ogg Opus by libopusfile, which gives 48,000 samples in a second whatever was encoded.
final class OpusReader: SampleReader {
  private let handle: OpaquePointer
  private let source: ByteSource
  /// The longest Opus packet is 120 ms; a call that has room for it wastes nothing.
  private var interleaved: [Float]
  /// The mean of the channels of the last packet, and which of it nobody has taken yet.
  private var mixed: [Float]
  private var waiting = 0..<0

  let sampleRate = 48_000
  let channels: Int
  let frameCount: Int?
  private(set) var damagedParts = 0
  private(set) var isBroken = false

  init(_ file: ReadableFile, _ stream: OggStream) throws(AudioDecodingError) {
    source = ByteSource(file, range: stream.range)
    var status: CInt = 0
    var callbacks = Self.callbacks
    guard let handle = op_open_callbacks(source.opaque, &callbacks, nil, 0, &status) else {
      if let failure = source.failure { throw AudioDecodingError(failure) }
      throw AudioDecodingError(
        .corrupt, path: file.path, context: .library("libopusfile"), underlyingCode: status)
    }
    self.handle = handle
    channels = Int(op_channel_count(handle, -1))
    let total = Int(op_pcm_total(handle, -1))
    frameCount = total > 0 ? total : nil
    interleaved = [Float](repeating: 0, count: Self.largestPacket * Self.mostChannels)
    mixed = interleaved
  }

  deinit { op_free(handle) }

  private static let largestPacket = 5_760
  private static let mostChannels = 8

  /// Decodes half a second before the place and drops it: libopusfile's own 80 ms (RFC 7845 section
  /// 4.6) leave differences of a few hundredths of full scale.
  func seek(to frame: Int) throws(AudioDecodingError) -> Bool {
    waiting = 0..<0
    let early = max(0, frame - sampleRate / 2)
    guard op_pcm_seek(handle, ogg_int64_t(early)) == 0 else { return false }
    let dropped = UnsafeMutableBufferPointer<Float>.allocate(capacity: sampleRate / 2)
    defer { dropped.deallocate() }
    let wanted = frame - early
    let got = try read(into: UnsafeMutableBufferPointer(rebasing: dropped[..<wanted]))
    return got == wanted
  }

  func read(into target: UnsafeMutableBufferPointer<Float>) throws(AudioDecodingError) -> Int {
    var filled = 0
    while filled < target.count {
      if waiting.isEmpty {
        waiting = 0..<(try readPacket())
        if waiting.isEmpty { break }
      }
      let count = min(waiting.count, target.count - filled)
      for place in 0..<count { target[filled + place] = mixed[waiting.lowerBound + place] }
      waiting.removeFirst(count)
      filled += count
    }
    return filled
  }

  /// Decodes the next packet, or what is left of it, into ``mixed``; returns its frames, 0 at the end.
  private func readPacket() throws(AudioDecodingError) -> Int {
    while !isBroken {
      var link: CInt = 0
      let frames = Int(op_read_float(handle, &interleaved, CInt(interleaved.count), &link))
      if frames == CInt(OP_HOLE) {
        damagedParts += 1
        continue
      }
      if frames < 0 {
        if let failure = source.failure { throw AudioDecodingError(failure) }
        isBroken = true
        return 0
      }
      // A link of the chain may have another channel count than the first.
      let channels = Int(op_channel_count(handle, link))
      interleaved.withUnsafeBufferPointer { from in
        mixed.withUnsafeMutableBufferPointer { to in
          guard let from = from.baseAddress, let to = to.baseAddress else { return }
          ChannelMix.mean(of: from, channels: channels, frames: frames, into: to)
        }
      }
      return frames
    }
    return 0
  }

  private static let callbacks = OpusFileCallbacks(
    read: { CInt(ByteSource.from($0)?.read($1, Int($2)) ?? -1) },
    seek: { (ByteSource.from($0)?.seek(Int($1), $2) ?? -1) < 0 ? -1 : 0 },
    tell: { opus_int64(ByteSource.from($0)?.offset ?? -1) },
    close: nil)
}
