internal import CSndFile
import FileAccess

/// WAV and its kin, FLAC and Ogg Vorbis by libsndfile.
///
/// Of PCM containers the library only sees the samples, as headerless PCM: our own walk has read the
/// header, so none of the library's many container readers meets unknown bytes, and a header that
/// gives no length or a false one is no trouble.
final class SoundFileReader: SampleReader {
  private let handle: OpaquePointer
  private let source: ByteSource
  private var interleaved: [Float] = []

  let sampleRate: Int
  let channels: Int
  let frameCount: Int?
  let damagedParts = 0
  private(set) var isBroken = false

  /// Reads headerless PCM.
  convenience init(_ file: ReadableFile, _ layout: PCMLayout) throws(AudioDecodingError) {
    var facts = SF_INFO()
    facts.samplerate = CInt(layout.sampleRate.rounded())
    facts.channels = CInt(layout.channels)
    facts.format = CInt(SF_FORMAT_RAW) | layout.encoding.soundFileFormat
    let end = layout.data.lowerBound + layout.frames * layout.frameBytes
    try self.init(
      file, range: layout.data.lowerBound..<end, facts: facts, frameCount: layout.frames)
  }

  /// Reads a FLAC stream.
  convenience init(_ file: ReadableFile, _ stream: FLACStream) throws(AudioDecodingError) {
    try self.init(file, range: stream.range, facts: SF_INFO(), frameCount: stream.frames)
  }

  /// Reads a Vorbis stream.
  convenience init(_ file: ReadableFile, _ stream: OggStream) throws(AudioDecodingError) {
    try self.init(file, range: stream.range, facts: SF_INFO(), frameCount: nil)
  }

  private init(
    _ file: ReadableFile, range: Range<Int>, facts: SF_INFO, frameCount: Int?
  ) throws(AudioDecodingError) {
    source = ByteSource(file, range: range)
    var facts = facts
    let isRaw = facts.format != 0
    var callbacks = Self.callbacks
    guard let handle = sf_open_virtual(&callbacks, CInt(SFM_READ), &facts, source.opaque) else {
      if let failure = source.failure { throw AudioDecodingError(failure) }
      throw AudioDecodingError(
        .corrupt, path: file.path, context: .library("libsndfile"), underlyingCode: sf_error(nil))
    }
    self.handle = handle
    sampleRate = Int(facts.samplerate)
    channels = Int(facts.channels)
    // A count beyond any file stands for one that is not known.
    let found = facts.frames > 0 && facts.frames < 1 << 48 ? Int(facts.frames) : nil
    self.frameCount = frameCount ?? (isRaw ? nil : found)
  }

  deinit { sf_close(handle) }

  func seek(to frame: Int) -> Bool {
    sf_seek(handle, sf_count_t(frame), CInt(SF_SEEK_SET)) == sf_count_t(frame)
  }

  func read(into target: UnsafeMutableBufferPointer<Float>) throws(AudioDecodingError) -> Int {
    guard let output = target.baseAddress, !isBroken else { return 0 }
    let frames: Int
    if channels == 1 {
      frames = Int(sf_readf_float(handle, output, sf_count_t(target.count)))
    } else {
      let room = target.count * channels
      if interleaved.count < room { interleaved = [Float](repeating: 0, count: room) }
      frames = interleaved.withUnsafeMutableBufferPointer { samples in
        guard let samples = samples.baseAddress else { return 0 }
        let frames = Int(sf_readf_float(handle, samples, sf_count_t(target.count)))
        ChannelMix.mean(of: samples, channels: channels, frames: max(frames, 0), into: output)
        return frames
      }
    }
    if let failure = source.failure { throw AudioDecodingError(failure) }
    if frames < target.count, sf_error(handle) != SF_ERR_NO_ERROR { isBroken = true }
    return max(frames, 0)
  }

  private static let callbacks = SF_VIRTUAL_IO(
    get_filelen: { sf_count_t(ByteSource.from($0)?.count ?? -1) },
    seek: { sf_count_t(ByteSource.from($2)?.seek(Int($0), $1) ?? -1) },
    read: { sf_count_t(max(0, ByteSource.from($2)?.read($0, Int($1)) ?? 0)) },
    write: { _, _, _ in 0 },
    tell: { sf_count_t(ByteSource.from($0)?.offset ?? -1) })
}

extension SampleEncoding {
  fileprivate var soundFileFormat: CInt {
    let width =
      switch self {
      case .u8: SF_FORMAT_PCM_U8
      case .s8: SF_FORMAT_PCM_S8
      case .s16le, .s16be: SF_FORMAT_PCM_16
      case .s24le, .s24be: SF_FORMAT_PCM_24
      case .s32le, .s32be: SF_FORMAT_PCM_32
      case .f32le, .f32be: SF_FORMAT_FLOAT
      case .f64le, .f64be: SF_FORMAT_DOUBLE
      }
    let order = rawValue.hasSuffix("be") ? SF_ENDIAN_BIG : SF_ENDIAN_LITTLE
    return CInt(width) | CInt(order)
  }
}
