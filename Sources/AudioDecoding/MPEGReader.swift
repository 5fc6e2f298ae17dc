internal import CMPG123
import FileAccess
import Glibc

/// MPEG audio by libmpg123.
///
/// It is given the bytes from the first frame to the last and no tags. Both channels are decoded and
/// averaged here: libmpg123's own mix adds the two spectra and transforms the sum with the first
/// channel's window, which is another sound wherever the channels' windows differ.
final class MPEGReader: SampleReader {
  private let handle: OpaquePointer
  private let source: ByteSource
  private let path: FilePath
  private var streamChannels: Int

  private(set) var sampleRate: Int
  let channels: Int
  let frameCount: Int?
  let damagedParts = 0
  private(set) var isBroken = false
  /// Where the sound ends before it was promised to, in seconds.
  let cutSeconds: Double?

  init(_ file: ReadableFile, _ stream: MPEGStream) throws(AudioDecodingError) {
    Self.initialise()
    var status: CInt = 0
    guard let handle = mpg123_new(nil, &status) else {
      throw AudioDecodingError(
        .corrupt, path: file.path, context: .library("libmpg123"), underlyingCode: status)
    }
    self.handle = handle
    path = file.path
    source = ByteSource(file, range: stream.range)
    var bytesAreCut = stream.isCut
    do throws(AudioDecodingError) {
      try Self.configure(handle, path)
      try Self.check(mpg123_open_handle(handle, source.opaque), handle, path)
      var rate: CLong = 0
      var count: CInt = 0
      var encoding: CInt = 0
      let known = mpg123_getformat(handle, &rate, &count, &encoding)
      if known != MPG123_OK.rawValue {
        if let failure = source.failure { throw AudioDecodingError(failure) }
        throw AudioDecodingError(
          .noSamples, path: file.path, context: .noAudioData,
          underlyingCode: mpg123_errcode(handle))
      }
      sampleRate = Int(rate)
      channels = Int(count)
      streamChannels = Int(count)
      if !stream.summaryFits {
        // No frame says how long this is, or it is not believed: the frames are counted.
        _ = mpg123_scan(handle)
        let walk = MPEGWalk(FileBytes(file: file), range: stream.range)
        let counted = try walk.runs(from: stream.range.lowerBound, free: stream.freeLength) { _ in }
        bytesAreCut = bytesAreCut || counted.isLastCut
      }
      let length = Int(mpg123_length(handle))
      frameCount = length > 0 ? length : nil
      cutSeconds = bytesAreCut && length > 0 ? Double(length) / Double(rate) : nil
    } catch {
      mpg123_delete(handle)
      throw error
    }
  }

  deinit { mpg123_delete(handle) }

  private static func configure(
    _ handle: OpaquePointer, _ path: FilePath
  ) throws(AudioDecodingError) {
    let flags = [MPG123_QUIET, MPG123_GAPLESS, MPG123_FORCE_FLOAT, MPG123_SKIP_ID3V2]
    try check(
      mpg123_param(
        handle, MPG123_ADD_FLAGS, flags.reduce(0) { $0 | CLong($1.rawValue) }, 0), handle, path)
    try check(mpg123_param(handle, MPG123_RESYNC_LIMIT, resyncLimit, 0), handle, path)
    try check(mpg123_param(handle, MPG123_PREFRAMES, prerollFrames, 0), handle, path)
    try check(
      mpg123_replace_reader_handle(
        handle,
        { ByteSource.from($0)?.read($1, $2) ?? -1 },
        { off_t(ByteSource.from($0)?.seek(Int($1), $2) ?? -1) },
        nil), handle, path)
  }

  /// How many bytes of damage are searched for the next frame.
  private static let resyncLimit: CLong = 2 << 20
  /// Frames decoded and dropped before the first one wanted after a seek. A frame may borrow up to
  /// 511 bytes from those before it, which at 32 kbit/s is five frames and at 8 kbit/s twenty.
  private static let prerollFrames: CLong = 24

  func seek(to frame: Int) -> Bool {
    pending = UnsafeBufferPointer(start: nil, count: 0)
    return mpg123_seek(handle, off_t(frame), SEEK_SET) >= 0
  }

  func read(into target: UnsafeMutableBufferPointer<Float>) throws(AudioDecodingError) -> Int {
    guard let output = target.baseAddress else { return 0 }
    var filled = 0
    while filled < target.count {
      if pending.isEmpty {
        // What was read is in the old format; the next read is in the new one.
        if isFormatNew, filled > 0 { break }
        guard try decodeFrame() else { break }
      }
      let frames = min(pending.count / streamChannels, target.count - filled)
      guard frames > 0, let samples = pending.baseAddress else {
        // Less than one sample of each channel is no sound.
        pending = UnsafeBufferPointer(start: nil, count: 0)
        continue
      }
      ChannelMix.mean(
        of: samples, channels: streamChannels, frames: frames, into: output + filled)
      pending = UnsafeBufferPointer(rebasing: pending[(frames * streamChannels)...])
      filled += frames
    }
    return filled
  }

  /// The rest of the decoded frame, interleaved, in the library's own memory: copying it out first
  /// would take a twentieth of decoding again.
  private var pending = UnsafeBufferPointer<Float>(start: nil, count: 0)

  /// Decodes the next frame into `pending`, or notes that the format changes.
  /// - Returns: false at the end of the sound or where it is broken.
  private func decodeFrame() throws(AudioDecodingError) -> Bool {
    if isFormatNew { takeFormat() }
    var number: off_t = 0
    var audio: UnsafeMutablePointer<UInt8>?
    var byteCount = 0
    let status =
      isBroken
      ? MPG123_DONE.rawValue : mpg123_decode_frame(handle, &number, &audio, &byteCount)
    switch status {
    case MPG123_OK.rawValue:
      let samples = UnsafeRawPointer(audio)?.assumingMemoryBound(to: Float.self)
      pending = UnsafeBufferPointer(
        start: samples, count: samples == nil ? 0 : byteCount / MemoryLayout<Float>.stride)
      return true
    case MPG123_NEW_FORMAT.rawValue:
      isFormatNew = true
      return true
    case MPG123_DONE.rawValue: return false
    default:
      if let failure = source.failure { throw AudioDecodingError(failure) }
      isBroken = true
      return false
    }
  }

  private var isFormatNew = false

  private func takeFormat() {
    isFormatNew = false
    var rate: CLong = 0
    var count: CInt = 0
    var encoding: CInt = 0
    guard mpg123_getformat(handle, &rate, &count, &encoding) == MPG123_OK.rawValue else { return }
    sampleRate = Int(rate)
    streamChannels = Int(count)
  }

  private static func check(
    _ status: CInt, _ handle: OpaquePointer, _ path: FilePath
  ) throws(AudioDecodingError) {
    guard status == MPG123_OK.rawValue else {
      throw AudioDecodingError(
        .corrupt, path: path, context: .library("libmpg123"),
        underlyingCode: mpg123_errcode(handle))
    }
  }

  /// Older versions must be told once in a process.
  private static let initialised: CInt = mpg123_init()
  private static func initialise() { _ = initialised }
}
