import FileAccess
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import WorkerProcesses

@Suite("A worker, here a shell script")
struct WorkerPoolTests {
  /// Workers that greet with "ready" and then run a script for each request.
  private func pool(
    _ script: String, limits: WorkerLimits = WorkerLimits(seconds: 20),
    start: String = "echo ready",
    environment: [String] = [], isStopping: @escaping @Sendable () -> Bool = { false }
  ) -> WorkerPool {
    let loop = "\(start); while read -r line; do \(script); done"
    return WorkerPool(
      WorkerCommand(
        executable: FilePath("/bin/sh"), arguments: [Array("-c".utf8), Array(loop.utf8)],
        environment: environment.map { Array($0.utf8) }),
      limits: limits, isReady: { $0 == Array("ready".utf8) }, isStopping: isStopping)
  }

  private func ask(_ pool: WorkerPool, _ request: String) throws -> Result<String, WorkerFailure> {
    try pool.ask(Array(request.utf8)) { _ in .reply }.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("answers one request after the other, as the same process")
  func answers() throws {
    let pool = pool("echo \"$line $$\"")
    let first = try ask(pool, "a b").get().split(separator: " ")
    let second = try ask(pool, "c").get().split(separator: " ")
    #expect(first.dropLast() == ["a", "b"])
    #expect(second.dropLast() == ["c"])
    #expect(first.last == second.last)
  }

  @Test("may ask back before it answers")
  func questions() throws {
    let pool = pool("echo \"sure? $line\"; read -r answer; echo \"$line: $answer\"")
    var asked: [String] = []
    let reply = try pool.ask(Array("a".utf8)) { line in
      let text = String(decoding: line, as: UTF8.self)
      guard text.hasPrefix("sure?") else { return .reply }
      asked.append(text)
      return .question(answer: Array("quite".utf8))
    }
    #expect(asked == ["sure? a"])
    #expect(try String(decoding: reply.get(), as: UTF8.self) == "a: quite")
  }

  @Test(
    "that dies costs one request, and the next one has another",
    arguments: [
      ("kill -SEGV $$", WorkerFailure.crashed(signal: SIGSEGV)),
      ("kill -KILL $$", .crashed(signal: SIGKILL)), ("exit 3", .ended(status: 3)),
      ("exit 101", .exhausted), ("exec 1>&-; sleep 60", .garbled),
    ])
  func death(script: String, failure: WorkerFailure) throws {
    let pool = pool("if [ \"$line\" = bad ]; then \(script); fi; echo \"$line $$\"")
    let before = try ask(pool, "a").get()
    #expect(try ask(pool, "bad") == .failure(failure))
    let after = try ask(pool, "a").get()
    #expect(after.hasPrefix("a "))
    #expect(after != before)
  }

  @Test("that hangs is killed when its time is over")
  func hang() throws {
    let pool = pool(
      "if [ \"$line\" = bad ]; then sleep 60; fi; echo \"$line\"",
      limits: WorkerLimits(seconds: 0.3))
    #expect(try ask(pool, "bad") == .failure(.timedOut(seconds: 0.3)))
    #expect(try ask(pool, "good") == .success("good"))
  }

  @Test("that talks without end is killed")
  func endlessTalk() throws {
    // Under a sanitizer on a busy machine even a megabyte takes its time.
    let pool = pool(
      "if [ \"$line\" = bad ]; then tr '\\0' x < /dev/zero; fi; echo \"$line\"",
      limits: WorkerLimits(seconds: 300))
    #expect(try ask(pool, "bad") == .failure(.garbled))
    #expect(try ask(pool, "good") == .success("good"))
  }

  @Test("that says what is no reply is killed")
  func nonsense() throws {
    let pool = pool("echo \"$line $$\"")
    var process = ""
    let result = try pool.ask(Array("a".utf8)) { line in
      process = String(decoding: line, as: UTF8.self)
      return .garbled
    }
    #expect(result == .failure(.garbled))
    #expect(try ask(pool, "a").get() != process)
  }

  @Test("that never gets ready, or is the wrong one, is no worker")
  func start() {
    #expect(throws: WorkerStartError.notReady(.garbled)) {
      try ask(pool("echo x", start: "echo hello"), "a")
    }
    #expect(throws: WorkerStartError.notReady(.ended(status: 70))) {
      try ask(pool("echo x", start: "exit 70"), "a")
    }
    let missing = WorkerPool(
      WorkerCommand(executable: FilePath("/nowhere/earshot"), arguments: [], environment: []),
      limits: WorkerLimits(), isReady: { _ in true }, isStopping: { false })
    #expect(throws: WorkerStartError.notStarted(systemCode: ENOENT)) { try ask(missing, "a") }
  }

  @Test("may take longer to get ready than a file may take")
  func slowStart() throws {
    let pool = pool(
      "echo done", limits: WorkerLimits(seconds: 0.2), start: "sleep 0.6; echo ready")
    #expect(try ask(pool, "a") == .success("done"))
  }

  @Test("gets a second when the work is stopped, then it is killed")
  func stop() throws {
    let stopping = Atomic<Bool>(false)
    let pool = pool("sleep 60; echo x", isStopping: { stopping.load(ordering: .relaxed) })
    stopping.store(true, ordering: .relaxed)
    #expect(try ask(pool, "a") == .failure(.stopped))
  }

  @Test("has three descriptors, only the variables it is given, and a group of its own")
  func inheritance() throws {
    // Open without the mark that closes it in other programs.
    let open = Glibc.open("/dev/null", O_RDONLY)
    defer { close(open) }
    #expect(open > 2)
    let pool = pool("echo $$", environment: ["PATH=/usr/bin:/bin", "TOLD=yes"])
    let process = try ask(pool, "a").get()
    let facts = FilePath("/proc/\(process)")
    #expect(try FolderEntry.names(in: facts.appending("fd")).map(\.string) == ["0", "1", "2"])
    let environment = SystemFile.text(at: facts.appending("environ").string)
    #expect(environment == "PATH=/usr/bin:/bin\0TOLD=yes\0")
    #expect(getpgid(pid_t(process) ?? 0) == pid_t(process))
  }

  @Test("that has grown is replaced between two requests")
  func growth() throws {
    let small = pool("echo $$", limits: WorkerLimits(seconds: 20, residentBetweenFiles: 1))
    let processes = try (0..<20).map { _ in try ask(small, "a").get() }
    #expect(Set(processes).count == 2)
    #expect(Set(processes.prefix(16)).count == 1)
  }

  @Test("serves many threads at once, each request by itself")
  func threads() async throws {
    let pool = pool("echo \"$line\"")
    let replies = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<64 {
        group.addTask { (try? ask(pool, "\(number)")) == .success("\(number)") }
      }
      var replies: [Bool] = []
      for await reply in group { replies.append(reply) }
      return replies
    }
    #expect(replies == [Bool](repeating: true, count: 64))
  }
}
