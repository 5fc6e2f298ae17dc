import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import Recommendation

/// Makes the list that a command line of `earshot playlist` describes.
struct PlaylistMaker {
  let context: CommandContext

  /// The list, nil where none of its songs could be heard; and whether some could not.
  func make() throws -> (draft: PlaylistDraft?, hasFailures: Bool) {
    let kind = context.arguments.command.path.last ?? ""
    let isAnswer = kind == "similar" || kind == "dissimilar"
    let asking = Asking(context: context, kind: nil, isReversed: kind == "dissimilar")
    let gathered =
      try isAnswer
      ? asking.gather()
      : SeedGatherer(
        context: context, kind: nil, withFingerprints: false,
        withCharacters: kind == "order" || kind == "mix"
      ).gather()
    guard !gathered.seeds.isEmpty else { return (nil, true) }
    let made: (items: [PlaylistDraft.Item], title: String)
    switch kind {
    case "path": made = try path(gathered)
    case "mix": made = try mix(gathered)
    case "radio": made = try radio(gathered)
    case "order": made = try order(gathered)
    default:
      let answer = try gathered.recommender.answer(asking.query(for: gathered))
      let tracks = answer.recommendations.map(\.track.number)
      made = try (
        firstItems(gathered) + items(tracks, gathered),
        (kind == "similar" ? "Like " : "Unlike ") + gathered.names
      )
    }
    let draft = PlaylistDraft(
      kind: kind, title: context.arguments.text("title") ?? made.title,
      description: context.arguments.text("description"), items: made.items,
      addedCount: made.items.count - (kind == "order" ? 0 : firstCount(made.items, gathered)),
      model: gathered.model, query: gathered.json)
    return (draft, gathered.hasFailures)
  }

  private func path(
    _ gathered: SeedGatherer.Gathered
  ) throws -> (items: [PlaylistDraft.Item], title: String) {
    let seeds = gathered.seeds
    guard seeds.count > 1 else { throw CommandError.pathNeedsTwo }
    let stops = try seeds.map { try item(of: $0, gathered) }
    var query = try listQuery(gathered)
    query.count = max(0, query.count - stops.count { $0 != nil })
    let legs = try gathered.recommender.path(through: seeds.map(\.vector), query)
    let between = legs.map { $0.map { PlaylistDraft.Item($0) } } + [[]]
    let items = zip(stops, between).flatMap { stop, leg in (stop.map { [$0] } ?? []) + leg }
    return (items, "From \(seeds[0].name) to \(seeds[seeds.count - 1].name)")
  }

  private func mix(
    _ gathered: SeedGatherer.Gathered
  ) throws -> (items: [PlaylistDraft.Item], title: String) {
    let found = try gathered.recommender.mix(
      of: gathered.seeds.map(\.vector), diversity: context.arguments.number("diversity"),
      listQuery(gathered))
    // In an order that flows, from the track that was taken first.
    let items = try described(found, gathered)
    let places = TrackOrder.order(Self.orderItems(items), keepsFirst: true)
    return (places.map { items[$0] }, "A mix of \(gathered.names)")
  }

  private func radio(
    _ gathered: SeedGatherer.Gathered
  ) throws -> (items: [PlaylistDraft.Item], title: String) {
    guard let vector = Recommender.direction(of: gathered.seeds.map(\.vector)) else {
      throw CommandError.noDirection
    }
    var query = try listQuery(gathered)
    query.vector = vector
    query.variety = context.arguments.number("variety")
    query.seed = UInt64(context.arguments.integer("seed"))
    let found = try gathered.recommender.radio(
      query, drift: context.arguments.number("drift"))
    let items = try firstItems(gathered) + found.map { PlaylistDraft.Item($0) }
    return (items, "Radio from \(gathered.names)")
  }

  private func order(
    _ gathered: SeedGatherer.Gathered
  ) throws -> (items: [PlaylistDraft.Item], title: String) {
    var taken: Set<Int64> = []
    let items = try gathered.seeds.flatMap { seed -> [PlaylistDraft.Item] in
      guard !seed.list.isEmpty else { return PlaylistDraft.Item(seed).map { [$0] } ?? [] }
      let tracks = seed.list.filter { taken.insert($0).inserted }
      return try described(gathered.recommender.listed(tracks), gathered)
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
    return (places.map { items[$0] }, "\(gathered.names), in order")
  }

  /// Conditions and caps, and what the list is not to bring: the songs that were named. A group is not
  /// one of them: of an artist's tracks those that fit belong on a list made from the artist.
  private func listQuery(_ gathered: SeedGatherer.Gathered) throws -> Query {
    let songs = gathered.seeds.filter { $0.list.count == 1 || $0.entry != nil }
    var query = Query(vector: [], own: Set(songs.flatMap(\.list)))
    try context.applyFilters(to: &query, catalogue: gathered.catalogue)
    return query
  }

  /// How many places of a list hold songs that were named.
  private func firstCount(
    _ items: [PlaylistDraft.Item], _ gathered: SeedGatherer.Gathered
  ) -> Int {
    let named = Set(gathered.seeds.filter { $0.list.count == 1 }.flatMap(\.list))
    return items.count { item in item.track.map { named.contains($0.number) } ?? true }
  }

  /// The songs that a list begins with: files and single tracks, not groups of them.
  private func firstItems(_ gathered: SeedGatherer.Gathered) throws -> [PlaylistDraft.Item] {
    let arguments = context.arguments
    if arguments.flag("without-seeds") || arguments.flag("include-self") {
      return []
    }
    return try gathered.seeds.compactMap { try item(of: $0, gathered) }
  }

  private func item(
    of seed: Seed, _ gathered: SeedGatherer.Gathered
  ) throws -> PlaylistDraft.Item? {
    if let track = seed.list.first, seed.list.count == 1 || seed.entry != nil,
      let listed = try gathered.recommender.listed([track]).first
    {
      return PlaylistDraft.Item(listed, path: seed.path)
    }
    return PlaylistDraft.Item(seed)
  }

  private func items(
    _ tracks: [Int64], _ gathered: SeedGatherer.Gathered
  ) throws -> [PlaylistDraft.Item] {
    try gathered.recommender.listed(tracks).map { PlaylistDraft.Item($0) }
  }

  private func described(
    _ tracks: [ListedTrack], _ gathered: SeedGatherer.Gathered
  ) throws -> [PlaylistDraft.Item] {
    try tracks.map {
      PlaylistDraft.Item(
        $0, character: SoundCharacter(try gathered.catalogue.descriptors(of: $0.track.number)))
    }
  }

  private static func orderItems(_ items: [PlaylistDraft.Item]) -> [TrackOrder.Item] {
    items.map { TrackOrder.Item(vector: $0.vector, character: $0.character) }
  }
}
