import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import Recommendation

/// Makes the list that a command line of `earshot playlist` describes.
struct PlaylistMaker {
  let context: CommandContext

  /// What one kind of list is made of.
  private struct Made {
    var items: [PlaylistDraft.Item]
    /// How many of them were found, not named.
    let foundCount: Int
    let title: String
  }

  /// The list, nil where none of its songs could be heard; and whether some could not.
  func make() throws -> (draft: PlaylistDraft?, hasFailures: Bool) {
    try PlaylistWriter(context: context).checkOutput()
    if context.arguments.isGiven("save"), context.arguments.paths.contains(FilePath("vector:-")) {
      throw context.arguments.usageError(
        .unsuitable(option: "--save", for: "a vector that can be read only once"))
    }
    let kind = context.arguments.command.path.last ?? ""
    guard let (gathered, made) = try made(kind) else { return (nil, true) }
    let draft = PlaylistDraft(
      kind: kind, title: context.arguments.text("title") ?? made.title,
      description: context.arguments.text("description"), items: made.items,
      foundCount: made.foundCount, model: gathered.model, query: gathered.json)
    return (draft, gathered.hasFailures)
  }

  private func made(_ kind: String) throws -> (gathered: SeedGatherer.Gathered, made: Made)? {
    if kind == "similar" || kind == "dissimilar" {
      let asking = Asking(context: context, kind: nil, isReversed: kind == "dissimilar")
      guard let (gathered, _, answer) = try asking.answer() else { return nil }
      let tracks = answer.recommendations.map(\.track.number)
      let found = try gathered.recommender.listed(tracks).map { PlaylistDraft.Item($0) }
      let title = (kind == "similar" ? "Like " : "Unlike ") + gathered.names
      return (
        gathered,
        Made(items: try firstItems(gathered) + found, foundCount: found.count, title: title)
      )
    }
    let gathered = try SeedGatherer(
      context: context, kind: nil, withFingerprints: false,
      withCharacters: kind == "order" || kind == "mix"
    ).gather()
    guard !gathered.seeds.isEmpty else { return nil }
    switch kind {
    case "path": return (gathered, try path(gathered))
    case "mix": return (gathered, try mix(gathered))
    case "radio": return (gathered, try radio(gathered))
    case "order": return (gathered, try order(gathered))
    default: preconditionFailure("a list of kind \(kind)")
    }
  }

  private func path(_ gathered: SeedGatherer.Gathered) throws -> Made {
    let seeds = gathered.seeds
    guard seeds.count > 1 else { throw CommandError.pathNeedsTwo }
    let stops = try seeds.map { try item(of: $0, gathered) }
    let named = stops.count { $0 != nil }
    var query = try listQuery(gathered)
    guard query.count >= named else { throw CommandError.pathTooShort(named) }
    query.count -= named
    let legs = try gathered.recommender.path(through: seeds.map(\.vector), query)
    let between = legs.map { $0.map { PlaylistDraft.Item($0) } } + [[]]
    let items = zip(stops, between).flatMap { stop, leg in (stop.map { [$0] } ?? []) + leg }
    return Made(
      items: items, foundCount: query.count == 0 ? named : items.count - named,
      title: "From \(seeds[0].name) to \(seeds[seeds.count - 1].name)")
  }

  private func mix(_ gathered: SeedGatherer.Gathered) throws -> Made {
    let found = try gathered.recommender.mix(
      of: gathered.seeds.map(\.vector), diversity: context.arguments.number("diversity"),
      listQuery(gathered))
    // In an order that flows, from the track that was taken first.
    let items = try described(found, [:], gathered)
    let places = TrackOrder.order(Self.orderItems(items), keepsFirst: true)
    return Made(
      items: places.map { items[$0] }, foundCount: items.count,
      title: "A mix of \(gathered.names)")
  }

  private func radio(_ gathered: SeedGatherer.Gathered) throws -> Made {
    guard let vector = Recommender.direction(of: gathered.seeds.map(\.vector)) else {
      throw CommandError.noDirection
    }
    var query = try listQuery(gathered)
    query.vector = vector
    query.variety = context.arguments.number("variety")
    query.seed = UInt64(context.arguments.integer("seed"))
    let found = try gathered.recommender.radio(
      query, drift: context.arguments.number("drift"))
    return Made(
      items: try firstItems(gathered) + found.map { PlaylistDraft.Item($0) },
      foundCount: found.count, title: "Radio from \(gathered.names)")
  }

  private func order(_ gathered: SeedGatherer.Gathered) throws -> Made {
    var taken: Set<Int64> = []
    let items = try gathered.seeds.flatMap { seed -> [PlaylistDraft.Item] in
      guard !seed.list.isEmpty else { return PlaylistDraft.Item(seed).map { [$0] } ?? [] }
      let tracks = seed.list.filter { taken.insert($0).inserted }
      return try described(gathered.recommender.listed(tracks), seed.paths, gathered)
    }
    guard items.count <= TrackOrder.largestCount else {
      throw CommandError.tooManyToOrder(items.count, limit: TrackOrder.largestCount)
    }
    let before = Self.orderItems(items)
    let places = TrackOrder.order(before, keepsFirst: context.arguments.flag("keep-first"))
    let (old, new) = (TrackOrder.length(before), TrackOrder.length(places.map { before[$0] }))
    if old > 0 {
      context.messages.say(
        new < old
          ? "the way through the \(NumberText.count(items.count, "track")) is "
            + "\(NumberText.percent(Double(1 - new / old))) shorter than it was"
          : "no better order was found")
    }
    return Made(
      items: places.map { items[$0] }, foundCount: items.count,
      title: "\(gathered.names), in order")
  }

  /// Conditions and caps, and what the list is not to bring: the songs that were named. A group is not
  /// one of them: of an artist's tracks those that fit belong on a list made from the artist.
  private func listQuery(_ gathered: SeedGatherer.Gathered) throws -> Query {
    let songs = gathered.seeds.filter(\.isSong)
    var query = Query(vector: [], own: Set(songs.flatMap(\.list)))
    try context.applyFilters(to: &query, catalogue: gathered.catalogue)
    return query
  }

  /// The songs that a list begins with: files and single tracks, not groups of them.
  private func firstItems(_ gathered: SeedGatherer.Gathered) throws -> [PlaylistDraft.Item] {
    let arguments = context.arguments
    if arguments.flag("without-seeds") || arguments.flag("include-self") {
      return []
    }
    return try gathered.seeds.compactMap { try item(of: $0, gathered) }
  }

  /// A song as a list has it; nil for a group or a vector.
  private func item(
    of seed: Seed, _ gathered: SeedGatherer.Gathered
  ) throws -> PlaylistDraft.Item? {
    if seed.isSong, let track = seed.list.first,
      let listed = try gathered.recommender.listed([track]).first
    {
      return PlaylistDraft.Item(listed, path: seed.paths[track])
    }
    return PlaylistDraft.Item(seed)
  }

  private func described(
    _ tracks: [ListedTrack], _ paths: [Int64: FilePath], _ gathered: SeedGatherer.Gathered
  ) throws -> [PlaylistDraft.Item] {
    try tracks.map { listed in
      let track = listed.track.number
      return PlaylistDraft.Item(
        listed, path: paths[track],
        character: SoundCharacter(try gathered.catalogue.descriptors(of: track)))
    }
  }

  private static func orderItems(_ items: [PlaylistDraft.Item]) -> [TrackOrder.Item] {
    items.map { TrackOrder.Item(vector: $0.vector, character: $0.character) }
  }
}
