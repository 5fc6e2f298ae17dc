import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import Hashing

/// `earshot search`: tracks of the library by the words of their tags.
enum SearchCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    try context.protect(context.libraryFiles)
    let catalogue = try context.openLibrary()
    try context.protectLibrary(catalogue)
    let text = context.arguments.operandTexts.joined(separator: " ")
    let tracks = try found(text, in: catalogue, context).compactMap { try catalogue.track($0) }
    switch context.arguments.format {
    case "json":
      try context.deliver(tracks.flatMap { JSONValue.object(json($0)).line })
    case "m3u8": try context.deliver(Playlist(title: text, tracks).m3u8)
    case "xspf": try context.deliver(Playlist(title: text, tracks).xspf)
    case "csv": try context.deliver(csv(tracks))
    default:
      let text = tracks.isEmpty ? "" : table(tracks).text(width: context.output.terminalWidth)
      try context.deliver(Array(text.utf8))
    }
    guard tracks.isEmpty else { return .success }
    context.messages.say("nothing in the library matches \"\(text)\"")
    return .someFailed
  }

  private static func found(
    _ text: String, in catalogue: Catalogue, _ context: CommandContext
  ) throws -> [Int64] {
    let limit = context.arguments.integer("limit")
    guard context.arguments.flag("regex") else {
      return try catalogue.tracks(matching: text, limit: limit)
    }
    let expression: Regex<AnyRegexOutput>
    do {
      expression = try Regex(text).ignoresCase()
    } catch {
      throw context.arguments.usageError(.notARegularExpression(text))
    }
    return try catalogue.tracks(
      whoseText: { $0.firstMatch(of: expression) != nil }, limit: limit)
  }

  /// One object on each line.
  private static func json(_ track: TrackRecord) -> JSONObject {
    var object = JSONObject.versioned
    for member in JSONObject(track).members { object[member.name] = member.value }
    object["seconds"] = .double(track.sound.seconds)
    return object
  }

  private static func csv(_ tracks: [TrackRecord]) -> [UInt8] {
    let names = ["trackID", "path", "title", "artist", "album", "genre", "year", "seconds"]
    let rows = tracks.map { track in
      CSVRow.bytes([
        .text(track.sound.identity.hexadecimal), .text(track.path.string),
        CSVCell(track.tags.title), CSVCell(track.tags.artist), CSVCell(track.tags.album),
        CSVCell(track.tags.genre), track.tags.year.map(CSVCell.integer) ?? .empty,
        .double(track.sound.seconds),
      ])
    }
    return CSVRow.bytes(names.map(CSVCell.text)) + rows.flatMap { $0 }
  }

  private static func table(_ tracks: [TrackRecord]) -> TextTable {
    var table = TextTable([
      .init(title: "Title", isFlexible: true), .init(title: "Artist", isFlexible: true),
      .init(title: "Album", isFlexible: true), .init(title: "Length", alignment: .right),
      .init(title: "Path", isFlexible: true),
    ])
    for track in tracks {
      table.append([
        TrackTable.title(of: track), track.tags.artist ?? "", track.tags.album ?? "",
        NumberText.clock(seconds: track.sound.seconds), track.path.string,
      ])
    }
    return table
  }
}
