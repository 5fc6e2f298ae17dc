import FileAccess
import Glibc
import Synchronization
import TestSupport
import Testing

/// A program under way.
final class RunningProgram {
  private static let numbers = Atomic<Int>(0)

  static func nextNumber() -> Int { numbers.add(1, ordering: .relaxed).newValue }

  private let process: pid_t
  private let streams: (output: FilePath, messages: FilePath)
  private let owner: TemporaryFolder
  private var waitStatus: Int32?

  init(process: pid_t, streams: (FilePath, FilePath), owner: TemporaryFolder) {
    self.process = process
    self.streams = streams
    self.owner = owner
  }

  deinit {
    if !hasEnded() {
      kill(process, SIGKILL)
      _ = waitpid(process, nil, 0)
    }
  }

  func send(_ signal: Int32) { kill(process, signal) }

  /// The processes that it started and that have not ended.
  var children: [pid_t] {
    let processes = (try? FolderEntry.names(in: FilePath("/proc"))) ?? []
    return processes.compactMap { pid_t($0.string) }.filter { Self.parent(of: $0) == process }
  }

  /// Who started a process; nil for one that has ended, waited for or not. The fourth field of proc(5)'s
  /// stat, behind the name in parentheses.
  static func parent(of process: pid_t) -> pid_t? {
    let text = SystemFile.text(at: "/proc/\(process)/stat")
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 1 && fields[0] != "Z" ? pid_t(fields[1]) : nil
  }

  /// Waits until something is so; false when the program ended before, or did not get there in
  /// `seconds`.
  func wait(seconds: Double = 60, until condition: () -> Bool) -> Bool {
    for _ in 0..<Int(seconds * 200) {
      if condition() { return true }
      if hasEnded() { return condition() }
      usleep(5_000)
    }
    return false
  }

  /// Waits for the end, but not for ever.
  func end(seconds: Double = 60) throws -> Ended {
    for _ in 0..<Int(seconds * 1_000) where !hasEnded() { usleep(1_000) }
    guard let waitStatus else {
      kill(process, SIGKILL)
      throw StuckProgram(seconds: seconds)
    }
    let signal = waitStatus & 0x7F
    let messages = String(decoding: try contents(streams.messages), as: UTF8.self)
    return Ended(
      status: signal == 0 ? waitStatus >> 8 & 0xFF : 128 + signal,
      output: (try? contents(streams.output)) ?? [],
      messages: messages.split(separator: "\n").map(String.init))
  }

  private func hasEnded() -> Bool {
    if waitStatus != nil { return true }
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return false }
    waitStatus = status
    return true
  }

  private func contents(_ path: FilePath) throws -> [UInt8] {
    try ReadableFile(path).contents(limit: 1 << 28)
  }
}

/// A program that did not end.
struct StuckProgram: Error {
  let seconds: Double
}
