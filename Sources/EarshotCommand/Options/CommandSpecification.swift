/// One command: what it takes and what is said about it.
struct CommandSpecification: Sendable {
  /// A line to type and what it does.
  struct Example: Sendable {
    let line: String
    let meaning: String
  }

  /// The words after `earshot`: `["library", "status"]`; none for `earshot` itself.
  let path: [String]
  /// What it does, one sentence.
  let summary: String
  /// More, a paragraph each.
  var description: [String] = []
  /// What its operands are, in order.
  var operands: [OperandSpecification] = []
  /// Its own options and those it shares with others, in the order of the help; `--help` and
  /// `--version` are every command's and not listed.
  var options: [OptionSpecification] = []
  /// Options that exclude one another, by name.
  var exclusions: [[String]] = []
  /// Lines to learn from.
  var examples: [Example] = []
  /// The commands under this one; it cannot be run by itself when there are any.
  var subcommands: [CommandSpecification] = []

  /// ``options`` and those of every command.
  var allOptions: [OptionSpecification] { options + [.help, .version] }

  /// This command and all under it, from top to bottom.
  var family: [CommandSpecification] { [self] + subcommands.flatMap(\.family) }

  /// The option of a long name.
  func option(named name: String) -> OptionSpecification? { allOptions.first { $0.name == name } }

  /// The option of a letter.
  func option(letter: Character) -> OptionSpecification? {
    allOptions.first { $0.letter == letter }
  }

  /// The words to type it, for a program of the name `earshot` or `embed`.
  func name(in program: String) -> String {
    program == "embed" ? program : ([program] + path).joined(separator: " ")
  }

  /// The usage in one line: `earshot query [options] SONG…`.
  func synopsis(in program: String) -> String {
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
  static let help = OptionSpecification(
    name: "help", letter: "h", kind: .flag, summary: "Show this help and stop.")

  /// `--version`, of every command.
  static let version = OptionSpecification(
    name: "version", kind: .flag,
    summary: "Show the versions of Earshot and its libraries and stop.")
}
