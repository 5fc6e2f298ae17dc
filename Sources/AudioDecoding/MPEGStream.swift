import FileAccess

/// MPEG audio found in a file: where its frames begin and end, and what its first frame says of the
/// rest.
package struct MPEGStream {
  /// The first frame's header, be it sound or the Xing frame.
  package let header: MPEGFrameHeader
  /// The bytes from the first frame to the tags at the end.
  package let range: Range<Int>
  /// The length of a free-format frame without padding; nil for other streams.
  package let freeLength: Int?
  /// What the Xing, Info or VBRI frame says, where there is one.
  package let summary: Summary?

  package struct Summary {
    /// Where the frames of sound begin: after this frame.
    package let end: Int
    /// The frames that follow, as claimed.
    package let frames: Int?
    /// The bytes of the stream from this frame on, as claimed.
    package let bytes: Int?
  }

  package var codec: AudioCodec { [.mp1, .mp2, .mp3][header.layer - 1] }

  /// Whether the claimed length fits the bytes that are there, to a few frames: then it is believed.
  package var summaryFits: Bool {
    guard let summary, summary.frames != nil, let bytes = summary.bytes else { return false }
    return abs(bytes - range.count) <= 4_096
  }

  /// Whether the claimed bytes are not all there.
  package var isCut: Bool {
    guard let bytes = summary?.bytes else { return false }
    return bytes > range.count + 4_096
  }

  /// The length in seconds by the summary, or else by the first frame's bit rate.
  package var claimedSeconds: Double {
    if let frames = summary?.frames, !isCut {
      return Double(frames) * Double(header.samples) / Double(header.sampleRate)
    }
    guard let length = header.length ?? freeLength, length > 0 else { return 0 }
    return Double(range.count / length * header.samples) / Double(header.sampleRate)
  }

  /// Takes the first frame to be at `range`'s start.
  package init(_ bytes: FileBytes, range: Range<Int>, header: MPEGFrameHeader, freeLength: Int?)
    throws(AudioDecodingError)
  {
    self.header = header
    self.range = range
    self.freeLength = freeLength
    summary = try Self.summary(bytes, at: range.lowerBound, header: header)
  }

  private static func summary(
    _ bytes: FileBytes, at offset: Int, header: MPEGFrameHeader
  ) throws(AudioDecodingError) -> Summary? {
    guard header.layer == 3, let length = header.length else { return nil }
    let frame = try bytes.read(at: offset, count: length)
    for place in [header.xingOffset, header.xingOffset + 2]
    where frame.has("Xing", at: place) || frame.has("Info", at: place) {
      let flags = frame.big(place + 4, 4)
      let sizes = place + (flags & 1 == 0 ? 8 : 12)
      return Summary(
        end: offset + length,
        frames: flags & 1 == 0 ? nil : Int(frame.big(place + 8, 4)),
        bytes: flags & 2 == 0 ? nil : Int(frame.big(sizes, 4)))
    }
    // Fraunhofer's frame stands 32 bytes after the header whatever the mode.
    if frame.has("VBRI", at: 36) {
      return Summary(
        end: offset + length, frames: Int(frame.big(36 + 14, 4)), bytes: Int(frame.big(36 + 10, 4)))
    }
    return nil
  }
}

extension MPEGStream {
  /// How far sound is looked for behind bytes that are not sound.
  package static let searchLimit = 2 << 20

  /// Finds the first frame in `range`. A first frame at the very start needs one more behind it;
  /// further in, where chance has many tries, four in a row, or all up to the end.
  package static func find(
    _ bytes: FileBytes, in range: Range<Int>, searching: Bool
  ) throws(AudioDecodingError) -> MPEGStream? {
    let walk = MPEGWalk(bytes, range: range)
    let last =
      searching ? min(range.upperBound, range.lowerBound + searchLimit) : range.lowerBound + 1
    var place = range.lowerBound
    while place < last {
      let needed = place == range.lowerBound ? 2 : 4
      if let header = try walk.header(at: place) {
        let free = header.length == nil ? try walk.freeLength(at: place, header) : nil
        if header.length != nil || free != nil,
          try walk.isChain(at: place, header, free: free, needed: needed)
        {
          return try MPEGStream(
            bytes, range: place..<range.upperBound, header: header, freeLength: free)
        }
      }
      guard let next = try walk.nextSync(after: place, before: last) else { break }
      place = next
    }
    return nil
  }

  /// Whether `range` holds one frame and nothing behind it that could be a second.
  package static func isSingleFrame(
    _ bytes: FileBytes, in range: Range<Int>
  ) throws(AudioDecodingError) -> Bool {
    let walk = MPEGWalk(bytes, range: range)
    guard let header = try walk.header(at: range.lowerBound), let length = header.length else {
      return false
    }
    return (length / 2...length + 3).contains(range.count)
  }
}
