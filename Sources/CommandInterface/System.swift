package import FileAccess
import Glibc
import Synchronization

/// The system's words for one of its error numbers.
package func systemText(_ number: Int32) -> String { String(cString: strerror(number)) }

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

  /// Whether a signal came.
  package static var isWanted: Bool { signalNumber.load(ordering: .relaxed) != 0 }

  /// What to tell the shell.
  package static var exitStatus: ExitStatus {
    signalNumber.load(ordering: .relaxed) == SIGTERM ? .terminated : .interrupted
  }
}
