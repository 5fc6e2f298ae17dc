/// Options of all commands that recommend.
extension OptionSpecification {
  /// Those that say which tracks may be answers.
  package static let answerFilters: [OptionSpecification] =
    [
      OptionSpecification(
        name: "list", kind: .choice(["tracks", "artists", "genres"]), defaultValue: "tracks",
        group: .filters,
        summary: "What to list: tracks, or the artists or genres that sound most alike.",
        detail: """
          Artists and genres are compared by mean and spread of all their tracks: 1 is for the same, 0 for \
          groups between which all the distance lies.
          """),
      .scope,
    ] + trackFilters

  /// `--scope`.
  package static let scope = OptionSpecification(
    name: "scope", kind: .choice(["all", "similar-artists"]), defaultValue: "all",
    group: .filters,
    summary: "Whether to list only tracks of the 100 artists that sound most alike.")

  /// Those that say which tracks may be on any list.
  package static let trackFilters: [OptionSpecification] = [
    OptionSpecification(
      name: "where", kind: .text, placeholder: "FIELD=VALUE", isRepeatable: true, group: .filters,
      summary: "List only tracks that meet a condition; with != only those that do not.",
      detail: """
        artist, album and genre take a name, whatever the case; year, duration (seconds or \
        minutes:seconds), tempo, loudness (LUFS), brightness (Hz), energy, valence, acousticness, \
        instrumentalness (0 to 1) and plays take a range, as in tempo=100..120, year=..1979 or \
        loudness=-12..; key takes a key, as in key=Am, key=F# or key=8A, or major or minor; path \
        takes a pattern, as in path=*/live/*.mp3 or, for all below a folder, path=Christmas/. Given \
        several times, all conditions must be met.
        """),
    OptionSpecification(
      name: "per-artist", kind: .integer(0...100_000), defaultValue: "3", group: .filters,
      summary: "How many tracks of one artist to list at most; 0 for any number."),
    OptionSpecification(
      name: "per-album", kind: .integer(0...100_000), defaultValue: "0", group: .filters,
      summary: "How many tracks of one album to list at most; 0 for any number."),
    OptionSpecification(
      name: "min-popularity", kind: .integer(1...1_000_000_000), placeholder: "N", group: .filters,
      summary: "List only tracks that were played so often, where anything is known of that."),
    OptionSpecification(
      name: "exclude-recent", kind: .number(0...36_500, unit: "days"), placeholder: "DAYS",
      group: .filters,
      summary: "Leave out what was played or put on a list in so many days.",
      detail: "What is listed now is remembered then, and left out the next time."),
    OptionSpecification(
      name: "since", kind: .text, placeholder: "DATE|DAYS", group: .filters,
      summary: "List only tracks that came into the library on a day or later, or in so many days.",
      detail: "A day is written as in 2026-11-26, in universal time."),
  ]

  /// Those that say in what order they come.
  package static let answerOrder: [OptionSpecification] = [
    .weight,
    OptionSpecification(
      name: "metric", kind: .choice(["cosine", "euclidean"]), defaultValue: "cosine", group: .order,
      summary: "How far apart songs are said to be.",
      detail: """
        cosine compares in which way songs are unusual; euclidean also how much, by the distance between \
        their standardised vectors before these are normalised. It reads the whole library, minds no hubs \
        and finds no sections. Tracks that were indexed by earlier versions are left out until \
        'earshot index --force' listens to them again.
        """),
    direction("slower", "Slower than what was asked about, by 4 % at least."),
    direction("faster", "Faster, by 4 % at least."),
    direction("darker", "With less treble: a spectral centroid 10 % lower at least."),
    direction("brighter", "With more treble: a spectral centroid 10 % higher at least."),
    direction("calmer", "With less energy, by 0.05 at least."),
    direction("more-energetic", "With more energy, by 0.05 at least."),
    OptionSpecification(
      name: "discovery", kind: .number(0...1, unit: nil), defaultNote: "only nearness counts",
      group: .order,
      summary: "From 0, the well-known among the near, to 1, the niche.",
      detail: """
        Well-known is what was played often; where nothing was ever played, what is similar to much \
        else. 0.5 is the same as leaving it out.
        """),
    .variety,
    .seed,
    OptionSpecification(
      name: "keep-hubs", kind: .flag, group: .order,
      summary: "Rank by similarity alone.",
      detail: """
        Otherwise, in a library of 50 tracks or more, tracks that are similar to very much have to be \
        more similar than others to come as early.
        """),
  ]

  /// Those that ask why tracks are listed.
  package static let explaining: [OptionSpecification] =
    [
      OptionSpecification(
        name: "explain", kind: .flag, group: .results,
        summary: "Tell why each track is listed.",
        detail: """
          Which half of the sound is nearer, how far tempo, key, loudness, brightness and energy agree, \
          which seconds sound most alike, and what each adds to the similarity: shares that, with that of \
          any two tracks of the library, add up to it. The songs are listened to for that. It also tells \
          when a song is unlike anything the model was trained on.
          """),
      OptionSpecification(
        name: "plot", kind: .pathEnding(["png", "svg", "pdf"]), placeholder: "PICTURE",
        group: .results,
        summary:
          "Draw the song beside the first five tracks, with the parts marked that sound alike."
      ),
      OptionSpecification(
        name: "plot-descriptors", kind: .pathEnding(["png", "svg", "pdf"]), placeholder: "PICTURE",
        group: .results,
        summary:
          "Draw how tempo, loudness and the like of the answers are spread around those of the song."
      ),
    ] + pictureLook

  /// `--variety`.
  package static let variety = OptionSpecification(
    name: "variety", kind: .number(0...1, unit: nil), defaultValue: "0", group: .order,
    summary: "How much chance has a say.",
    detail: "The same --seed gives the same list, another seed another list.")

  /// `--seed`.
  package static let seed = OptionSpecification(
    name: "seed", kind: .integer(0...Int.max), defaultValue: "0", group: .order,
    summary: "The number that chance begins with.")

  private static func direction(_ name: String, _ summary: String) -> OptionSpecification {
    OptionSpecification(name: name, kind: .flag, group: .order, summary: summary)
  }

  /// Pairs of them that exclude each other.
  package static let answerExclusions = [
    ["slower", "faster"], ["darker", "brighter"], ["calmer", "more-energetic"],
  ]
}
