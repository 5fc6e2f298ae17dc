import FileAccess
import Hashing
import SpectralFeatures
import Training

extension FuzzTarget {
  /// The files of records that training reads.
  static let caches: [FuzzTarget] = [featureCache, windowCache]

  private static let featureCache = FuzzTarget("feature-cache", longestInput: 2_048) { input in
    let bytes = RecordsInput.file(of: input, letters: "EARSHOTF", version: 2, counts: (128, 0))
    try withPath(of: bytes) { path in
      guard let cache = try? FeatureCache(path) else { return }
      var intact = true
      for entry in cache.entries {
        try hold(!entry.name.bytes.contains(0), "a name with a zero in it")
        let count = entry.columnCount
        try hold(count >= 0 && count * FeatureCache.rowCount <= bytes.count, "\(count) columns")
        let columns = try cache.columns(0..<count, of: entry)
        try hold(columns.count == count * FeatureCache.rowCount, "\(columns.count) bytes")
        if let image = try? cache.checkedImage(of: entry) {
          try hold(image == columns, "an image that differs from its columns")
        } else {
          intact = false
        }
      }
      try hold(try cache.isSound() == intact, "two answers to whether a cache is sound")
    }
  }

  private static let windowCache = FuzzTarget("window-cache", longestInput: 2_048) { input in
    let bytes = RecordsInput.file(of: input, letters: "EARSHOTW", version: 1, counts: (2_123, 128))
    try withPath(of: bytes) { path in
      guard let cache = try? WindowCache(path) else { return }
      for entry in cache.entries {
        guard let contents = try? cache.contents(of: entry) else { continue }
        for window in contents.windows.prefix(4) {
          if let statistics = try? cache.statistics(window, of: entry) {
            try hold(statistics.allSatisfy(\.isFinite), "a statistic that is not finite")
          }
          let pairs = try cache.pairs(
            0..<min(window.pairs.count, 8), of: window, contents, of: entry)
          try hold(
            pairs.values.allSatisfy { (-80...0).contains($0) }, "a pair of frames out of range")
        }
      }
    }
  }
}

/// An input as a file of records. The first byte chooses between bytes as they are and a sound head
/// with records that have the right checksums: a byte for the length of the name, which follows, two
/// for that of the payload, one for how much of it is in the input; the rest of it is zeros.
private enum RecordsInput {
  static func file(
    of input: [UInt8], letters: String, version: UInt32, counts: (UInt32, UInt32)
  ) -> [UInt8] {
    var input = FuzzInput(input)
    guard input.byte() & 1 == 1 else { return Array(input.rest) }
    var bytes = Array(letters.utf8)
    for number in [version, counts.0, counts.1] { bytes += Self.bytes(number) }
    bytes += checksum(bytes)
    bytes += [UInt8](repeating: 0, count: 64 - bytes.count)
    while !input.rest.isEmpty {
      let name = input.bytes(Int(input.byte()))
      let length = input.number(bytes: 2)
      var payload = input.bytes(min(length, Int(input.byte())))
      payload += [UInt8](repeating: 0, count: length - payload.count)
      let lengths = Self.bytes(UInt32(name.count)) + Self.bytes(UInt32(payload.count))
      bytes += lengths + checksum(lengths) + checksum(name + payload) + name + payload
      if bytes.count > 1 << 18 { break }
    }
    return bytes
  }

  private static func bytes(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    Self.bytes(bytes.withUnsafeBytes { CRC32C.checksum(of: $0) })
  }
}
