import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import MusicLibrary
import Recommendation

/// A question to the library: what is like some seeds, and unlike others?
struct Asking {
  let context: CommandContext
  /// What a word without a kind in front means.
  let kind: SeedText.Kind

  /// Asks, and writes the answer.
  func run() throws -> ExitStatus {
    let like = context.arguments.paths.map { SeedText($0, default: kind) }
    let unlike = context.arguments.paths("unlike").map { SeedText($0, default: kind) }
    try context.protect((like + unlike).compactMap(\.file) + context.libraryFiles)
    let files = (like + unlike).filter { $0.kind == .file }.map(\.value)
    let (record, halves, listener) = try prepare(hasFiles: !files.isEmpty)
    let songs = try listener?.listen(to: files) ?? []
    let failed = files.count - songs.count

    let catalogue = try context.openLibrary()
    let recommender = try Recommender(
      catalogue: catalogue, location: context.location, model: record, halves: halves)
    if recommender.isEmpty { throw CommandError.emptyLibrary }
    let resolver = SeedResolver(
      context: context, catalogue: catalogue, model: record, recommender: recommender)
    let resolve = { (seed: SeedText) throws -> Seed? in
      guard seed.kind == .file else { return try resolver.resolve(seed) }
      return try songs.first { $0.path == seed.value }.map { try Seed($0, in: recommender) }
    }
    let seeds = try like.compactMap(resolve)
    let others = try unlike.compactMap(resolve)
    guard !seeds.isEmpty else { return .someFailed }
    guard
      let vector = Recommender.direction(
        towards: seeds.map(\.vector), awayFrom: others.map(\.vector))
    else { throw CommandError.noDirection }

    var query = Query(vector: vector, own: Set(seeds.flatMap(\.tracks)))
    try context.apply(to: &query, catalogue: catalogue, record: record, halves: halves) {
      SoundCharacter(of: seeds.flatMap(\.characters))
    }
    query.leftOut.formUnion(others.flatMap(\.tracks))
    query.heard = seeds.compactMap(\.heard)
    var asked: JSONObject = ["seeds": Self.json(seeds)]
    if !others.isEmpty { asked["unlike"] = Self.json(others) }
    let groups = GroupSearch(catalogue: catalogue, model: record)
    let listed = context.arguments.choice("list")
    if listed != "tracks" {
      try GroupWriter(context: context, model: record, query: asked, kind: listed).write(
        groups.nearest(
          listed == "artists" ? .artist : .genre, to: vector, seeds: query.own, count: query.count))
      return failed > 0 ? .someFailed : .success
    }
    if context.arguments.choice("scope") == "similar-artists" {
      let near = try groups.nearest(
        .artist, to: vector, seeds: query.own, count: Self.similarArtistCount)
      let tracks = Set(near.flatMap(\.tracks)).union(query.includesSelf ? query.own : [])
      query.only = query.only?.intersection(tracks) ?? tracks
    }
    let title = "Like " + seeds.map(\.name).joined(separator: ", ")
    let answer = try recommender.answer(query)
    try AnswerWriter(context: context, model: record, query: asked, title: title).write(answer)
    try remember(answer)
    return failed > 0 ? .someFailed : .success
  }

  /// So many artists count as similar.
  private static let similarArtistCount = 100

  private static func json(_ seeds: [Seed]) -> JSONValue {
    .array(seeds.flatMap(\.json).map { .object($0) })
  }

  /// Learns from the library how its vectors were made. It is closed again on return, so that none is
  /// open while strangers' files are decoded.
  private func prepare(
    hasFiles: Bool
  ) throws -> (record: ModelRecord, halves: [VectorHalf], listener: SongListener?) {
    let catalogue = try context.openLibrary()
    guard hasFiles else {
      let record = try context.modelRecord(for: catalogue)
      return (record, try context.halves(of: record), nil)
    }
    let (model, file, record) = try context.model(for: catalogue)
    let excerpt = try context.givenExcerpt ?? context.excerpt(of: catalogue) ?? .middle
    let listener = SongListener(
      context: context, model: model, modelFile: file, excerpt: excerpt,
      withFingerprints: context.arguments.flag("collapse"),
      withDescriptors: context.needsCharacter)
    return (record, model.halves, listener)
  }

  /// Keeps in mind what was listed, where what was listed lately is left out.
  private func remember(_ answer: Answer) throws {
    guard context.arguments.isGiven("exclude-recent"), !answer.recommendations.isEmpty else {
      return
    }
    let catalogue = try Catalogue(context.location.catalogue, access: .writing)
    let now = ProcessEnvironment.secondsSince1970
    try catalogue.record(
      answer.recommendations.map {
        ListenRecord(track: $0.track.number, kind: .listed, time: now)
      })
  }
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
