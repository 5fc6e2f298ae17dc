/// What the manual and the reference say beyond the commands.
package enum ReferenceText {
  /// A word and what it means.
  package struct Entry: Sendable {
    package let term: String
    package let meaning: String
  }

  /// The sections in order.
  package static let sections: [(heading: String, entries: [Entry])] = [
    ("Exit status", exitStatus), ("Environment", environment), ("Files", files),
  ]

  private static let exitStatus: [Entry] = [
    Entry(term: "0", meaning: "All was done."),
    Entry(term: "1", meaning: "Some input failed; the rest was done."),
    Entry(
      term: "3", meaning: "The library holds the song already ('earshot query --new')."),
    Entry(term: "64", meaning: "The command line was not understood."),
    Entry(term: "70", meaning: "An internal error, or a library that cannot be used."),
    Entry(term: "130, 143", meaning: "Stopped by Ctrl-C or by SIGTERM."),
  ]

  private static let environment: [Entry] = [
    Entry(term: "EARSHOT_LIBRARY", meaning: "The library file when --library is not given."),
    Entry(term: "EARSHOT_MODELS", meaning: "A folder in which models are looked for first."),
    Entry(
      term: "XDG_DATA_HOME",
      meaning: "Where the library lies, in earshot/library.db, when nothing else says so."),
  ]

  private static let files: [Entry] = [
    Entry(
      term: "library.db",
      meaning: "The library: tracks, vectors, failures. It is an SQLite file; copy it to keep it."),
    Entry(
      term: "library.vectors",
      meaning: "A copy of the vectors for quick search, made again whenever it is missing."),
    Entry(
      term: "models/",
      meaning: "Beside the library: the models that its vectors were made with."),
  ]
}
