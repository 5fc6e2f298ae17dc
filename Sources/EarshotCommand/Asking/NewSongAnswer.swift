import Catalogue
import CommandInterface
import FileFormats
import Hashing
import Recommendation

/// Answers whether a song is new to the library, for scripts that bring in music.
struct NewSongAnswer {
  let asking: Asking

  private var context: CommandContext { asking.context }

  /// So many neighbours are listed where no number is given.
  private static let count = 5

  /// A track that is the song already.
  private struct Copy {
    let track: TrackRecord
    /// Whether it is the very same sound; otherwise the same recording in another encoding.
    let isSameSound: Bool
  }

  /// Answers; the status tells scripts.
  func run() throws -> ExitStatus {
    let format = context.arguments.format
    guard format == "json" || format == "table" else {
      throw context.arguments.usageError(.unsuitable(option: "--format \(format)", for: "--new"))
    }
    guard context.arguments.paths.count == 1 else {
      throw context.arguments.usageError(.onlyOne(of: "SONG", with: "--new"))
    }
    let gathered = try asking.gather(withFingerprints: true)
    guard let seed = gathered.seeds.first else { return .someFailed }
    guard seed.isSong else {
      throw context.arguments.usageError(.unsuitable(option: "--new", for: "more than one song"))
    }
    var query = try asking.query(for: gathered)
    if !context.arguments.isGiven("count") { query.count = Self.count }
    let answer = try gathered.recommender.answer(query)
    let copies = copies(of: seed, among: answer.left)
    let writer = AnswerWriter(
      context: context, model: gathered.model, query: gathered.json, title: "Near \(seed.name)")
    if format == "json" {
      var object = writer.json(answer)
      object["isNew"] = .bool(copies.isEmpty)
      object["copies"] = .array(
        copies.map { copy in
          var track = JSONObject(copy.track)
          track["reason"] = .string(copy.isSameSound ? "same-sound" : "same-recording")
          return .object(track)
        })
      try context.deliver(JSONValue.object(object).line)
    } else if copies.isEmpty {
      context.messages.say("\(seed.name) is new to the library; what is nearest:")
      try writer.write(Answer(recommendations: answer.recommendations, left: []))
    } else {
      let lines = copies.map { copy in
        let name = TerminalText.clean(TrackTable.name(of: copy.track))
        let reason = copy.isSameSound ? "the same sound" : "the same recording in another encoding"
        let path = TerminalText.clean(copy.track.path)
        return "You already have this: \(name), \(path) (\(reason))\n"
      }
      try context.deliver(lines.flatMap { Array($0.utf8) })
    }
    return copies.isEmpty ? .success : .alreadyThere
  }

  /// A track that only lies at the song's path, and holds what was there before, is none.
  private func copies(of seed: Seed, among left: [TrackRecord]) -> [Copy] {
    let identity = seed.json.first?["trackID"]
    return left.compactMap { track in
      let isSame = identity == .string(track.sound.identity.hexadecimal)
      let isOther = !seed.list.contains(track.number)
      return isSame || isOther ? Copy(track: track, isSameSound: isSame) : nil
    }
  }
}
