import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Hashing
import MusicLibrary
import Recommendation

/// Writes the answer to a question in the form that was asked for.
struct AnswerWriter {
  let context: CommandContext
  let model: ModelRecord
  /// What was asked about, as JSON has it under `query`.
  let query: JSONObject
  /// What was asked about, for the title of a playlist.
  let title: String

  /// Whether of several tracks of one recording only the best is listed.
  private var collapses: Bool { context.arguments.flag("collapse") }

  /// So many tracks that were left out are named.
  private static let mostNamed = 5

  /// Writes the answer.
  /// - Parameter reasons: why its tracks are there, where that is to be told.
  /// - Returns: whether all that was asked for could be written.
  @discardableResult
  func write(_ answer: Answer, _ reasons: AnswerReasons? = nil) throws -> Bool {
    let tracks = answer.recommendations
    reasons?.warn(context)
    switch context.arguments.format {
    case "json": try context.deliver(JSONValue.object(json(answer, reasons)).line)
    case "m3u8": try context.deliver(playlist(tracks).m3u8)
    case "xspf": try context.deliver(playlist(tracks).xspf)
    case "csv": try context.deliver(csv(tracks))
    default:
      let explained =
        context.arguments.flag("explain")
        ? reasons?.text(of: answer, width: context.output.terminalWidth ?? 100) ?? "" : ""
      try context.deliver(Array((table(answer) + explained).utf8))
    }
    if tracks.isEmpty { context.messages.say("the library holds no other track to name") }
    if answer.unmeasured > 0 {
      context.messages.say(
        "\(NumberText.count(answer.unmeasured, "track")) of an earlier version cannot be compared by "
          + "distance; 'earshot index --force' listens to them again")
    }
    return try reasons.flatMap { try MatchPicture(context, title: title)?.write(answer, $0) }
      ?? true
  }

  /// The answer as JSON has it.
  func json(_ answer: Answer, _ reasons: AnswerReasons? = nil) -> JSONObject {
    var object = JSONObject.versioned
    var query = query
    if let reasons { query["heard"] = reasons.json }
    object["query"] = .object(query)
    object["model"] = .object(JSONObject(model))
    object["self"] = Self.own(answer.left)
    object["results"] = .array(
      answer.recommendations.map { found in
        var result: JSONObject = ["rank": .integer(found.rank)]
        for member in JSONObject(found.track).members { result[member.name] = member.value }
        result["similarity"] = .float(found.similarity)
        if let distance = found.distance { result["distance"] = .float(distance) }
        result["percentile"] = JSONValue(found.percentile.map(Self.rounded))
        for (name, axis) in [
          ("timeSimilarity", VectorHalf.Axis.time), ("frequencySimilarity", .frequency),
        ] {
          result[name] = found.halfSimilarities[axis].map { .float($0) } ?? .null
        }
        result["section"] =
          found.section.map {
            ["start": .integer($0.start), "seconds": .integer($0.seconds)]
          } ?? .null
        if collapses {
          result["duplicates"] = .array(found.duplicates.map { .object(JSONObject($0)) })
        }
        if let reasons {
          result["explanation"] = .object(reasons.tracks[found.rank - 1].json(of: found))
        }
        return .object(result)
      })
    return object
  }

  /// The track that was left out, or the list of several, or null.
  private static func own(_ left: [TrackRecord]) -> JSONValue {
    switch left.count {
    case 0: .null
    case 1: .object(JSONObject(left[0]))
    default: .array(left.map { .object(JSONObject($0)) })
    }
  }

  private func csv(_ found: [Recommendation]) -> [UInt8] {
    let names = [
      "rank", "trackID", "path", "title", "artist", "album", "genre", "similarity", "percentile",
      "sectionStart", "sectionSeconds",
    ]
    let hasDistances = found.contains { $0.distance != nil }
    let rows = found.map { found in
      let (track, tags) = (found.track, found.track.tags)
      let cells: [CSVCell] = [
        .integer(found.rank), .text(track.sound.identity.hexadecimal), .text(track.path.string),
        CSVCell(tags.title), CSVCell(tags.artist), CSVCell(tags.album), CSVCell(tags.genre),
        .float(found.similarity), found.percentile.map { .double(Self.rounded($0)) } ?? .empty,
        found.section.map { .integer($0.start) } ?? .empty,
        found.section.map { .integer($0.seconds) } ?? .empty,
      ]
      return CSVRow.bytes(cells + (found.distance.map { [.float($0)] } ?? []))
    }
    return CSVRow.bytes((names + (hasDistances ? ["distance"] : [])).map(CSVCell.text))
      + rows.flatMap { $0 }
  }

  private func table(_ answer: Answer) -> String {
    var text = ""
    if answer.left.count == 1 {
      let left = answer.left[0]
      text = "In the library as \(TerminalText.clean(TrackTable.name(of: left)))\n"
    } else if collapses || answer.left.count <= Self.mostNamed {
      for left in answer.left {
        text +=
          "In the library as \(TerminalText.clean(TrackTable.name(of: left))), "
          + "\(TerminalText.clean(left.path))\n"
      }
    }
    if answer.recommendations.isEmpty { return text }
    var columns: [TextTable.Column] = [
      .init(title: "", alignment: .right), .init(title: "Similarity", alignment: .right),
      .init(title: "Percentile", alignment: .right), .init(title: "Title", isFlexible: true),
      .init(title: "Artist", isFlexible: true),
    ]
    let hasDistances = answer.recommendations.contains { $0.distance != nil }
    if hasDistances { columns.insert(.init(title: "Distance", alignment: .right), at: 1) }
    let hasSections = answer.recommendations.contains { $0.section != nil }
    if hasSections { columns.append(.init(title: "At", alignment: .right)) }
    columns.append(.init(title: "Path", isFlexible: true))
    if collapses { columns.append(.init(title: "Others", alignment: .right)) }
    var table = TextTable(columns)
    for found in answer.recommendations {
      var cells = [
        String(found.rank), NumberText.fixed(Double(found.similarity), decimals: 3),
        found.percentile.map { NumberText.fixed($0, decimals: 1) } ?? "",
        TrackTable.title(of: found.track), found.track.tags.artist ?? "",
      ]
      if hasDistances {
        cells.insert(
          found.distance.map { NumberText.fixed(Double($0), decimals: 2) } ?? "", at: 1)
      }
      if hasSections {
        cells.append(found.section.map { NumberText.clock(seconds: Double($0.start)) } ?? "")
      }
      cells.append(found.track.path.string)
      if collapses {
        cells.append(found.duplicates.isEmpty ? "" : String(found.duplicates.count))
      }
      table.append(cells)
    }
    return text + table.text(width: context.output.terminalWidth)
  }

  /// To hundredths, which is finer than the percentile is known.
  private static func rounded(_ percentile: Double) -> Double {
    (percentile * 100).rounded() / 100
  }

  private func playlist(_ found: [Recommendation]) -> Playlist {
    Playlist(
      title: title,
      entries: found.map { found in
        var entry = Playlist.Entry(found.track)
        entry.startSeconds = found.section?.start
        return entry
      })
  }
}

/// How tracks are shown where no answer is given.
enum TrackTable {
  /// The title, or the file's name where there is none.
  static func title(of track: TrackRecord) -> String {
    track.tags.title ?? track.path.lastComponent.string
  }

  /// Title and artist.
  static func name(of track: TrackRecord) -> String {
    track.tags.artist.map { "\(title(of: track)) by \($0)" } ?? title(of: track)
  }
}

extension Playlist {
  init(title: String, _ tracks: [TrackRecord]) {
    self.init(
      title: title,
      entries: tracks.map(Entry.init))
  }
}

extension Playlist.Entry {
  init(_ track: TrackRecord) {
    self.init(
      path: track.path, title: TrackTable.title(of: track), artist: track.tags.artist,
      album: track.tags.album, seconds: track.sound.seconds)
  }
}

extension JSONObject {
  /// A track as every JSON output names it.
  init(_ track: TrackRecord) {
    self = ["trackID": .string(track.sound.identity.hexadecimal)]
    append(path: track.path)
    self["title"] = JSONValue(track.tags.title)
    self["artist"] = JSONValue(track.tags.artist)
    self["album"] = JSONValue(track.tags.album)
    self["genre"] = JSONValue(track.tags.genre)
  }
}
