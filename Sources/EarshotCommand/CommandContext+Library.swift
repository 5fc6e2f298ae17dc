import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Hashing
import MusicLibrary

extension CommandContext {
  /// The files that make up the library, as far as they have fixed names.
  var libraryFiles: [FilePath] {
    let catalogue = location.catalogue
    return [
      catalogue, FilePath(bytes: catalogue.bytes + Array("-wal".utf8)), location.lockFile,
      location.factsFile,
    ]
  }

  /// Refuses to write an answer over what the library is made of: its models and search files, and the
  /// songs that it knows.
  /// - Throws: `UsageError`, `CatalogueError`.
  func protectLibrary(_ catalogue: Catalogue, from option: String = "output") throws {
    guard arguments.hasOption(option), let output = arguments.path(option) else { return }
    let path = output.absolute(in: FolderEntry.currentFolder)
    let files = try catalogue.models().flatMap { model in
      [location.modelFile(model.identity)]
        + [true, false].map { location.searchFile(model: model.identity, isMain: $0) }
    }
    try protect(files, from: option)
    if try catalogue.file(at: path)?.track != nil {
      throw arguments.usageError(.outputIsInput(option: "--" + option, value: output.string))
    }
  }

  /// The library, to be read.
  func openLibrary() throws -> Catalogue { try Catalogue(location.catalogue, access: .reading) }

  /// The model that a library's question is put under: the one named by `--model`, else the
  /// library's own.
  /// - Throws: ``CommandError`` when the library has no vectors of it.
  func model(
    for catalogue: Catalogue
  ) throws -> (model: EmbeddingModel, file: FilePath, record: ModelRecord) {
    guard let main = try catalogue.mainModel() else { throw CommandError.emptyLibrary }
    guard arguments.path("model") != nil else {
      let copy = location.modelFile(main.identity)
      let file = try (try? models.find(copy)) ?? models.find(FilePath(main.name))
      let model = try EmbeddingModel(file)
      guard main.isOf(model) else {
        throw CommandError.modelMismatch(library: main.name, asked: model.name)
      }
      return (model, file, main)
    }
    let file = try modelFile()
    let model = try EmbeddingModel(file)
    guard let record = try catalogue.models().first(where: { $0.isOf(model) }) else {
      throw CommandError.modelMismatch(library: main.name, asked: model.name)
    }
    return (model, file, record)
  }

  /// The halves of a model's vectors, as its file says; none where the file cannot be found or read.
  func halves(of record: ModelRecord) throws -> [VectorHalf] {
    for name in [location.modelFile(record.identity), FilePath(record.name)] {
      guard let path = try? models.find(name), let head = try? ModelHead(path),
        head.identity == record.identity, head.dimension == record.dimension
      else { continue }
      return head.halves
    }
    return []
  }

  private static var excerptSetting: String { "excerpt" }

  /// The part of each song that a library's vectors were made from, nil in a new library.
  func excerpt(of catalogue: Catalogue) throws(CatalogueError) -> ExcerptOption? {
    try catalogue.setting(Self.excerptSetting).flatMap(ExcerptOption.init)
  }

  /// Settles the part of each song that an index run listens to, and keeps it with the library.
  /// - Throws: ``CommandError`` when it is another than the library's vectors were made from.
  func settleExcerpt(of catalogue: Catalogue) throws -> ExcerptOption {
    let kept = try excerpt(of: catalogue)
    let wanted = givenExcerpt ?? kept ?? .middle
    if let kept, kept != wanted, !arguments.flag("force"), try catalogue.counts().tracks > 0 {
      throw CommandError.excerptMismatch(library: kept.text, asked: wanted.text)
    }
    if kept != wanted {
      try catalogue.transaction { () throws(CatalogueError) in
        try catalogue.set(Self.excerptSetting, to: wanted.text)
        // All or none: what this run does not reach is listened to by the next.
        if kept != nil { try catalogue.removeVectors() }
      }
    }
    return wanted
  }

  /// Settles whether an index run gives long tracks sections, and keeps it with the library.
  func settleSections(of catalogue: Catalogue) throws -> Bool {
    let kept = try catalogue.wantsSections()
    if !kept, arguments.flag("sections") {
      try catalogue.transaction { () throws(CatalogueError) in try catalogue.setWantsSections() }
      return true
    }
    return kept
  }

  /// Keeps with a library the part of each song that its vectors are made from.
  func keep(_ excerpt: ExcerptOption, in catalogue: Catalogue) throws(CatalogueError) {
    try catalogue.set(Self.excerptSetting, to: excerpt.text)
  }

  /// The record of the model that a question without sound is put under.
  func modelRecord(for catalogue: Catalogue) throws -> ModelRecord {
    guard arguments.path("model") == nil else { return try vectorSpace(for: catalogue).record }
    guard let main = try catalogue.mainModel() else { throw CommandError.emptyLibrary }
    return main
  }

  /// The model that a question without sound is put under, by the head of its file alone: nothing has to
  /// be heard.
  /// - Throws: ``CommandError`` when the library has no vectors of it.
  func vectorSpace(for catalogue: Catalogue) throws -> (record: ModelRecord, halves: [VectorHalf]) {
    guard let main = try catalogue.mainModel() else { throw CommandError.emptyLibrary }
    guard arguments.path("model") != nil else { return (main, try halves(of: main)) }
    let head = try ModelHead(modelFile())
    guard
      let record = try catalogue.models().first(where: {
        $0.identity == head.identity && $0.dimension == head.dimension
      })
    else { throw CommandError.modelMismatch(library: main.name, asked: head.name) }
    return (record, head.halves)
  }
}

/// What a command alone can find wrong.
enum CommandError: Error, Equatable {
  /// The library holds no track yet.
  case emptyLibrary
  /// A question under one model to a library of another.
  case modelMismatch(library: String, asked: String)
  /// An index run that listens to another part of each song than the library's vectors come from.
  case excerptMismatch(library: String, asked: String)
  /// Nothing in the library is meant by a text.
  case nothingFound(String)
  /// A file that is there and not in the library.
  case notIndexed(String)
  /// What can only be a path, and is one to no file that is there or in the library.
  case noSuchFile(String)
  /// More than one track's identity begins like this.
  case ambiguousIdentity(String)
  /// The library's folder takes no file, for this reason.
  case libraryNotWritable(String, String)
  /// Somebody else is indexing.
  case libraryLocked(String)
  /// So much of the library would be pruned that it may be a mistake: files, tracks, share of all.
  case largePruning(files: Int, tracks: Int, share: Double)
  /// The vectors of several songs cancel out.
  case noDirection
  /// A distance from something of which only the direction is known.
  case unknownLength(String)
  /// Of all tracks of an evaluation none could be heard.
  case nothingHeard
  /// A model that cannot draw.
  case noDecoder(String)
  /// A file that does not hold one vector of this many finite numbers with a direction.
  case notAVector(String, dimension: Int)

  /// A library without descriptors, or with those of one track alone.
  case noDescriptors
  /// A model without a network.
  case noFilters(String)
  /// A file that is no table of losses, and why where that is known.
  case noLosses(String, String?)
  /// Fewer tracks than can be compared.
  case matrixNeedsTwo

  /// A path with fewer than two ends.
  case pathNeedsTwo
  /// A path of fewer tracks than the songs that it leads through.
  case pathTooShort(Int)
  /// More tracks than can be put into an order, and how many can.
  case tooManyToOrder(Int, limit: Int)
  /// A playlist file that names no track of the library.
  case emptyList(String)
  /// No list is kept under this name.
  case noSuchPlaylist(String)
  /// A saved list whose recipe this program does not understand.
  case notARecipe

  /// What the shell is told.
  var status: ExitStatus {
    switch self {
    case .libraryLocked, .libraryNotWritable: .internalError
    case .excerptMismatch, .pathNeedsTwo, .pathTooShort: .usage
    default: .someFailed
    }
  }

  /// What is said.
  var text: String {
    switch self {
    case .emptyLibrary: "the library is empty; fill it with 'earshot index FOLDER'"
    case .modelMismatch(let library, let asked):
      "the library's vectors were made by the model \"\(library)\", not by \"\(asked)\" [model-mismatch]; "
        + "index the folders again with --model \(asked), or ask without --model"
    case .excerptMismatch(let library, let asked):
      "the library was made from the part \"\(library)\" of each song, not \"\(asked)\"; "
        + "leave --excerpt out, or add --force to listen to all files again"
    case .noDecoder(let name):
      "the model \"\(name)\" has no decoder, so it cannot draw; name another with --model"
    case .notAVector(let path, let dimension):
      "\(path): it does not hold one vector of \(dimension) numbers (float32, finite, not all zero)"
    case .notIndexed(let path):
      "\(path): it is not in the library; ask about it with 'earshot query', or index its folder"
    case .noSuchFile(let path): "\(path): there is no such file, and the library knows of none"
    case .nothingFound(let text): "nothing in the library matches \"\(text)\"; try 'earshot search'"
    case .ambiguousIdentity(let digits):
      "several tracks' identities begin with \"\(digits)\"; give more digits"
    case .libraryNotWritable(let path, let reason):
      "the library \(path) cannot be written: \(reason)"
    case .libraryLocked(let path):
      "another earshot is indexing the library \(path); wait until it is done"
    case .largePruning(let files, let tracks, let share):
      "\(NumberText.count(files, "file")) and \(NumberText.count(tracks, "track")) would go, "
        + "\(NumberText.percent(share)) of the library; is a disk not mounted? Nothing was changed; "
        + "'--dry-run' lists them, '--yes' takes them out"
    case .noDescriptors:
      "the library knows the descriptors of fewer than two tracks; index with --descriptors all"
    case .noFilters(let name):
      "the model \"\(name)\" has no convolutions; name another with --model"
    case .noLosses(let path, let reason):
      "\(path): it is no table of the losses of a training"
        + (reason.map { ": \($0)" } ?? ", or one without an epoch")
    case .matrixNeedsTwo: "there must be two tracks at least to compare"
    case .noDirection: "these have nothing in common that could be looked for"
    case .unknownLength(let name):
      "\(name): only the direction of its vector is known, so there is no distance to it; "
        + "ask without --metric euclidean, or, where it was indexed by an earlier version, "
        + "index it again with --force"
    case .pathNeedsTwo: "a path needs two songs at least: where it begins and where it ends"
    case .pathTooShort(let songs):
      "a path through \(songs) songs has \(songs) tracks at least; give a larger --count"
    case .tooManyToOrder(let count, let limit):
      "\(NumberText.grouped(count)) tracks are too many to put into an order; "
        + "\(NumberText.grouped(limit)) are the most"
    case .emptyList(let path):
      "\(path): it is no M3U list that names tracks of the library; index the folders they lie in"
    case .noSuchPlaylist(let name):
      "the library keeps no list \"\(name)\"; 'earshot playlist saved' tells which there are"
    case .notARecipe: "how the list was made is not known to this Earshot; make it again"
    case .nothingHeard:
      "no track of the tables could be heard; paths are seen from a table's folder"
    }
  }
}

extension ModelRecord {
  /// Whether a library's vectors are those of a model. A file may claim any identity; vectors of
  /// another length could not be compared.
  fileprivate func isOf(_ model: EmbeddingModel) -> Bool {
    identity == model.identity && dimension == model.dimension
  }
}

extension JSONObject {
  init(_ model: ModelRecord) {
    self = .model(
      name: model.name, identity: model.identity.hexadecimal, dimension: model.dimension)
  }
}
