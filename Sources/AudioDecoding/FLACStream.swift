import FileAccess

/// A FLAC stream's metadata (RFC 9639 section 8), followed without keeping any of it.
package struct FLACStream {
  package let sampleRate: Int
  package let channels: Int
  package let bits: Int
  /// Samples of each channel, as claimed; nil where the encoder did not know.
  package let frames: Int?
  /// The bytes from the "fLaC" mark to the tags at the end.
  package let range: Range<Int>
  /// The first byte behind the last metadata block.
  package let audioStart: Int
  /// Where the Vorbis comment block lies, without its header.
  package let comment: Range<Int>?
  /// The streaminfo block's 34 bytes.
  package let streamInfo: [UInt8]

  package init(_ bytes: FileBytes, range: Range<Int>, limits: DecodingLimits)
    throws(AudioDecodingError)
  {
    var position = range.lowerBound + 4
    var info: [UInt8]?
    var comment: Range<Int>?
    for _ in 0..<RIFFContainer.chunkLimit {
      // A tag behind the stream is no part of it, however it reads.
      guard position + 4 <= range.upperBound,
        let head = try bytes.exactly(at: position, count: 4)
      else { break }
      let length = Int(head.big(1, 3))
      let body = position + 4
      if info == nil {
        // The first block is always streaminfo.
        guard head[0] & 0x7F == 0, length >= 34, body + 34 <= range.upperBound else { break }
        info = try bytes.exactly(at: body, count: 34)
        if info == nil { break }
      } else if head[0] & 0x7F == 4, comment == nil, body + length <= range.upperBound {
        comment = body..<(body + length)
      }
      position = body + length
      if head[0] & 0x80 != 0 { break }
    }
    guard let info else { throw bytes.failure(.corrupt, .damagedPart("STREAMINFO block")) }
    sampleRate = Int(info.big(10, 3) >> 4)
    channels = Int(info[12] >> 1 & 7) + 1
    bits = Int(info[12] & 1) << 4 + Int(info[13] >> 4) + 1
    let total = Int(info.big(13, 5) & 0xF_FFFF_FFFF)
    frames = total == 0 ? nil : total
    self.range = range
    audioStart = min(position, range.upperBound)
    self.comment = comment
    streamInfo = info
    try limits.check(rate: Double(sampleRate), channels: channels, of: bytes)
    // The widths that libsndfile knows.
    guard [8, 16, 24].contains(bits) else {
      throw bytes.failure(.unsupportedFormat, .format("\(bits)-bit FLAC"))
    }
  }
}
