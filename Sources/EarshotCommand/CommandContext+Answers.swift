import Catalogue
import CommandInterface
import Embedding
import FileAccess
import MusicLibrary
import Recommendation

extension CommandContext {
  /// What the options that all recommending commands share say of a query.
  /// - Parameter character: what the options are seen from: made only where they need it.
  /// - Throws: ``UsageError``, `CatalogueError`.
  func apply(
    to query: inout Query, catalogue: Catalogue, record: ModelRecord, halves: [VectorHalf],
    character: () throws -> SoundCharacter
  ) throws {
    query.collapses = arguments.flag("collapse")
    try applyWeights(to: &query, record, halves)
    query.metric = arguments.choice("metric") == "euclidean" ? .euclidean : .cosine
    query.dampsHubs = !arguments.flag("keep-hubs")
    query.discovery = arguments.numberIfGiven("discovery")
    query.variety = arguments.number("variety")
    query.seed = UInt64(arguments.integer("seed"))
    query.directions = Set(Direction.allCases.filter { arguments.flag($0.rawValue) })
    try applyFilters(to: &query, catalogue: catalogue)
    if needsCharacter { query.character = try character() }
  }

  /// What the options say of which tracks may be answers, and how many.
  /// - Throws: ``UsageError``, `CatalogueError`.
  func applyFilters(to query: inout Query, catalogue: Catalogue) throws {
    query.includesSelf = arguments.hasOption("include-self") && arguments.flag("include-self")
    if arguments.hasOption("count") { query.count = arguments.integer("count") }
    if arguments.hasOption("per-artist") {
      query.perArtist = arguments.integer("per-artist")
      query.perAlbum = arguments.integer("per-album")
    }
    query.conditions = try conditions(catalogue)
    query.addedSince = try since()
    if let days = arguments.numberIfGiven("exclude-recent") {
      let start = ProcessEnvironment.secondsSince1970 - Int64(days * 86_400)
      query.leftOut = try catalogue.tracksHeard(since: start)
    }
  }

  /// Whether it is to be told why each track is there.
  var explains: Bool {
    arguments.hasOption("explain") && (arguments.flag("explain") || arguments.isGiven("plot"))
  }

  /// Whether an answer depends on what a person hears in the query.
  var needsCharacter: Bool {
    explains || (arguments.hasOption("plot-descriptors") && arguments.isGiven("plot-descriptors"))
      || Direction.allCases.contains { arguments.flag($0.rawValue) }
      || arguments.weights()?.aspects.isEmpty == false
  }

  /// Keeps in mind what was listed, where what was listed lately is left out.
  func remember(_ tracks: [Int64]) throws {
    guard arguments.isGiven("exclude-recent"), !tracks.isEmpty else { return }
    let catalogue = try Catalogue(location.catalogue, access: .writing)
    let now = ProcessEnvironment.secondsSince1970
    try catalogue.record(tracks.map { ListenRecord(track: $0, kind: .listed, time: now) })
  }

  private func applyWeights(
    to query: inout Query, _ record: ModelRecord, _ halves: [VectorHalf]
  ) throws {
    guard let weights = arguments.weights() else { return }
    if weights.time != nil || weights.frequency != nil {
      guard !halves.isEmpty else {
        throw arguments.usageError(
          .unsuitable(
            option: "--weight time or frequency",
            for: "the model \"\(record.name)\", whose vectors have no halves"))
      }
      query.weights = [.time: weights.time ?? 1, .frequency: weights.frequency ?? 1]
    }
    for (name, weight) in weights.aspects {
      if let aspect = Aspect(rawValue: name) { query.aspects[aspect] = weight }
    }
  }

  private func conditions(_ catalogue: Catalogue) throws -> [TrackCondition] {
    var conditions = try arguments.texts("where").map { text in
      do throws(TrackCondition.Failure) {
        return try TrackCondition(text)
      } catch {
        throw arguments.usageError(
          .notACondition(option: "--where", value: text, reason: error.text))
      }
    }
    if let plays = arguments.integerIfGiven("min-popularity") {
      guard try catalogue.knowsPlays() else {
        messages.say(
          "nothing is known of what was played, so --min-popularity leaves nothing out; "
            + "'earshot taste import' tells the library")
        return conditions
      }
      conditions.append(TrackCondition(.plays, within: Double(plays)...(.infinity)))
    }
    return conditions
  }

  /// The time from which on tracks are new, nil where that was not asked.
  private func since() throws -> Int64? {
    guard let text = arguments.text("since") else { return nil }
    if let days = Double(text), days >= 0, days <= 1_000_000 {
      return ProcessEnvironment.secondsSince1970 - Int64(days * 86_400)
    }
    guard let day = CalendarDay(text) else {
      throw arguments.usageError(.notADay(option: "--since", value: text))
    }
    return day.secondsSince1970
  }
}

extension TrackCondition.Failure {
  /// Why a text is no condition, in words.
  var text: String {
    switch self {
    case .noEqualsSign: "there is no '='"
    case .unknownField(let name):
      "there is no field '\(TerminalText.clean(name))'; there are "
        + TrackCondition.Field.allCases.map(\.rawValue).joined(separator: ", ")
    case .value(_, let field):
      switch field {
      case .artist, .album, .genre: "a name is missing"
      case .year: "a year or a range is wanted, as in 1979 or 1970..1979"
      case .duration: "a range is wanted, as in 2:00..5:30 or ..600"
      case .key: "a key is wanted, as in Am, F#, 8A or minor"
      case .path: "a pattern is wanted, as in */live/*.mp3 or Christmas/"
      default: "a range is wanted, as in 100..120, ..90 or 0.5.."
      }
    }
  }
}
