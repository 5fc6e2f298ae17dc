import AnalysisLines
import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import MusicLibrary

/// `earshot library export`: what was heard, for other libraries and other programs.
enum LibraryExportCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    try context.protect(context.libraryFiles)
    let isArchive = context.arguments.choice("format") == "safetensors"
    if isArchive, !context.arguments.isGiven("output") {
      throw context.arguments.usageError(.missingOption("--output"))
    }
    let catalogue = try context.openLibrary()
    let record = try context.modelRecord(for: catalogue)
    let export = LibraryExport(
      of: catalogue, model: record, withPaths: context.arguments.flag("paths"))
    let progress = ProgressLine(
      style: ProgressLine.Style(
        option: context.arguments.choice("progress"), messages: context.messages),
      verb: "Exporting", noun: "tracks", total: try export.trackCount(), messages: context.messages)
    defer { progress.finish() }
    let counts: LibraryExport.Counts
    switch context.arguments.path("output") {
    case let folder? where isArchive:
      counts = try VectorArchive.write(export, to: folder) { progress.advance() }
    case let path?: counts = try write(export, to: path, progress)
    case nil:
      counts = try export.forEachLine { line in
        if case .analysed = line.content { progress.advance() }
        context.output.write(JSONValue.object(line.object).line)
        return context.output.isOpen
      }
    }
    progress.finish()
    var parts = ["\(NumberText.count(counts.tracks, "track")) exported"]
    if counts.files > 0 { parts.append("with \(NumberText.count(counts.files, "path"))") }
    if counts.failures > 0 { parts.append("and \(NumberText.count(counts.failures, "failure"))") }
    context.messages.say(parts.joined(separator: " "))
    guard counts.damaged > 0 else { return .success }
    context.messages.say(
      "\(NumberText.count(counts.damaged, "track")) left out: damaged; "
        + "'earshot library verify' tells which")
    return .someFailed
  }

  /// Writes lines to a file that appears whole or not at all.
  private static func write(
    _ export: LibraryExport, to path: FilePath, _ progress: ProgressLine
  ) throws -> LibraryExport.Counts {
    var counts = LibraryExport.Counts()
    try WrittenFile.replace(path) { write in
      var failure: FileAccessError?
      counts = try export.forEachLine { line in
        if case .analysed = line.content { progress.advance() }
        do throws(FileAccessError) {
          try write(JSONValue.object(line.object).line)
        } catch {
          failure = error
        }
        return failure == nil
      }
      if let failure { throw failure }
    }
    return counts
  }
}
