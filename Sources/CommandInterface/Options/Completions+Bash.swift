extension Completions {
  /// For bash 4 and later.
  package var bash: String {
    let top = earshot.family.filter { !$0.subcommands.isEmpty }
    let names = commands.map(\.name)
    return """
      # bash completion for earshot and embed
      _earshot() {
        local current=${COMP_WORDS[COMP_CWORD]} previous='' command=${COMP_WORDS[0]##*/}
        local kind='' words='' word place
        if ((COMP_CWORD > 0)); then previous=${COMP_WORDS[COMP_CWORD - 1]}; fi
        # bash takes --name=value apart at the sign.
        if [[ $current == '=' ]]; then
          current=''
        elif [[ $previous == '=' ]] && ((COMP_CWORD > 1)); then
          previous=${COMP_WORDS[COMP_CWORD - 2]}
        fi
        for ((place = 1; place < COMP_CWORD; place++)); do
          word="$command ${COMP_WORDS[place]}"
          case "$word" in
            \(names.filter { $0.contains(" ") }.map { "'\($0)'" }.joined(separator: " | ")))
              command=$word ;;
          esac
        done
        case "$command $previous" in
      \(bashValues)
        esac
        if [[ -z $kind ]]; then
          case "$command" in
      \(top.map(bashSubcommands).joined(separator: "\n"))
      \(commands.filter { $0.command.subcommands.isEmpty }.map(bashOperands).joined(separator: "\n"))
          esac
        fi
        COMPREPLY=()
        case "$kind" in
          words) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current") ;;
          files)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
          folders)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        esac
      }
      complete -F _earshot earshot embed

      """
  }

  private var bashValues: String {
    commands.flatMap { name, command in
      command.allOptions.filter { $0.kind != .flag }.map { option in
        let patterns = option.dashedNames.map { "'\(name) \($0)'" }.joined(separator: " | ")
        return "    \(patterns)) \(bashOffer(option.offer)) ;;"
      }
    }.joined(separator: "\n")
  }

  private func bashSubcommands(_ command: CommandSpecification) -> String {
    let words = command.subcommands.compactMap(\.path.last) + bashOptions(command)
    return "      '\(command.name(in: "earshot"))') \(bashOffer(.words(words))) ;;"
  }

  private func bashOperands(_ name: String, _ command: CommandSpecification) -> String {
    let operand = bashOffer(command.operands.first?.offer ?? .nothing)
    return """
            '\(name)')
              if [[ $current == -* ]]; then
                \(bashOffer(.words(bashOptions(command))))
              else
                \(operand)
              fi ;;
      """
  }

  private func bashOptions(_ command: CommandSpecification) -> [String] {
    command.allOptions.flatMap(\.dashedNames)
  }

  private func bashOffer(_ offer: CompletionOffer) -> String {
    switch offer {
    case .words(let words): "kind=words words='\(words.joined(separator: " "))'"
    case .files: "kind=files"
    case .folders: "kind=folders"
    case .nothing: "kind=nothing"
    }
  }
}
