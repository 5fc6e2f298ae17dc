/// `earshot playlist` and what is under it.
extension CommandTable {
  package static let playlist = CommandSpecification(
    path: ["playlist"],
    summary: "Make playlists: like a song, from one song to another, mixes, radio, groups.",
    description: [
      """
      Every list can be written for a player (m3u8, xspf), for a program (json) or a spreadsheet \
      (csv); the ending of --output says which. With --save the library keeps it, and \
      'earshot playlist refresh' makes it again from what the library holds by then.
      """
    ],
    subcommands: [
      playlistSimilar, playlistDissimilar, playlistPath, playlistMix, playlistRadio, playlistOrder,
      playlistCluster, playlistSaved, playlistShow, playlistRefresh, playlistRemove,
    ])

  /// The song or songs a list begins with.
  private static let seeds = OperandSpecification(
    name: "SEED", kind: .path, isRepeatable: true,
    summary: "A music file, a track of the library (path, trackID or words), or a kind: as below.")

  private static let playlistKinds = [
    """
    A SEED is a path, a trackID, or words of a title, artist or album. A file that is not in the \
    library is listened to. Songs are put on the list; artists, genres and other groups only say what \
    it is to be like.
    """,
    seedKinds,
  ]

  /// What every list can be written as.
  private static let playlistResults: [OptionSpecification] =
    [
      OptionSpecification(
        name: "title", kind: .text, defaultNote: "made from the seeds", group: .results,
        summary: "What players call the list."),
      OptionSpecification(
        name: "description", kind: .text, group: .results,
        summary: "What the list is about; players that know of it show it."),
      OptionSpecification(
        name: "save", kind: .text, placeholder: "NAME", group: .results,
        summary: "Keep the list in the library under a name, in the place of the one of that name."),
    ] + playlistForms

  private static let playlistForms: [OptionSpecification] = [
    OptionSpecification(
      name: "format", kind: .choice(["table", "json", "m3u8", "xspf", "csv"]),
      defaultNote: "the ending of --output, else a table", group: .results,
      summary: "What to write.",
      detail: "m3u8 and xspf are playlists for music players, csv is for spreadsheets."),
    .json,
    .output(),
    OptionSpecification(
      name: "relative", kind: .flag, group: .results,
      summary: "Write paths as they are seen from the folder of the list, not from the root.",
      detail: """
        Such a list still works when it is moved together with the music, or seen from another machine.
        """),
  ]

  private static func listSize(_ count: Int, _ summary: String) -> OptionSpecification {
    OptionSpecification(
      name: "count", letter: "k", kind: .integer(1...100_000), defaultValue: "\(count)",
      group: .results, summary: summary)
  }

  private static func playlist(
    _ kind: String, _ summary: String, _ description: [String] = [],
    operands: [OperandSpecification],
    options: [OptionSpecification], exclusions: [[String]] = [],
    examples: [CommandSpecification.Example]
  ) -> CommandSpecification {
    CommandSpecification(
      path: ["playlist", kind], summary: summary, description: description + playlistKinds,
      operands: operands,
      options: [.excerpt] + options + playlistResults + [
        .library, .libraryModel,
      ],
      exclusions: [["json", "format"]] + exclusions, examples: examples)
  }

  private static let withoutSeeds = OptionSpecification(
    name: "without-seeds", kind: .flag, group: .results,
    summary: "Do not begin with the songs that were named.")

  private static let playlistSimilar = playlist(
    "similar", "The songs, then what sounds most like them.", operands: [seeds],
    options: [.unlike, .scope] + OptionSpecification.trackFilters + OptionSpecification.answerOrder
      + [
        listSize(10, "How many tracks to add to the songs."), withoutSeeds, .includeSelf, .collapse,
      ],
    exclusions: OptionSpecification.answerExclusions,
    examples: [
      .init(
        line: "earshot playlist similar song.mp3 --output like-song.m3u8",
        meaning: "The song and ten more, for your player."),
      .init(
        line: "earshot playlist similar --save evening --calmer --where genre=Jazz 'blue train'",
        meaning: "Kept in the library, to be made again later."),
    ])

  private static let playlistDissimilar = playlist(
    "dissimilar", "What sounds least like songs: for a change.", operands: [seeds],
    options: [.unlike, .scope] + OptionSpecification.trackFilters + OptionSpecification.answerOrder
      + [listSize(10, "How many tracks to list."), withoutSeeds, .includeSelf, .collapse],
    exclusions: OptionSpecification.answerExclusions,
    examples: [
      .init(
        line: "earshot playlist dissimilar --without-seeds song.mp3",
        meaning: "The ten tracks farthest from it.")
    ])

  private static let playlistPath = playlist(
    "path", "A way from one song to another, or through several, in smooth steps.",
    [
      """
      The way between two songs is cut into equal parts, and of the tracks near each cut those are \
      taken that make the steps most alike.
      """
    ],
    operands: [seeds],
    options: OptionSpecification.trackFilters + [
      listSize(10, "How many tracks the list has, the songs among them.")
    ],
    examples: [
      .init(
        line: "earshot playlist path quiet.mp3 loud.mp3 -k 12 --output rising.m3u8",
        meaning: "From quiet to loud in twelve tracks.")
    ])

  private static let playlistMix = playlist(
    "mix", "Tracks like each of several songs, but not all alike, in an order that flows.",
    operands: [seeds],
    options: OptionSpecification.trackFilters + [
      OptionSpecification(
        name: "diversity", kind: .number(0...1, unit: nil), defaultValue: "0.3", group: .order,
        summary: "From 0, the nearest, to 1, the most different."),
      listSize(25, "How many tracks to list."), .includeSelf,
    ],
    examples: [
      .init(
        line: "earshot playlist mix artist:Bach 'genre:Ambient' song.mp3 -k 40 -o mix.xspf",
        meaning: "Forty tracks from three corners.")
    ])

  private static let playlistRadio = playlist(
    "radio", "A long list in which each track is near to the one before and none comes twice.",
    operands: [seeds],
    options: OptionSpecification.trackFilters + [
      OptionSpecification(
        name: "drift", kind: .number(0...1, unit: nil), defaultValue: "0.7", group: .order,
        summary: "From 0, always near to the beginning, to 1, near only to the last track."),
      .variety, .seed,
      listSize(50, "How many tracks to add to the songs."), withoutSeeds, .includeSelf,
    ],
    examples: [
      .init(
        line: "earshot playlist radio --per-artist 0 -k 200 song.mp3 -o radio.m3u8",
        meaning: "A long evening."),
      .init(
        line: "earshot playlist radio --variety 0.5 --seed 7 --exclude-recent 14 song.mp3",
        meaning: "Not the same as yesterday."),
    ])

  private static let playlistOrder = CommandSpecification(
    path: ["playlist", "order"],
    summary: "Put tracks into an order in which sound, tempo, key and energy flow.",
    description: [
      """
      Nothing is added and nothing left out, but what the library does not hold and cannot be listened \
      to. It tells how much shorter the way through the tracks has become.
      """
    ] + playlistKinds,
    operands: [seeds],
    options: [
      .excerpt,
      OptionSpecification(
        name: "keep-first", kind: .flag, group: .order, summary: "Begin with the first as it is."),
    ] + playlistResults + [.library, .libraryModel],
    exclusions: [["json", "format"]],
    examples: [
      .init(
        line: "earshot playlist order playlist:party.m3u8 --output party.m3u8",
        meaning: "The same party, in a better order."),
      .init(line: "earshot playlist order 'album:Kind of Blue'", meaning: "An album, reordered."),
    ])

  private static let playlistCluster = CommandSpecification(
    path: ["playlist", "cluster"],
    summary: "Divide the library into groups of tracks that sound alike, a list for each.",
    description: [
      """
      Groups are named by what sets them apart from the library as a whole, such as "dark acoustic", and \
      by the genre that most of their tracks have. k-means gives every track to a group; dbscan finds \
      groups that lie close together and leaves out what lies between them.
      """
    ],
    options: OptionSpecification.trackFilters.filter {
      !["per-artist", "per-album"].contains($0.name)
    } + [
      OptionSpecification(
        name: "method", kind: .choice(["k-means", "dbscan"]), defaultValue: "k-means", group: .work,
        summary: "How groups are found."),
      OptionSpecification(
        name: "clusters", kind: .integer(1...1_000),
        defaultNote: "the number with the best silhouette",
        group: .work, summary: "How many groups k-means makes."),
      OptionSpecification(
        name: "radius", kind: .number(0.001...2, unit: nil),
        defaultNote: "the knee of the curve of distances", group: .work,
        summary: "How far dbscan reaches from a track, as a distance of unit vectors."),
      OptionSpecification(
        name: "plot", kind: .pathEnding(["png", "svg", "pdf"]), placeholder: "PICTURE",
        group: .results,
        summary: "Draw how good each number of groups was: silhouette and inertia.",
        detail: "Only where the number of groups is looked for: of k-means without --clusters."),
      OptionSpecification(
        name: "min-points", kind: .integer(2...1_000), defaultValue: "5", group: .work,
        summary: "How many tracks, itself among them, dbscan must reach from one in a group."),
      .seed,
      OptionSpecification(
        name: "folder", kind: .folder, group: .results,
        summary: "Where to write a list for each group; the folder is made if it is not there."),
      OptionSpecification(
        name: "format", kind: .choice(["m3u8", "xspf"]), defaultValue: "m3u8", group: .results,
        summary: "What the lists are written as."),
      OptionSpecification(
        name: "relative", kind: .flag, group: .results,
        summary: "Write paths as they are seen from the folder of the lists, not from the root."),
      .json, .library, .libraryModel,
    ] + OptionSpecification.pictureLook,
    examples: [
      .init(line: "earshot playlist cluster", meaning: "Which groups there are."),
      .init(
        line: "earshot playlist cluster --clusters 12 --folder ~/Music/Groups --relative",
        meaning: "Twelve lists for your player."),
    ])

  private static let playlistSaved = CommandSpecification(
    path: ["playlist", "saved"],
    summary: "Tell which lists the library keeps.",
    options: [.json, .library],
    examples: [.init(line: "earshot playlist saved", meaning: "Names, titles and sizes.")])

  private static let listName = OperandSpecification(
    name: "NAME", kind: .text, summary: "The name a list was saved under.")

  private static let playlistShow = CommandSpecification(
    path: ["playlist", "show"],
    summary: "Write a list that the library keeps.",
    operands: [listName],
    options: playlistForms + [.library],
    exclusions: [["json", "format"]],
    examples: [
      .init(
        line: "earshot playlist show evening --output evening.m3u8", meaning: "For your player.")
    ])

  private static let playlistRefresh = CommandSpecification(
    path: ["playlist", "refresh"],
    summary: "Make lists again that the library keeps, from what it holds now.",
    description: ["A list that was written to a file is written there again."],
    operands: [
      OperandSpecification(
        name: "NAME", kind: .text, isOptional: true, isRepeatable: true,
        summary: "The names of lists; all when none is given.")
    ],
    options: [.json, .library],
    examples: [
      .init(line: "earshot playlist refresh", meaning: "All of them, after 'earshot index'.")
    ])

  private static let playlistRemove = CommandSpecification(
    path: ["playlist", "remove"],
    summary: "Forget lists that the library keeps; files that they were written to stay.",
    operands: [
      OperandSpecification(
        name: "NAME", kind: .text, isRepeatable: true, summary: "The names of lists.")
    ],
    options: [.library],
    examples: [.init(line: "earshot playlist remove evening", meaning: "It is gone.")])
}
