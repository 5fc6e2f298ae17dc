import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import MusicLibrary
import Recommendation

/// Turns the words of a command line into what is asked about.
struct SeedGatherer {
  let context: CommandContext
  /// What a word without a kind in front means; nil for a track where there is one at that path, else a
  /// music file where there is one, else the words of a track.
  let kind: SeedText.Kind?
  /// Whether duplicates of the songs are looked for.
  let withFingerprints: Bool
  /// Whether what a person hears in them is compared.
  let withCharacters: Bool
  /// Whether nothing is said of the songs.
  var isQuiet = false

  /// What was gathered, and the library that it was gathered from.
  struct Gathered {
    let catalogue: Catalogue
    let model: ModelRecord
    let halves: [VectorHalf]
    let recommender: Recommender
    /// What is asked about, in order.
    var seeds: [Seed] = []
    /// What answers are to be unlike.
    var others: [Seed] = []
    /// Whether a song could not be heard, which was told.
    var hasFailures = false

    /// All names of what is asked about, for people.
    var names: String { seeds.map(\.name).joined(separator: ", ") }

    /// As JSON has it under `query`.
    var json: JSONObject {
      var object: JSONObject = ["seeds": Self.json(seeds)]
      if !others.isEmpty { object["unlike"] = Self.json(others) }
      return object
    }

    private static func json(_ seeds: [Seed]) -> JSONValue {
      .array(seeds.flatMap(\.json).map { .object($0) })
    }
  }

  /// Gathers the operands of the command and what stands after `--unlike`.
  /// - Throws: ``CommandError``, `UsageError`, `CatalogueError`, and what keeps a model from being used.
  func gather() throws -> Gathered {
    let like = try seedTexts(context.arguments.paths)
    let unlike =
      context.arguments.hasOption("unlike")
      ? try seedTexts(context.arguments.paths("unlike")) : []
    for option in Self.written where context.arguments.hasOption(option) {
      try context.protect((like + unlike).compactMap(\.file) + context.libraryFiles, from: option)
    }
    let files = (like + unlike).filter { $0.kind == .file }.map(\.value)
    let (record, halves, listener) = try prepare(hasFiles: !files.isEmpty)
    let songs = try listener?.listen(to: files) ?? []

    let catalogue = try context.openLibrary()
    let recommender = try Recommender(
      catalogue: catalogue, location: context.location, model: record, halves: halves)
    if recommender.isEmpty { throw CommandError.emptyLibrary }
    let resolver = SeedResolver(
      context: context, catalogue: catalogue, model: record, recommender: recommender,
      withCharacters: withCharacters,
      withPoints: context.arguments.hasOption("metric")
        && context.arguments.choice("metric") == "euclidean")
    let resolve = { (seed: SeedText) throws -> Seed? in
      guard seed.kind == .file else { return try resolver.resolve(seed) }
      return try songs.first { $0.path == seed.value }.map { try Seed($0, in: recommender) }
    }
    return Gathered(
      catalogue: catalogue, model: record, halves: halves, recommender: recommender,
      seeds: try like.compactMap(resolve), others: try unlike.compactMap(resolve),
      hasFailures: songs.count < files.count)
  }

  /// The options that name files to be written.
  private static let written = ["output", "plot", "plot-descriptors"]

  private func seedTexts(_ words: [FilePath]) throws -> [SeedText] {
    if let kind { return words.map { SeedText($0, default: kind) } }
    let catalogue = try context.openLibrary()
    return try words.map { word in
      let path = word.absolute(in: FolderEntry.currentFolder)
      let isTrack = try catalogue.file(at: path)?.track != nil
      let isFile = try? FolderEntry(at: word, followLinks: true).kind == .regular
      return SeedText(word, default: !isTrack && isFile == true ? .file : .track)
    }
  }

  /// Learns from the library how its vectors were made. It is closed again on return, so that none is
  /// open while strangers' files are decoded.
  private func prepare(
    hasFiles: Bool
  ) throws -> (record: ModelRecord, halves: [VectorHalf], listener: SongListener?) {
    let catalogue = try context.openLibrary()
    for option in Self.written { try context.protectLibrary(catalogue, from: option) }
    guard hasFiles else {
      let record = try context.modelRecord(for: catalogue)
      return (record, try context.halves(of: record), nil)
    }
    let (model, file, record) = try context.model(for: catalogue)
    let excerpt = try context.givenExcerpt ?? context.excerpt(of: catalogue) ?? .middle
    let listener = SongListener(
      context: context, model: model, modelFile: file, excerpt: excerpt,
      withFingerprints: withFingerprints, withDescriptors: withCharacters, isQuiet: isQuiet)
    return (record, model.halves, listener)
  }
}
