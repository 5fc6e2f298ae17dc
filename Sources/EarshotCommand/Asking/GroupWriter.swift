import Catalogue
import CommandInterface
import FileFormats
import Recommendation

/// Writes artists or genres that sound like something.
struct GroupWriter {
  let context: CommandContext
  let model: ModelRecord
  /// What was asked about, as JSON has it under `query`.
  let query: JSONObject
  /// `artists` or `genres`.
  let kind: String

  /// Writes the groups, nearest first.
  func write(_ groups: [TrackGroup]) throws {
    switch context.arguments.format {
    case "json": try context.deliver(json(groups).line)
    case "csv": try context.deliver(csv(groups))
    case "table":
      try context.deliver(Array(table(groups).text(width: context.output.terminalWidth).utf8))
    case let format:
      throw context.arguments.usageError(
        .unsuitable(option: "--format \(format)", for: "a list of \(kind)"))
    }
    if groups.isEmpty { context.messages.say("the library holds no other \(kind) to name") }
  }

  private func json(_ groups: [TrackGroup]) -> JSONValue {
    var object = JSONObject.versioned
    object["query"] = .object(query)
    object["model"] = .object(JSONObject(model))
    object[kind] = .array(
      groups.enumerated().map { place, group in
        [
          "rank": .integer(place + 1), "name": .string(group.name),
          "tracks": .integer(group.tracks.count), "similarity": .float(group.similarity),
          "cosine": .float(group.cosine),
        ]
      })
    return .object(object)
  }

  private func csv(_ groups: [TrackGroup]) -> [UInt8] {
    let names = ["rank", "name", "tracks", "similarity", "cosine"]
    return CSVRow.bytes(names.map(CSVCell.text))
      + groups.enumerated().flatMap { place, group in
        CSVRow.bytes([
          .integer(place + 1), .text(group.name), .integer(group.tracks.count),
          .float(group.similarity), .float(group.cosine),
        ])
      }
  }

  private func table(_ groups: [TrackGroup]) -> TextTable {
    var table = TextTable([
      .init(title: "", alignment: .right), .init(title: "Similarity", alignment: .right),
      .init(title: "Tracks", alignment: .right), .init(title: "Name", isFlexible: true),
    ])
    for (place, group) in groups.enumerated() {
      table.append([
        String(place + 1), NumberText.fixed(Double(group.similarity), decimals: 3),
        NumberText.grouped(group.tracks.count), group.name,
      ])
    }
    return table
  }
}
