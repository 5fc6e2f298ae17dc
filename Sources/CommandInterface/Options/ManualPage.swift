/// The manual page `earshot(1)` in roff with the man macros, made of the table of commands.
package struct ManualPage: Sendable {
  /// `earshot`.
  package let root: CommandSpecification
  /// The program's version, for the footer.
  package let version: String

  private static let program = "earshot"

  /// - Parameters:
  ///   - root: `earshot`.
  ///   - version: the program's version.
  package init(root: CommandSpecification, version: String) {
    self.root = root
    self.version = version
  }

  /// The page's source, plain ASCII.
  package var text: String {
    var lines = [
      ".TH EARSHOT 1 \"\" \"Earshot \(Roff.escape(version))\" \"User Commands\"",
      ".SH NAME", "earshot, embed \\- \(Roff.escape(Self.nameLine(root.summary)))",
      ".SH SYNOPSIS",
    ]
    lines += Self.usage(root)
    lines += [".br", "\\fBembed\\fR [options] \\fISONG\\fR\\[u2026]", ".SH DESCRIPTION"]
    lines += Self.paragraphs(root.description)
    lines.append(".SH COMMANDS")
    for command in root.family.dropFirst() where command.subcommands.isEmpty {
      lines += section(command)
    }
    lines.append(".SH COMMON OPTIONS")
    lines.append("These options are understood by every command.")
    lines += Self.options([.help, .version])
    for (heading, entries) in ReferenceText.sections {
      lines.append(".SH " + heading.uppercased())
      for entry in entries { lines += [".TP", Self.bold(entry.term), Roff.line(entry.meaning)] }
    }
    lines.append(".SH EXAMPLES")
    lines += Self.examples(root)
    return lines.joined(separator: "\n") + "\n"
  }

  private func section(_ command: CommandSpecification) -> [String] {
    var lines = [".SS \"\(Roff.escape(command.name(in: Self.program)))\""]
    lines += Self.usage(command)
    lines += Self.paragraphs([command.summary] + command.description)
    for operand in command.operands {
      lines += [".TP", "\\fI\(Roff.escape(operand.usage))\\fR", Roff.line(operand.summary)]
    }
    lines += Self.options(command.options)
    lines += Self.examples(command)
    return lines
  }

  private static func usage(_ command: CommandSpecification) -> [String] {
    let name = command.name(in: program)
    let rest = command.synopsis(in: program).dropFirst(name.count)
    return [bold(name) + Roff.escape(String(rest))]
  }

  private static func paragraphs(_ texts: [String]) -> [String] {
    texts.flatMap { [".PP", Roff.line($0)] }
  }

  private static func options(_ options: [OptionSpecification]) -> [String] {
    options.flatMap { option in
      let names = option.dashedNames.map(bold).joined(separator: ", ")
      let value = option.valueText.map { " \\fI\(Roff.escape($0))\\fR" } ?? ""
      return [".TP", names + value, Roff.line(option.fullText)]
    }
  }

  private static func examples(_ command: CommandSpecification) -> [String] {
    command.examples.flatMap { example in
      [".PP", Roff.line(example.meaning), ".RS", ".nf", Roff.line(example.line), ".fi", ".RE"]
    }
  }

  private static func bold(_ text: String) -> String { "\\fB\(Roff.escape(text))\\fR" }

  /// The summary as the NAME section has it: without its full stop.
  private static func nameLine(_ summary: String) -> String {
    summary.hasSuffix(".") ? String(summary.dropLast()) : summary
  }
}

/// Text in roff (groff_char(7), groff_man(7)).
package enum Roff {
  /// Text that is shown as it is: backslashes, hyphens that are minus signs, quotes and letters
  /// beyond ASCII are escaped.
  package static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "\"": result += "\\(dq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result +=
          "\\[u" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + "]"
      }
    }
    return result
  }

  /// A line of text, kept from being read as a request.
  package static func line(_ text: String) -> String {
    let escaped = escape(text)
    return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
  }
}
