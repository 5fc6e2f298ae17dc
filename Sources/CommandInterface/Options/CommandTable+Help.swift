extension CommandTable {
  package static let completions = CommandSpecification(
    path: ["completions"],
    summary: "Print the script that lets a shell complete Earshot's commands and options.",
    operands: [
      OperandSpecification(
        name: "SHELL", kind: .choice(Shell.allCases.map(\.rawValue)),
        summary: "The shell: bash, zsh or fish.")
    ],
    examples: [
      .init(
        line: "earshot completions bash > ~/.local/share/bash-completion/completions/earshot",
        meaning: "For bash."),
      .init(
        line: "earshot completions fish > ~/.config/fish/completions/earshot.fish",
        meaning: "For fish."),
    ])

  package static let manual = CommandSpecification(
    path: ["manual"],
    summary: "Print the manual page.",
    options: [
      OptionSpecification(
        name: "markdown", kind: .flag, group: .results,
        summary: "Print the reference of all commands in Markdown instead.")
    ],
    examples: [.init(line: "earshot manual | man -l -", meaning: "Read the manual.")])

  package static let help = CommandSpecification(
    path: [CommandLineParser.helpCommand],
    summary: "Show the help of a command.",
    operands: [
      OperandSpecification(
        name: "COMMAND", kind: .text, isOptional: true, isRepeatable: true,
        summary: "The command, as 'query' or 'library status'.")
    ])
}

/// A shell that can complete words.
package enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish
}
