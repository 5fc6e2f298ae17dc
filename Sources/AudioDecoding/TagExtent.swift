import FileAccess

/// Where tags lie around the sound of a file: their places only, never their contents.
package enum TagExtent {
  /// The length of the ID3v2 tag at `offset` with its header and footer (id3.org, ID3v2.4 section
  /// 3.1), or nil when there is none.
  package static func id3v2(_ bytes: FileBytes, at offset: Int) throws(AudioDecodingError) -> Int? {
    let header = try bytes.read(at: offset, count: 10)
    guard header.count == 10, header.has("ID3"), header[3] != 0xFF, header[4] != 0xFF,
      let size = header.synchsafe(6)
    else { return nil }
    return 10 + size + (header[5] & 0x10 == 0 ? 0 : 10)
  }

  /// Where the bytes behind the ID3v2 tags begin. A tag that claims more than the file has hides
  /// nothing: its header alone is stepped over, and the sound is looked for from there.
  package static func afterLeadingTags(_ bytes: FileBytes) throws(AudioDecodingError) -> Int {
    var offset = 0
    for _ in 0..<8 {
      guard let length = try id3v2(bytes, at: offset) else { break }
      if offset + length > bytes.size { return offset + 10 }
      offset += length
    }
    return offset
  }

  /// Where the sound of `start..<end` ends once ID3v1, its "TAG+" extension, Lyrics3, APE and
  /// appended ID3v2 tags are taken off.
  package static func beforeTrailingTags(
    _ bytes: FileBytes, start: Int, end: Int
  ) throws(AudioDecodingError) -> Int {
    var end = end
    for _ in 0..<8 {
      guard let length = try trailing(bytes, end: end), length > 0, end - length >= start else {
        break
      }
      end -= length
    }
    return end
  }

  private static func trailing(_ bytes: FileBytes, end: Int) throws(AudioDecodingError) -> Int? {
    if try bytes.read(at: end - 128, count: 3).has("TAG") { return 128 }
    if try bytes.read(at: end - 227, count: 4).has("TAG+") { return 227 }
    let foot = try bytes.read(at: end - 32, count: 32)
    if foot.has("APETAGEX") {
      // The size counts the items and this footer; bit 31 of the flags says a header is there too.
      let size = Int(foot.little(12, 4))
      return size < 32 ? nil : size + (foot.little(20, 4) & 0x8000_0000 == 0 ? 0 : 32)
    }
    if foot.has("LYRICS200", at: 32 - 9), let size = decimal(foot[17..<23]) { return size + 15 }
    if foot.has("LYRICSEND", at: 32 - 9) {
      // Version 1 has no size: at most 5,100 bytes of text behind its opening mark.
      let room = min(5_120, end)
      let text = try bytes.read(at: end - room, count: room)
      let mark = Array("LYRICSBEGIN".utf8)
      let place = stride(from: text.count - mark.count, through: 0, by: -1)
        .first { text.has(mark, at: $0) }
      return place.map { text.count - $0 }
    }
    if foot.has("3DI", at: 22), let size = foot.synchsafe(28) { return size + 20 }
    return nil
  }

  private static func decimal(_ digits: some Sequence<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      value = 10 * value + Int(digit - UInt8(ascii: "0"))
    }
    return value
  }
}
