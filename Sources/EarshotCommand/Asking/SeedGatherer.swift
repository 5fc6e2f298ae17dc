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
    let prepared = try prepare()
    let (record, like, unlike) = (prepared.record, prepared.like, prepared.unlike)
    let songs = try prepared.listener?.listen(to: prepared.files) ?? []

    let catalogue = try prepared.catalogue ?? context.openLibrary()
    let recommender = try Recommender(
      catalogue: catalogue, location: context.location, model: record, halves: prepared.halves)
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
      catalogue: catalogue, model: record, halves: prepared.halves, recommender: recommender,
      seeds: try like.compactMap(resolve), others: try unlike.compactMap(resolve),
      hasFailures: songs.count < prepared.files.count)
  }

  /// The options that name files to be written.
  private static let written = ["output", "plot", "plot-descriptors"]

  /// What is known before anything is heard.
  private struct Prepared {
    let like: [SeedText]
    let unlike: [SeedText]
    let record: ModelRecord
    let halves: [VectorHalf]
    /// Nil where nothing has to be heard.
    let listener: SongListener?
    /// Nil where something has to be heard: none is open while strangers' files are decoded.
    let catalogue: Catalogue?

    /// The files to be heard.
    var files: [FilePath] { (like + unlike).filter { $0.kind == .file }.map(\.value) }
  }

  /// Reads the words, and learns from the library how its vectors were made.
  private func prepare() throws -> Prepared {
    let catalogue = try context.openLibrary()
    let like = try seedTexts(context.arguments.paths, catalogue)
    let unlike =
      context.arguments.hasOption("unlike")
      ? try seedTexts(context.arguments.paths("unlike"), catalogue) : []
    for option in Self.written where context.arguments.hasOption(option) {
      try context.protect((like + unlike).compactMap(\.file) + context.libraryFiles, from: option)
      try context.protectLibrary(catalogue, from: option)
    }
    guard (like + unlike).contains(where: { $0.kind == .file }) else {
      let (record, halves) = try context.vectorSpace(for: catalogue)
      return Prepared(
        like: like, unlike: unlike, record: record, halves: halves, listener: nil,
        catalogue: catalogue)
    }
    let (model, file, record) = try context.model(for: catalogue)
    let excerpt = try context.givenExcerpt ?? context.excerpt(of: catalogue) ?? .middle
    let listener = SongListener(
      context: context, model: model, modelFile: file, excerpt: excerpt,
      withFingerprints: withFingerprints, withDescriptors: withCharacters, isQuiet: isQuiet)
    return Prepared(
      like: like, unlike: unlike, record: record, halves: model.halves, listener: listener,
      catalogue: nil)
  }

  private func seedTexts(_ words: [FilePath], _ catalogue: Catalogue) throws -> [SeedText] {
    if let kind { return words.map { SeedText($0, default: kind) } }
    return try words.map { word in
      let path = word.absolute(in: FolderEntry.currentFolder)
      let isTrack = try catalogue.file(at: path)?.track != nil
      let isFile = try? FolderEntry(at: word, followLinks: true).kind == .regular
      return SeedText(word, default: !isTrack && isFile == true ? .file : .track)
    }
  }
}
