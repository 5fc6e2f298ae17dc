import AnalysisLines
import AudioDecoding
import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Fingerprinting
import Hashing
import MusicLibrary
import ParallelWork
import Recommendation
import WorkerProcesses

/// `earshot query`: the tracks of the library that sound most like songs in files.
enum QueryCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let paths = context.arguments.paths
    try context.protect(paths + context.libraryFiles)
    let task = try prepare(context)
    let (record, halves) = (task.record, task.model.halves)
    let weights = try context.weights(for: record, halves: halves)
    let songs = try listen(to: paths, task, context)
    guard !songs.isEmpty else { return .someFailed }
    guard let direction = Recommender.direction(of: songs.map(\.vector)) else {
      throw CommandError.noDirection
    }
    let recommender = try Recommender(
      catalogue: context.openLibrary(), location: context.location, model: record, halves: halves)
    if recommender.isEmpty { throw CommandError.emptyLibrary }
    var own: Set<Int64> = []
    var heard: [HeardSound] = []
    var seeds: [JSONValue] = []
    for song in songs {
      let tracks = try recommender.tracks(at: song.absolutePath, identity: song.identity)
      own.formUnion(tracks)
      if let fingerprint = song.fingerprint {
        heard.append(
          HeardSound(fingerprint: fingerprint, seconds: song.seconds, vector: song.vector))
      }
      var seed = JSONObject()
      seed.append(path: song.path)
      if let identity = song.identity, try recommender.holds(identity) {
        seed["trackID"] = .string(identity.hexadecimal)
      }
      seeds.append(.object(seed))
    }
    var query = Query(
      vector: direction, own: own, includesSelf: context.arguments.flag("include-self"),
      count: context.arguments.integer("count"), weights: weights)
    query.collapses = context.arguments.flag("collapse")
    query.heard = heard
    let names = paths.map(\.lastComponent.string).joined(separator: ", ")
    try AnswerWriter(
      context: context, model: record, query: ["seeds": .array(seeds)], title: "Like \(names)"
    ).write(recommender.answer(query))
    return songs.count < paths.count ? .someFailed : .success
  }

  /// How the library's vectors were made.
  private struct Task {
    let model: EmbeddingModel
    let modelFile: FilePath
    let record: ModelRecord
    let excerpt: ExcerptOption
  }

  /// Learns it from the library, which is closed again on return, so that none is open while strangers'
  /// files are decoded.
  private static func prepare(_ context: CommandContext) throws -> Task {
    let catalogue = try context.openLibrary()
    let (model, modelFile, record) = try context.model(for: catalogue)
    let excerpt = try context.givenExcerpt ?? context.excerpt(of: catalogue) ?? .middle
    return Task(model: model, modelFile: modelFile, record: record, excerpt: excerpt)
  }

  private struct Song {
    let path: FilePath
    let absolutePath: FilePath
    let identity: Digest?
    let vector: [Float]
    /// The length of the whole, in seconds.
    let seconds: Double
    /// Made where duplicates are collapsed.
    let fingerprint: FingerprintRecord?
  }

  /// What makes the fingerprints that duplicates are known by; nil where none are wanted or, which is
  /// told, can be made.
  private static func fingerprinter(_ context: CommandContext) -> Fingerprinter? {
    guard context.arguments.flag("collapse") else { return nil }
    do throws(FingerprintingError) {
      return try Fingerprinter()
    } catch {
      context.messages.say(ErrorText.text(error))
      return nil
    }
  }

  /// Decodes and embeds each file, one in this process and several in workers; those that fail are told
  /// of and left out.
  private static func listen(
    to paths: [FilePath], _ task: Task, _ context: CommandContext
  ) throws -> [Song] {
    guard paths.count > 1 else {
      let own = TrackAnalyzer(
        model: task.model, excerpt: Excerpt(task.excerpt), descriptors: false,
        fingerprinter: fingerprinter(context), words: .spoken)
      let path = paths[0]
      let outcome = context.watching(path) {
        own.analyse(FileStamp(path: path, size: 0, modified: 0), followLinks: true) { _ in false }
      }
      return try [song(path, outcome, context)].compactMap { $0 }
    }
    let workers = WorkerAnalyst(
      pool: try context.workerPool(
        for: WorkerTask(
          model: task.modelFile.absolute(in: FolderEntry.currentFolder),
          identity: task.model.identity, excerpt: task.excerpt,
          // Fingerprints come with them.
          descriptors: context.arguments.flag("collapse")),
        limits: WorkerLimits(), isStopping: { false }),
      model: task.model.identity, dimension: task.model.dimension,
      describe: { ErrorText.reason($0) })
    var songs: [Song] = []
    try ParallelWork.run(
      paths, width: min(paths.count, ParallelWork.processorCount), ordered: true,
      work: { path in
        workers.analyse(FileStamp(path: path, size: 0, modified: 0), followLinks: true) { _ in
          false
        }
      },
      receive: { path, outcome in
        if let song = try song(path, outcome, context) { songs.append(song) }
        return true
      })
    return songs
  }

  private static func song(
    _ path: FilePath, _ outcome: AnalysisOutcome, _ context: CommandContext
  ) throws -> Song? {
    switch outcome {
    case .analysed(_, let analysis):
      if let text = ErrorText.text(analysis.warnings) {
        context.messages.say(text, about: path.string)
      }
      return Song(
        path: path, absolutePath: path.absolute(in: FolderEntry.currentFolder),
        identity: analysis.sound.identity, vector: analysis.embedding.vector,
        seconds: analysis.sound.seconds,
        fingerprint: context.arguments.flag("collapse") ? analysis.fingerprint : nil)
    case .failed(_, let failure):
      context.messages.say("\(failure.message) [\(failure.code)]", about: path.string)
      return nil
    case .unavailable(let error): throw error
    case .known, .unfinished: return nil
    }
  }
}

/// `earshot similar`: the tracks that sound most like a track, an artist or a genre of the library.
enum SimilarCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    try context.protect(context.libraryFiles)
    let catalogue = try context.openLibrary()
    let record = try context.modelRecord(for: catalogue)
    let halves = try context.halves(of: record)
    let weights = try context.weights(for: record, halves: halves)
    let recommender = try Recommender(
      catalogue: catalogue, location: context.location, model: record, halves: halves)
    if recommender.isEmpty { throw CommandError.emptyLibrary }
    let tracks = try seeds(context, catalogue)
    guard let vector = try recommender.vector(of: tracks) else { throw CommandError.noDirection }
    let records = try tracks.compactMap { try catalogue.track($0) }
    var query = Query(
      vector: vector, own: Set(tracks), includesSelf: context.arguments.flag("include-self"),
      count: context.arguments.integer("count"), weights: weights)
    query.collapses = context.arguments.flag("collapse")
    let seeds = records.map { track in
      JSONValue.object(["trackID": .string(track.sound.identity.hexadecimal)])
    }
    let name = context.arguments.operandTexts[0]
    let title = records.count == 1 ? TrackTable.name(of: records[0]) : name
    try AnswerWriter(
      context: context, model: record, query: ["seeds": .array(seeds)], title: "Like \(title)"
    ).write(recommender.answer(query))
    return .success
  }

  private static func seeds(_ context: CommandContext, _ catalogue: Catalogue) throws -> [Int64] {
    let name = context.arguments.operandTexts[0]
    let tracks: [Int64]
    if context.arguments.flag("artist") {
      tracks = try catalogue.tracks(artist: name)
    } else if context.arguments.flag("genre") {
      tracks = try catalogue.tracks(genre: name)
    } else {
      switch try TrackReference.resolve(
        context.arguments.paths[0], in: catalogue, relativeTo: FolderEntry.currentFolder)
      {
      case .track(let track): tracks = [track]
      case .none: tracks = []
      case .ambiguous(let found):
        let records = try found.compactMap { try catalogue.track($0) }
        let digits = name.lowercased()
        if records.allSatisfy({ $0.sound.identity.hexadecimal.hasPrefix(digits) }) {
          throw CommandError.ambiguousIdentity(name)
        }
        tracks = [found[0]]
        if let first = records.first {
          context.messages.say(
            "several tracks match \"\(name)\"; taking \(TrackTable.name(of: first)) "
              + "(\(first.path.string))")
        }
      }
    }
    if tracks.isEmpty { throw CommandError.nothingFound(name) }
    return tracks
  }
}
