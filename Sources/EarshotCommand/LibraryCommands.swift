import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import Hashing
import MusicLibrary

/// `earshot library status`: what the library holds.
enum LibraryStatusCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let catalogue = try context.openLibrary()
    let counts = try catalogue.counts()
    let models = try catalogue.models().map {
      ($0, try catalogue.vectorCount(model: $0), try catalogue.sectionCount(model: $0))
    }
    let main = try catalogue.mainModel()
    let failures = try catalogue.failureCounts()
    let size = (try? FolderEntry(at: catalogue.path, followLinks: true))?.size ?? 0
    if context.arguments.flag("json") {
      var object = JSONObject.versioned
      object.append(path: catalogue.path)
      object["bytes"] = .integer(size)
      object["tracks"] = .integer(counts.tracks)
      object["files"] = .integer(counts.files)
      object["missing"] = .integer(counts.missing)
      object["failures"] = .integer(counts.failures)
      object["failureCounts"] = .object(JSONObject(failures: failures))
      object["seconds"] = .double(counts.seconds)
      object["models"] = .array(
        models.map { model, vectors, sections in
          var entry = JSONObject(model)
          entry["vectors"] = .integer(vectors)
          entry["sections"] = .integer(sections)
          entry["main"] = .bool(model.identity == main?.identity)
          return .object(entry)
        })
      context.writeLine(object)
      return .success
    }
    var lines = [
      ("Library", "\(TerminalText.clean(catalogue.path)) (\(NumberText.bytes(size)))"),
      (
        "Tracks",
        "\(NumberText.grouped(counts.tracks)), "
          + NumberText.duration(seconds: counts.seconds) + " of music"
      ),
      ("Files", NumberText.grouped(counts.files)),
    ]
    if counts.missing > 0 {
      lines.append(
        ("Missing", "\(NumberText.count(counts.missing, "file")) no longer there, or excluded"))
    }
    if counts.failures > 0 {
      let codes = failures.map { "\(NumberText.grouped($0.count)) \(TerminalText.clean($0.code))" }
      lines.append(
        (
          "Failures",
          "\(NumberText.count(counts.failures, "file")) (\(codes.joined(separator: ", "))); "
            + "'earshot library failures' lists them"
        ))
    }
    for (model, vectors, sections) in models {
      lines.append(
        (
          "Model",
          "\(TerminalText.clean(model.name)) \(model.identity.hexadecimal.prefix(12)), "
            + NumberText.count(vectors, "vector")
            + (sections > 0 ? ", \(NumberText.count(sections, "section"))" : "")
        ))
    }
    for (name, text) in lines {
      context.output.write(DisplayWidth.pad(name, to: 10) + text + "\n")
    }
    return .success
  }
}

/// `earshot library failures`: the files that could not be made tracks, and why.
enum LibraryFailuresCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let catalogue = try context.openLibrary()
    if context.arguments.flag("counts") {
      count(try catalogue.failureCounts(), context)
      return .success
    }
    let failures = try catalogue.failures()
    switch context.arguments.format {
    case "json":
      for failure in failures {
        var object = JSONObject.versioned
        object.append(path: failure.path)
        object["error"] = ["code": .string(failure.code), "message": .string(failure.reason)]
        context.writeLine(object)
      }
    case "csv":
      context.output.write(CSVRow.bytes(["path", "code", "message"].map(CSVCell.text)))
      for failure in failures {
        context.output.write(
          CSVRow.bytes([.text(failure.path.string), .text(failure.code), .text(failure.reason)]))
      }
    default:
      var table = TextTable([
        .init(title: "Code"), .init(title: "Path", isFlexible: true),
        .init(title: "Reason", isFlexible: true),
      ])
      for failure in failures {
        table.append([failure.code, failure.path.string, failure.reason])
      }
      if failures.isEmpty {
        context.messages.say("no file failed")
      } else {
        context.output.write(table.text(width: context.output.terminalWidth))
      }
    }
    return .success
  }

  /// Shows how many files failed for each reason.
  private static func count(_ counts: [(code: String, count: Int)], _ context: CommandContext) {
    switch context.arguments.format {
    case "json":
      var object = JSONObject.versioned
      object["failures"] = .integer(counts.reduce(0) { $0 + $1.count })
      object["failureCounts"] = .object(JSONObject(failures: counts))
      context.writeLine(object)
    case "csv":
      context.output.write(CSVRow.bytes([.text("code"), .text("files")]))
      for (code, count) in counts {
        context.output.write(CSVRow.bytes([.text(code), .integer(count)]))
      }
    default:
      var table = TextTable([.init(title: "Code"), .init(title: "Files", alignment: .right)])
      for (code, count) in counts { table.append([code, NumberText.grouped(count)]) }
      if counts.isEmpty {
        context.messages.say("no file failed")
      } else {
        context.output.write(table.text(width: context.output.terminalWidth))
      }
    }
  }
}

extension JSONObject {
  /// The codes of failures and how many there are of each.
  fileprivate init(failures counts: [(code: String, count: Int)]) {
    self.init(counts.map { ($0.code, .integer($0.count)) })
  }
}

/// `earshot completions`: what lets a shell complete commands and options.
enum CompletionsCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    guard let shell = Shell(rawValue: context.arguments.operandTexts[0]) else {
      preconditionFailure("a shell that the table does not know")
    }
    context.output.write(CommandTable.shellCompletions.script(for: shell))
    return .success
  }
}

/// `earshot manual`: the manual page, or the reference in Markdown.
enum ManualCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let text =
      context.arguments.flag("markdown")
      ? MarkdownReference(root: CommandTable.earshot).text
      : ManualPage(root: CommandTable.earshot, version: VersionText.version).text
    context.output.write(text)
    return .success
  }
}
