internal import COpusFile
internal import CSndFile
internal import CSoxr
import Glibc

/// The C libraries that do the decoding.
public enum AudioLibraries {
  /// The libraries in use and their versions, as found at run time. libmpg123 1.31 and
  /// libopusfile cannot be asked for theirs, so of these it is the version in the name of the shared object loaded,
  /// such as "0.47.0 (libmpg123.so)".
  public static var versions: [(name: String, version: String)] {
    [
      ("libmpg123", loadedVersion("libmpg123.so")),
      ("libsndfile", number(in: String(cString: sf_version_string()))),
      ("libopus", number(in: String(cString: opus_get_version_string()))),
      ("libopusfile", loadedVersion("libopusfile.so")),
      ("libsoxr", number(in: String(cString: soxr_version()))),
    ]
  }

  /// The part from the first digit on: "1.2.0" of "libsndfile-1.2.0".
  private static func number(in text: String) -> String {
    String(text.drop { !("0"..."9").contains($0) })
  }

  /// The version in the file name of a shared object of this process, with its links followed. The
  /// system lists what is mapped, one path at the end of each line.
  package static func loadedVersion(_ name: String) -> String {
    guard let maps = fopen("/proc/self/maps", "r") else { return "unknown" }
    defer { fclose(maps) }
    var line: UnsafeMutablePointer<CChar>?
    var room = 0
    defer { free(line) }
    let mark = Array("/\(name).".utf8)
    while case let count = getline(&line, &room, maps), count > 0, let text = line {
      let bytes = [UInt8](UnsafeRawBufferPointer(start: text, count: count)).dropLast()
      guard let start = bytes.firstIndex(of: UInt8(ascii: "/")) else { continue }
      let path = bytes[start...]
      guard let slash = path.lastIndex(of: UInt8(ascii: "/")), path[slash...].starts(with: mark)
      else { continue }
      return "\(String(decoding: path[slash...].dropFirst(mark.count), as: UTF8.self)) (\(name))"
    }
    return "unknown"
  }
}
