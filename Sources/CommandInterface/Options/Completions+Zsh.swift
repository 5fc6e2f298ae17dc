extension Completions {
  /// For zsh: the file `_earshot` in a folder of `$fpath`.
  package var zsh: String {
    let functions = commands.filter { $0.name != "embed" }.map { zshFunction($0.command) }
    return """
      #compdef earshot embed
      # zsh completion for earshot and embed
      \(functions.joined(separator: "\n"))
      if [[ $service == embed ]]; then
        \(zshName(embed)) "$@"
      else
        _earshot_commands "$@"
      fi

      """
  }

  private func zshName(_ command: CommandSpecification) -> String {
    "_earshot_" + (command.path.isEmpty ? "commands" : command.path.joined(separator: "_"))
  }

  private func zshFunction(_ command: CommandSpecification) -> String {
    let options = command.allOptions.flatMap { zshOption($0, of: command) }
    if command.subcommands.isEmpty {
      let operands = command.operands.map(zshOperand)
      let arguments = (options + operands).map { "    \($0)" }.joined(separator: " \\\n")
      return "\(zshName(command))() {\n  _arguments -s -S \\\n\(arguments)\n}"
    }
    let arguments = (options + ["'1: :->command'", "'*:: :->rest'"]).map { "    \($0)" }
    let described = command.subcommands.map { subcommand in
      "        '\(zshEscape(subcommand.path.last ?? "", ":")):\(zshEscape(subcommand.summary, ""))'"
    }
    let cases = command.subcommands.map { subcommand in
      "        \(subcommand.path.last ?? "")) \(zshName(subcommand)) ;;"
    }
    return """
      \(zshName(command))() {
        local context state line
        local -a names
        _arguments -C \\
      \(arguments.joined(separator: " \\\n"))
        case $state in
          command)
            names=(
      \(described.joined(separator: "\n"))
            )
            _describe command names ;;
          rest)
            case $words[1] in
      \(cases.joined(separator: "\n"))
            esac ;;
        esac
      }
      """
  }

  /// The forms of an option for `_arguments`, each as a word in quotes.
  private func zshOption(_ option: OptionSpecification, of command: CommandSpecification)
    -> [String]
  {
    let others = command.exclusions.filter { $0.contains(option.name) }.flatMap { $0 }
      .filter { $0 != option.name }.map { "--" + $0 }
    let repeats =
      option.isRepeatable ? "*" : "(\((option.dashedNames + others).joined(separator: " ")))"
    let meaning = zshEscape(option.summary, "[]:")
    return option.dashedNames.map { name in
      var text = repeats + name
      if option.kind != .flag { text += name.hasPrefix("--") ? "=" : "+" }
      text += "[\(meaning)]"
      if let value = option.valueText {
        text += ":\(zshEscape(value, ":")):\(zshOffer(option.offer))"
      }
      return "'\(text)'"
    }
  }

  private func zshOperand(_ operand: OperandSpecification) -> String {
    "'\(operand.isRepeatable ? "*" : ""):\(zshEscape(operand.name, ":")):\(zshOffer(operand.offer))'"
  }

  private func zshOffer(_ offer: CompletionOffer) -> String {
    switch offer {
    case .words(let words): "(\(words.joined(separator: " ")))"
    case .files(let endings) where !endings.isEmpty:
      "_files -g \"*.(\(endings.joined(separator: "|")))\""
    case .files: "_files"
    case .folders: "_files -/"
    case .nothing: " "
    }
  }

  /// Text inside single quotes, with a backslash before the signs that have a meaning there.
  private func zshEscape(_ text: String, _ signs: String) -> String {
    text.reduce(into: "") { result, character in
      if character == "'" {
        result += "'\\''"
      } else {
        if signs.contains(character) { result += "\\" }
        result.append(character)
      }
    }
  }
}
