/// `earshot map`.
extension CommandTable {
  /// What `--colour` takes.
  package static let mapColours = [
    "genre", "artist", "cluster", "tempo", "loudness", "energy", "brightness", "valence",
    "acousticness", "instrumentalness", "reconstruction-error", "none",
  ]

  package static let map = CommandSpecification(
    path: ["map"],
    summary: "Draw the library as a map on which tracks that sound alike lie together.",
    description: [
      """
      The vectors of all tracks are laid out in two or three dimensions: by UMAP, which keeps \
      neighbours together and groups that are alike nearer than others; by t-SNE, which keeps \
      neighbours together; or by principal components (PCA), whose axes are the directions in which \
      the library varies most. Only on the last do far distances mean anything.
      """,
      """
      The library keeps the map. New tracks are put on it and move none of those that are there; \
      --redo lays all out again.
      """,
      """
      With a SEED, that song and its neighbours are marked. A song that is not in the library is \
      listened to and put on the map for the picture only.
      """,
    ],
    operands: [
      OperandSpecification(
        name: "SEED", kind: .path, isOptional: true,
        summary: "A music file, a track (path, trackID or words), or a kind, as artist:NAME.")
    ],
    options: [
      .excerpt,
      OptionSpecification(
        name: "method", kind: .choice(["umap", "tsne", "pca"]), defaultValue: "umap",
        group: .order, summary: "How vectors become places."),
      OptionSpecification(
        name: "dimensions", kind: .integer(2...3), defaultValue: "2", group: .order,
        summary: "How many dimensions the map has; three are drawn as seen from the side."),
      OptionSpecification(
        name: "neighbors", kind: .integer(2...200), defaultNote: "15", group: .order,
        summary: "How many neighbours UMAP keeps near each track, itself counted.",
        detail: "Few show small groups, many the large shape."),
      OptionSpecification(
        name: "min-dist", kind: .number(0...1, unit: nil), defaultNote: "0.1", group: .order,
        summary: "How close UMAP lets tracks lie."),
      OptionSpecification(
        name: "perplexity", kind: .number(2...200, unit: nil), defaultNote: "30", group: .order,
        summary: "How many neighbours each track has for t-SNE, softly counted."),
      OptionSpecification(
        name: "epochs", kind: .integer(10...10_000),
        defaultNote: "500, or 200 for UMAP of more than 10,000 tracks", group: .order,
        summary: "How often UMAP moves the tracks, or t-SNE after it drew neighbours together."),
      OptionSpecification(
        name: "seed", kind: .integer(0...Int.max), defaultValue: "0", group: .order,
        summary: "Where chance begins; the same seed gives the same map."),
      OptionSpecification(
        name: "redo", kind: .flag, group: .order,
        summary: "Lay all tracks out again, also those that have a place."),
      OptionSpecification(
        name: "colour", kind: .choice(mapColours), defaultValue: "genre", group: .results,
        summary: "What the colours tell.",
        detail: """
          Genres and artists are taken from the tags, the commonest have a colour and a shape each. Clusters are those \
          of 'earshot playlist cluster'. reconstruction-error is how far the picture that the model \
          draws of a track is from what it heard: large for what is unlike the music that it was \
          trained on. It is measured once, which means listening to all tracks. The others are \
          descriptors, some of them estimates; none draws all alike.
          """),
      OptionSpecification(
        name: "count", letter: "k", kind: .integer(0...100), defaultValue: "10", group: .results,
        summary: "How many neighbours of the SEED are marked."),
      OptionSpecification(
        name: "format", kind: .choice(["png", "svg", "pdf", "html", "csv", "json"]),
        defaultNote: "the ending of --output", group: .results, summary: "What to write.",
        detail: """
          html is one page that needs nothing else: to pan, to zoom, to search and to read what each point \
          is. csv and json have the places as numbers.
          """),
      .json,
      OptionSpecification(
        name: "output", letter: "o", kind: .path, defaultNote: "standard output, for csv and json",
        group: .results, summary: "The file to write; its ending says the format."),
      .theme,
      OptionSpecification(
        name: "width", kind: .integer(300...10_000), placeholder: "PIXELS", defaultValue: "1200",
        group: .results, summary: "How wide the picture is."),
      OptionSpecification(
        name: "height", kind: .integer(300...10_000), placeholder: "PIXELS", defaultValue: "900",
        group: .results, summary: "How high the picture is."),
      .timeLimit, .memoryLimit, .progress, .library, .libraryModel,
    ],
    exclusions: [["json", "format"]],
    examples: [
      .init(
        line: "earshot map -o map.png", meaning: "All tracks, coloured by their genres."),
      .init(
        line: "earshot map song.mp3 --colour tempo -o map.svg",
        meaning: "Where a song lies, and its ten neighbours."),
      .init(
        line: "earshot map --colour cluster -o map.html",
        meaning: "A page to look around in, for any browser."),
      .init(
        line: "earshot map --method tsne --dimensions 3 --format csv > map.csv",
        meaning: "Places for other programs."),
    ])
}
