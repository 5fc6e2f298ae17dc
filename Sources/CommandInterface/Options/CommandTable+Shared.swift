/// Options that mean the same in several commands.
extension OptionSpecification {
  /// `--library`.
  package static let library = OptionSpecification(
    name: "library", kind: .path,
    defaultNote: "$EARSHOT_LIBRARY, or earshot/library.db in $XDG_DATA_HOME or ~/.local/share",
    group: .library, summary: "The library file.")

  /// `--model`.
  package static func model(default note: String) -> OptionSpecification {
    OptionSpecification(
      name: "model", kind: .path, placeholder: "NAME|FILE", defaultNote: note, group: .library,
      summary: "The model that turns sound into vectors.",
      detail: """
        A file, or a name that is looked for in $EARSHOT_MODELS, in models beside the library and \
        in share/earshot/models beside the program. Vectors of different models cannot be compared.
        """)
  }

  /// `--model` of commands that work on a library.
  package static let libraryModel = OptionSpecification.model(
    default: "the library's own, or earshot")

  /// `--json`.
  package static let json = OptionSpecification(
    name: "json", kind: .flag, group: .results, summary: "Print JSON, for other programs.")

  /// `--excerpt`.
  package static let excerpt = OptionSpecification(
    name: "excerpt", kind: .excerpt, defaultValue: "middle", group: .input,
    summary: "Which part of each song to listen to: start, middle, full or START-END.",
    detail: """
      The start and the middle are 30 seconds long. START and END are seconds, as in 30-60, or \
      minutes and seconds, as in 1:30-2:00.
      """)

  /// `--descriptors`.
  package static let descriptors = OptionSpecification(
    name: "descriptors", kind: .choice(["all", "none"]), defaultValue: "all", group: .work,
    summary: "Whether to measure tempo, key, loudness and the like, and make fingerprints.",
    detail: """
      Without them it is faster; similarity does not need them. 'earshot library duplicates' needs the \
      fingerprints.
      """)

  /// `--workers`.
  package static let workers = OptionSpecification(
    name: "workers", letter: "j", kind: .integer(1...1024),
    defaultNote: "one for each processor core", group: .work,
    summary: "How many files to listen to at once, each in a process of its own.")

  /// `--time-limit`.
  package static let timeLimit = OptionSpecification(
    name: "time-limit", kind: .number(1...86_400, unit: "seconds"), placeholder: "SECONDS",
    defaultValue: "60", group: .work,
    summary: "How long one file may take; it is given up then and fails as timed-out.")

  /// `--memory-limit`.
  package static let memoryLimit = OptionSpecification(
    name: "memory-limit", kind: .integer(256...1_048_576), placeholder: "MIB",
    defaultValue: "1024", group: .work,
    summary: "How many MiB of address space a worker may take for a file.")

  /// `--progress`.
  package static let progress = OptionSpecification(
    name: "progress", kind: .choice(["auto", "plain", "none"]), defaultValue: "auto", group: .work,
    summary: "How to show how far the work is.",
    detail: "auto is a bar on a terminal and plain lines elsewhere.")

  /// `--count`.
  package static let count = OptionSpecification(
    name: "count", letter: "k", kind: .integer(1...100_000), defaultValue: "10", group: .results,
    summary: "How many tracks to list.")

  /// `--include-self`.
  package static let includeSelf = OptionSpecification(
    name: "include-self", kind: .flag, group: .results,
    summary: "List what was asked about too, when it is in the library.")

  /// `--collapse`.
  package static let collapse = OptionSpecification(
    name: "collapse", kind: .flag, group: .results,
    summary: "List of several tracks that are one recording only the best.",
    detail: """
      The others are counted, and named in JSON. What is the same recording as what was asked about \
      counts as the query itself. 'earshot library duplicates' tells how recordings are known.
      """)

  /// `--weight`.
  package static let weight = OptionSpecification(
    name: "weight", kind: .weights, defaultNote: "the sound as a whole", group: .order,
    summary:
      "How much likeness in time, frequency, tempo, key, loudness, brightness, energy count.",
    detail: """
      As in time=2,frequency=1 or tempo=1,key=0.5. time and frequency are the halves of the vectors of \
      models that have such; a half that is not named counts 1, and so the sound itself 2. Tempo, key, \
      loudness, brightness and energy count nothing unless they are named; likeness in them is from 1 \
      to -1, as similarity is. The order is that of the mean by these weights; the similarity that is \
      told is (time x N + frequency x N) / (sum of both N).
      """)

  /// `--format` of commands that list tracks.
  package static let listFormat = OptionSpecification.format(
    ["table", "json", "m3u8", "xspf", "csv"], default: "table",
    detail: "m3u8 and xspf are playlists for music players, csv is for spreadsheets.")

  /// `--format`.
  package static func format(
    _ words: [String], default word: String, detail: String? = nil
  ) -> OptionSpecification {
    OptionSpecification(
      name: "format", kind: .choice(words), defaultValue: word, group: .results,
      summary: "What to print.", detail: detail)
  }

  /// `--output`.
  package static func output(detail: String? = nil) -> OptionSpecification {
    OptionSpecification(
      name: "output", letter: "o", kind: .path, defaultNote: "standard output", group: .results,
      summary: "The file to write to.", detail: detail)
  }
}

extension OperandSpecification {
  /// One music file.
  package static let song = OperandSpecification(
    name: "SONG", kind: .path, summary: "A music file.")

  /// Several music files.
  package static let songs = OperandSpecification(
    name: "SONG", kind: .path, isRepeatable: true, summary: "A music file.")
}

extension CommandTable {
  /// The parser of a program by its name: `earshot` or `embed`.
  package static func parser(program: String) -> CommandLineParser {
    CommandLineParser(program: program, root: program == "embed" ? embed : earshot)
  }
}

extension CommandTable {
  /// The completion scripts of both programs.
  package static let shellCompletions = Completions(earshot: earshot, embed: embed)
}
