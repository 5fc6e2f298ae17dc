/// The reference of all commands in Markdown: `docs/cli.md`.
package struct MarkdownReference: Sendable {
  /// `earshot`.
  package let root: CommandSpecification

  private static let program = "earshot"

  /// - Parameter root: `earshot`.
  package init(root: CommandSpecification) { self.root = root }

  /// The page.
  package var text: String {
    var blocks = [
      "# The command line",
      "This page is made by `earshot manual --markdown` from the table that the program itself "
        + "reads its options by.",
      Self.escape(root.summary),
    ]
    blocks += root.description.map(Self.escape)
    blocks.append(Self.code([root.synopsis(in: Self.program), "embed [options] SONG…"]))
    let commands = root.family.dropFirst().filter(\.subcommands.isEmpty)
    blocks.append(
      commands.map { command in
        let name = command.name(in: Self.program)
        let anchor = name.replacing(" ", with: "-")
        return "- [`\(name)`](#\(anchor)): \(Self.escape(command.summary))"
      }.joined(separator: "\n"))
    for command in commands { blocks += section(command) }
    blocks += ["## Common options", "These options are understood by every command."]
    blocks.append(Self.options([.help, .version]))
    for (heading, entries) in ReferenceText.sections {
      blocks.append("## " + heading)
      blocks.append(
        entries.map { "- `\($0.term)`: \(Self.escape($0.meaning))" }.joined(separator: "\n"))
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private func section(_ command: CommandSpecification) -> [String] {
    var blocks = [
      "## \(command.name(in: Self.program))", Self.code([command.synopsis(in: Self.program)]),
    ]
    blocks += ([command.summary] + command.description).map(Self.escape)
    if !command.operands.isEmpty {
      blocks.append(
        command.operands.map { "- `\($0.usage)`: \(Self.escape($0.summary))" }
          .joined(separator: "\n"))
    }
    for group in OptionGroup.allCases {
      let options = command.options.filter { $0.group == group }
      if !options.isEmpty { blocks += ["**\(group.rawValue)**", Self.options(options)] }
    }
    for example in command.examples {
      blocks += [Self.escape(example.meaning), Self.code([example.line])]
    }
    return blocks
  }

  private static func options(_ options: [OptionSpecification]) -> String {
    options.map { option in
      return "- `\(option.helpTerm)`: \(escape(option.fullText))"
    }.joined(separator: "\n")
  }

  private static func code(_ lines: [String]) -> String {
    "```sh\n" + lines.joined(separator: "\n") + "\n```"
  }

  /// Text in which nothing is taken for Markdown.
  private static func escape(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if "\\`*_[]<>#|~".contains(character) { result += "\\" }
      result.append(character)
    }
  }
}
