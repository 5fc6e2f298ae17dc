/// One command: what it takes and what is said about it.
package struct CommandSpecification: Sendable {
  /// A line to type and what it does.
  package struct Example: Sendable {
    package let line: String
    package let meaning: String
  }

  /// The words after `earshot`: `["library", "status"]`; none for `earshot` itself.
  package let path: [String]
  /// What it does, one sentence.
  package let summary: String
  /// More, a paragraph each.
  package var description: [String] = []
  /// What its operands are, in order.
  package var operands: [OperandSpecification] = []
  /// Its own options and those it shares with others, in the order of the help; `--help` and
  /// `--version` are every command's and not listed.
  package var options: [OptionSpecification] = []
  /// Options that exclude one another, by name.
  package var exclusions: [[String]] = []
  /// Lines to learn from.
  package var examples: [Example] = []
  /// The commands under this one; it cannot be run by itself when there are any.
  package var subcommands: [CommandSpecification] = []

  /// ``options`` and those of every command.
  package var allOptions: [OptionSpecification] { options + [.help, .version] }

  /// This command and all under it, from top to bottom.
  package var family: [CommandSpecification] { [self] + subcommands.flatMap(\.family) }

  /// The option of a long name.
  package func option(named name: String) -> OptionSpecification? {
    allOptions.first { $0.name == name }
  }

  /// The option of a letter.
  package func option(letter: Character) -> OptionSpecification? {
    allOptions.first { $0.letter == letter }
  }

  /// The words to type it, for a program of the name `earshot` or `embed`.
  package func name(in program: String) -> String {
    program == "embed" ? program : ([program] + path).joined(separator: " ")
  }

  /// The usage in one line: `earshot query [options] SONG…`.
  package func synopsis(in program: String) -> String {
    var parts = [name(in: program)]
    if !subcommands.isEmpty { parts.append("COMMAND") }
    parts.append("[options]")
    for option in options where option.isRequired {
      parts.append(
        [option.dashedNames[0], option.valueText].compactMap { $0 }.joined(separator: " "))
    }
    return (parts + operands.map(\.usage)).joined(separator: " ")
  }
}

extension OptionSpecification {
  /// `--help`, of every command.
  package static let help = OptionSpecification(
    name: "help", letter: "h", kind: .flag, summary: "Show this help and stop.")

  /// `--version`, of every command.
  package static let version = OptionSpecification(
    name: "version", kind: .flag,
    summary: "Show the versions of Earshot and its libraries and stop.")
}
