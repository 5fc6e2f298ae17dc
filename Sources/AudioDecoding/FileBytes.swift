package import FileAccess

/// Small pieces of a file, read while its headers are followed. A header that lies only makes a
/// piece come back shorter.
package struct FileBytes {
  package let file: ReadableFile

  package init(file: ReadableFile) { self.file = file }

  package var size: Int { file.size }
  package var path: FilePath { file.path }

  /// Up to `count` bytes; fewer at the end of the file, none before its start.
  package func read(at offset: Int, count: Int) throws(AudioDecodingError) -> [UInt8] {
    guard offset >= 0, offset < size, count > 0 else { return [] }
    do {
      return try file.bytes(at: offset, count: count)
    } catch {
      throw AudioDecodingError(error)
    }
  }

  /// Exactly `count` bytes, or nil where the file has fewer.
  package func exactly(at offset: Int, count: Int) throws(AudioDecodingError) -> [UInt8]? {
    let bytes = try read(at: offset, count: count)
    return bytes.count == count ? bytes : nil
  }

  package func failure(
    _ code: AudioDecodingError.Code, _ context: AudioDecodingError.Context
  ) -> AudioDecodingError {
    AudioDecodingError(code, path: path, context: context)
  }
}

/// Numbers and marks in a piece of a file. A place beyond the end reads as zeros.
extension [UInt8] {
  package func little(_ offset: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(byte(offset + $1)) << UInt64(8 * $1) }
  }

  package func big(_ offset: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 << 8 | UInt64(byte(offset + $1)) }
  }

  /// Whether `text`'s UTF-8 stands at `offset`.
  package func has(_ text: StaticString, at offset: Int = 0) -> Bool {
    guard offset >= 0, offset + text.utf8CodeUnitCount <= count else { return false }
    return text.withUTF8Buffer { mark in
      self[offset..<(offset + mark.count)].elementsEqual(mark)
    }
  }

  package func has(_ mark: [UInt8], at offset: Int = 0) -> Bool {
    guard offset >= 0, offset + mark.count <= count else { return false }
    return self[offset..<(offset + mark.count)].elementsEqual(mark)
  }

  /// The size field of an ID3v2 header: 28 bits, seven in a byte, or nil for a byte over 127.
  package func synchsafe(_ offset: Int) -> Int? {
    guard offset + 4 <= count, (0..<4).allSatisfy({ self[offset + $0] < 0x80 }) else { return nil }
    return (0..<4).reduce(0) { $0 << 7 | Int(self[offset + $1]) }
  }

  private func byte(_ offset: Int) -> UInt8 {
    offset >= 0 && offset < count ? self[offset] : 0
  }
}
