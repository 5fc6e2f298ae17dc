import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import Hashing

/// Writes a list in the form that was asked for, or that the ending of the output's name says.
struct PlaylistWriter {
  let context: CommandContext

  /// The forms, by the endings that stand for them.
  static let formats = [
    "m3u8": "m3u8", "m3u": "m3u8", "xspf": "xspf", "json": "json", "csv": "csv",
  ]

  /// The form to write: a table where nothing says another.
  private var format: String {
    if context.arguments.flag("json") { return "json" }
    if let format = context.arguments.choiceIfGiven("format") { return format }
    return context.arguments.path("output")?.fileExtension.flatMap { Self.formats[$0] } ?? "table"
  }

  /// Finds out before anything is listened to that the name to write to says no form.
  /// - Throws: `UsageError`.
  func checkOutput() throws {
    guard let output = context.arguments.path("output"), format == "table",
      context.arguments.choiceIfGiven("format") == nil
    else { return }
    throw context.arguments.usageError(
      .wrongEnding(
        option: "--output", value: output.string, endings: Self.formats.keys.sorted()))
  }

  /// Writes the list.
  func write(_ draft: PlaylistDraft) throws {
    switch format {
    case "json": try context.deliver(json(draft).line)
    case "csv": try context.deliver(csv(draft))
    case "m3u8": try context.deliver(playlist(draft).m3u8)
    case "xspf": try context.deliver(playlist(draft).xspf)
    default:
      let width = context.output.terminalWidth
      try context.deliver(draft.items.isEmpty ? [] : Array(table(draft).text(width: width).utf8))
    }
  }

  /// The list with its paths as they were asked for.
  private func playlist(_ draft: PlaylistDraft) -> Playlist {
    guard context.arguments.flag("relative") else { return draft.playlist }
    let folder = FolderEntry.currentFolder
    let output = context.arguments.path("output")?.absolute(in: folder)
    return draft.playlist.relative(to: output?.parent ?? folder.absolute(in: folder))
  }

  private func json(_ draft: PlaylistDraft) -> JSONValue {
    var object = JSONObject.versioned
    object["kind"] = .string(draft.kind)
    object["title"] = .string(draft.title)
    object["description"] = JSONValue(draft.description)
    object["query"] = .object(draft.query)
    object["model"] = .object(JSONObject(draft.model))
    let paths = playlist(draft).entries.map(\.path)
    object["tracks"] = .array(
      zip(draft.items, draft.similaritiesToPrevious).enumerated().map { place, element in
        let (item, similarity) = element
        var track: JSONObject = [
          "rank": .integer(place + 1),
          "trackID": JSONValue(item.track?.sound.identity.hexadecimal),
        ]
        track.append(path: paths[place])
        track["title"] = JSONValue(item.entry.title)
        track["artist"] = JSONValue(item.entry.artist)
        track["album"] = JSONValue(item.entry.album)
        track["genre"] = JSONValue(item.track?.tags.genre)
        track["seconds"] = item.entry.seconds.map { .double($0) } ?? .null
        track["similarityToPrevious"] = similarity.map { .float($0) } ?? .null
        return .object(track)
      })
    return .object(object)
  }

  private func csv(_ draft: PlaylistDraft) -> [UInt8] {
    let names = [
      "rank", "trackID", "path", "title", "artist", "album", "genre", "seconds",
      "similarityToPrevious",
    ]
    let paths = playlist(draft).entries.map(\.path)
    let rows = zip(draft.items, draft.similaritiesToPrevious).enumerated().map { place, element in
      let (item, similarity) = element
      return CSVRow.bytes([
        .integer(place + 1), CSVCell(item.track?.sound.identity.hexadecimal),
        .text(paths[place].string), CSVCell(item.entry.title), CSVCell(item.entry.artist),
        CSVCell(item.entry.album), CSVCell(item.track?.tags.genre),
        item.entry.seconds.map(CSVCell.double) ?? .empty,
        similarity.map(CSVCell.float) ?? .empty,
      ])
    }
    return CSVRow.bytes(names.map(CSVCell.text)) + rows.flatMap { $0 }
  }

  private func table(_ draft: PlaylistDraft) -> TextTable {
    var table = TextTable([
      .init(title: "", alignment: .right), .init(title: "To the last", alignment: .right),
      .init(title: "Title", isFlexible: true), .init(title: "Artist", isFlexible: true),
      .init(title: "Length", alignment: .right), .init(title: "Path", isFlexible: true),
    ])
    let paths = playlist(draft).entries.map(\.path)
    for (place, item) in draft.items.enumerated() {
      let similarity = draft.similaritiesToPrevious[place]
      table.append([
        String(place + 1),
        similarity.map { NumberText.fixed(Double($0), decimals: 3) } ?? "",
        item.entry.title ?? paths[place].lastComponent.string, item.entry.artist ?? "",
        item.entry.seconds.map { NumberText.clock(seconds: $0) } ?? "", paths[place].string,
      ])
    }
    return table
  }
}
