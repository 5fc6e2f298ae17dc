import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import MusicLibrary

/// `earshot library prune`: takes out of the library what is no longer there.
enum LibraryPruneCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let isDryRun = context.arguments.flag("dry-run")
    let lock = isDryRun ? nil : try context.lockExistingLibrary()
    defer { withExtendedLifetime(lock) {} }
    let catalogue =
      try isDryRun ? context.openLibrary() : Catalogue(context.location.catalogue, access: .writing)
    let pruning = try LibraryPruning(
      of: catalogue, withPresent: context.arguments.flag("all"))
    if !isDryRun {
      guard !pruning.isLarge || context.arguments.flag("yes") else {
        throw CommandError.largePruning(
          files: pruning.files.count, tracks: pruning.tracks.count, share: pruning.share)
      }
      try pruning.apply(to: catalogue, location: context.location)
    }
    tell(pruning, isDryRun, context)
    return .success
  }

  private static func tell(_ pruning: LibraryPruning, _ isDryRun: Bool, _ context: CommandContext) {
    if context.arguments.flag("json") {
      for file in pruning.files {
        var object = JSONObject.versioned
        object.append(path: file.stamp.path)
        context.writeLine(object)
      }
      var object = JSONObject.versioned
      object["files"] = .integer(pruning.files.count)
      object["tracks"] = .integer(pruning.tracks.count)
      object["kept"] = .integer(pruning.keptCount)
      object["isLarge"] = .bool(pruning.isLarge)
      object["dryRun"] = .bool(isDryRun)
      return context.writeLine(object)
    }
    for file in pruning.files {
      context.output.write(TerminalText.clean(file.stamp.path) + "\n")
    }
    let goes = isDryRun ? "would go" : "taken out"
    context.messages.say(
      "\(NumberText.count(pruning.files.count, "file")) and "
        + "\(NumberText.count(pruning.tracks.count, "track")) \(goes)")
    if pruning.keptCount > 0 {
      context.messages.say(
        "\(NumberText.count(pruning.keptCount, "file")) kept: there, but not found by the last run; "
          + "'earshot index' takes them up again unless they are excluded")
    }
    if isDryRun, pruning.isLarge {
      context.messages.say(
        "\(NumberText.percent(pruning.share)) of the library: this would need --yes")
    }
  }
}
