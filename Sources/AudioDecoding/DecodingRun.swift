internal import CVectorKernels
import FileAccess

/// One file being decoded: where the excerpt lies, its samples, and what was met.
final class DecodingRun {
  private let file: ReadableFile
  private let format: SoundFormat
  private let options: DecodingOptions
  private var excerpt: Excerpt
  private var seeksOnly = false
  private var reader: any SampleReader
  private var warnings: [DecodingWarning] = []
  /// The length of the whole sound in samples of each channel, as well as it is known.
  private var total: Int?
  private var isTotalCounted = false

  init(
    _ file: ReadableFile, _ format: SoundFormat, _ options: DecodingOptions
  ) throws(AudioDecodingError) {
    self.file = file
    self.format = format
    self.options = options
    excerpt = options.excerpt
    reader = try format.reader(of: file)
    total = reader.frameCount
    if let rate = Optional(reader.sampleRate), !options.limits.sampleRates.contains(rate) {
      throw failure(.limitExceeded, .sampleRate(Double(rate), allowed: options.limits.sampleRates))
    }
  }

  /// Samples to skip and to take, in samples of each channel at the stored rate.
  private struct Part {
    var first: Int
    var count: Int
    /// Whether the count is the limit and not what was asked for.
    var isLimited = false
  }

  /// The part of the sound between two moments in seconds, which is reached by seeking alone. One run
  /// gives any number of parts.
  func part(_ seconds: Range<Double>) throws(AudioDecodingError) -> DecodedAudio {
    excerpt = .range(start: seconds.lowerBound, end: seconds.upperBound)
    seeksOnly = true
    warnings = []
    return try result()
  }

  func result() throws(AudioDecodingError) -> DecodedAudio {
    let firstRate = reader.sampleRate
    if total == nil, excerpt == .middle { try countFrames() }
    var part = try part(rate: firstRate)
    var take = try decode(part)
    if take.frames < part.count, part.first > 0, !isTotalCounted, excerpt == .middle {
      // The claimed length was false: the middle lies elsewhere.
      try countFrames()
      let better = try self.part(rate: firstRate)
      if better.first != part.first {
        part = better
        take = try decode(part)
      }
    }
    let rate = Double(firstRate)
    if take.frames == 0, part.first > 0, (total ?? 0) > 0 || isTotalCounted {
      throw failure(
        .noSamples,
        .excerptOutside(start: Double(part.first) / rate, seconds: Double(total ?? 0) / rate))
    }
    try check(take)
    let end = part.first + take.frames
    // Where decoding met the end of the sound, that is its length, whatever was claimed.
    let length = take.frames < part.count ? end : max(total ?? end, end)
    note(take, part, length: length, rate: rate)
    return DecodedAudio(
      samples: take.samples, sampleRate: options.sampleRate,
      info: AudioInfo(
        codec: format.codec, sampleRate: firstRate, channels: reader.channels,
        seconds: Double(length) / rate, excerptStart: Double(part.first) / rate,
        excerptSeconds: take.seconds),
      warnings: warnings)
  }

  private func part(rate: Int) throws(AudioDecodingError) -> Part {
    let rate = Double(rate)
    let longest = Int(options.limits.maximumSeconds * rate)
    var part: Part
    switch excerpt {
    case .full:
      part = Part(first: 0, count: Int.max)
    case .range(let start, let end):
      // Beyond this no sound is: the product must stay a number that Int holds.
      let last = Double(1 << 48)
      let first = Int(min(start * rate, last).rounded())
      part = Part(first: first, count: max(1, Int(min(end * rate, last).rounded()) - first))
    case .start, .middle:
      let wanted = Int((Excerpt.previewSeconds * rate).rounded())
      part = Part(first: 0, count: wanted)
      if let total {
        if Double(total) <= Excerpt.longestPreviewSeconds * rate {
          part.count = max(total, 1)
        } else if excerpt == .middle {
          part.first = (total - wanted) / 2
        }
      }
    }
    if part.count > longest { part = Part(first: part.first, count: longest, isLimited: true) }
    return part
  }

  // MARK: Reading

  /// What was decoded: frames at the rate the sound began with, samples at the rate asked for.
  private struct Take {
    var samples: [Float] = []
    var frames = 0
    var seconds = 0.0
    /// The largest absolute value as the bits of a float, which order as the values do; a NaN or an
    /// infinity is larger than any number.
    var peakBits: UInt32 = 0
    var badSample: (index: Int, value: Float)?
    var warnings: [DecodingWarning] = []
    /// Whether the stream changed its rate so often that it is no stream, but damage taken for one.
    var isLost = false
  }

  /// The most changes of rate that are followed.
  private static let mostRates = 8

  private static let blockFrames = 16_384

  private func decode(_ part: Part) throws(AudioDecodingError) -> Take {
    try go(to: part.first)
    var take = Take()
    var rate = reader.sampleRate
    let firstRate = Double(rate)
    var resampler = makeResampler(from: rate)
    // A preview's samples are asked for at once; more only as they come.
    let preview = Excerpt.longestPreviewSeconds * Double(options.sampleRate)
    take.samples.reserveCapacity(Int(preview) + 8_192)
    let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: Self.blockFrames)
    defer { block.deallocate() }
    let wantedSeconds = Double(part.count) / firstRate
    var remaining = part.count
    while remaining > 0, take.badSample == nil {
      let room = UnsafeMutableBufferPointer(rebasing: block[..<min(block.count, remaining)])
      let got = try reader.read(into: room)
      if got == 0 { break }
      if reader.sampleRate != rate {
        if take.warnings.count == Self.mostRates {
          take.isLost = true
          break
        }
        resampler?.finish(into: &take.samples)
        rate = reader.sampleRate
        resampler = makeResampler(from: rate)
        remaining = max(got, Int((wantedSeconds - take.seconds) * Double(rate)))
        take.warnings.append(
          .sampleRateChanged(to: rate, atSeconds: Double(part.first) / firstRate + take.seconds))
      }
      let samples = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(block)[..<got])
      measure(samples, into: &take)
      if let resampler {
        resampler.process(samples, into: &take.samples)
      } else {
        take.samples.append(contentsOf: samples)
      }
      remaining -= got
      take.frames += rate == Int(firstRate) ? got : Int(Double(got) * firstRate / Double(rate))
      take.seconds = Double(take.frames) / firstRate
    }
    resampler?.finish(into: &take.samples)
    return take
  }

  private func makeResampler(from rate: Int) -> Resampler? {
    rate == options.sampleRate ? nil : Resampler(from: rate, to: options.sampleRate)
  }

  private func measure(_ samples: UnsafeBufferPointer<Float>, into take: inout Take) {
    let peak = cvk_peak(samples.baseAddress, samples.count).bitPattern
    take.peakBits = max(take.peakBits, peak)
    let bound = AudioDecodingError.largestSample
    if peak > bound.bitPattern,
      let index = samples.firstIndex(where: { !(abs($0) <= bound) })
    {
      take.badSample = (take.frames + index, samples[index])
    }
  }

  /// Goes to a frame by seeking, or where that fails by decoding up to it.
  private func go(to frame: Int) throws(AudioDecodingError) {
    if frame == 0, !isReaderUsed {
      isReaderUsed = true
      return
    }
    if !isReaderUsed || !reader.isBroken, frame < total ?? .max, try reader.seek(to: frame) {
      isReaderUsed = true
      return
    }
    if seeksOnly {
      throw failure(
        .noSamples,
        .excerptOutside(
          start: Double(frame) / Double(reader.sampleRate),
          seconds: Double(total ?? 0) / Double(reader.sampleRate)))
    }
    reader = try format.reader(of: file)
    isReaderUsed = true
    let skipped = try skip(frame)
    guard skipped < frame, skipped >= longestSkip else { return }
    // What is decoded next would be another part of the sound than was asked for.
    let rate = Double(reader.sampleRate)
    throw failure(
      .noSamples,
      .excerptOutside(start: Double(frame) / rate, seconds: Double(total ?? skipped) / rate))
  }

  private var isReaderUsed = false

  /// The most samples that are decoded only to be dropped.
  private var longestSkip: Int { Int(options.limits.maximumSeconds * Double(reader.sampleRate)) }

  /// Decodes and drops samples; returns how many there were.
  private func skip(_ frames: Int) throws(AudioDecodingError) -> Int {
    let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: Self.blockFrames)
    defer { block.deallocate() }
    var skipped = 0
    while skipped < min(frames, longestSkip) {
      let room = UnsafeMutableBufferPointer(rebasing: block[..<min(block.count, frames - skipped)])
      let got = try reader.read(into: room)
      if got == 0 { break }
      skipped += got
    }
    return skipped
  }

  /// Finds the true length, up to the limit, by decoding everything once.
  private func countFrames() throws(AudioDecodingError) {
    if isReaderUsed { reader = try format.reader(of: file) }
    total = try skip(Int.max)
    isTotalCounted = true
    reader = try format.reader(of: file)
    isReaderUsed = false
  }

  // MARK: Judging

  private func check(_ take: Take) throws(AudioDecodingError) {
    guard take.frames > 0 else { throw failure(.noSamples, .noAudioData) }
    if let (index, value) = take.badSample {
      throw failure(
        .corrupt,
        value.isFinite
          ? .excessiveSample(index: index, magnitude: abs(value)) : .nonFiniteSample(index: index))
    }
    if take.seconds < AudioDecodingError.leastSeconds {
      if take.isLost { throw failure(.corrupt, .damagedPart("MPEG audio stream")) }
      throw failure(
        .tooShort, .seconds(take.seconds, needed: AudioDecodingError.leastSeconds))
    }
    let peak = Float(bitPattern: take.peakBits)
    if peak < AudioDecodingError.silencePeak { throw failure(.silent, .peak(peak)) }
  }

  private func note(_ take: Take, _ part: Part, length: Int, rate: Double) {
    let end = Double(part.first) / rate + take.seconds
    warnings += take.warnings
    if reader.isBroken || take.isLost { warnings.append(.damaged(atSeconds: end)) }
    if reader.damagedParts > 0 { warnings.append(.damagedParts(count: reader.damagedParts)) }
    switch format {
    case .mpeg:
      if let reader = reader as? MPEGReader, let cut = reader.cutSeconds {
        warnings.append(.truncated(atSeconds: cut))
      }
    case .pcm(let layout):
      if layout.isCut { warnings.append(.truncated(atSeconds: Double(layout.frames) / rate)) }
    case .flac(let stream):
      // The claim is known to be false only where decoding met the end before it.
      if let claimed = stream.frames, take.frames < part.count || isTotalCounted {
        let found = isTotalCounted ? total ?? 0 : part.first + take.frames
        if found < claimed, !reader.isBroken {
          warnings.append(.truncated(atSeconds: Double(found) / rate))
        }
      }
    case .ogg(let stream):
      if !stream.isFinished { warnings.append(.truncated(atSeconds: Double(length) / rate)) }
    }
    if part.isLimited, take.frames >= part.count, part.first + take.frames < total ?? .max {
      warnings.append(.stoppedAtLimit(seconds: options.limits.maximumSeconds))
    }
  }

  private func failure(
    _ code: AudioDecodingError.Code, _ context: AudioDecodingError.Context
  ) -> AudioDecodingError {
    AudioDecodingError(code, path: file.path, context: context)
  }
}
