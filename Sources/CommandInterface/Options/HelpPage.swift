/// The page of `--help`, made of a command's specification.
package struct HelpPage: Sendable {
  /// The command.
  package let command: CommandSpecification
  /// The program's name: `earshot` or `embed`.
  package let program: String
  /// The columns to fill.
  package var width = 80

  /// The page, its lines ended by line feeds.
  package var text: String {
    var sections = [TextWrap.text(command.summary, width: width), usage]
    sections += command.description.map { TextWrap.text($0, width: width) }
    let terms = lists.flatMap(\.rows).map { DisplayWidth.of($0.term) }
    let indent = 2 + (terms.filter { $0 <= Self.widestTerm }.max() ?? Self.widestTerm) + 2
    sections += lists.map { list($0.heading, $0.rows, indent: indent) }
    sections.append(examples)
    if !command.subcommands.isEmpty {
      let name = command.name(in: program)
      sections.append("'\(name) COMMAND --help' tells more about a command.\n")
    }
    return sections.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var usage: String { "Usage: \(command.synopsis(in: program))\n" }

  private typealias Row = (term: String, meaning: String)

  /// The lists of the page: commands, then operands and options by group.
  private var lists: [(heading: String, rows: [Row])] {
    var lists: [(heading: String, rows: [Row])] = [
      ("Commands", command.subcommands.map { ($0.path.last ?? "", $0.summary) })
    ]
    for group in OptionGroup.allCases {
      let operands = group == .input ? command.operands : []
      let options = command.allOptions.filter { $0.group == group }
      let rows: [Row] = operands.map { ($0.usage, $0.summary) }
      lists.append((group.rawValue, rows + options.map { ($0.helpTerm, $0.fullText) }))
    }
    return lists
  }

  private var examples: String {
    guard !command.examples.isEmpty else { return "" }
    let parts = command.examples.map { example in
      "  \(example.line)\n" + TextWrap.text(example.meaning, width: width, indent: 6)
    }
    return "Examples:\n" + parts.joined()
  }

  private static let widestTerm = 24

  /// Terms to the left and their meanings to the right; a wide term has a line for itself.
  private func list(_ heading: String, _ rows: [Row], indent: Int) -> String {
    guard !rows.isEmpty else { return "" }
    var text = heading + ":\n"
    for (term, meaning) in rows {
      let lines = TextWrap.text(meaning, width: width, indent: indent)
      if DisplayWidth.of(term) + 4 > indent {
        text += "  \(term)\n\(lines)"
      } else {
        text += "  " + DisplayWidth.pad(term, to: indent - 2) + lines.dropFirst(indent)
      }
    }
    return text
  }
}

extension OptionSpecification {
  /// `-k, --count N`.
  package var helpTerm: String {
    let value = valueText.map { " " + $0 } ?? ""
    return dashedNames.joined(separator: ", ") + value
  }

  /// What it does, its choices where the term does not show them, and its default: the same in
  /// help, manual and reference.
  package var fullText: String {
    var notes = [summary] + (detail.map { [$0] } ?? [])
    if case .choice(let words) = kind, placeholder != nil {
      notes.append("One of " + words.joined(separator: ", ") + ".")
    }
    if isRepeatable { notes.append("Can be given several times.") }
    if let text = defaultValue ?? defaultNote { notes.append("[default: \(text)]") }
    return notes.joined(separator: " ")
  }
}
