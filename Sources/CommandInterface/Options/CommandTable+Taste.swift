/// `earshot taste` and what is under it.
extension CommandTable {
  package static let taste = CommandSpecification(
    path: ["taste"],
    summary: "Tell the library what was played.",
    subcommands: [tasteImport])

  private static let tasteImport = CommandSpecification(
    path: ["taste", "import"],
    summary: "Read from tables what was played elsewhere, and how often.",
    description: [
      """
      The tables are exports of ListenBrainz (JSON) or Last.fm (CSV), or any CSV file with a head that \
      names 'path', or 'artist' and 'title'; 'album', 'plays' and 'uts' (seconds since 1970) are used \
      if they are there. Tracks are known by path, else by artist and title. A table that is read twice \
      counts once.
      """,
      """
      --discovery, --min-popularity and --exclude-recent go by it.
      """,
    ],
    operands: [
      OperandSpecification(
        name: "FILE", kind: .path, isRepeatable: true, summary: "A table of listens.")
    ],
    options: [.json, .library],
    examples: [
      .init(
        line: "earshot taste import listens.jsonl", meaning: "What ListenBrainz has written down."),
      .init(line: "earshot taste import plays.csv", meaning: "How often each track was played."),
    ])
}
