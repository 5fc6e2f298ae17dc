import CommandInterface
import FileAccess

/// The words that make a saved list again, whatever folder they are typed in: the kind of list, its
/// options and its seeds, with paths from the root.
struct PlaylistRecipe {
  let words: [[UInt8]]

  init(words: [[UInt8]]) { self.words = words }

  /// The recipe of a command line.
  init(_ arguments: ParsedArguments) {
    let folder = FolderEntry.currentFolder
    var words = [Array((arguments.command.path.last ?? "").utf8)]
    for (name, value) in arguments.typed where !Self.leftOut.contains(name) {
      guard let value else {
        words.append(Array("--\(name)".utf8))
        continue
      }
      var bytes = value
      switch name {
      case "output": bytes = FilePath(bytes: value).absolute(in: folder).bytes
      case "unlike", "model": bytes = Self.fixed(value, in: folder)
      default: break
      }
      words.append(Array("--\(name)=".utf8) + bytes)
    }
    words.append(Array("--".utf8))
    words += arguments.operandBytes.map { Self.fixed($0, in: folder) }
    self.words = words
  }

  /// Options that say where and not what.
  private static let leftOut: Set<String> = ["library", "save"]

  /// A seed whose path begins at the root, if it is the path of a file that is there.
  private static func fixed(_ word: [UInt8], in folder: FilePath) -> [UInt8] {
    let seed = SeedText(FilePath(bytes: word), default: .track)
    guard [.file, .track, .playlist, .vector].contains(seed.kind),
      (try? FolderEntry(at: seed.value, followLinks: true)) != nil
    else { return word }
    let mark = word.prefix(word.count - seed.value.bytes.count)
    return mark + seed.value.absolute(in: folder).bytes
  }

  /// The command line that makes the list from a library.
  /// - Throws: `UsageError` where it is none of this Earshot's.
  func arguments(library: FilePath) throws -> ParsedArguments {
    var line = [Array("playlist".utf8)] + words
    line.insert(Array("--library=".utf8) + library.bytes, at: min(2, line.count))
    let parser = CommandTable.parser(program: "earshot")
    guard case .run(let arguments) = try parser.parse(line), arguments.command.path.count == 2
    else {
      throw CommandError.notARecipe
    }
    return arguments
  }

  /// As one would type it, for people.
  var text: String {
    let quoted = words.map { word in
      let text = String(decoding: word, as: UTF8.self)
      let isPlain = text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.numericType != nil
          || "-_./:=,+".unicodeScalars
            .contains($0)
      }
      return isPlain && !text.isEmpty
        ? text
        : "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }
    return (["earshot", "playlist"] + quoted.filter { $0 != "--" }).joined(separator: " ")
  }
}
