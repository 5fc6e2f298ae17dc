import FileAccess
import Glibc
import TestSupport
import Testing

/// A program of the package, as built.
enum Program: String, Sendable {
  case earshot, embed

  /// The program's file, which the build puts beside the tests.
  var path: FilePath {
    for folder in Self.folders {
      let file = folder.appending(rawValue)
      if (try? FolderEntry(at: file, followLinks: true))?.kind == .regular { return file }
    }
    preconditionFailure("\(rawValue) is not beside the tests")
  }

  private static let folders: [FilePath] = {
    let own = FolderEntry.realPath(of: FilePath("/proc/self/exe")).map { [$0] } ?? []
    return (own + CommandLine.arguments.map { FilePath($0) }).map(\.parent)
  }()
}

/// What a program left when it ended.
struct Ended: Sendable {
  /// What it told the shell: 128 and the signal's number where one ended it.
  let status: Int32
  /// All of standard output.
  let output: [UInt8]
  /// The lines of standard error.
  let messages: [String]

  /// Standard output as text.
  var text: String { String(decoding: output, as: UTF8.self) }

  /// The lines of standard output; each must be ended.
  var lines: [String] {
    guard output.last == 0x0A else { return output.isEmpty ? [] : ["(no line end)", text] }
    return text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The objects of standard output, one on each line.
  func objects() throws -> [JSON] { try lines.map { try JSON(Array($0.utf8)) } }

  /// The one object of standard output.
  func object() throws -> JSON {
    let objects = try objects()
    try #require(objects.count == 1, "\(text) \(messages)")
    return objects[0]
  }
}

/// A folder of its own with an empty home in it, and programs that run there and see nothing else of
/// this account: no library, no settings, no other models.
final class Workplace: Sendable {
  /// Where standard output leads.
  enum Output {
    /// To ``Ended/output``.
    case kept
    /// To a pipe that nobody reads any more.
    case closedPipe
    /// To a device that is always full.
    case fullDisk
  }

  let folder = TemporaryFolder()
  private let streams = TemporaryFolder()

  var path: FilePath { folder.path }

  /// The library that programs use when none is named.
  var library: FilePath { path.appending("library/library.db") }

  private var environment: [String] {
    let kept = ["LD_LIBRARY_PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"]
    let given = kept.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
    return given + [
      "PATH=/usr/bin:/bin", "HOME=\(path.appending("home"))", "EARSHOT_LIBRARY=\(library)",
      "EARSHOT_MODELS=\(Repository.models)",
    ]
  }

  /// Runs a program to its end.
  func run(
    _ program: Program, _ words: [String], output: Output = .kept, as prefix: [String] = []
  ) throws -> Ended {
    try start(program, words.map { Array($0.utf8) }, output: output, as: prefix).end()
  }

  /// Runs `earshot` to its end.
  func earshot(_ words: String...) throws -> Ended { try run(.earshot, words) }

  /// Runs `embed` to its end.
  func embed(_ words: String...) throws -> Ended { try run(.embed, words) }

  /// Runs a program to its end with these bytes as its standard input.
  func run(_ program: Program, _ words: [String], input: [UInt8]) throws -> Ended {
    try start(program, words.map { Array($0.utf8) }, input: input).end()
  }

  /// Starts a program with words of any bytes.
  /// - Parameters:
  ///   - input: what it reads from standard input.
  ///   - prefix: a program and its words that starts the program in its turn.
  func start(
    _ program: Program, _ words: [[UInt8]], input: [UInt8] = [], output: Output = .kept,
    as prefix: [String] = []
  ) throws -> RunningProgram {
    let number = RunningProgram.nextNumber()
    let files = (streams.path.appending("out-\(number)"), streams.path.appending("err-\(number)"))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let source = streams.path.appending("in-\(number)")
    try WrittenFile.replace(source, with: input)
    posix_spawn_file_actions_addopen(&actions, 0, source.string, O_RDONLY, 0)
    var writer: Int32 = -1
    switch output {
    case .kept:
      posix_spawn_file_actions_addopen(
        &actions, 1, files.0.string, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    case .fullDisk: posix_spawn_file_actions_addopen(&actions, 1, "/dev/full", O_WRONLY, 0)
    case .closedPipe:
      writer = try Self.closedPipe(at: files.0)
      posix_spawn_file_actions_adddup2(&actions, writer, 1)
    }
    defer { if writer >= 0 { close(writer) } }
    posix_spawn_file_actions_addopen(
      &actions, 2, files.1.string, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The signals as a shell gives them, whatever the tests' own process does with them.
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    let folder = ["env", "--chdir=\(path)"]
    let whole = (folder + prefix).map { Array($0.utf8) } + [program.path.bytes] + words
    let list = Self.strings(whole)
    let variables = Self.strings(environment.map { Array($0.utf8) })
    defer { for text in list + variables { free(text) } }
    var process: pid_t = 0
    let status = list[0].map {
      posix_spawnp(&process, $0, &actions, &attributes, list, variables)
    }
    try #require(status == 0, "\(program) could not be started: error \(status ?? -1)")
    return RunningProgram(process: process, streams: files, owner: streams)
  }

  /// The writing end of a pipe without a reader. A named pipe, because its ends can be opened so that
  /// no other program started at the same time holds them open.
  private static func closedPipe(at path: FilePath) throws -> Int32 {
    try #require(mkfifo(path.string, 0o600) == 0)
    let reader = open(path.string, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    let writer = open(path.string, O_WRONLY | O_CLOEXEC)
    close(reader)
    unlink(path.string)
    try #require(reader >= 0 && writer >= 0, "no pipe: errno \(errno)")
    return writer
  }

  private static func strings(_ words: [[UInt8]]) -> [UnsafeMutablePointer<CChar>?] {
    words.map { word in
      (word.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
        $0.baseAddress.flatMap { strdup($0) }
      }
    } + [nil]
  }
}
