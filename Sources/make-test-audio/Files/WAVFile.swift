/// 16-bit PCM in a RIFF file, with tags in a LIST INFO chunk.
enum WAVFile {
  /// The bytes of a file.
  /// - Parameters:
  ///   - channels: equally long, each from -1 to 1.
  ///   - tags: chunk names of four letters and their texts.
  static func bytes(channels: [[Double]], rate: Int, tags: [(String, String)]) -> [UInt8] {
    let count = channels.count
    var format: [UInt8] = []
    format += little(1, 2) + little(count, 2) + little(rate, 4)
    format += little(rate * count * 2, 4) + little(count * 2, 2) + little(16, 2)
    var samples: [UInt8] = []
    samples.reserveCapacity((channels.first?.count ?? 0) * count * 2)
    for i in 0..<(channels.first?.count ?? 0) {
      for channel in channels {
        let value = (channel[i] * 32_767).rounded()
        samples += little(Int(max(-32_768, min(32_767, value))), 2)
      }
    }
    var body = Array("WAVE".utf8) + chunk("fmt ", format)
    if !tags.isEmpty {
      let texts = tags.flatMap { chunk($0.0, Array($0.1.utf8) + [0]) }
      body += chunk("LIST", Array("INFO".utf8) + texts)
    }
    body += chunk("data", samples)
    return chunk("RIFF", body)
  }

  /// A chunk: its name, its length, its bytes, and one more where the length is odd.
  private static func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
    Array(name.utf8) + little(bytes.count, 4) + bytes + (bytes.count % 2 == 0 ? [] : [0])
  }

  private static func little(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
