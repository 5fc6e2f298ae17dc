import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("A worker of index that dies in a decoder")
struct WorkerDeathTests {
  let place = Workplace()

  private static let indexing = [
    "index", "--json", "--progress", "none", "--descriptors", "none", "--excerpt", "full",
    "--workers", "1", "music",
  ]

  private func writeSongs() throws {
    for number in 0..<3 {
      let song = Sounds.wav(Sounds.music(seed: UInt64(number), seconds: 1.5))
      try place.folder.write(song, as: "music/\(number).wav")
    }
    try place.folder.write(LongSong.bytes, as: "music/1-long.wav")
  }

  /// Starts `index` and waits until its worker has the long song open and works on it.
  private func startAndWaitForDecoding(_ words: [String]) throws -> (RunningProgram, pid_t) {
    let program = try place.start(.earshot, words.map { Array($0.utf8) })
    var worker: pid_t = 0
    let long = place.path.appending("music/1-long.wav")
    let isDecoding = program.wait {
      for child in program.children {
        let files = FilePath("/proc/\(child)/fd")
        let names = (try? FolderEntry.names(in: files)) ?? []
        if names.contains(where: { FolderEntry.realPath(of: files.appending($0)) == long }) {
          worker = child
        }
      }
      return worker != 0
    }
    try #require(isDecoding)
    return (program, worker)
  }

  private func failures() throws -> [[String?]] {
    try place.earshot("library", "failures", "--json").objects().map {
      [$0["path"]?.text.map { FilePath($0).lastComponent.string }, $0["error"]?["code"]?.text]
    }
  }

  @Test(
    "costs that file, which is told and not tried again", .disabled(if: Sanitizers.seeAddresses),
    arguments: [(SIGSEGV, "Segmentation fault"), (SIGABRT, "Aborted"), (SIGKILL, "Killed")])
  func crash(signal: Int32, words: String) throws {
    try writeSongs()
    let (program, worker) = try startAndWaitForDecoding(Self.indexing)
    kill(worker, signal)
    let ended = try program.end()
    #expect(ended.status == 1)
    let summary = try ended.object()
    #expect(summary["analysed"]?.integer == 3)
    #expect(summary["failed"]?.integer == 1)
    #expect(ended.messages.count == 1)
    #expect(ended.messages.first?.contains("1-long.wav: ") == true)
    #expect(ended.messages.first?.contains("signal \(signal), \(words)") == true)
    #expect(ended.messages.first?.hasSuffix("[crashed]") == true)
    #expect(try failures() == [["1-long.wav", "crashed"]])
    let again = try place.run(.earshot, Self.indexing).object()
    #expect(again["unchanged"]?.integer == 3)
    #expect(again["failedBefore"]?.integer == 1)
    let retried = try place.run(.earshot, Self.indexing + ["--retry-failed"])
    #expect(retried.status == 0)
    #expect(try retried.object()["analysed"]?.integer == 1)
    #expect(try failures() == [])
  }

  @Test("or hangs there is killed when the time for a file is over")
  func hang() throws {
    try writeSongs()
    let (program, worker) = try startAndWaitForDecoding(Self.indexing + ["--time-limit", "3"])
    kill(worker, SIGSTOP)
    let ended = try program.end()
    #expect(ended.status == 1)
    #expect(try ended.object()["analysed"]?.integer == 3)
    #expect(try failures() == [["1-long.wav", "timed-out"]])
    #expect(kill(worker, 0) < 0)
  }

  @Test("or hangs there does not hold up an end that is asked for")
  func interruption() throws {
    try writeSongs()
    let (program, worker) = try startAndWaitForDecoding(Self.indexing)
    kill(worker, SIGSTOP)
    program.send(SIGINT)
    let ended = try program.end(seconds: 2)
    #expect(ended.status == 130)
    #expect(try ended.object()["interrupted"] == .bool(true))
    #expect(try failures() == [])
    #expect(kill(worker, 0) < 0)
  }

  @Test("together with index leaves nothing running")
  func orphan() throws {
    try writeSongs()
    let (program, worker) = try startAndWaitForDecoding(Self.indexing)
    program.send(SIGKILL)
    _ = try program.end()
    // It ends when it has nobody to tell what it heard.
    var isGone = false
    for _ in 0..<12_000 where !isGone {
      usleep(5_000)
      isGone = RunningProgram.parent(of: worker) == nil
    }
    #expect(isGone)
  }

  @Test("has seen neither the library nor more of the environment than it needs")
  func inheritance() throws {
    try writeSongs()
    let (program, worker) = try startAndWaitForDecoding(Self.indexing)
    let files = FilePath("/proc/\(worker)/fd")
    let names = try FolderEntry.names(in: files)
    let open = names.map { FolderEntry.realPath(of: files.appending($0)) }
    // The model may lie beside the library; the library itself is not open.
    #expect(!open.contains { $0?.lastComponent.string.hasPrefix("library.") == true })
    #expect(names.count <= 5)
    let environment = SystemFile.text(at: "/proc/\(worker)/environ")
    #expect(environment.contains("OMP_NUM_THREADS=1"))
    #expect(!environment.contains("HOME=") && !environment.contains("EARSHOT_LIBRARY"))
    program.send(SIGKILL)
  }
}
