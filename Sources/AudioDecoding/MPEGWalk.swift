import FileAccess

/// Follows MPEG frames from header to header without decoding them.
package final class MPEGWalk {
  private let bytes: FileBytes
  private let range: Range<Int>
  private var window: [UInt8] = []
  private var windowStart = 0
  /// How often a free-format frame's length was looked for, which is dear.
  private var freeTries = 0

  package init(_ bytes: FileBytes, range: Range<Int>) {
    self.bytes = bytes
    self.range = range
  }

  /// The header at a place, or nil when there is none or the range ends.
  package func header(at offset: Int) throws(AudioDecodingError) -> MPEGFrameHeader? {
    guard offset >= range.lowerBound, offset + 4 <= range.upperBound else { return nil }
    guard try load(offset, 4) else { return nil }
    let at = offset - windowStart
    return MPEGFrameHeader(window[at], window[at + 1], window[at + 2], window[at + 3])
  }

  /// The header at a place looked at ahead of the walk, which keeps its window: bytes that look like
  /// headers everywhere must not make it read the file over and over.
  private func headerAhead(_ offset: Int) throws(AudioDecodingError) -> MPEGFrameHeader? {
    if offset + 4 <= windowStart + window.count { return try header(at: offset) }
    guard offset + 4 <= range.upperBound else { return nil }
    return MPEGFrameHeader(try bytes.read(at: offset, count: 4))
  }

  /// The next place after `offset` where a frame could begin by its first two bytes.
  package func nextSync(after offset: Int, before end: Int) throws(AudioDecodingError) -> Int? {
    var place = offset + 1
    while place < end, try load(place, 2) {
      var at = place - windowStart
      let last = min(window.count - 1, end - windowStart)
      while at < last {
        if window[at] == 0xFF, window[at + 1] & 0xE0 == 0xE0 { return windowStart + at }
        at += 1
      }
      place = windowStart + last
    }
    return nil
  }

  /// Whether `needed` frames of one kind follow each other, or all there is room for (at least two).
  package func isChain(
    at offset: Int, _ first: MPEGFrameHeader, free: Int?, needed: Int
  ) throws(AudioDecodingError) -> Bool {
    var place = offset
    var header = first
    for found in 1..<needed {
      guard let length = header.length ?? free.map({ $0 + header.paddingBytes }) else {
        return false
      }
      place += length
      if place + 4 > range.upperBound { return found >= 2 }
      guard let next = try headerAhead(place), next.matches(first) else { return false }
      header = next
    }
    return true
  }

  /// The distance from a free-format frame to the next of its kind, less padding, when the one
  /// after is as far away.
  package func freeLength(at offset: Int, _ first: MPEGFrameHeader) throws(AudioDecodingError)
    -> Int?
  {
    let furthest = min(range.upperBound, offset + 8_192)
    guard freeTries < 64 else { return nil }
    freeTries += 1
    var place = offset + 23
    while let next = try nextSync(after: place, before: furthest) {
      place = next
      guard let second = try header(at: next), second.matches(first) else { continue }
      let length = next - offset - first.paddingBytes
      let third = next + length + second.paddingBytes
      if let after = try headerAhead(third), after.matches(first) { return length }
    }
    return nil
  }

  /// Every frame from `start` on: `body` gets each unbroken run of frames. The last frame may be
  /// cut short by the end of the range, and then counts with the bytes it has.
  /// - Returns: the frames met, and whether the last one was cut.
  package func runs(
    from start: Int, free: Int?, body: (Range<Int>) throws(AudioDecodingError) -> Void
  ) throws(AudioDecodingError) -> (frames: Int, isLastCut: Bool) {
    var frames = 0
    var isLastCut = false
    var place: Int? = start
    while let runStart = place {
      var end = runStart
      var previous: MPEGFrameHeader?
      while let header = try header(at: end) {
        guard let length = header.length ?? free.map({ $0 + header.paddingBytes }) else { break }
        if let previous, !header.matches(previous), previous.layer != header.layer {
          guard try isChain(at: end, header, free: free, needed: 2) else { break }
        }
        previous = header
        frames += 1
        isLastCut = end + length > range.upperBound
        end = min(end + length, range.upperBound)
      }
      if end > runStart { try body(runStart..<end) }
      place = try nextChain(after: max(end - 1, runStart), free: free)
    }
    return (frames, isLastCut)
  }

  /// The next place where two frames of one kind follow each other; a tag in the way is stepped over.
  private func nextChain(after offset: Int, free: Int?) throws(AudioDecodingError) -> Int? {
    var place = offset
    if try load(offset + 1, 10), case let at = offset + 1 - windowStart,
      window.has("ID3", at: at), let size = window.synchsafe(at + 6)
    {
      place = min(offset + 10 + size, range.upperBound)
    }
    while let next = try nextSync(after: place, before: range.upperBound) {
      if let header = try header(at: next),
        try isChain(at: next, header, free: free, needed: 2)
      {
        return next
      }
      place = next
    }
    return nil
  }

  /// Brings `count` bytes at `offset` into the window.
  private func load(_ offset: Int, _ count: Int) throws(AudioDecodingError) -> Bool {
    if offset >= windowStart, offset + count <= windowStart + window.count { return true }
    let room = min(1 << 16, range.upperBound - offset)
    guard offset >= range.lowerBound, room >= count else { return false }
    window = try bytes.read(at: offset, count: room)
    windowStart = offset
    return window.count >= count
  }
}
