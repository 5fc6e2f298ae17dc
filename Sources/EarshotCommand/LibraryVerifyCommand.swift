import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Hashing
import MusicLibrary

/// `earshot library verify`: whether everything in the library is what it was.
enum LibraryVerifyCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let isReadOnly = !context.canWriteLibrary
    let repairs = context.arguments.flag("repair")
    // With the lock nobody changes what is looked at. Where nothing can be written, nobody can.
    let lock = isReadOnly && !repairs ? nil : try context.lockExistingLibrary()
    defer { withExtendedLifetime(lock) {} }
    let catalogue = try context.openLibrary()
    let total = try vectorCount(catalogue)
    let check = LibraryCheck(catalogue: catalogue, location: context.location)
    let progress = ProgressLine(
      style: ProgressLine.Style(
        option: context.arguments.choice("progress"), messages: context.messages),
      verb: "Checking", noun: "vectors", total: total, messages: context.messages)
    defer { progress.finish() }
    let (faults, counts) = try check.run { done, _ in progress.update(done: done) }
    progress.finish()
    let mended =
      isReadOnly
      ? faults.map { _ in false }
      : try check.mend(faults, withTracks: repairs) { context.soundModel(for: $0) }
    for (fault, isMended) in zip(faults, mended) { tell(fault, isMended, context) }
    sum(faults, mended, counts, context)
    return faults.isEmpty ? .success : .someFailed
  }

  private static func vectorCount(_ catalogue: Catalogue) throws(CatalogueError) -> Int {
    var count = 0
    for model in try catalogue.models() {
      count += try catalogue.vectorCount(model: model)
      count += try catalogue.sectionCount(model: model)
    }
    return count
  }

  /// One line, or one object, for each fault.
  private static func tell(_ fault: LibraryFault, _ isMended: Bool, _ context: CommandContext) {
    let remedy = isMended ? mendedText(fault) : ErrorText.remedy(fault)
    if context.arguments.flag("json") {
      var object = JSONObject.versioned
      object["fault"] = .string(fault.code)
      object["message"] = .string(ErrorText.text(fault))
      object["trackID"] = JSONValue(fault.identity?.hexadecimal)
      if let path = fault.path { object.append(path: path) }
      if let model = fault.model { object["model"] = .object(JSONObject(model)) }
      object["mended"] = .bool(isMended)
      object["remedy"] = JSONValue(remedy)
      return context.writeLine(object)
    }
    var subject = fault.path?.string
    if subject == nil { subject = fault.identity.map { "track \($0.hexadecimal.prefix(12))" } }
    if subject == nil { subject = fault.track.map { "track number \($0)" } }
    if subject == nil { subject = fault.model.map { "model \($0.name)" } }
    let parts = [subject, ErrorText.text(fault), remedy].compactMap { $0 }
    context.output.write(TerminalText.clean(parts.joined(separator: ": ")) + "\n")
  }

  private static func mendedText(_ fault: LibraryFault) -> String? {
    switch fault.kind {
    case .structure: nil
    case .references, .sound, .file, .vector, .section, .descriptor, .fingerprint:
      "taken out; 'earshot index' listens to the file again"
    case .fileCount, .vectorCount, .sectionCount:
      "counted again; 'earshot index' listens to what is not there any more"
    case .text, .searchFile: "made again"
    case .modelFile: "copied again"
    }
  }

  private static func sum(
    _ faults: [LibraryFault], _ mended: [Bool], _ counts: LibraryCheck.Counts,
    _ context: CommandContext
  ) {
    let mendedCount = mended.count { $0 }
    if context.arguments.flag("json") {
      var object = JSONObject.versioned
      object["sound"] = .bool(faults.isEmpty)
      object["faults"] = .integer(faults.count)
      object["mended"] = .integer(mendedCount)
      object["checked"] = [
        "tracks": .integer(counts.tracks), "vectors": .integer(counts.vectors),
        "sections": .integer(counts.sections),
        "descriptors": .integer(counts.descriptors), "fingerprints": .integer(counts.fingerprints),
        "searchFiles": .integer(counts.searchFiles),
        "modelFiles": .integer(counts.modelFiles), "text": .bool(counts.text),
      ]
      return context.writeLine(object)
    }
    var looked =
      "\(NumberText.count(counts.tracks, "track")), \(NumberText.count(counts.vectors, "vector"))"
    if counts.sections > 0 { looked += ", \(NumberText.count(counts.sections, "section"))" }
    if faults.isEmpty { return context.messages.say("all is sound: \(looked)") }
    let end = mendedCount > 0 ? ", \(NumberText.grouped(mendedCount)) mended" : ""
    context.messages.say("\(NumberText.count(faults.count, "fault")) in \(looked)\(end)")
  }
}

extension CommandContext {
  /// Whether the library's folder takes files.
  fileprivate var canWriteLibrary: Bool {
    FolderEntry.isWritable(location.catalogue.parent) && FolderEntry.isWritable(location.catalogue)
  }

  /// A model for a library's record, read from wherever one of its name is found, with its identity
  /// proven; nil where there is none.
  fileprivate func soundModel(for record: ModelRecord) -> EmbeddingModel? {
    for name in [arguments.path("model"), FilePath(record.name)] {
      guard let name, let path = try? models.find(name), let model = try? EmbeddingModel(path),
        model.identity == record.identity, (try? model.verify(path)) != nil
      else { continue }
      return model
    }
    return nil
  }
}

extension ErrorText {
  /// What is wrong with a library.
  static func text(_ fault: LibraryFault) -> String {
    switch fault.kind {
    case .structure(let words): "the library file is damaged (\(words))"
    case .references(let broken):
      "\(NumberText.count(broken.count, "row")) of \(broken.table) \(broken.count == 1 ? "refers" : "refer") "
        + "to what is not in \(broken.target)"
    case .text: "the words that 'earshot search' looks through are not those of the files"
    case .sound(let column): "its \(column.replacing("_", with: " ")) is none that a sound has"
    case .file: "the library holds another sound or place for it than was put in"
    case .fileCount: "it has not as many files as were put in"
    case .vectorCount: "vectors of the model are not those that were put in"
    case .vector(.length): "its vector has the wrong length"
    case .vector(.checksum): "its vector was changed: it does not match its checksum"
    case .vector(.notFinite): "its vector holds what is not a number"
    case .vector(.notUnit): "its vector is not of length 1"
    case .vector(.lengths): "the lengths of its vector's halves are none"
    case .vector(.excerpt): "the part that its vector was made from is none"
    case .section: "one of its sections is not what it was, or none"
    case .sectionCount: "sections of the model are not those that were put in"
    case .descriptor(let column): "its \(column.replacing("_", with: " ")) is none that music has"
    case .fingerprint: "its fingerprint was changed: it does not match its checksum"
    case .searchFile(.damaged): "the search file is damaged"
    case .searchFile(.differs): "the search file does not hold the library's vectors"
    case .modelFile(.file(.notFound)): "the library's copy of its model is not there"
    case .modelFile: "the library's copy of its model is damaged"
    }
  }

  /// What helps where nothing was mended.
  static func remedy(_ fault: LibraryFault) -> String? {
    switch fault.kind {
    case .structure:
      "restore a copy, or save what can be read with 'earshot library export', delete the library, "
        + "import it into a new one and index again"
    case .references, .sound, .file, .fileCount, .vectorCount, .vector, .section, .sectionCount,
      .descriptor, .fingerprint:
      "'earshot library verify --repair' takes it out, then 'earshot index' listens again"
    case .text: "'earshot library verify --repair' makes them again"
    case .searchFile: "'earshot library verify --repair' makes it again"
    case .modelFile:
      "'earshot library verify --repair --model FILE' copies it again from a model of the same identity"
    }
  }
}
