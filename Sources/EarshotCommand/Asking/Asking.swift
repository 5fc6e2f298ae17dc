import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import Recommendation

/// A question to the library: what is like some seeds, and unlike others?
struct Asking {
  let context: CommandContext
  /// What a word without a kind in front means.
  let kind: SeedText.Kind?
  /// Whether the most unlike are looked for.
  var isReversed = false

  /// Asks, and writes the answer.
  func run() throws -> ExitStatus {
    let listed = context.arguments.choice("list")
    try PictureOptions.checkLook(context.arguments, without: "plot", "plot-descriptors")
    try checkExplaining(listed)
    if listed != "tracks" { return try listGroups(listed) }
    if context.arguments.hasOption("new"), context.arguments.flag("new") {
      return try NewSongAnswer(asking: self).run()
    }
    guard let asked = try asked() else { return .someFailed }
    let reasons = asked.plan?.carryOut(context)
    let isWhole = try asked.writer.write(asked.answer, reasons)
    try asked.picture?.write()
    try context.remember(asked.answer.recommendations.map(\.track.number))
    return asked.hasFailures || !isWhole ? .someFailed : .success
  }

  /// Only tracks are explained, and not in lists for players.
  private func checkExplaining(_ listed: String) throws {
    let wantsDescriptors =
      context.arguments.hasOption("plot-descriptors")
      && context.arguments.isGiven("plot-descriptors")
    guard context.explains || wantsDescriptors else { return }
    let option =
      context.arguments.flag("explain")
      ? "--explain" : context.explains ? "--plot" : "--plot-descriptors"
    if listed != "tracks" {
      throw context.arguments.usageError(.unsuitable(option: option, for: "a list of \(listed)"))
    }
    let format = context.arguments.format
    if context.arguments.flag("explain"), format != "table", format != "json" {
      throw context.arguments.usageError(
        .unsuitable(option: "--explain", for: "--format \(format)"))
    }
    try keepApart("output", "plot")
    try keepApart("output", "plot-descriptors")
    try keepApart("plot", "plot-descriptors")
  }

  /// Two files of one run are not to be the same.
  private func keepApart(_ first: String, _ second: String) throws {
    let arguments = context.arguments
    guard let left = arguments.path(first), let right = arguments.path(second) else { return }
    let folder = FolderEntry.currentFolder
    if left.absolute(in: folder) == right.absolute(in: folder) {
      throw arguments.usageError(.exclusiveOptions("--" + first, "--" + second))
    }
    try context.protect([left], from: second)
  }

  /// An answer, and all that is needed to write it and to explain it, without the library.
  private struct Asked {
    let answer: Answer
    let writer: AnswerWriter
    let plan: ExplanationPlan?
    let picture: DescriptorPicture?
    let hasFailures: Bool
  }

  private func asked() throws -> Asked? {
    guard let (gathered, query, answer) = try answer() else { return nil }
    let writer = AnswerWriter(
      context: context, model: gathered.model, query: gathered.json,
      title: "Like \(gathered.names)")
    return Asked(
      answer: answer, writer: writer,
      plan: context.explains ? try ExplanationPlan(context, gathered, query, answer) : nil,
      picture: try DescriptorPicture(context, gathered, answer),
      hasFailures: gathered.hasFailures)
  }

  /// The answer and what it answers; nil where nothing could be heard.
  ///
  /// Fingerprints take longer to make than all the rest of a question. So songs have them only where they
  /// are asked for, or, listened to a second time, where a track that would be listed is so near that it
  /// may be the same recording.
  func answer() throws -> (gathered: SeedGatherer.Gathered, query: Query, answer: Answer)? {
    let isAskedFor = context.arguments.flag("collapse")
    let first = try answer(withFingerprints: isAskedFor)
    if isAskedFor || context.arguments.flag("include-self") { return first }
    guard let first, first.answer.mayHoldCopies, first.gathered.seeds.contains(where: \.isForeign)
    else { return first }
    return try answer(withFingerprints: true, isQuiet: true)
  }

  private func answer(
    withFingerprints: Bool, isQuiet: Bool = false
  ) throws -> (gathered: SeedGatherer.Gathered, query: Query, answer: Answer)? {
    let gathered = try gather(withFingerprints: withFingerprints, isQuiet: isQuiet)
    guard !gathered.seeds.isEmpty else { return nil }
    let query = try query(for: gathered)
    return (gathered, query, try gathered.recommender.answer(query))
  }

  private func listGroups(_ kind: String) throws -> ExitStatus {
    let gathered = try gather(withFingerprints: false)
    guard !gathered.seeds.isEmpty else { return .someFailed }
    let query = try query(for: gathered)
    let groups = try GroupSearch(catalogue: gathered.catalogue, model: gathered.model).nearest(
      kind == "artists" ? .artist : .genre, to: query.vector, seeds: query.own, count: query.count)
    try GroupWriter(context: context, model: gathered.model, query: gathered.json, kind: kind)
      .write(groups)
    return gathered.hasFailures ? .someFailed : .success
  }

  /// What is asked about.
  /// - Parameter isQuiet: whether what is to be said of the songs was said before.
  func gather(
    withFingerprints: Bool, isQuiet: Bool = false
  ) throws -> SeedGatherer.Gathered {
    try SeedGatherer(
      context: context, kind: kind, withFingerprints: withFingerprints,
      withCharacters: context.needsCharacter, isQuiet: isQuiet
    ).gather()
  }

  /// What is asked of all that was gathered together.
  func query(for gathered: SeedGatherer.Gathered) throws -> Query {
    let (seeds, others, catalogue) = (gathered.seeds, gathered.others, gathered.catalogue)
    guard
      let vector = Recommender.direction(
        towards: seeds.map(\.vector), awayFrom: others.map(\.vector))
    else { throw CommandError.noDirection }
    var query = Query(vector: vector, own: Set(seeds.flatMap(\.list)))
    try context.apply(
      to: &query, catalogue: catalogue, record: gathered.model, halves: gathered.halves
    ) {
      SoundCharacter(of: seeds.flatMap(\.characters))
    }
    if query.metric == .euclidean { query.point = try point(of: gathered) }
    query.leftOut.formUnion(others.flatMap(\.list))
    query.heard = seeds.compactMap(\.heard)
    query.isReversed = isReversed
    if context.arguments.choice("scope") == "similar-artists" {
      let near = try GroupSearch(catalogue: catalogue, model: gathered.model).nearest(
        .artist, to: vector, seeds: query.own, count: Self.similarArtistCount)
      let tracks = Set(near.flatMap(\.tracks)).union(query.includesSelf ? query.own : [])
      query.only = query.only?.intersection(tracks) ?? tracks
    }
    return query
  }

  /// From where distances are measured.
  private func point(of gathered: SeedGatherer.Gathered) throws -> [Float] {
    for (option, isThere) in [
      ("--unlike", !gathered.others.isEmpty),
      (
        "--list",
        context.arguments.hasOption("list") && context.arguments.choice("list") != "tracks"
      ),
      ("--explain", context.explains && context.arguments.flag("explain")),
      ("--plot", context.explains),
    ] where isThere {
      throw context.arguments.usageError(.exclusiveOptions(option, "--metric euclidean"))
    }
    for seed in gathered.seeds where seed.point == nil {
      throw CommandError.unknownLength(seed.name)
    }
    guard let point = Recommender.mean(of: gathered.seeds.compactMap(\.point)) else {
      throw CommandError.noDirection
    }
    return point
  }

  /// So many artists count as similar.
  private static let similarArtistCount = 100
}

/// `earshot query`: the tracks of the library that sound most like songs in files.
enum QueryCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    try Asking(context: context, kind: .file).run()
  }
}

/// `earshot similar`: the tracks that sound most like tracks, artists or genres of the library.
enum SimilarCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let kind: SeedText.Kind =
      context.arguments.flag("artist") ? .artist : context.arguments.flag("genre") ? .genre : .track
    return try Asking(context: context, kind: kind).run()
  }
}
