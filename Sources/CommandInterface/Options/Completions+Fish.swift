extension Completions {
  /// For fish 3 and later.
  package var fish: String {
    let groups = earshot.subcommands.filter { !$0.subcommands.isEmpty }.compactMap(\.path.last)
    var lines = [
      "# fish completion for earshot and embed",
      "function __earshot_at --description 'Whether the command typed so far is this one'",
      "  set -l typed",
      "  for word in (commandline -opc)[2..-1]",
      "    if string match -q -- '-*' $word",
      "      continue",
      "    end",
      "    set -a typed $word",
      "    if not contains -- $typed[1] \(groups.joined(separator: " ")); or test (count $typed) -ge 2",
      "      break",
      "    end",
      "  end",
      "  test \"$typed\" = \"$argv\"",
      "end",
    ]
    for (name, command) in commands {
      let place =
        name == "embed"
        ? "-c embed"
        : "-c earshot -n '__earshot_at \(command.path.joined(separator: " "))'"
      lines += fishOperands(command, place)
      lines += command.allOptions.map { fishOption($0, place) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func fishOperands(_ command: CommandSpecification, _ place: String) -> [String] {
    if !command.subcommands.isEmpty {
      return command.subcommands.map { subcommand in
        "complete \(place) -f -a \(subcommand.path.last ?? "") -d \(fishQuote(subcommand.summary))"
      }
    }
    return switch command.operands.first?.offer ?? .nothing {
    case .words(let words): ["complete \(place) -f -a \(fishQuote(words.joined(separator: " ")))"]
    case .files: ["complete \(place) -F"]
    case .folders: ["complete \(place) -f -a '(__fish_complete_directories)'"]
    case .nothing: ["complete \(place) -f"]
    }
  }

  private func fishOption(_ option: OptionSpecification, _ place: String) -> String {
    var text = "complete \(place)"
    if let letter = option.letter { text += " -s \(letter)" }
    text += " -l \(option.name)"
    switch option.offer {
    case .words(let words): text += " -x -a \(fishQuote(words.joined(separator: " ")))"
    case .files: text += " -r -F"
    case .folders: text += " -x -a '(__fish_complete_directories)'"
    case .nothing: text += option.kind == .flag ? "" : " -x"
    }
    return text + " -d \(fishQuote(option.summary))"
  }

  private func fishQuote(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    return "'\(escaped)'"
  }
}
