extension OptionSpecification {
  /// `--new`.
  fileprivate static let new = OptionSpecification(
    name: "new", kind: .flag, group: .input,
    summary: "Tell whether the library holds the song already; if not, what is nearest.",
    detail: """
      Its very sound, or the same recording in another encoding. The exit status is 3 if the library \
      holds it and 0 if not, so that a script that brings in music can go by it. Five tracks are \
      listed unless --count says another number.
      """)

  /// `--unlike`.
  static let unlike = OptionSpecification(
    name: "unlike", kind: .path, placeholder: "SEED", isRepeatable: true, group: .input,
    summary: "Something that the answers are to be less like; it counts half.")
}

extension CommandTable {
  /// How seeds of other kinds are named.
  static let seedKinds = """
    Anything can be asked about by its kind: file:SONG, track:TRACK, text:WORDS (all tracks that have \
    them), artist:NAME, album:NAME, genre:NAME, playlist:FILE (M3U), or vector:FILE with a vector from \
    'embed', where - is standard input.
    """

  package static let index = CommandSpecification(
    path: ["index"],
    summary: "Listen to all music in folders and keep what was heard in the library.",
    description: [
      """
      Files that have not changed since the last time are not listened to again, and a run that was \
      stopped goes on where it was. Renaming, moving and retagging keep what is known of a track. \
      Files that cannot be read are listed by 'earshot library failures' and tried again only when \
      they change.
      """,
      """
      A folder with a file called .noearshot in it is passed over, with all below it. What the \
      library knows of files that are excluded is kept, but they are no longer suggested until a run \
      finds them again.
      """,
    ],
    operands: [
      OperandSpecification(
        name: "DIR", kind: .folder, isRepeatable: true,
        summary: "A folder of music, with all in it.")
    ],
    options: [
      OptionSpecification(
        name: "follow-links", kind: .flag, group: .input,
        summary: "Follow symbolic links, to folders and to files."),
      OptionSpecification(
        name: "exclude", kind: .path, placeholder: "GLOB", isRepeatable: true, group: .input,
        summary: "Pass over files and folders whose names fit a pattern.",
        detail: """
          A pattern without a slash is compared with every name below the folders, one with a slash \
          with the path from the folder given; a slash at the end makes it a pattern for folders. * \
          stands for any characters, ? for one, [a-z] for one of those, [!a-z] for one of the \
          others, and ** between slashes for any number of folders. Put it in quotes, so that the \
          shell leaves it alone. It holds for this run only.
          """),
      OptionSpecification(
        name: "force", kind: .flag, group: .input,
        summary: "Listen to every file again, changed or not."),
      OptionSpecification(
        name: "retry-failed", kind: .flag, group: .input,
        summary: "Try files again that could not be read."),
      .excerpt,
      OptionSpecification(
        name: "sections", kind: .flag, group: .work,
        summary: "Make long files, such as DJ sets, be found by each of their sections.",
        detail: """
          A file longer than 10 minutes gets, besides its one vector, one for each 2 minutes, made from \
          the 30 seconds in the middle of them. 'query' and 'similar' then say at what time of it a \
          song is alike. The library keeps it in mind for later runs. Files of before are listened to \
          once more.
          """),
      .json,
      .workers,
      .descriptors, .timeLimit, .memoryLimit, .progress,
      .library, .libraryModel,
    ],
    examples: [
      .init(line: "earshot index ~/Music", meaning: "Listen to what is new or changed."),
      .init(
        line: "earshot index --workers 2 --descriptors none /mnt/music",
        meaning: "Leave the machine room for others, and be quick."),
      .init(
        line: "earshot index --exclude 'Audiobooks/' --exclude '*.wav' ~/Music",
        meaning: "Pass over what is not to be listened to."),
      .init(line: "earshot index --sections ~/Sets", meaning: "Find songs in DJ sets."),
    ])

  package static let query = CommandSpecification(
    path: ["query"],
    summary: "List the tracks of the library that sound most like a song.",
    description: [
      """
      The song is any file; it need not be in the library. When it is, the library's own copy is \
      left out of the list and named apart. Several songs are one question: what sounds like all \
      of them?
      """,
      seedKinds,
    ],
    operands: [.songs],
    options: [.excerpt, .unlike, .new] + OptionSpecification.answerFilters
      + OptionSpecification.answerOrder + [.count, .includeSelf, .collapse]
      + OptionSpecification.explaining + [.listFormat, .json, .output(), .library, .libraryModel],
    exclusions: [
      ["json", "format"], ["new", "list"], ["new", "explain"], ["new", "plot"],
      ["new", "plot-descriptors"],
    ]
      + OptionSpecification.answerExclusions,
    examples: [
      .init(line: "earshot query song.mp3", meaning: "The ten nearest tracks."),
      .init(
        line: "earshot query -k 50 --format m3u8 --output party.m3u8 song.mp3",
        meaning: "Fifty of them as a playlist."),
      .init(line: "earshot query --json song.mp3 | jq '.results[].path'", meaning: "For scripts."),
      .init(
        line: "earshot query --explain -k 3 song.mp3", meaning: "The three nearest, and why."),
      .init(
        line: "earshot query --new incoming.flac", meaning: "Do I have this? Status 3 if so."),
    ])

  package static let similar = CommandSpecification(
    path: ["similar"],
    summary: "List the tracks that sound most like tracks, artists or genres of the library.",
    description: [
      """
      The track is named by its path, by its trackID or the beginning of it, as 'earshot search \
      --json' prints it, or by words of its title, artist or album. Several are one question: what \
      sounds like all of them?
      """,
      seedKinds,
    ],
    operands: [
      OperandSpecification(
        name: "TRACK", kind: .path, isRepeatable: true,
        summary: "A track's path, trackID or words; with --artist or --genre, a name.")
    ],
    options: [
      .excerpt, .unlike,
      OptionSpecification(
        name: "artist", kind: .flag, group: .input,
        summary: "TRACK is the name of an artist: take all their tracks together."),
      OptionSpecification(
        name: "genre", kind: .flag, group: .input,
        summary: "TRACK is the name of a genre: take all its tracks together."),
    ] + OptionSpecification.answerFilters + OptionSpecification.answerOrder
      + [.count, .includeSelf, .collapse] + OptionSpecification.explaining
      + [.listFormat, .json, .output(), .library, .libraryModel],
    exclusions: [["artist", "genre"], ["json", "format"]] + OptionSpecification.answerExclusions,
    examples: [
      .init(line: "earshot similar ~/Music/song.mp3", meaning: "Without listening to it again."),
      .init(line: "earshot similar --artist 'Nina Simone'", meaning: "Who sounds like her?"),
    ])

  package static let search = CommandSpecification(
    path: ["search"],
    summary: "Find tracks of the library by title, artist or album.",
    description: [
      """
      All words must be found, in any order; the beginning of a word is enough. With --regex the text \
      is a regular expression for the title, artist, album, genre or path.
      """
    ],
    operands: [
      OperandSpecification(
        name: "TEXT", kind: .text, isRepeatable: true, summary: "Words to look for.")
    ],
    options: [
      OptionSpecification(
        name: "limit", kind: .integer(1...100_000), defaultValue: "50", group: .results,
        summary: "How many tracks to list at most."),
      OptionSpecification(
        name: "regex", kind: .flag, group: .input,
        summary: "TEXT is a regular expression, whatever the case.",
        detail:
          "Swift's, which is near to that of Perl: ^ and $ are the ends of a text, \\b those of a word."
      ),
      .listFormat, .json, .output(), .library,
    ],
    exclusions: [["json", "format"]],
    examples: [
      .init(line: "earshot search blue train", meaning: "Titles, artists and albums."),
      .init(
        line: "earshot search --regex '^(the )?blue'",
        meaning: "Titles, artists, albums, genres and paths that begin so."),
      .init(
        line: "earshot search --format m3u8 coltrane --output coltrane.m3u8",
        meaning: "What was found as a playlist."),
    ])
}
