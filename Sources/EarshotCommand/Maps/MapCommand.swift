import Catalogue
import CommandInterface
import FileAccess
import LatentSpace
import Plotting
import Recommendation

/// `earshot map`: all tracks of the library where their sound puts them.
enum MapCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let arguments = context.arguments
    let format = try format(arguments)
    let settings = try settings(arguments)
    let colour = MapContents.Colour(arguments.choice("colour"))
    var gatherer = SeedGatherer(
      context: context, kind: nil, withFingerprints: false, withCharacters: false)
    var gathered = try gatherer.gather()
    if !arguments.paths.isEmpty && gathered.seeds.isEmpty { return .someFailed }
    if colour.subject == .reconstructionError {
      // What was gathered is of the library as it was before.
      guard try MapReconstructions.measure(context) else { return Interruption.exitStatus }
      gatherer.isQuiet = true
      gathered = try gatherer.gather()
    }
    let recommender = gathered.recommender
    let map = try map(settings, recommender, context)
    let shown = MapContents(
      map: map, isThere: try recommender.areThere(map.tracks), colour: colour)
    let colours = try shown.colour.subject.map {
      try recommender.colours(
        of: shown.tracks, by: $0, limit: MapFigure.kindCount,
        seed: UInt64(arguments.integer("seed")))
    }
    let marks = try gathered.seeds.first.map {
      try Self.marked($0, gathered, on: map, count: arguments.integer("count"))
    }
    try MapWriter(
      context: context, contents: shown, colours: colours, marks: marks, gathered: gathered
    ).write(format)
    keep(map, recommender, context)
    return gathered.hasFailures ? .someFailed : .success
  }

  // MARK: - What is asked for

  private static let formats = ["png", "svg", "pdf", "html", "csv", "json"]

  private static func format(_ arguments: ParsedArguments) throws -> String {
    if arguments.flag("json") { return "json" }
    let ending = arguments.path("output")?.fileExtension?.lowercased()
    guard let format = arguments.isGiven("format") ? arguments.choice("format") : ending,
      formats.contains(format)
    else { throw arguments.usageError(.missingOption("--format or --output")) }
    // Pictures and pages are no text for a terminal.
    if arguments.path("output") == nil, format != "csv", format != "json" {
      throw arguments.usageError(.missingOption("--output"))
    }
    return format
  }

  /// An option of another method would be passed over in silence.
  private static func settings(_ arguments: ParsedArguments) throws -> MapSettings {
    let method = arguments.choice("method")
    let suitable = [
      "umap": ["neighbors", "min-dist", "epochs"], "tsne": ["perplexity", "epochs"],
    ]
    for option in ["neighbors", "min-dist", "perplexity", "epochs"]
    where arguments.isGiven(option) && suitable[method]?.contains(option) != true {
      throw arguments.usageError(.unsuitable(option: "--" + option, for: "--method \(method)"))
    }
    let seed = UInt64(arguments.integer("seed"))
    let made: MapSettings.Method
    switch method {
    case "pca": made = .principalComponents
    case "tsne":
      var settings = TSNE()
      settings.seed = seed
      if let perplexity = arguments.numberIfGiven("perplexity") { settings.perplexity = perplexity }
      if let epochs = arguments.integerIfGiven("epochs") { settings.iterationCount = epochs }
      made = .stochasticNeighbours(settings)
    default:
      var settings = UMAP()
      settings.seed = seed
      if let neighbours = arguments.integerIfGiven("neighbors") { settings.neighbours = neighbours }
      if let distance = arguments.numberIfGiven("min-dist") { settings.minimumDistance = distance }
      settings.epochCount = arguments.integerIfGiven("epochs")
      made = .uniformManifold(settings)
    }
    return MapSettings(method: made, dimensions: arguments.integer("dimensions"))
  }

  // MARK: - The map

  private static func map(
    _ settings: MapSettings, _ recommender: Recommender, _ context: CommandContext
  ) throws -> TrackMap {
    let progress = MapProgress(context)
    let map = try recommender.map(
      settings, redo: context.arguments.flag("redo"), progress: progress.tell)
    progress.finish()
    if map.laterCount > 0 {
      context.messages.say(
        "\(NumberText.count(map.laterCount, "track")) of \(NumberText.grouped(map.tracks.count)) "
          + "came after the map was laid out and moved none; --redo lays all out again")
    }
    return map
  }

  /// Keeps the map in the library, last of all: writing makes an older library a newer one, which those who
  /// opened it before cannot read.
  private static func keep(
    _ map: TrackMap, _ recommender: Recommender, _ context: CommandContext
  ) {
    guard map.newCount > 0 else { return }
    do {
      try recommender.keep(map, in: Catalogue(context.location.catalogue, access: .writing))
    } catch {
      context.messages.say(
        "the map is not kept in the library: \(ErrorText.text(error))",
        about: context.location.catalogue.string)
    }
  }

  private static func marked(
    _ seed: Seed, _ gathered: SeedGatherer.Gathered, on map: TrackMap, count: Int
  ) throws -> MapMarks {
    var query = Query(vector: seed.vector, own: Set(seed.list), count: max(1, count))
    query.heard = [seed.heard].compactMap(\.self)
    let answer = try gathered.recommender.answer(query)
    let rows = Dictionary(uniqueKeysWithValues: map.tracks.enumerated().map { ($1, $0) })
    func place(of track: Int64) -> [Float]? { rows[track].map { map.place(ofRow: $0) } }
    // An artist or another group lies where its vector does, not where one of its tracks does.
    let own = seed.isSong ? seed.list.compactMap(place).first : nil
    let neighbours = answer.recommendations.prefix(count).compactMap { found in
      place(of: found.track.number).map {
        MapMarks.Mark(place: $0, name: TrackTable.name(of: found.track), track: found.track.number)
      }
    }
    return MapMarks(
      query: MapMarks.Mark(
        place: try own
          ?? map.place(VectorSet(values: seed.vector, dimension: map.vectors.dimension)),
        name: seed.name, track: seed.list.first),
      neighbours: neighbours)
  }
}

/// What stands out on a map.
struct MapMarks {
  struct Mark {
    let place: [Float]
    let name: String
    /// Nil for a song that is not in the library.
    let track: Int64?
  }

  let query: Mark
  let neighbours: [Mark]
}

/// How far a map is, for people.
private final class MapProgress {
  private let context: CommandContext
  private var line: ProgressLine?
  private var isLayout = false

  init(_ context: CommandContext) { self.context = context }

  func tell(_ step: MapStep) {
    switch step {
    case .neighbours(let done, let total): show(done, total, isLayout: false)
    case .layout(let done, let total): show(done, total, isLayout: true)
    }
  }

  func finish() { line?.finish() }

  private func show(_ done: Int, _ total: Int, isLayout: Bool) {
    if line == nil || isLayout != self.isLayout {
      line?.finish()
      self.isLayout = isLayout
      line = ProgressLine(
        style: ProgressLine.Style(
          option: context.arguments.choice("progress"), messages: context.messages),
        verb: isLayout ? "Laying out" : "Finding neighbours", noun: isLayout ? "epochs" : "tracks",
        total: total, messages: context.messages)
    }
    line?.update(done: done)
  }
}
