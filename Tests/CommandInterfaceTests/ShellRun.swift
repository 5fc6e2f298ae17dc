import Glibc

/// Runs a line of bash.
enum ShellRun {
  /// The exit status, or nil when it could not be run or was killed.
  static func bash(_ line: String) -> Int32? {
    let texts: [String] = ["bash", "--norc", "-c", line]
    let words: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    guard posix_spawnp(&process, "bash", nil, nil, words + [nil], environ) == 0 else { return nil }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { if errno != EINTR { return nil } }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
  }
}
