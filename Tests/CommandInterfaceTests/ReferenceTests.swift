import FileAccess
import TestSupport
import Testing

@testable import CommandInterface

@Suite("Help, manual, reference and completions")
struct ReferenceTests {
  private let commands = CommandTable.earshot.family

  @Test("A page of help shows all there is to know of a command")
  func helpPage() {
    let page = HelpPage(command: CommandTable.library.subcommands[1], program: "earshot").text
    #expect(
      page == """
        List the files that could not be read, and why.

        Usage: earshot library failures [options]

        A file is tried again when it changes, or with 'earshot index --retry-failed'.

        Results:
          --counts                 Tell how many files failed for each reason, instead
                                   of which.
          --format table|json|csv  What to print. [default: table]
          --json                   Print JSON, for other programs.

        Library and model:
          --library FILE           The library file. [default: $EARSHOT_LIBRARY, or
                                   earshot/library.db in $XDG_DATA_HOME or
                                   ~/.local/share]

        General:
          -h, --help               Show this help and stop.
          --version                Show the versions of Earshot and its libraries and
                                   stop.

        Examples:
          earshot library failures
              A table of files and reasons.
          earshot library failures --counts
              How many of each kind.
          earshot library failures --format csv
              For a spreadsheet.

        """)
  }

  @Test("Help fills the width it is given and no more", arguments: [60, 80, 100])
  func helpWidth(width: Int) {
    for command in commands {
      let page = HelpPage(command: command, program: "earshot", width: width).text
      for line in page.split(separator: "\n") where !line.hasPrefix("  ") {
        #expect(DisplayWidth.of(String(line)) <= max(width, 74), "\(line)")
      }
      for option in command.allOptions { #expect(page.contains(option.helpTerm)) }
      for operand in command.operands { #expect(page.contains(operand.usage)) }
      #expect(!page.contains("\n\n\n"))
    }
  }

  @Test("The manual has each option in the section of its command, once, and nowhere else")
  func manualOptions() {
    let page = ManualPage(root: CommandTable.earshot, version: "1.2.3").text
    #expect(page.hasPrefix(".TH EARSHOT 1 \"\" \"Earshot 1.2.3\" \"User Commands\"\n"))
    #expect(page.utf8.allSatisfy { $0 < 0x80 })
    var section = ""
    var found: [String: [String]] = [:]
    for line in page.split(separator: "\n") {
      if line.hasPrefix(".SS ") { section = line.dropFirst(4).filter { $0 != "\"" && $0 != "\\" } }
      if line.hasPrefix(".SH ") { section = String(line.dropFirst(4)) }
      guard line.hasPrefix("\\fB\\-") else { continue }
      let names = line.replacing("\\-", with: "-").split(separator: "\\fB").compactMap {
        $0.split(separator: "\\f").first.map(String.init)
      }
      found[section, default: []] += names.filter { $0.hasPrefix("-") }
    }
    for command in commands where command.subcommands.isEmpty {
      let name = command.name(in: "earshot")
      #expect(
        found.removeValue(forKey: name) ?? [] == command.options.flatMap(\.dashedNames), "\(name)")
    }
    #expect(found == ["COMMON OPTIONS": ["-h", "--help", "--version"]])
  }

  @Test("Roff shows signs as they are and takes no line for a request")
  func roff() {
    #expect(Roff.line(".so /etc/passwd") == "\\&.so /etc/passwd")
    #expect(
      Roff.line("'x' -a \\n \"é…🎵\"")
        == "\\(aqx\\(aq \\-a \\en \\(dq\\[u00E9]\\[u2026]\\[u1F3B5]\\(dq")
  }

  @Test("The Markdown reference has a section for each command with all its options")
  func markdown() {
    let page = MarkdownReference(root: CommandTable.earshot).text
    let sections = page.split(separator: "\n## ").map(String.init)
    for command in commands where command.subcommands.isEmpty {
      let name = command.name(in: "earshot")
      let section = sections.first { $0.hasPrefix(name + "\n") } ?? ""
      #expect(section.contains(command.synopsis(in: "earshot")), "\(name)")
      for option in command.options { #expect(section.contains("- `\(option.helpTerm)`: ")) }
    }
    let leaves = commands.filter { $0.subcommands.isEmpty }
    // The page's head, the common options, and three sections of reference.
    #expect(sections.count == leaves.count + 5)
  }

  @Test("Completions know every command and every option", arguments: Shell.allCases)
  func completions(shell: Shell) {
    let script = CommandTable.shellCompletions.script(for: shell)
    for command in commands {
      if let name = command.path.last { #expect(script.contains(name)) }
      for option in command.allOptions {
        let spelling =
          switch shell {
          case .bash: option.dashedName
          case .zsh: "\(option.dashedName)\(option.kind == .flag ? "" : "=")["
          case .fish: "-l \(option.name)"
          }
        #expect(script.contains(spelling), "\(option.name)")
        for word in option.words { #expect(script.contains(word)) }
      }
    }
  }

  /// Runs the script in bash and returns what it offers for the last word.
  private func bashOffers(_ words: [String]) throws -> [String] {
    let folder = TemporaryFolder()
    let script = try folder.write(
      Array(CommandTable.shellCompletions.bash.utf8), as: "earshot.bash")
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let line = """
      source \(script.string) && COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count - 1) \
      && _earshot 2>/dev/null; printf '%s\\n' "${COMPREPLY[@]}" > \(folder.path.string)/offers
      """
    try #require(ShellRun.bash(line) == 0)
    let file = try ReadableFile(folder.path.appending("offers"))
    let text = String(decoding: try file.contents(limit: 1 << 16), as: UTF8.self)
    return text.split(separator: "\n").map(String.init)
  }

  @Test(
    "bash offers what fits in the place",
    arguments: [
      (["earshot", "qu"], ["query"]), (["earshot", "query", "--inc"], ["--include-self"]),
      (["earshot", "query", "--format", "x"], ["xspf"]),
      (["earshot", "query", "--format", "=", "x"], ["xspf"]),
      (["earshot", "library", "s"], ["status"]),
      (["earshot", "library", "failures", "--j"], ["--json"]),
      (["earshot", "--library", "x", "sim"], ["similar"]), (["embed", "--excerpt", "f"], ["full"]),
      (["earshot", "completions", "z"], ["zsh"]), (["earshot", "query", "-k", ""], []),
      (["earshot", "search", ""], []),
    ])
  func bash(words: [String], expected: [String]) throws {
    #expect(try bashOffers(words) == expected)
  }
}
