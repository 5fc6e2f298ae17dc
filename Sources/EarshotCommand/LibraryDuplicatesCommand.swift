import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import Hashing
import MusicLibrary
import Recommendation

/// `earshot library duplicates`: files that hold one recording.
enum LibraryDuplicatesCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let catalogue = try context.openLibrary()
    let findings = try DuplicateSearch(catalogue: catalogue, model: catalogue.mainModel()).run()
    switch context.arguments.format {
    case "json": for group in findings.groups { context.writeLine(json(group)) }
    case "csv": context.output.write(csv(findings.groups))
    default:
      if findings.groups.isEmpty {
        context.messages.say("no two files hold the same recording")
      } else {
        context.output.write(table(findings.groups).text(width: context.output.terminalWidth))
      }
    }
    if findings.unprinted > 0 {
      let count = NumberText.count(findings.unprinted, "track")
      context.messages.say(
        "\(count) without a fingerprint: of these only exact copies are found; "
          + "'earshot index' with the folders makes the fingerprints")
    }
    return .success
  }

  private static func json(_ group: DuplicateGroup) -> JSONObject {
    var object = JSONObject.versioned
    object["files"] = .array(
      group.copies.map { copy in
        let sound = copy.track.sound
        var file = JSONObject(copy.track)
        file["codec"] = .string(sound.codec)
        file["sampleRate"] = .integer(sound.sampleRate)
        file["channels"] = .integer(sound.channels)
        file["seconds"] = .double(sound.seconds)
        file["bytes"] = .integer(copy.size)
        file["bitRate"] = .integer(copy.bitRate)
        file["reason"] = copy.reason.map { .object(json($0.0, of: $0.of)) } ?? .null
        return .object(file)
      })
    return object
  }

  private static func json(_ reason: DuplicateCopy.Reason, of path: FilePath) -> JSONObject {
    var object: JSONObject = ["code": .string(code(reason))]
    var original = JSONObject()
    original.append(path: path)
    object["of"] = .object(original)
    if case .sameRecording(let evidence) = reason {
      object["agreement"] = .double(rounded(evidence.agreement))
      object["lengthDifference"] = .double(rounded(evidence.lengthDifference))
      object["similarity"] = .float(evidence.similarity)
    }
    return object
  }

  private static func csv(_ groups: [DuplicateGroup]) -> [UInt8] {
    let names = [
      "group", "trackID", "path", "title", "artist", "album", "codec", "sampleRate", "channels",
      "seconds", "bytes", "bitRate", "reason", "of", "agreement", "lengthDifference", "similarity",
    ]
    var bytes = CSVRow.bytes(names.map(CSVCell.text))
    for (number, group) in groups.enumerated() {
      for copy in group.copies {
        let (track, sound) = (copy.track, copy.track.sound)
        var cells: [CSVCell] = [
          .integer(number + 1), .text(sound.identity.hexadecimal), .text(track.path.string),
          CSVCell(track.tags.title), CSVCell(track.tags.artist), CSVCell(track.tags.album),
          .text(sound.codec), .integer(sound.sampleRate), .integer(sound.channels),
          .double(sound.seconds), .integer(copy.size), .integer(copy.bitRate),
          CSVCell(copy.reason.map { code($0.0) }), CSVCell(copy.reason?.of.string),
        ]
        if case .sameRecording(let evidence)? = copy.reason?.0 {
          cells += [
            .double(rounded(evidence.agreement)), .double(rounded(evidence.lengthDifference)),
            .float(evidence.similarity),
          ]
        } else {
          cells += [.empty, .empty, .empty]
        }
        bytes += CSVRow.bytes(cells)
      }
    }
    return bytes
  }

  private static func table(_ groups: [DuplicateGroup]) -> TextTable {
    var table = TextTable([
      .init(title: "", alignment: .right), .init(title: "Title", isFlexible: true),
      .init(title: "Artist", isFlexible: true), .init(title: "Sound"),
      .init(title: "Length", alignment: .right), .init(title: "Why", isFlexible: true),
      .init(title: "Path", isFlexible: true),
    ])
    for (number, group) in groups.enumerated() {
      for (place, copy) in group.copies.enumerated() {
        let track = copy.track
        table.append([
          place == 0 ? String(number + 1) : "", TrackTable.title(of: track),
          track.tags.artist ?? "", sound(copy), NumberText.clock(seconds: track.sound.seconds),
          why(copy, in: group), track.path.string,
        ])
      }
    }
    return table
  }

  /// `mp3 128 kbit/s 44.1 kHz`.
  private static func sound(_ copy: DuplicateCopy) -> String {
    let sound = copy.track.sound
    let kilohertz = Double(sound.sampleRate) / 1_000
    let digits = kilohertz == kilohertz.rounded() ? 0 : 1
    return "\(sound.codec) \(NumberText.grouped((copy.bitRate + 500) / 1_000)) kbit/s "
      + "\(NumberText.fixed(kilohertz, decimals: digits)) kHz"
  }

  private static func why(_ copy: DuplicateCopy, in group: DuplicateGroup) -> String {
    guard let (reason, path) = copy.reason else { return "best" }
    // Said only where it is not the first of the group.
    let of = path == group.copies.first?.track.path ? "" : " as \(path.lastComponent.string)"
    switch reason {
    case .sameSound: return "same sound" + of
    case .sameRecording(let evidence):
      return "same recording\(of): fingerprint \(NumberText.percent(evidence.agreement)), "
        + "length \(NumberText.fixed(evidence.lengthDifference, decimals: 2)) s off, "
        + "similarity \(NumberText.fixed(Double(evidence.similarity), decimals: 3))"
    }
  }

  private static func code(_ reason: DuplicateCopy.Reason) -> String {
    switch reason {
    case .sameSound: "same-sound"
    case .sameRecording: "same-recording"
    }
  }

  /// To the digits that mean something.
  private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
