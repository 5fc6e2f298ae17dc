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

/// Listens to files that are asked about. No library is open meanwhile, for the files are strangers'.
struct SongListener {
  let context: CommandContext
  /// How the library's vectors were made.
  let model: EmbeddingModel
  let modelFile: FilePath
  let excerpt: ExcerptOption

  /// What was heard.
  struct Song {
    let path: FilePath
    let absolutePath: FilePath
    let identity: Digest?
    let vector: [Float]
    /// How long its halves were before it was normalised.
    let lengths: [Float]
    /// The length of the whole, in seconds.
    let seconds: Double
    let tags: TagRecord
    /// Made where duplicates are looked for.
    let fingerprint: FingerprintRecord?
    /// Made where something is compared with them.
    let descriptors: DescriptorRecord?
  }

  /// Whether duplicates of the songs are looked for.
  let withFingerprints: Bool
  /// Whether what a person hears in them is compared.
  let withDescriptors: Bool
  /// Whether nothing is said of them.
  var isQuiet = false

  /// Decodes and embeds each file, one in this process and several in workers; those that fail are told
  /// of and left out.
  func listen(to paths: [FilePath]) throws -> [Song] {
    guard paths.count > 1 else { return try paths.compactMap(listenHere) }
    let workers = WorkerAnalyst(
      pool: try context.workerPool(
        for: WorkerTask(
          model: modelFile.absolute(in: FolderEntry.currentFolder), identity: model.identity,
          excerpt: excerpt,
          // Fingerprints come with them.
          descriptors: withFingerprints || withDescriptors),
        limits: WorkerLimits(), isStopping: { false }),
      model: model.identity, dimension: model.dimension, describe: { ErrorText.reason($0) })
    var songs: [Song] = []
    try ParallelWork.run(
      paths, width: min(paths.count, ParallelWork.processorCount), ordered: true,
      work: { path in
        workers.analyse(FileStamp(path: path, size: 0, modified: 0), followLinks: true) { _ in
          false
        }
      },
      receive: { path, outcome in
        if let song = try song(path, outcome) { songs.append(song) }
        return true
      })
    return songs
  }

  private func listenHere(to path: FilePath) throws -> Song? {
    let own = TrackAnalyzer(
      model: model, excerpt: Excerpt(excerpt), descriptors: withDescriptors,
      fingerprinter: fingerprinter(), words: .spoken)
    let outcome = context.watching(path) {
      own.analyse(FileStamp(path: path, size: 0, modified: 0), followLinks: true) { _ in false }
    }
    return try song(path, outcome)
  }

  /// What makes the fingerprints; nil where none are wanted or can be made, which is told where they were
  /// asked for.
  private func fingerprinter() -> Fingerprinter? {
    guard withFingerprints else { return nil }
    do throws(FingerprintingError) {
      return try Fingerprinter()
    } catch {
      if context.arguments.flag("collapse") { context.messages.say(ErrorText.text(error)) }
      return nil
    }
  }

  private func song(_ path: FilePath, _ outcome: AnalysisOutcome) throws -> Song? {
    switch outcome {
    case .analysed(_, let analysis):
      if !isQuiet, let text = ErrorText.text(analysis.warnings) {
        context.messages.say(text, about: path.string)
      }
      return Song(
        path: path, absolutePath: path.absolute(in: FolderEntry.currentFolder),
        identity: analysis.sound.identity, vector: analysis.embedding.vector,
        lengths: analysis.embedding.lengths, seconds: analysis.sound.seconds, tags: analysis.tags,
        fingerprint: withFingerprints ? analysis.fingerprint : nil,
        descriptors: analysis.descriptors)
    case .failed(_, let failure):
      if !isQuiet {
        context.messages.say("\(failure.message) [\(failure.code)]", about: path.string)
      }
      return nil
    case .unavailable(let error): throw error
    case .known, .unfinished: return nil
    }
  }
}

extension Seed {
  /// A file that was listened to.
  init(_ song: SongListener.Song, in recommender: Recommender) throws {
    var object = JSONObject()
    object.append(path: song.path)
    if let identity = song.identity, try recommender.holds(identity) {
      object["trackID"] = .string(identity.hexadecimal)
    }
    let list = try recommender.tracks(at: song.absolutePath, identity: song.identity).sorted()
    self.init(
      vector: song.vector,
      point: recommender.halves.point(song.vector, lengths: song.lengths), list: list,
      paths: Dictionary(uniqueKeysWithValues: list.map { ($0, song.absolutePath) }),
      entry: Playlist.Entry(
        path: song.absolutePath, title: song.tags.title ?? song.path.lastComponent.string,
        artist: song.tags.artist, album: song.tags.album, seconds: song.seconds),
      heard: song.fingerprint.map {
        HeardSound(fingerprint: $0, seconds: song.seconds, vector: song.vector)
      },
      characters: [SoundCharacter(song.descriptors)], json: [object],
      name: song.path.lastComponent.string)
  }
}
