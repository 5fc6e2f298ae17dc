import FileAccess
import Testing

@testable import CommandInterface

/// A table of our own, so that these tests speak of the engine alone.
private let sample = CommandSpecification(
  path: ["sample"], summary: "A sample.",
  operands: [
    OperandSpecification(name: "FILE", kind: .path, isRepeatable: true, summary: "Files.")
  ],
  options: [
    OptionSpecification(
      name: "count", letter: "k", kind: .integer(1...100), defaultValue: "10", summary: "N."),
    OptionSpecification(
      name: "gain", letter: "g", kind: .number(-20...20, unit: "dB"), summary: "G."),
    OptionSpecification(name: "all", letter: "a", kind: .flag, summary: "A."),
    OptionSpecification(name: "brief", letter: "b", kind: .flag, summary: "B."),
    OptionSpecification(
      name: "format", kind: .choice(["table", "json"]), defaultValue: "table", summary: "F."),
    OptionSpecification(name: "json", kind: .flag, summary: "J."),
    OptionSpecification(name: "output", letter: "o", kind: .path, summary: "O."),
    OptionSpecification(name: "tag", kind: .text, isRepeatable: true, summary: "T."),
    OptionSpecification(name: "excerpt", kind: .excerpt, defaultValue: "middle", summary: "E."),
  ],
  exclusions: [["json", "format"]])

private func bytes(_ words: [String]) -> [[UInt8]] { words.map { Array($0.utf8) } }

private func parse(_ words: [String]) throws -> ParsedArguments {
  let parser = CommandLineParser(program: "earshot", root: sample)
  guard case .run(let arguments) = try parser.parse(bytes(words)) else {
    throw ParsedSomethingElse()
  }
  return arguments
}

private struct ParsedSomethingElse: Error {}

@Suite("Reading a command line")
struct CommandLineParsingTests {
  @Test(
    "A value can follow in the next word, after a sign or right after the letter",
    arguments: [
      ["--count", "7", "x"], ["--count=7", "x"], ["-k", "7", "x"], ["-k7", "x"], ["-k=7", "x"],
      ["x", "-k", "7"], ["-abk7", "x"], ["-a", "x", "-bk", "7"],
    ])
  func spellings(words: [String]) throws {
    let arguments = try parse(words)
    #expect(arguments.integer("count") == 7)
    #expect(arguments.operandTexts == ["x"])
    #expect(arguments.flag("all") == words[0].hasPrefix("-a"))
    #expect(arguments.flag("brief") == arguments.flag("all"))
  }

  @Test("Options and operands mix, and two dashes end the options")
  func mixing() throws {
    let arguments = try parse(["a", "-k", "3", "b", "--", "--all", "-k9", "-"])
    #expect(arguments.operandTexts == ["a", "b", "--all", "-k9", "-"])
    #expect(arguments.integer("count") == 3)
    #expect(!arguments.flag("all"))
  }

  @Test("What is not given has its default, or is nil")
  func defaults() throws {
    let arguments = try parse(["x"])
    #expect(arguments.integer("count") == 10)
    #expect(arguments.choice("format") == "table")
    #expect(arguments.format == "table")
    #expect(arguments.numberIfGiven("gain") == nil)
    #expect(arguments.path("output") == nil)
    #expect(arguments.texts("tag").isEmpty)
    #expect(arguments.excerpt() == .middle)
    #expect(!arguments.isGiven("count"))
  }

  @Test("Each kind of value is read as what it is")
  func kinds() throws {
    let arguments = try parse(["--gain", "-3.5", "--tag", "one", "x", "--output=-odd", "--json"])
    #expect(arguments.number("gain") == -3.5)
    #expect(arguments.texts("tag") == ["one"])
    #expect(arguments.path("output") == FilePath("-odd"))
    #expect(arguments.format == "json")
    #expect(try parse(["--tag", "b", "--tag=a=c", "x"]).texts("tag") == ["b", "a=c"])
  }

  @Test("Names that are not UTF-8 keep their bytes")
  func rawBytes() throws {
    let name: [UInt8] = [0x61, 0xFF, 0xC3, 0x28]
    let parser = CommandLineParser(program: "earshot", root: sample)
    for words in [
      [name, Array("--output=".utf8) + name], [Array("-o".utf8), name, name],
      [Array("-o".utf8) + name, Array("--".utf8), name],
    ] {
      guard case .run(let arguments) = try parser.parse(words) else { throw ParsedSomethingElse() }
      #expect(arguments.paths == [FilePath(bytes: name)])
      #expect(arguments.path("output") == FilePath(bytes: name))
      #expect(arguments.operandTexts == ["a\u{FFFD}\u{FFFD}("])
    }
  }

  @Test(
    "A part of a song is a word or a range of seconds",
    arguments: [
      ("start", .start), ("middle", .middle), ("full", .full),
      ("30-60", .range(start: 30, end: 60)),
      ("0.5-1.25", .range(start: 0.5, end: 1.25)), ("1:30-2:00", .range(start: 90, end: 120)),
      ("1:00:00-1:00:30", .range(start: 3600, end: 3630)), ("60-30", nil), ("5-5", nil),
      ("-5", nil),
      ("5-", nil), ("1-2-3", nil), ("nan-inf", nil), ("0x1-0x2", nil), ("1:75-2:00", nil),
      ("end", nil),
      ("", nil), ("1e400-2e400", nil),
    ] as [(String, ExcerptOption?)])
  func excerpts(text: String, expected: ExcerptOption?) {
    #expect(ExcerptOption(text) == expected)
  }

  @Test(
    "Help and version are understood anywhere before two dashes, whatever is missing",
    arguments: ["--help", "-h", "--version"])
  func helpAndVersion(word: String) throws {
    let parser = CommandTable.parser(program: "earshot")
    for words in [
      [word], ["query", word], ["query", "a", word, "--nonsense"], ["library", word],
    ] {
      switch try parser.parse(bytes(words)) {
      case .help(let command):
        #expect(word != "--version")
        #expect(command.path == (words[0] == word ? [] : [words[0]]))
      case .version: #expect(word == "--version")
      case .run: Issue.record("\(words) was run")
      }
    }
    guard case .run(let arguments) = try parser.parse(bytes(["query", "--", word])) else {
      throw ParsedSomethingElse()
    }
    #expect(arguments.operandTexts == [word])
  }

  @Test(
    "help names a command as the command line does",
    arguments: [
      ([], []), (["query"], ["query"]), (["library"], ["library"]),
      (["library", "failures"], ["library", "failures"]),
    ] as [([String], [String])])
  func helpCommand(words: [String], path: [String]) throws {
    let parser = CommandTable.parser(program: "earshot")
    guard case .help(let command) = try parser.parse(bytes(["help"] + words)) else {
      throw ParsedSomethingElse()
    }
    #expect(command.path == path)
  }

  @Test("Shared options may stand before the command")
  func optionsBeforeTheCommand() throws {
    let parser = CommandTable.parser(program: "earshot")
    let words = ["--library", "query", "--json", "library", "failures"]
    guard case .run(let arguments) = try parser.parse(bytes(words)) else {
      throw ParsedSomethingElse()
    }
    #expect(arguments.command.path == ["library", "failures"])
    #expect(arguments.path("library") == FilePath("query"))
    #expect(arguments.format == "json")
  }

  @Test("The program embed is the command embed")
  func embed() throws {
    let words = bytes(["--format", "npy", "-o", "v.npy", "a.mp3", "b.mp3"])
    guard case .run(let alone) = try CommandTable.parser(program: "embed").parse(words),
      case .run(let inside) = try CommandTable.parser(program: "earshot").parse(
        bytes(["embed"]) + words)
    else { throw ParsedSomethingElse() }
    #expect(alone.values == inside.values)
    #expect(alone.paths == inside.paths)
    #expect(alone.command.path == inside.command.path)
  }
}

@Suite("The table of commands")
struct CommandTableTests {
  private static let commands = CommandTable.earshot.family

  @Test(
    "No command has two options of one name or letter, and defaults are values of their options")
  func consistency() {
    for command in Self.commands {
      let names = command.allOptions.flatMap(\.dashedNames)
      #expect(Set(names).count == names.count, "\(command.path)")
      for option in command.allOptions {
        if let value = option.defaultValue {
          #expect(throws: Never.self) { try option.read(Array(value.utf8)).get() }
        }
        #expect(option.summary.hasSuffix("."), "\(option.name)")
        #expect(option.summary.first?.isUppercase == true, "\(option.name)")
      }
      for name in command.exclusions.flatMap({ $0 }) { #expect(command.option(named: name) != nil) }
      for operand in command.operands.dropLast() { #expect(!operand.isRepeatable) }
      #expect(command.summary.hasSuffix("."), "\(command.path)")
    }
  }

  @Test("Every example on every page is understood")
  func examples() throws {
    for command in Self.commands {
      for example in command.examples {
        let line = example.line.prefix { !"|<>&".contains($0) }
        var words = line.split(separator: " ").map {
          String($0.filter { $0 != "'" })
        }
        let program = words.removeFirst()
        if example.line.contains("'Nina Simone'") { words.removeLast() }
        guard
          case .run(let arguments) = try CommandTable.parser(program: program).parse(bytes(words))
        else { throw ParsedSomethingElse() }
        if !command.path.isEmpty { #expect(arguments.command.path == command.path) }
      }
    }
  }
}

@Suite("The process's own words")
struct ProcessArgumentsTests {
  @Test("are those Swift sees, where they are text")
  func words() {
    let texts = ProcessArguments.words.map { String(decoding: $0, as: UTF8.self) }
    #expect(texts == Array(CommandLine.arguments.dropFirst()))
    #expect(!texts.isEmpty)
  }
}
