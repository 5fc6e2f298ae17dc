internal import CSandbox
internal import FileAccess
import Glibc

/// A program under way that reads from one pipe and writes to another. It has no other descriptor, no
/// variable of the environment that it was not given, and is out of reach of the terminal's signals.
///
/// The process is killed and waited for when the last reference goes. Used by one thread at a time.
final class ChildProcess {
  private let process: pid_t
  private var input: Int32
  let output: Int32
  private var status: Int32?

  /// - Parameters:
  ///   - executable: the program's file.
  ///   - arguments: its words, the name first.
  ///   - environment: its variables, each as `NAME=value`.
  init(
    _ executable: FilePath, arguments: [[UInt8]], environment: [[UInt8]]
  ) throws(WorkerStartError) {
    var child = csandbox_child()
    let words = Self.strings(arguments)
    let variables = Self.strings(environment)
    defer { for text in words + variables { free(text) } }
    let failure = executable.withCString { csandbox_start($0, words, variables, &child) }
    guard failure == 0 else { throw .notStarted(systemCode: failure) }
    process = child.process
    input = child.input
    output = child.output
  }

  deinit {
    kill()
    _ = wait()
    closeInput()
    close(output)
  }

  private static func strings(_ list: [[UInt8]]) -> [UnsafeMutablePointer<CChar>?] {
    list.map { bytes in FilePath(bytes: bytes).withCString { strdup($0) } } + [nil]
  }

  /// Writes all bytes; false when the program does not read any more.
  func send(_ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
        return write(input, rest.baseAddress, rest.count)
      }
      if count < 0, errno != EINTR { return false }
      done += max(0, count)
    }
    return true
  }

  /// Tells the program that nothing more will come.
  func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  func kill() {
    if status == nil { Glibc.kill(process, SIGKILL) }
  }

  /// Waits for the end and says how it came, as `waitpid` does.
  func wait() -> Int32 {
    if let status { return status }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    self.status = status
    return status
  }

  /// How it ended, as `waitpid` says it; nil while it runs.
  func statusIfEnded() -> Int32? {
    if let status { return status }
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return nil }
    self.status = status
    return status
  }

  /// Bytes in memory now, 0 where the system does not tell.
  var residentBytes: Int {
    guard let file = fopen("/proc/\(process)/statm", "re") else { return 0 }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 128)
    guard fgets(&text, Int32(text.count), file) != nil else { return 0 }
    let fields = text.prefix { $0 != 0 }.split(separator: CChar(UInt8(ascii: " ")))
    guard fields.count > 1 else { return 0 }
    let pages = Int(String(decoding: fields[1].map { UInt8(bitPattern: $0) }, as: UTF8.self)) ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}
