import AudioDecoding

/// How often a track was played, as players write it into its tags.
enum PlayCounts {
  /// More is taken for nonsense.
  static let most = 1_000_000_000

  /// The most bytes of a frame that are looked at.
  static let longestFrame = 1_024

  /// Whether a frame of an ID3v2 tag counts plays: `POPM` and `PCNT`, of version 2.2 `POP` and `CNT`.
  static func isCounter(_ header: [UInt8]) -> Bool {
    ["POPM", "PCNT", "POP", "CNT"].contains { header.starts(with: $0.utf8) }
  }

  /// The count of such a frame (ID3v2.4.0 frames, 4.16 and 4.17); nil where it holds none.
  /// - Parameter frame: header and contents.
  static func count(id3 frame: [UInt8], headerLength: Int) -> Int? {
    // A frame that is compressed or encrypted says nothing here.
    if headerLength == 10, frame[9] != 0 { return nil }
    var body = frame[headerLength...]
    if frame.starts(with: "POP".utf8) {
      // Whose opinion it is, ended by a zero, and a byte of what they think.
      guard let end = body.firstIndex(of: 0), end + 2 <= body.endIndex else { return nil }
      body = body[(end + 2)...]
    }
    guard !body.isEmpty else { return nil }
    var count = 0
    for byte in body {
      count = count << 8 | Int(byte)
      if count > most { return nil }
    }
    return count > 0 ? count : nil
  }

  /// The largest count among Vorbis comments: `PLAYCOUNT`, `PLAY_COUNTER` and `FMPS_PLAYCOUNT`, a
  /// decimal number.
  /// - Parameters:
  ///   - header: a comment header (Vorbis I specification, section 5.2.1).
  ///   - start: where the length of the vendor's name stands.
  static func count(vorbis header: [UInt8], at start: Int) -> Int? {
    let names: Set = ["PLAYCOUNT", "PLAY_COUNTER", "FMPS_PLAYCOUNT"]
    var place = start + 4 + Int(header.little(start, 4))
    let fields = Int(header.little(place, 4))
    place += 4
    var largest: Int?
    for _ in 0..<min(fields, TagLimits.maximumFields) {
      guard place + 4 <= header.count else { break }
      let length = Int(header.little(place, 4))
      place += 4
      guard length <= header.count - place else { break }
      defer { place += length }
      // Longer than any name with a number behind it.
      guard length <= 64 else { continue }
      let field = String(decoding: header[place..<(place + length)], as: UTF8.self)
      let sides = field.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, names.contains(sides[0].uppercased()), let count = Double(sides[1]),
        count >= 1, count <= Double(most)
      else { continue }
      largest = max(largest ?? 0, Int(count))
    }
    return largest
  }
}
