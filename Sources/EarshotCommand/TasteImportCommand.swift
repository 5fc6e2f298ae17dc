import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import MusicLibrary
import Recommendation

/// `earshot taste import`: brings into the library what was played elsewhere.
enum TasteImportCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let lock = try context.lockExistingLibrary()
    defer { withExtendedLifetime(lock) {} }
    var tables: [(path: FilePath, table: ListenTable)] = []
    var failed = false
    for path in context.arguments.paths {
      do {
        let bytes = try ReadableFile(path).contents(limit: ListenTable.longest)
        tables.append((path, try ListenTable(bytes)))
      } catch let error as FileFormatError {
        context.messages.say(ErrorText.text(error.code), about: path.string)
        failed = true
      }
    }
    let catalogue = try Catalogue(context.location.catalogue, access: .writing)
    let matching = try ListenMatching(catalogue)
    for (path, table) in tables {
      let folder = path.absolute(in: FolderEntry.currentFolder).parent
      let match = try matching.match(table, relativeTo: folder)
      try catalogue.record(match.listens)
      tell(match, table, path, context)
    }
    return failed ? .someFailed : .success
  }

  private static func tell(
    _ match: ListenMatching.Match, _ table: ListenTable, _ path: FilePath,
    _ context: CommandContext
  ) {
    let tracks = Set(match.listens.map(\.track)).count
    if context.arguments.flag("json") {
      var object = JSONObject.versioned
      object.append(path: path)
      object["listens"] = .integer(match.count)
      object["tracks"] = .integer(tracks)
      object["unknown"] = .integer(match.unknown)
      object["unreadable"] = .integer(table.unreadable)
      return context.writeLine(object)
    }
    var text =
      "\(NumberText.count(match.count, "listen")) of \(NumberText.count(tracks, "track")) of the library"
    if match.unknown > 0 {
      text += ", \(NumberText.grouped(match.unknown)) of tracks that it does not hold"
    }
    if table.unreadable > 0 {
      text += ", \(NumberText.count(table.unreadable, "row")) that tell of none"
    }
    context.messages.say(text, about: path.string)
  }
}
