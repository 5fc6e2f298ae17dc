import Glibc

// earshot-bench --programs FOLDER [--python PROGRAM] [--part embed|index|query]: speed beside
// the peers, run from the top of the checkout, bound to one core by the Makefile.

func run(_ arguments: ArraySlice<String>) throws {
  var options: [String: String] = [:]
  var words = arguments
  while let name = words.popFirst(), let value = words.popFirst() { options[name] = value }
  var template = Array("/tmp/earshot-bench-XXXXXX".utf8CString)
  guard let programs = options["--programs"], mkdtemp(&template) != nil else {
    print(
      "usage: earshot-bench --programs FOLDER [--python PROGRAM] [--part embed|index|query]")
    exit(64)
  }
  let bytes = template.dropLast().map { UInt8(bitPattern: $0) }
  let folder = String(decoding: bytes, as: UTF8.self)
  defer { _ = TimedCommand(words: ["rm", "-rf", folder]).run() }
  let setting = Setting(programs: programs, pythonPath: options["--python"], folder: folder)
  let parts: [(name: String, run: () throws -> Void)] = [
    ("embed", { try EmbedBenchmark.run(setting) }),
    ("index", { IndexBenchmark.run(setting) }),
    ("query", { try QueryBenchmark.run(setting, count: 278_000) }),
  ]
  for part in parts where options["--part"] == nil || options["--part"] == part.name {
    try part.run()
  }
}

try run(CommandLine.arguments.dropFirst())
