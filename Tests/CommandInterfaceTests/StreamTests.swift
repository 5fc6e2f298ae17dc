import Glibc
import Synchronization
import Testing

@testable import CommandInterface

/// A pipe whose writing end is given away; what was written is read at the end.
private final class Pipe {
  private(set) var reader: Int32
  private(set) var writer: Int32

  init() {
    ProcessOutput.ignoreSignalsOfWriting()
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "no pipe: errno \(errno)")
    (reader, writer) = (ends[0], ends[1])
  }

  deinit {
    closeReader()
    if writer >= 0 { close(writer) }
  }

  func closeReader() {
    if reader >= 0 { close(reader) }
    reader = -1
  }

  /// Closes the writing end and reads all.
  func text() -> String {
    close(writer)
    writer = -1
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(reader, &buffer, buffer.count)
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

@Suite("Standard output and standard error")
struct StreamTests {
  @Test("Results come out in order, once flushed or finished")
  func order() throws {
    let pipe = Pipe()
    let output = StandardOutput(descriptor: pipe.writer)
    output.write("one ")
    output.write(Array("two".utf8))
    output.flush()
    output.write("\n")
    try output.finish()
    #expect(output.isOpen)
    #expect(pipe.text() == "one two\n")
  }

  @Test("A reader that went away is silence, and the work can see it")
  func closedPipe() throws {
    let pipe = Pipe()
    pipe.closeReader()
    let output = StandardOutput(descriptor: pipe.writer)
    output.write([UInt8](repeating: 0x78, count: 200_000))
    #expect(!output.isOpen)
    output.write("more")
    try output.finish()
  }

  @Test("A full disk is an error")
  func fullDisk() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let output = StandardOutput(descriptor: descriptor)
    output.write("x")
    #expect(throws: OutputError(systemCode: ENOSPC)) { try output.finish() }
  }

  @Test("A message is one line with the program's name, whatever it holds")
  func messages() {
    let pipe = Pipe()
    let messages = Messages(name: "embed", descriptor: pipe.writer)
    messages.say("no such file", about: "a\n\u{1B}[2Jb.mp3")
    messages.sayPlainly("Usage: …")
    #expect(!messages.isInteractive)
    #expect(pipe.text() == "embed: a \u{FFFD}[2Jb.mp3: no such file\nUsage: …\n")
  }

  @Test("A message takes the bar away and puts it back")
  func messagesOverBar() {
    let pipe = Pipe()
    let messages = Messages(name: "earshot", descriptor: pipe.writer)
    messages.draw(bar: "")
    messages.draw(bar: "[##--]")
    messages.say("hello")
    messages.draw(bar: "")
    messages.say("bye")
    let erase = "\r\u{1B}[K"
    #expect(
      pipe.text() == "\(erase)[##--]\(erase)earshot: hello\n[##--]\(erase)earshot: bye\n")
  }
}

@Suite("Progress")
struct ProgressTests {
  /// A clock that a test turns by hand.
  private final class Clock: Sendable {
    private let time = Mutex(1000.0)
    func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
    var now: Double { time.withLock { $0 } }
  }

  private func lines(
    _ style: ProgressLine.Style, total: Int?, _ body: (ProgressLine, Clock) -> Void
  ) -> [String] {
    let pipe = Pipe()
    let clock = Clock()
    let messages = Messages(name: "earshot", descriptor: pipe.writer)
    let line = ProgressLine(
      style: style, verb: "Indexing", noun: "tracks", total: total, messages: messages,
      clock: { clock.now })
    body(line, clock)
    line.finish()
    return pipe.text().split(separator: style == .bar ? "\r\u{1B}[K" : "\n").map(String.init)
  }

  @Test("Plain lines come every five seconds with count, speed and time left")
  func plain() {
    let lines = lines(.plain, total: 4000) { line, clock in
      for second in 1...12 {
        clock.advance(1)
        line.update(done: second * 20)
      }
    }
    #expect(
      lines == [
        "earshot: Indexing: 100 of 4,000 tracks, 2 %, 20.0/s, 3 min 15 s left",
        "earshot: Indexing: 200 of 4,000 tracks, 5 %, 20.0/s, 3 min 10 s left",
      ])
  }

  @Test("The bar is drawn at most ten times a second and taken away at the end")
  func bar() {
    let lines = lines(.bar, total: 200) { line, clock in
      for _ in 0..<100 {
        line.advance()
        clock.advance(0.02)
      }
    }
    #expect(lines.count <= 21)
    #expect(lines.count >= 15)
    #expect(lines.first?.hasPrefix("Indexing  [") == true)
    #expect(lines.first?.hasSuffix("]  1 of 200 tracks  0 %") == true)
    #expect(lines.last?.contains("left") == true)
    #expect(lines.allSatisfy { DisplayWidth.of($0) <= 79 })
  }

  @Test("The speed is that of the last seconds, not of the whole run")
  func speed() {
    let lines = lines(.plain, total: nil) { line, clock in
      for second in 1...60 {
        clock.advance(1)
        line.update(done: second <= 30 ? second * 100 : 3000 + (second - 30) * 2)
      }
    }
    #expect(lines.count == 12)
    #expect(lines[3] == "earshot: Indexing: 2,000 tracks, 100/s")
    #expect(lines[11] == "earshot: Indexing: 3,060 tracks, 2.0/s")
  }

  @Test("No progress is no output; a folder of nothing is no division by nothing")
  func none() {
    #expect(
      lines(.none, total: 10) { line, clock in
        clock.advance(60)
        line.update(done: 5)
      }.isEmpty)
    #expect(
      lines(.plain, total: 0) { line, clock in
        clock.advance(60)
        line.update(done: 0)
      } == ["earshot: Indexing: 0 of 0 tracks"])
  }

  @Test("auto is a bar only on a terminal")
  func styles() {
    let pipe = Pipe()
    let messages = Messages(name: "earshot", descriptor: pipe.writer)
    #expect(ProgressLine.Style(option: "auto", messages: messages) == .plain)
    #expect(ProgressLine.Style(option: "plain", messages: messages) == .plain)
    #expect(ProgressLine.Style(option: "none", messages: messages) == .none)
  }
}
