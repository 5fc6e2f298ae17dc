import Glibc
import TestSupport
import Testing
import WorkerProcesses

@Suite("A process that has given up its rights")
struct ConfinementTests {
  /// How many of the means must be there for these tests to say anything.
  private static var isOffered: Bool { Confinement.offered == [.systemCalls, .files] }

  @Test("reads and maps files, takes memory, starts threads and ends by its own signals")
  func allowed() async {
    await #expect(processExitsWith: .signal(SIGABRT)) {
      _ = Confinement.apply()
      let file = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
      var byte: UInt8 = 0
      guard file >= 0, read(file, &byte, 1) == 1 else { exit(1) }
      let memory = mmap(nil, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      guard memory != MAP_FAILED else { exit(2) }
      var thread = pthread_t()
      let made = pthread_create(&thread, nil, { _ in nil }, nil)
      guard made == 0, pthread_join(thread, nil) == 0 else { exit(3) }
      abort()
    }
  }

  @Test("can neither write nor make nor remove files", .enabled(if: isOffered))
  func files() async {
    await #expect(processExitsWith: .success) {
      var template = Array("/tmp/earshot-confined-XXXXXX".utf8CString)
      let made = mkstemp(&template)
      guard made >= 0, Confinement.apply() == [.systemCalls, .files] else { exit(1) }
      let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard open(path, O_WRONLY) < 0, open(path, O_RDWR) < 0 else { exit(2) }
      guard open(path, O_RDONLY | O_TRUNC) < 0, truncate(path, 0) < 0 else { exit(3) }
      guard open(path + "-new", O_WRONLY | O_CREAT, 0o600) < 0 else { exit(4) }
      guard unlink(path) < 0, rename(path, path + "-new") < 0, mkdir(path + "-d", 0o700) < 0 else {
        exit(5)
      }
      guard symlink(path, path + "-l") < 0, chmod(path, 0) < 0 else { exit(6) }
      guard open(path, O_RDONLY) >= 0 else { exit(7) }
      Self.leave()
    }
    // What a confined process could not remove.
    var found = glob_t()
    defer { globfree(&found) }
    guard glob("/tmp/earshot-confined-*", 0, nil, &found) == 0 else { return }
    for place in 0..<Int(found.gl_pathc) {
      if let path = found.gl_pathv[place] { unlink(path) }
    }
  }

  @Test("reaches no network, starts no program and no other process", .enabled(if: isOffered))
  func world() async {
    await #expect(processExitsWith: .success) {
      guard Confinement.apply() == [.systemCalls, .files] else { exit(1) }
      guard socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) < 0 else { exit(2) }
      guard socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) < 0 else { exit(3) }
      var process = pid_t()
      guard posix_spawn(&process, "/bin/true", nil, nil, [nil], [nil]) != 0 else { exit(4) }
      guard kill(getppid(), 0) < 0, kill(getpid(), 0) < 0 else { exit(5) }
      var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 20)
      guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) < 0 else { exit(6) }
      Self.leave()
    }
  }

  /// Ends the process at once: a sanitizer that looks around at the end needs what was given up.
  private static func leave() -> Never { _exit(EXIT_SUCCESS) }

  @Test(
    "and is told from one that crashed when it dies for want of memory",
    .disabled(if: Sanitizers.seeAddresses))
  func exhaustion() async {
    await #expect(processExitsWith: .exitCode(101)) {
      ProcessLimits.limitWorker(to: 1 << 30)
      // Doubles until there is no room.
      var bytes: [UInt8] = [1]
      while true { bytes += bytes }
    }
    await #expect(processExitsWith: .signal(SIGSEGV)) {
      ProcessLimits.limitWorker(to: 1 << 30)
      raise(SIGSEGV)
    }
  }

  @Test("ends when a file takes too much memory or time, and may take both again after")
  func watching() async {
    await #expect(processExitsWith: .exitCode(9)) {
      ProcessLimits.watching(
        Self.limits, exhausted: .init(error: "much\n"), late: .init(), status: 9
      ) {
        var bytes: [UInt8] = [1]
        while true { bytes += bytes }
      }
    }
    await #expect(processExitsWith: .exitCode(9)) {
      ProcessLimits.watching(
        Self.limits, exhausted: .init(), late: .init(error: "late\n"), status: 9
      ) {
        while true { pause() }
      }
    }
    await #expect(processExitsWith: .success) {
      ProcessLimits.watching(Self.limits, exhausted: .init(), late: .init(), status: 9) {}
      sleep(2)
      guard [UInt8](repeating: 1, count: 3 << 29).last == 1 else { exit(1) }
    }
  }

  private static let limits = WorkerLimits(seconds: 1, addressSpace: 1 << 30)
}
