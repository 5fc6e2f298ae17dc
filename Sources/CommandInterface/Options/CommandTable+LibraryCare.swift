/// `earshot library` and what is under it.
extension CommandTable {
  package static let library = CommandSpecification(
    path: ["library"],
    summary: "Look after the library: how it stands, whether it is sound, what it shares.",
    subcommands: [
      libraryStatus, libraryFailures, libraryDuplicates, libraryAddModel, libraryVerify,
      libraryPrune, libraryExport, libraryImport,
    ])

  private static let libraryStatus = CommandSpecification(
    path: ["library", "status"],
    summary: "Tell what the library holds.",
    description: [
      "How many tracks, files, models and failures there are, and how large it is."
    ],
    options: [.json, .library],
    examples: [.init(line: "earshot library status", meaning: "A short summary.")])

  private static let libraryFailures = CommandSpecification(
    path: ["library", "failures"],
    summary: "List the files that could not be read, and why.",
    description: [
      "A file is tried again when it changes, or with 'earshot index --retry-failed'."
    ],
    options: [
      OptionSpecification(
        name: "counts", kind: .flag, group: .results,
        summary: "Tell how many files failed for each reason, instead of which."),
      .format(["table", "json", "csv"], default: "table"), .json, .library,
    ],
    exclusions: [["json", "format"]],
    examples: [
      .init(line: "earshot library failures", meaning: "A table of files and reasons."),
      .init(line: "earshot library failures --counts", meaning: "How many of each kind."),
      .init(line: "earshot library failures --format csv", meaning: "For a spreadsheet."),
    ])

  private static let libraryDuplicates = CommandSpecification(
    path: ["library", "duplicates"],
    summary: "List files that hold the same recording.",
    description: [
      """
      A group is one recording: in several encodings, or one sound under several paths. The best \
      of it stands first: lossless before lossy, then more bits in a second. Nothing is merged \
      and nothing deleted.
      """,
      """
      Two encodings are taken for one recording when their fingerprints agree, they are about as \
      long and their vectors are alike; the table says how much. 'earshot index' makes the \
      fingerprints.
      """,
    ],
    options: [.format(["table", "json", "csv"], default: "table"), .json, .library],
    exclusions: [["json", "format"]],
    examples: [
      .init(line: "earshot library duplicates", meaning: "Groups of files and reasons."),
      .init(
        line: "earshot library duplicates --json | jq -r '.files[1:][].path'",
        meaning: "All but the best of each group."),
    ])

  private static let libraryAddModel = CommandSpecification(
    path: ["library", "add-model"],
    summary: "Listen to all tracks once more, for the vectors of another model.",
    description: [
      """
      The model that answers now goes on answering until the new one has heard every track whose \
      file is there; then the new one answers. The old vectors stay, for questions with --model. \
      Stopped, it goes on where it was.
      """
    ],
    operands: [
      OperandSpecification(
        name: "MODEL", kind: .path, summary: "A model's file, or its name.")
    ],
    options: [.json, .workers, .timeLimit, .memoryLimit, .progress, .library],
    examples: [
      .init(
        line: "earshot library add-model contrastive-cnn",
        meaning: "Change to another model without a gap.")
    ])

  private static let libraryVerify = CommandSpecification(
    path: ["library", "verify"],
    summary: "Check that everything in the library is what it was.",
    description: [
      """
      The library file, every vector by its checksum and its length, every number, the words that \
      are searched, the search file and the library's copy of its model are looked at. Each fault is \
      one line that says what is wrong with what, and what helps; the exit status is then 1.
      """,
      """
      A search file that is damaged is made again at once: it holds nothing that is not in the \
      library.
      """,
    ],
    options: [
      OptionSpecification(
        name: "repair", kind: .flag, group: .work,
        summary: "Take out what is damaged, and make again what can be made from the rest.",
        detail: """
          The next 'earshot index' listens to the files again whose vectors or numbers were taken \
          out. A library file that SQLite finds damaged cannot be repaired like this.
          """),
      .json, .progress, .library, .model(default: "the library's own"),
    ],
    examples: [
      .init(line: "earshot library verify", meaning: "Look at everything."),
      .init(
        line: "earshot library verify --repair && earshot index ~/Music",
        meaning: "Mend what is damaged."),
    ])

  private static let libraryPrune = CommandSpecification(
    path: ["library", "prune"],
    summary: "Take out of the library what is no longer there.",
    description: [
      """
      Files go that the last 'earshot index' of their folder did not find and that are still not \
      there, and tracks that no file holds, with all that was heard of them. The files that go are \
      listed. Files that were excluded are there and stay, unless --all is given.
      """,
      """
      When more than 20 % of the files or of the tracks would go, nothing is done and the exit status \
      is 1: a disk that is not mounted looks like music that was deleted. Tracks that were imported \
      and that no index run has met yet are held by no file.
      """,
    ],
    options: [
      OptionSpecification(
        name: "all", kind: .flag, group: .input,
        summary: "Take files out, too, that are there but were excluded."),
      .json,
      OptionSpecification(
        name: "dry-run", kind: .flag, group: .work, summary: "Change nothing, only tell."),
      OptionSpecification(
        name: "yes", kind: .flag, group: .work, summary: "Go on, however much it is."),
      .library,
    ],
    exclusions: [["dry-run", "yes"]],
    examples: [
      .init(line: "earshot library prune --dry-run", meaning: "What would go?"),
      .init(line: "earshot library prune", meaning: "Take it out."),
    ])

  private static let libraryExport = CommandSpecification(
    path: ["library", "export"],
    summary: "Write what was heard, for other libraries and other programs.",
    description: [
      """
      Tracks are known by the identity of their sound, and vectors by that of their model, so what \
      was heard can be shared without telling where the files lie. json is one object on each line, \
      as 'earshot worker' prints them. safetensors is a folder with vectors.safetensors, one array, \
      and tracks.csv, a row for each of its rows.
      """
    ],
    options: [
      OptionSpecification(
        name: "paths", kind: .flag, group: .input,
        summary: "Tell where the files lie, too, and which failed."),
      .format(["json", "safetensors"], default: "json"),
      .output(detail: "With safetensors the folder to write to, which must be named."),
      .progress, .library, .libraryModel,
    ],
    examples: [
      .init(
        line: "earshot library export --output heard.jsonl",
        meaning: "Without saying what lies where."),
      .init(
        line: "earshot library export --format safetensors --output heard",
        meaning: "Arrays and tables for Python."),
    ])

  private static let libraryImport = CommandSpecification(
    path: ["library", "import"],
    summary: "Bring what was heard elsewhere into the library.",
    description: [
      """
      What 'earshot library export' wrote, and what 'earshot worker' printed on any number of \
      machines. A track without a path waits until 'earshot index' meets a file with the same sound, \
      which is then not listened to.
      """,
      """
      Every line is checked; one that is refused is told of and stops no other. Vectors of another \
      model, and of another part of the songs, than the library's are refused. Where the library has \
      another vector of the same sound it keeps its own.
      """,
    ],
    operands: [
      OperandSpecification(
        name: "FILE", kind: .path, isRepeatable: true,
        summary: "A file of lines, a folder that export wrote, or - for standard input.")
    ],
    options: [
      OptionSpecification(
        name: "without-paths", kind: .flag, group: .input,
        summary: "Leave paths and failures out, such as those of another machine."),
      OptionSpecification(
        name: "replace", kind: .flag, group: .input,
        summary: "Let what is imported take the place of what the library has."),
      .excerpt, .json, .progress, .library, .libraryModel,
    ],
    examples: [
      .init(line: "earshot library import heard.jsonl", meaning: "What somebody else listened to."),
      .init(
        line: "earshot library import node-1.ndjson node-2.ndjson",
        meaning: "The output of many workers."),
    ])
}
