import AudioDecoding
import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Hashing
import MusicLibrary
import Recommendation

/// `earshot query`: the tracks of the library that sound most like songs in files.
enum QueryCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let paths = context.arguments.paths
    try context.protect(paths + context.libraryFiles)
    let (analyzer, record) = try prepare(context)
    let halves = analyzer.model.halves
    let weights = try context.weights(for: record, halves: halves)
    let songs = listen(to: paths, analyzer, context)
    guard !songs.isEmpty else { return .someFailed }
    guard let direction = Recommender.direction(of: songs.map(\.vector)) else {
      throw CommandError.noDirection
    }
    let recommender = try Recommender(
      catalogue: context.openLibrary(), location: context.location, model: record, halves: halves)
    if recommender.isEmpty { throw CommandError.emptyLibrary }
    var own: Set<Int64> = []
    var seeds: [JSONValue] = []
    for song in songs {
      let tracks = try recommender.tracks(at: song.absolutePath, identity: song.identity)
      own.formUnion(tracks)
      var seed = JSONObject()
      seed.append(path: song.path)
      if let identity = song.identity, try recommender.holds(identity) {
        seed["trackID"] = .string(identity.hexadecimal)
      }
      seeds.append(.object(seed))
    }
    let query = Query(
      vector: direction, own: own, includesSelf: context.arguments.flag("include-self"),
      count: context.arguments.integer("count"), weights: weights)
    let names = paths.map(\.lastComponent.string).joined(separator: ", ")
    try AnswerWriter(
      context: context, model: record, query: ["seeds": .array(seeds)], title: "Like \(names)"
    ).write(recommender.answer(query))
    return songs.count < paths.count ? .someFailed : .success
  }

  /// How the library's vectors were made. The library is closed again on return, so that none is open
  /// while strangers' files are decoded.
  private static func prepare(
    _ context: CommandContext
  ) throws -> (analyzer: TrackAnalyzer, record: ModelRecord) {
    let catalogue = try context.openLibrary()
    let (model, record) = try context.model(for: catalogue)
    let excerpt = try context.givenExcerpt ?? context.excerpt(of: catalogue) ?? .middle
    return (
      TrackAnalyzer(model: model, excerpt: Excerpt(excerpt), descriptors: false), record
    )
  }

  private struct Song {
    let path: FilePath
    let absolutePath: FilePath
    let identity: Digest?
    let vector: [Float]
  }

  /// Decodes and embeds each file; those that fail are told of and left out.
  private static func listen(
    to paths: [FilePath], _ analyzer: TrackAnalyzer, _ context: CommandContext
  ) -> [Song] {
    var songs: [Song] = []
    for path in paths {
      do throws(AudioDecodingError) {
        let (vector, audio) = try analyzer.embed(path)
        if let text = ErrorText.text(audio.warnings) {
          context.messages.say(text, about: path.string)
        }
        songs.append(
          Song(
            path: path, absolutePath: path.absolute(in: FolderEntry.currentFolder),
            identity: try? AudioIdentity.digest(of: ReadableFile(path)), vector: vector))
      } catch {
        context.messages.say(ErrorText.text(error), about: path.string)
      }
    }
    return songs
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
    let query = Query(
      vector: vector, own: Set(tracks), includesSelf: context.arguments.flag("include-self"),
      count: context.arguments.integer("count"), weights: weights)
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
