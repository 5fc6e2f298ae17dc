/// A command line that was not understood, as data; ``text`` is where it becomes words.
package struct UsageError: Error, Equatable, Sendable {
  /// What was wrong.
  package enum Problem: Equatable, Sendable {
    /// An option the command does not have, with the one that may be meant.
    case unknownOption(String, nearest: String?)
    /// A command that does not exist, with the one that may be meant.
    case unknownCommand(String, nearest: String?)
    /// A command is needed: one of these.
    case missingCommand([String])
    /// An option without its value.
    case missingValue(option: String)
    /// A flag with a value.
    case unexpectedValue(option: String, value: String)
    /// Not a number, or one outside the range.
    case notANumber(option: String, value: String, ClosedRange<Double>, unit: String?)
    /// Not a whole number, or one outside the range.
    case notAnInteger(option: String, value: String, ClosedRange<Int>)
    /// None of the words an option or operand takes, with the one that may be meant.
    case notAChoice(name: String, value: String, choices: [String], nearest: String?)
    /// Not a part of a song.
    case notAnExcerpt(option: String, value: String)
    /// No weights of the halves of vectors.
    case notWeights(option: String, value: String)
    /// No condition for tracks, for this reason.
    case notACondition(option: String, value: String, reason: String)
    /// Neither a day nor a number of days.
    case notADay(option: String, value: String)
    /// A pattern for names that no name can fit.
    case notAPattern(option: String, value: String)
    /// Not a regular expression.
    case notARegularExpression(String)
    /// Not several files with a name.
    case notNamedFiles(option: String, value: String)
    /// A file name with an ending that says none of these formats.
    case wrongEnding(option: String, value: String, endings: [String])
    /// Too few operands: this one is missing.
    case missingOperand(String)
    /// An operand too many.
    case extraOperand(String)
    /// A command that needs this option.
    case missingOption(String)
    /// An option given twice that counts once.
    case repeatedOption(String)
    /// Two options that exclude one another.
    case exclusiveOptions(String, String)
    /// Two things that do not go together: the first takes exactly one of the second.
    case onlyOne(of: String, with: String)
    /// An output file that is read by the same command.
    case outputIsInput(option: String, value: String)
    /// Something that has no meaning with the thing it was given for.
    case unsuitable(option: String, for: String)
  }

  /// What was wrong.
  package let problem: Problem
  /// The command it was meant for, as typed: `earshot query`.
  package let commandName: String
  /// How that command is used, in one line.
  package let synopsis: String
}

extension UsageError {
  /// Two lines for people: what is wrong, and the right usage. No line end at the end.
  package var text: String {
    "\(commandName): \(problem.text)\nUsage: \(synopsis)  (\(commandName) --help)"
  }
}

extension UsageError.Problem {
  /// What was wrong, in words without the command's name.
  package var text: String {
    switch self {
    case .unknownOption(let name, let nearest):
      "unknown option \(quote(name))\(suggestion(nearest))"
    case .unknownCommand(let name, let nearest):
      "unknown command \(quote(name))\(suggestion(nearest))"
    case .missingCommand(let names): "which command? One of \(list(names))"
    case .missingValue(let option): "\(quote(option)) needs a value"
    case .unexpectedValue(let option, let value):
      "\(quote(option)) takes no value, but was given \(quote(value))"
    case .notANumber(let option, let value, let range, let unit):
      "\(quote(option)) takes a number\(Self.limits(range, unit)), not \(quote(value))"
    case .notAnInteger(let option, let value, let range):
      "\(quote(option)) takes a whole number\(Self.limits(range)), not \(quote(value))"
    case .notAChoice(let name, let value, let choices, let nearest):
      "\(quote(name)) takes \(list(choices)), not \(quote(value))\(suggestion(nearest))"
    case .notAnExcerpt(let option, let value):
      "\(quote(option)) takes \(list(ExcerptOption.words + ["START-END in seconds"])), "
        + "not \(quote(value))"
    case .notWeights(let option, let value):
      "\(quote(option)) takes NAME=N,NAME=N with names of \(list(["time", "frequency"] + AnswerWeights.aspectNames)), "
        + "numbers from 0 on, of time and frequency not both 0, not \(quote(value))"
    case .notACondition(let option, let value, let reason):
      "\(quote(option)) takes FIELD=VALUE, not \(quote(value)): \(reason)"
    case .notADay(let option, let value):
      "\(quote(option)) takes a day, as in 2026-11-26, or a number of days, not \(quote(value))"
    case .notAPattern(let option, let value):
      "\(quote(option)) takes a pattern for names, such as '*.wav' or 'Audiobooks/', "
        + "not \(quote(value))"
    case .notARegularExpression(let value):
      "\(quote(value)) is no regular expression; a sign with a meaning of its own stands for itself "
        + "behind a backslash"
    case .notNamedFiles(let option, let value):
      "\(quote(option)) takes 'NAME=FILE,FILE' with two or more different files, not \(quote(value))"
    case .wrongEnding(let option, let value, let endings):
      "\(quote(option)) takes a name that ends in \(list(endings.map { "." + $0 })), "
        + "not \(quote(value))"
    case .missingOperand(let name): "missing \(name)"
    case .extraOperand(let value): "\(quote(value)) is one name too many"
    case .missingOption(let name): "missing option \(quote(name))"
    case .repeatedOption(let name): "\(quote(name)) is given twice"
    case .exclusiveOptions(let first, let second):
      "\(quote(first)) and \(quote(second)) exclude one another"
    case .onlyOne(let thing, let condition):
      "\(quote(condition)) takes exactly one \(quote(thing))"
    case .outputIsInput(let option, let value):
      "\(quote(option)) would overwrite \(quote(value)), which is read"
    case .unsuitable(let option, let thing): "\(quote(option)) has no meaning for \(thing)"
    }
  }

  private func quote(_ text: String) -> String { "\"\(TerminalText.clean(text))\"" }

  private func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean \(quote($0))?" } ?? ""
  }

  private func list(_ words: [String]) -> String {
    guard words.count > 1, let last = words.last else { return words.joined() }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }

  private static func limits(_ range: ClosedRange<Int>) -> String {
    if range.upperBound == .max { return " from \(NumberText.grouped(range.lowerBound))" }
    return
      " from \(NumberText.grouped(range.lowerBound)) to \(NumberText.grouped(range.upperBound))"
  }

  private static func limits(_ range: ClosedRange<Double>, _ unit: String?) -> String {
    func short(_ value: Double) -> String {
      Int(exactly: value).map(NumberText.grouped) ?? value.description
    }
    return " from \(short(range.lowerBound)) to \(short(range.upperBound))"
      + (unit.map { " \($0)" } ?? "")
  }
}
