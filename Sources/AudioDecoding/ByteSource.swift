import FileAccess
import Glibc

/// A range of a file as the C libraries read it: a position, buffered reads, and the first failure
/// kept for whoever asks afterwards. Used by one thread at a time.
final class ByteSource {
  let range: Range<Int>
  private let file: ReadableFile
  private var position = 0
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var buffered = 0..<0
  private(set) var failure: FileAccessError?

  init(_ file: ReadableFile, range: Range<Int>) {
    self.file = file
    self.range = range
  }

  var count: Int { range.count }
  var offset: Int { position }

  /// Copies up to `length` bytes to `target` and returns how many, or -1 on failure.
  func read(_ target: UnsafeMutableRawPointer?, _ length: Int) -> Int {
    guard let target, length > 0 else { return 0 }
    let wanted = min(length, count - position)
    var done = 0
    while done < wanted {
      if !buffered.contains(position), !fill() { return failure == nil ? done : -1 }
      let piece = min(wanted - done, buffered.upperBound - position)
      buffer.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        memcpy(target + done, base + (position - buffered.lowerBound), piece)
      }
      done += piece
      position += piece
    }
    return done
  }

  /// Moves as `lseek` does, kept within the range, and returns the new position.
  func seek(_ offset: Int, _ whence: Int32) -> Int {
    let base: Int? =
      switch whence {
      case SEEK_SET: 0
      case SEEK_CUR: position
      case SEEK_END: count
      default: nil
      }
    guard let base else { return -1 }
    let (target, overflow) = base.addingReportingOverflow(offset)
    guard !overflow, target >= 0 else { return -1 }
    position = min(target, count)
    return position
  }

  private func fill() -> Bool {
    let room = min(buffer.count, count - position)
    guard room > 0 else { return false }
    let place = range.lowerBound + position
    let result: Result<Int, FileAccessError> = buffer.withUnsafeMutableBytes { bytes in
      let target = UnsafeMutableRawBufferPointer(rebasing: bytes[..<room])
      do throws(FileAccessError) {
        return .success(try file.read(at: place, into: target))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let filled):
      buffered = position..<(position + filled)
      return filled > 0
    case .failure(let error):
      failure = error
      buffered = 0..<0
      return false
    }
  }

  /// The address that C keeps; the caller keeps the object.
  var opaque: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  /// The object behind an address that ``opaque`` gave.
  static func from(_ address: UnsafeMutableRawPointer?) -> ByteSource? {
    address.map { Unmanaged<ByteSource>.fromOpaque($0).takeUnretainedValue() }
  }
}
