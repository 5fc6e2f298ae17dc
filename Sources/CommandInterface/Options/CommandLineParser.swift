/// What a command line asks for.
package enum CommandLineRequest: Sendable {
  /// The help of a command.
  case help(CommandSpecification)
  /// The versions.
  case version
  /// A command to be run.
  case run(ParsedArguments)
}

/// Reads command lines by a table.
///
/// Options and operands may mix; `--` ends the options. A value follows its option in the next
/// word, after `=`, or right after a letter: `--count 10`, `--count=10`, `-k 10`, `-k10`. Letters
/// of flags can be joined. The next word is no value when it looks like an option; a value that
/// does is given after `=`.
package struct CommandLineParser: Sendable {
  /// The program's name: `earshot` or `embed`.
  package let program: String
  /// Its command: with subcommands for `earshot`, without for `embed`.
  package let root: CommandSpecification

  /// Reads the words after the program's own name, each as its raw bytes.
  package func parse(_ words: [[UInt8]]) throws(UsageError) -> CommandLineRequest {
    var (command, rest) = (root, words)
    while !command.subcommands.isEmpty {
      guard let place = commandPlace(in: rest) else {
        return try parseWithoutCommand(rest, command)
      }
      let name = String(decoding: rest[place], as: UTF8.self)
      if command.path.isEmpty, name == Self.helpCommand {
        return .help(try commandForHelp(rest[(place + 1)...]))
      }
      let names = command.subcommands.compactMap(\.path.last)
      guard let found = command.subcommands.first(where: { $0.path.last == name }) else {
        let nearest = EditDistance.nearest(to: name, among: names)
        throw error(.unknownCommand(name, nearest: nearest), command)
      }
      rest.remove(at: place)
      command = found
    }
    var reader = WordReader(command: command, words: rest)
    do throws(UsageError.Problem) {
      return try reader.read(program: program)
    } catch {
      throw self.error(error, command)
    }
  }

  package static let helpCommand = "help"

  /// Where the first word that is no option and no option's value stands.
  private func commandPlace(in words: [[UInt8]]) -> Int? {
    var place = 0
    while place < words.count {
      let word = words[place]
      guard word.first == UInt8(ascii: "-"), word.count > 1 else { return place }
      if word.elementsEqual("--".utf8) { return nil }
      place += takesNextWord(word) ? 2 : 1
    }
    return nil
  }

  /// Whether an option before the command takes the next word, as any command has it.
  private func takesNextWord(_ word: [UInt8]) -> Bool {
    let text = String(decoding: word, as: UTF8.self)
    let options = root.family.flatMap(\.allOptions)
    return options.contains { $0.kind != .flag && $0.dashedNames.contains(text) }
  }

  private func parseWithoutCommand(
    _ words: [[UInt8]], _ command: CommandSpecification
  ) throws(UsageError) -> CommandLineRequest {
    var reader = WordReader(command: command, words: words)
    do throws(UsageError.Problem) {
      let request = try reader.read(program: program)
      guard case .run = request else { return request }
    } catch {
      // An option of some command below is no mistake: it is the command that is missing.
      let options = command.family.flatMap(\.allOptions)
      guard case .unknownOption(let name, _) = error,
        options.contains(where: { $0.dashedNames.contains(name) })
      else { throw self.error(error, command) }
    }
    throw error(.missingCommand(command.subcommands.compactMap(\.path.last)), command)
  }

  private func commandForHelp(
    _ words: ArraySlice<[UInt8]>
  ) throws(UsageError) -> CommandSpecification {
    var command = root
    for word in words {
      let name = String(decoding: word, as: UTF8.self)
      // `earshot help query --json` is help for query.
      if name.hasPrefix("-") { continue }
      guard let found = command.subcommands.first(where: { $0.path.last == name }) else {
        let names = command.subcommands.compactMap(\.path.last)
        throw error(
          .unknownCommand(name, nearest: EditDistance.nearest(to: name, among: names)), command)
      }
      command = found
    }
    return command
  }

  private func error(_ problem: UsageError.Problem, _ command: CommandSpecification) -> UsageError {
    UsageError(
      problem: problem, commandName: command.name(in: program),
      synopsis: command.synopsis(in: program))
  }
}

/// Reads the words of one command.
private struct WordReader {
  package let command: CommandSpecification
  package var words: ArraySlice<[UInt8]>
  package var values: [String: [ParsedArguments.Value]] = [:]
  package var typed: [(name: String, value: [UInt8]?)] = []
  package var operands: [[UInt8]] = []

  package init(command: CommandSpecification, words: [[UInt8]]) {
    self.command = command
    self.words = words[...]
  }

  package mutating func read(program: String) throws(UsageError.Problem) -> CommandLineRequest {
    while let word = words.popFirst() {
      if word.elementsEqual("--".utf8) {
        operands += words
        break
      }
      if word.starts(with: "--".utf8) {
        try readLong(word)
      } else if word.first == UInt8(ascii: "-"), word.count > 1 {
        try readLetters(word)
      } else {
        operands.append(word)
      }
      if values["help"] != nil { return .help(command) }
      if values["version"] != nil { return .version }
    }
    try checkOptions()
    if command.subcommands.isEmpty { try checkOperands() }
    return .run(
      ParsedArguments(
        command: command, program: program, operandBytes: operands, values: values,
        typed: typed))
  }

  private mutating func readLong(_ word: [UInt8]) throws(UsageError.Problem) {
    let body = word.dropFirst(2)
    let name = String(decoding: body.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    guard let option = command.option(named: name) else {
      let names = command.allOptions.map(\.name)
      let nearest = EditDistance.nearest(to: name, among: names).map { "--" + $0 }
      throw .unknownOption("--" + name, nearest: nearest)
    }
    let attached = body.firstIndex(of: UInt8(ascii: "=")).map { Array(body[($0 + 1)...]) }
    try store(option, attached: attached)
  }

  private mutating func readLetters(_ word: [UInt8]) throws(UsageError.Problem) {
    var rest = word.dropFirst()
    while let byte = rest.popFirst() {
      guard let option = command.option(letter: Character(Unicode.Scalar(byte))) else {
        let text = String(decoding: word, as: UTF8.self)
        let name = String(text.dropFirst().prefix { $0 != "=" })
        let known = command.option(named: name)?.dashedName
        throw .unknownOption(
          known == nil && byte < 0x80 ? "-\(Unicode.Scalar(byte))" : text, nearest: known)
      }
      if option.kind == .flag {
        try store(option, attached: rest.first == UInt8(ascii: "=") ? Array(rest.dropFirst()) : nil)
      } else {
        let isAttached = !rest.isEmpty
        if rest.first == UInt8(ascii: "=") { rest = rest.dropFirst() }
        return try store(option, attached: isAttached ? Array(rest) : nil)
      }
    }
  }

  private mutating func store(
    _ option: OptionSpecification, attached: [UInt8]?
  ) throws(UsageError.Problem) {
    if values[option.name] != nil, !option.isRepeatable { throw .repeatedOption(option.dashedName) }
    let value: ParsedArguments.Value
    if option.kind == .flag {
      if let attached {
        let text = String(decoding: attached, as: UTF8.self)
        throw .unexpectedValue(option: option.dashedName, value: text)
      }
      value = .flag
      typed.append((option.name, nil))
    } else {
      guard let bytes = attached ?? nextValue() else {
        throw .missingValue(option: option.dashedName)
      }
      value = try option.read(bytes).get()
      typed.append((option.name, bytes))
    }
    values[option.name, default: []].append(value)
  }

  /// The next word, unless it is an option: a negative number is none.
  private mutating func nextValue() -> [UInt8]? {
    guard let word = words.first else { return nil }
    let isOption =
      word.first == UInt8(ascii: "-") && word.count > 1
      && DecimalNumber.parse(String(decoding: word, as: UTF8.self)) == nil
    return isOption ? nil : words.popFirst()
  }

  private func checkOptions() throws(UsageError.Problem) {
    for group in command.exclusions {
      let given = group.filter { values[$0] != nil }
      if given.count > 1 { throw .exclusiveOptions("--" + given[0], "--" + given[1]) }
    }
    for option in command.options where option.isRequired && values[option.name] == nil {
      throw .missingOption(option.dashedName)
    }
  }

  private func checkOperands() throws(UsageError.Problem) {
    var rest = operands[...]
    for operand in command.operands {
      let taken = operand.isRepeatable ? rest : rest.prefix(1)
      rest = rest.dropFirst(taken.count)
      if taken.isEmpty, !operand.isOptional { throw .missingOperand(operand.name) }
      guard case .choice(let choices) = operand.kind else { continue }
      for word in taken {
        let text = String(decoding: word, as: UTF8.self)
        if !choices.contains(text) {
          throw .notAChoice(
            name: operand.name, value: text, choices: choices,
            nearest: EditDistance.nearest(to: text, among: choices))
        }
      }
    }
    if let extra = rest.first { throw .extraOperand(String(decoding: extra, as: UTF8.self)) }
  }
}
