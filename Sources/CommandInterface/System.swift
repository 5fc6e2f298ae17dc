package import FileAccess
import Glibc
import Synchronization

/// The system's words for one of its error numbers.
package func systemText(_ number: Int32) -> String { String(cString: strerror(number)) }

/// The system's words for a signal.
package func signalText(_ number: Int32) -> String {
  strsignal(number).map { String(cString: $0) } ?? "unknown"
}

/// How the process treats memory.
package enum ProcessMemory {
  /// Keeps memory that one song let go for the next, instead of giving it back and asking again, which
  /// costs a page fault for each 4 KiB. For commands that work through many songs.
  package static func keepForNext() {
    // malloc.h is not part of Swift's view of the C library; where there is no mallopt, nothing is
    // lost but time.
    guard let symbol = dlsym(nil, "mallopt") else { return }
    typealias Setter = @convention(c) (Int32, Int32) -> Int32
    let set = unsafeBitCast(symbol, to: Setter.self)
    let (trimThreshold, topPad, mapThreshold, poolCount): (Int32, Int32, Int32, Int32) =
      (-1, -2, -3, -8)
    // One pool for all threads: they allocate a few hundred times for each song, no more.
    _ = set(poolCount, 1)
    // The largest that is allowed.
    _ = set(mapThreshold, 32 << 20)
    _ = set(trimThreshold, 256 << 20)
    _ = set(topPad, 16 << 20)
  }
}

/// What the process was started with.
package enum ProcessEnvironment {
  /// A variable's value, nil where it is not set or empty.
  package static func variable(_ name: String) -> FilePath? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return FilePath(bytes: bytes(of: value))
  }

  /// The program's own file, with links followed.
  package static var executable: FilePath? { FolderEntry.realPath(of: FilePath("/proc/self/exe")) }

  /// Seconds since 1970.
  package static var secondsSince1970: Int64 { Int64(time(nil)) }

  private static func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }
}

/// The wish of a person, or of the system, that the program end: SIGINT and SIGTERM.
///
/// Long work that writes asks for it now and then and ends soundly; all other commands just end, as
/// signals do.
package enum Interruption {
  private static let signalNumber = Atomic<Int32>(0)

  /// From now on the signals are noted instead of ending the program; a second one ends it.
  package static func note() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.signalNumber.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  /// From now on the signals end the program again.
  package static func release() {
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }

  /// Whether a signal came.
  package static var isWanted: Bool { signalNumber.load(ordering: .relaxed) != 0 }

  /// What to tell the shell.
  package static var exitStatus: ExitStatus {
    signalNumber.load(ordering: .relaxed) == SIGTERM ? .terminated : .interrupted
  }
}
