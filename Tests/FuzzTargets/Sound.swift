import AudioDecoding
import FileAccess

extension FuzzTarget {
  /// Everything that a music file meets before and in its decoder.
  static let sound: [FuzzTarget] = [
    soundFormat, riff, aiff, caf, flac, ogg, mpeg, tagExtent, identity, decoder,
  ]

  private static let limits = DecodingLimits()

  private static let soundFormat = FuzzTarget("sound-format", longestInput: 8_192) { input in
    try withFile(of: input) { file in
      try refusing {
        () throws(AudioDecodingError) in try SoundFormat.detect(file, limits: limits)
      }.map { try check($0, size: file.size) }
    }
  }

  /// The first byte chooses the kind of RIFF.
  private static let riff = FuzzTarget("riff", longestInput: 2_048) { input in
    var input = FuzzInput(input)
    let codec: AudioCodec = [.wav, .rf64, .w64][Int(input.byte() % 3)]
    try withFile(of: Array(input.rest)) { file in
      let bytes = FileBytes(file: file)
      let content = refusing { () throws(AudioDecodingError) in
        try RIFFContainer.read(bytes, at: 0, codec: codec, limits: limits)
      }
      switch content {
      case .pcm(let layout): try check(layout, size: bytes.size)
      case .mpeg(let range): try check(range, size: bytes.size)
      case nil: break
      }
    }
  }

  private static let aiff = FuzzTarget("aiff", longestInput: 2_048) { input in
    try withFile(of: input) { file in
      let bytes = FileBytes(file: file)
      try refusing {
        () throws(AudioDecodingError) in
        try AIFFContainer.read(bytes, at: 0, limits: limits)
      }.map { try check($0, size: bytes.size) }
    }
  }

  private static let caf = FuzzTarget("caf", longestInput: 2_048) { input in
    try withFile(of: input) { file in
      let bytes = FileBytes(file: file)
      try refusing {
        () throws(AudioDecodingError) in
        try CAFContainer.read(bytes, at: 0, limits: limits)
      }.map { try check($0, size: bytes.size) }
    }
  }

  private static let flac = FuzzTarget("flac-head", longestInput: 2_048) { input in
    try withFile(of: input) { file in
      let bytes = FileBytes(file: file)
      try refusing {
        () throws(AudioDecodingError) in
        try FLACStream(bytes, range: 0..<bytes.size, limits: limits)
      }.map { try check(.flac($0), size: bytes.size) }
    }
  }

  private static let ogg = FuzzTarget("ogg-stream", longestInput: 8_192) { input in
    try withFile(of: input) { file in
      let bytes = FileBytes(file: file)
      try refusing {
        () throws(AudioDecodingError) in
        try OggStream(bytes, range: 0..<bytes.size, limits: limits)
      }.map { try check(.ogg($0), size: bytes.size) }
    }
  }

  /// Frames are found, and the runs of them lie one behind the other within the file.
  private static let mpeg = FuzzTarget("mpeg-walk", longestInput: 8_192) { input in
    try withFile(of: input) { file in
      let bytes = FileBytes(file: file)
      let whole = 0..<bytes.size
      let stream = refusing { () throws(AudioDecodingError) in
        try MPEGStream.find(bytes, in: whole, searching: true)
      }
      guard let stream = stream ?? nil else {
        _ = refusing { () throws(AudioDecodingError) in
          try MPEGStream.isSingleFrame(bytes, in: whole)
        }
        return
      }
      try check(.mpeg(stream), size: bytes.size)
      let walk = MPEGWalk(bytes, range: stream.range)
      var runs: [Range<Int>] = []
      let counted = refusing { () throws(AudioDecodingError) in
        try walk.runs(from: stream.range.lowerBound, free: stream.freeLength) { runs.append($0) }
      }
      guard let counted else { return }
      try hold(counted.frames >= 2, "a stream of \(counted.frames) frames")
      var end = stream.range.lowerBound
      for run in runs {
        try hold(
          run.lowerBound >= end && !run.isEmpty && run.upperBound <= stream.range.upperBound,
          "the run \(run) behind \(end) in \(stream.range)")
        end = run.upperBound
      }
      // A frame has at least 20 bytes, the last of a run perhaps fewer.
      try hold(
        counted.frames <= stream.range.count / 20 + runs.count,
        "\(counted.frames) frames in \(stream.range)")
    }
  }

  private static let tagExtent = FuzzTarget("tag-extent", longestInput: 6_144) { input in
    try withFile(of: input) { file in
      let bytes = FileBytes(file: file)
      let start = refusing { () throws(AudioDecodingError) in
        try TagExtent.afterLeadingTags(bytes)
      }
      guard let start else { return }
      try hold((0...bytes.size).contains(start), "sound begins at \(start) of \(bytes.size)")
      let end = refusing { () throws(AudioDecodingError) in
        try TagExtent.beforeTrailingTags(bytes, start: start, end: bytes.size)
      }
      guard let end else { return }
      try hold((start...bytes.size).contains(end), "sound ends at \(end) behind \(start)")
    }
  }

  /// The same bytes have the same identity, with a tag behind them too.
  private static let identity = FuzzTarget("audio-identity", longestInput: 8_192) { input in
    try withFile(of: input) { file in
      let identify = { (file: ReadableFile) in
        refusing { () throws(AudioDecodingError) in try AudioIdentity.digest(of: file) }
      }
      guard let digest = identify(file) else { return }
      try hold(identify(file) == digest, "two identities of one file")
      guard let format = try? SoundFormat.detect(file, limits: limits) else { return }
      switch format {
      // A container may say that its sound goes on to the end of the file, and in a short file the tag is
      // among the bytes that are looked at before any sound is.
      case .pcm: return
      case .mpeg where input.starts(with: "RIFF".utf8) || input.count < 4_096: return
      case .mpeg, .flac, .ogg: break
      }
      // A tag in front that claims more than there is may become a whole one.
      guard !input.starts(with: "ID3".utf8) else { return }
      let tag = Array("TAG".utf8) + [UInt8](repeating: 0, count: 125)
      try withFile(of: input + tag) { tagged in
        let ends = try [file, tagged].map {
          try TagExtent.beforeTrailingTags(FileBytes(file: $0), start: 0, end: $0.size)
        }
        // Only so many tags are taken off.
        guard ends[0] == ends[1] else { return }
        try hold(identify(tagged) == digest, "a tag at the end gives another identity")
      }
    }
  }

  /// Two seconds at the most, at a low rate, so that one input takes a millisecond.
  private static let decoder = FuzzTarget("decoder", longestInput: 4_096) { input in
    var input = FuzzInput(input)
    var options = DecodingOptions(sampleRate: 4_000)
    options.limits.maximumSeconds = 2
    options.excerpt = [.full, .middle, .range(start: 0.25, end: 0.75)][Int(input.byte() % 3)]
    let decoder = AudioDecoder(options: options)
    try withFile(of: Array(input.rest)) { file in
      let sound = refusing { () throws(AudioDecodingError) in try decoder.decode(file) }
      guard let sound else { return }
      try hold(sound.samples.allSatisfy(\.isFinite), "a sample that is not finite")
      // Each change of rate ends one resampler and begins another, which may add a few samples.
      try hold(sound.samples.count <= 2 * 4_000 + 9 * 64, "\(sound.samples.count) samples")
      let info = sound.info
      for seconds in [info.seconds, info.excerptStart, info.excerptSeconds] {
        try hold(seconds.isFinite && seconds >= 0, "\(seconds) seconds in \(info)")
      }
      try hold(info.excerptSeconds <= 2.001, "an excerpt of \(info.excerptSeconds) s")
      try hold(
        limits.channels.contains(info.channels) && limits.sampleRates.contains(info.sampleRate),
        "sound beyond the limits: \(info)")
    }
  }

  // MARK: What holds of every format

  /// The result, or nil where the reader refuses the input.
  private static func refusing<Result>(
    _ read: () throws(AudioDecodingError) -> Result
  ) -> Result? {
    try? read()
  }

  private static func check(_ format: SoundFormat, size: Int) throws(BrokenProperty) {
    if let seconds = format.claimedSeconds {
      try hold(seconds.isFinite && seconds >= 0, "a claim of \(seconds) seconds")
    }
    switch format {
    case .pcm(let layout): try check(layout, size: size)
    case .mpeg(let stream):
      try check(stream.range, size: size)
      if let free = stream.freeLength { try hold(free > 0, "free frames of \(free) bytes") }
    case .flac(let stream):
      try check(stream.range, size: size)
      try check(rate: Double(stream.sampleRate), channels: stream.channels)
      try check(stream.range.lowerBound..<stream.audioStart, size: size)
      if let comment = stream.comment { try check(comment, size: size) }
    case .ogg(let stream):
      try check(stream.range, size: size)
      try check(rate: Double(stream.sampleRate), channels: stream.channels)
    }
  }

  private static func check(_ layout: PCMLayout, size: Int) throws(BrokenProperty) {
    try check(layout.data, size: size)
    try check(rate: layout.sampleRate, channels: layout.channels)
    try hold(
      layout.frameBytes > 0 && layout.frames * layout.frameBytes <= layout.data.count,
      "\(layout.frames) frames of \(layout.frameBytes) bytes in \(layout.data)")
  }

  private static func check(_ range: Range<Int>, size: Int) throws(BrokenProperty) {
    try hold(
      range.lowerBound >= 0 && range.upperBound <= size, "\(range) in a file of \(size) bytes")
  }

  private static func check(rate: Double, channels: Int) throws(BrokenProperty) {
    try hold(
      rate >= Double(limits.sampleRates.lowerBound)
        && rate <= Double(limits.sampleRates.upperBound) && limits.channels.contains(channels),
      "\(channels) channels at \(rate) Hz")
  }
}
