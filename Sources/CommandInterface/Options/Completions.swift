/// Scripts that let a shell complete commands, options and values, made of the table of commands.
package struct Completions: Sendable {
  /// `earshot`, with all its commands.
  package let earshot: CommandSpecification
  /// The command of the program `embed`.
  package let embed: CommandSpecification

  /// The script of a shell.
  package func script(for shell: Shell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  /// All commands with the words to type them, `embed` as a program of its own too.
  package var commands: [(name: String, command: CommandSpecification)] {
    earshot.family.map { ($0.name(in: "earshot"), $0) } + [(embed.name(in: "embed"), embed)]
  }
}

/// What a shell offers in a place.
package enum CompletionOffer: Equatable, Sendable {
  case words([String])
  case files(endings: [String])
  case folders
  case nothing
}

extension OptionSpecification {
  /// What its value can be completed with.
  package var offer: CompletionOffer {
    switch kind {
    case .choice, .excerpt: .words(words)
    case .path: .files(endings: [])
    case .pathEnding(let endings): .files(endings: endings)
    case .folder: .folders
    case .flag, .number, .integer, .text, .weights, .namedFiles: .nothing
    }
  }
}

extension OperandSpecification {
  /// What it can be completed with.
  package var offer: CompletionOffer {
    switch kind {
    case .choice(let words): .words(words)
    case .path: .files(endings: [])
    case .folder: .folders
    case .text: .nothing
    }
  }
}
