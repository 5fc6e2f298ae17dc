package import FileAccess

/// A command line that was understood: the command, its options' values and its operands.
///
/// Options are asked for by their long name. Asking for one that the command does not have, or for
/// another kind of value than it takes, is a programmer's error and traps.
package struct ParsedArguments: Sendable {
  /// A value of an option, read and checked.
  package enum Value: Equatable, Sendable {
    case flag
    case number(Double)
    case integer(Int)
    case choice(String)
    case path(FilePath)
    case text(String)
    case excerpt(ExcerptOption)
    case weights(AnswerWeights)
    case namedFiles(NamedFiles)
  }

  /// The command.
  package let command: CommandSpecification
  /// The name of the program: `earshot` or `embed`.
  package let program: String
  /// The operands in order, as typed.
  package let operandBytes: [[UInt8]]
  /// The values of the options that were given, in order.
  package let values: [String: [Value]]

  /// The options in the order they were given, each with its value as typed; nil for a flag.
  package let typed: [(name: String, value: [UInt8]?)]

  /// Whether the command has an option.
  package func hasOption(_ name: String) -> Bool { command.option(named: name) != nil }

  /// Whether an option was given.
  package func isGiven(_ name: String) -> Bool { !given(name).isEmpty }

  /// Whether a flag was given.
  package func flag(_ name: String) -> Bool { isGiven(name) }

  /// A whole number; the option has a default.
  package func integer(_ name: String) -> Int { needed(integerIfGiven(name), name) }

  /// A whole number, or nil when not given and without default.
  package func integerIfGiven(_ name: String) -> Int? {
    last(name) { if case .integer(let value) = $0 { value } else { nil } }
  }

  /// A number; the option has a default.
  package func number(_ name: String) -> Double { needed(numberIfGiven(name), name) }

  /// A number, or nil when not given and without default.
  package func numberIfGiven(_ name: String) -> Double? {
    last(name) { if case .number(let value) = $0 { value } else { nil } }
  }

  /// A word out of the option's choices; the option has a default.
  package func choice(_ name: String) -> String { needed(choiceIfGiven(name), name) }

  /// A word out of the option's choices, or nil when not given and without default.
  package func choiceIfGiven(_ name: String) -> String? {
    last(name) { if case .choice(let value) = $0 { value } else { nil } }
  }

  /// All words given for a repeatable option, in order; none when it was not given.
  package func choices(_ name: String) -> [String] {
    given(name).compactMap { if case .choice(let value) = $0 { value } else { nil } }
  }

  /// The name of a file or folder, its bytes as typed, or nil when not given.
  package func path(_ name: String) -> FilePath? {
    last(name) { if case .path(let value) = $0 { value } else { nil } }
  }

  /// All names given for a repeatable option, in order.
  package func paths(_ name: String) -> [FilePath] {
    given(name).compactMap { if case .path(let value) = $0 { value } else { nil } }
  }

  /// Text, or nil when not given and without default; bytes that are not UTF-8 become U+FFFD.
  package func text(_ name: String) -> String? {
    last(name) { if case .text(let value) = $0 { value } else { nil } }
  }

  /// All texts given for a repeatable option, in order.
  package func texts(_ name: String) -> [String] {
    given(name).compactMap { if case .text(let value) = $0 { value } else { nil } }
  }

  /// Which part of a song; the option has a default.
  package func excerpt(_ name: String = "excerpt") -> ExcerptOption {
    needed(last(name) { if case .excerpt(let value) = $0 { value } else { nil } }, name)
  }

  /// How much each half of the vectors counts, or nil when not given.
  package func weights(_ name: String = "weight") -> AnswerWeights? {
    last(name) { if case .weights(let value) = $0 { value } else { nil } }
  }

  /// All groups of files given for a repeatable option, in order.
  package func namedFiles(_ name: String) -> [NamedFiles] {
    given(name).compactMap { if case .namedFiles(let value) = $0 { value } else { nil } }
  }

  /// The word of `--format`, or `json` where `--json` was given.
  package var format: String {
    let hasShortForm = command.option(named: "json") != nil
    return hasShortForm && flag("json") ? "json" : choice("format")
  }

  /// The operands as names of files, their bytes as typed.
  package var paths: [FilePath] { operandBytes.map { FilePath(bytes: $0) } }

  /// The operands as text; bytes that are not UTF-8 become U+FFFD.
  package var operandTexts: [String] { operandBytes.map { String(decoding: $0, as: UTF8.self) } }

  /// An error that names this command, for what only the command itself can see.
  package func usageError(_ problem: UsageError.Problem) -> UsageError {
    UsageError(
      problem: problem, commandName: command.name(in: program),
      synopsis: command.synopsis(in: program))
  }

  private func given(_ name: String) -> [Value] {
    precondition(
      command.option(named: name) != nil, "\(command.name(in: program)) has no option --\(name)")
    return values[name] ?? []
  }

  private func last<Result>(_ name: String, as pick: (Value) -> Result?) -> Result? {
    guard let value = given(name).last ?? defaultValue(of: name) else { return nil }
    guard let result = pick(value) else {
      preconditionFailure("--\(name) takes another kind of value")
    }
    return result
  }

  private func defaultValue(of name: String) -> Value? {
    guard let option = command.option(named: name), let text = option.defaultValue else {
      return nil
    }
    guard case .success(let value) = option.read(Array(text.utf8)) else {
      preconditionFailure("the default \(text) of --\(name) is none of its values")
    }
    return value
  }

  private func needed<Result>(_ value: Result?, _ name: String) -> Result {
    guard let value else { preconditionFailure("--\(name) was not given and has no default") }
    return value
  }
}

extension UsageError.Problem: Error {}

extension OptionSpecification {
  /// Reads and checks a value as typed.
  package func read(_ bytes: [UInt8]) -> Result<ParsedArguments.Value, UsageError.Problem> {
    let text = String(decoding: bytes, as: UTF8.self)
    if bytes.isEmpty { return .failure(.missingValue(option: dashedName)) }
    switch kind {
    case .flag: return .failure(.unexpectedValue(option: dashedName, value: text))
    case .number(let range, let unit):
      guard let value = DecimalNumber.parse(text), range.contains(value) else {
        return .failure(.notANumber(option: dashedName, value: text, range, unit: unit))
      }
      return .success(.number(value))
    case .integer(let range):
      guard let value = Int(text), range.contains(value) else {
        return .failure(.notAnInteger(option: dashedName, value: text, range))
      }
      return .success(.integer(value))
    case .choice(let words):
      if words.contains(text) { return .success(.choice(text)) }
      return .failure(
        .notAChoice(
          name: dashedName, value: text, choices: words,
          nearest: EditDistance.nearest(to: text, among: words)))
    case .path, .folder: return .success(.path(FilePath(bytes: bytes)))
    case .pathEnding(let endings):
      let path = FilePath(bytes: bytes)
      guard let ending = path.fileExtension, endings.contains(ending) else {
        return .failure(.wrongEnding(option: dashedName, value: text, endings: endings))
      }
      return .success(.path(path))
    case .text: return .success(.text(text))
    case .excerpt:
      guard let value = ExcerptOption(text) else {
        return .failure(.notAnExcerpt(option: dashedName, value: text))
      }
      return .success(.excerpt(value))
    case .weights:
      guard let value = AnswerWeights(text) else {
        return .failure(.notWeights(option: dashedName, value: text))
      }
      return .success(.weights(value))
    case .namedFiles:
      guard let value = NamedFiles(bytes) else {
        return .failure(.notNamedFiles(option: dashedName, value: text))
      }
      return .success(.namedFiles(value))
    }
  }
}
