/// One option of a command: the single source of its parsing, help, manual and completion.
package struct OptionSpecification: Sendable {
  /// The long name without its dashes.
  package let name: String
  /// The one-letter name.
  package var letter: Character?
  /// What values it takes.
  package let kind: Kind
  /// The word that stands for the value: `FILE`. Choices speak for themselves when it is nil.
  package var placeholder: String?
  /// The value when it is not given, in the form it would be typed.
  package var defaultValue: String?
  /// What happens when it is not given, where that is no typed value.
  package var defaultNote: String?
  /// Whether the command cannot do without it.
  package var isRequired = false
  /// Whether it may be given several times.
  package var isRepeatable = false
  /// Where it stands in the help.
  package var group = OptionGroup.general
  /// What it does, one sentence.
  package let summary: String
  /// More, for the manual.
  package var detail: String?

  /// What values an option takes.
  package enum Kind: Equatable, Sendable {
    /// None: it is there or not.
    case flag
    /// A decimal number in a range, of a unit.
    case number(ClosedRange<Double>, unit: String?)
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// One of these words.
    case choice([String])
    /// The name of a file, any bytes.
    case path
    /// The name of a file to be written, whose ending is one of these and says the format.
    case pathEnding([String])
    /// The name of a folder, any bytes.
    case folder
    /// Any text.
    case text
    /// A part of a song: see ``ExcerptOption``.
    case excerpt
    /// How much each half of the vectors counts: see ``AnswerWeights``.
    case weights
    /// Several files that go by one name: see ``NamedFiles``.
    case namedFiles
  }

  /// `--name`.
  package var dashedName: String { "--" + name }

  /// `--name` and, where it has one, `-n`, the short form first.
  package var dashedNames: [String] { (letter.map { ["-\($0)"] } ?? []) + [dashedName] }

  /// The word or words that stand for the value, nil for a flag.
  package var valueText: String? {
    if let placeholder { return placeholder }
    return switch kind {
    case .flag: nil
    case .number, .integer: "N"
    case .choice(let words): words.joined(separator: "|")
    case .path, .pathEnding: "FILE"
    case .folder: "DIR"
    case .text: "TEXT"
    case .excerpt: "PART"
    case .weights: "NAME=N,…"
    case .namedFiles: "NAME=FILE,FILE"
    }
  }

  /// The words it can be completed with.
  package var words: [String] {
    switch kind {
    case .choice(let words): words
    case .excerpt: ExcerptOption.words
    default: []
    }
  }
}

/// The heading an option stands under.
package enum OptionGroup: String, CaseIterable, Sendable {
  /// What is listened to or searched.
  case input = "Input"
  /// Which tracks may be answers.
  case filters = "Which tracks"
  /// In what order they come.
  case order = "In what order"
  /// What comes out, and where.
  case results = "Results"
  /// How the work is done.
  case work = "Work"
  /// Which library and model.
  case library = "Library and model"
  /// Help and version.
  case general = "General"
}

/// A word of a command line that is no option.
package struct OperandSpecification: Sendable {
  /// The word that stands for it: `SONG`.
  package let name: String
  /// What it can be.
  package let kind: Kind
  /// Whether it may be left out.
  package var isOptional = false
  /// Whether several may be given; only the last operand of a command may.
  package var isRepeatable = false
  /// What it is, one sentence.
  package let summary: String

  /// What an operand can be.
  package enum Kind: Equatable, Sendable {
    /// The name of a file, any bytes.
    case path
    /// The name of a folder, any bytes.
    case folder
    /// Any text.
    case text
    /// One of these words.
    case choice([String])
  }

  /// The form in a usage line: `SONG`, `SONG…`, `[SONG]`.
  package var usage: String {
    let text = isRepeatable ? name + "…" : name
    return isOptional ? "[\(text)]" : text
  }
}

/// Which part of a song is listened to.
package enum ExcerptOption: Equatable, Sendable {
  /// The first 30 seconds.
  case start
  /// The 30 seconds around the middle.
  case middle
  /// All of it.
  case full
  /// From one second to another.
  case range(start: Double, end: Double)

  /// The parts with a name.
  package static let words = ["start", "middle", "full"]

  /// Reads `start`, `middle`, `full` or `START-END`, each end in seconds (`90`, `90.5`) or as a
  /// player shows it (`1:30`); nil for anything else and where the end is not after the start.
  package init?(_ text: String) {
    switch text {
    case "start": self = .start
    case "middle": self = .middle
    case "full": self = .full
    default:
      let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.seconds)
      guard ends.count == 2, let start = ends[0], let end = ends[1], start < end else { return nil }
      self = .range(start: start, end: end)
    }
  }

  /// The form in which it is typed.
  package var text: String {
    switch self {
    case .start: "start"
    case .middle: "middle"
    case .full: "full"
    case .range(let start, let end): "\(start)-\(end)"
    }
  }

  private static func seconds(_ text: Substring) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    var seconds = 0.0
    for (place, part) in parts.enumerated() {
      guard let value = DecimalNumber.parse(part), value >= 0, place == 0 || value < 60 else {
        return nil
      }
      seconds = seconds * 60 + value
    }
    return seconds
  }
}

/// Numbers as people type them, which is less than Swift's own readers take.
package enum DecimalNumber {
  /// Reads digits with at most one point and a sign: no `nan`, no `inf`, no hexadecimal.
  package static func parse(_ text: some StringProtocol) -> Double? {
    let allowed = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard allowed, let value = Double(String(text)), value.isFinite else { return nil }
    return value
  }
}
