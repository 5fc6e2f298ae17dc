import AudioDecoding
import Catalogue
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Recommendation
import VectorIndex

/// What is known of why the tracks of an answer are there.
struct AnswerReasons {
  /// One for each track, in the order of the answer.
  var tracks: [Reason]
  /// What was heard of the songs that were asked about.
  var songs: [SongHearing]

  /// Why one track is there.
  struct Reason {
    let explanation: Explanation
    /// Which parts of the two sound most alike; nil where they were not compared.
    let match: Match?
  }

  /// A song that was asked about beside a track of the answer.
  struct Match {
    let heard: SongHearing
    let track: SongHearing
    /// The most alike first.
    let parts: [PartMatch]
  }
}

/// What has to be listened to in order to explain an answer: all that is needed of the library, which is
/// closed while strangers' files are decoded.
struct ExplanationPlan {
  private let explanations: [Explanation]
  private let songs: [FilePath]
  private let tracks: [Track]
  private let model: EmbeddingModel?
  /// What is heard of the songs that are asked about.
  private let excerpt: Excerpt

  private struct Track {
    /// As the library knows its file.
    let stamp: FileStamp?
    let path: FilePath
    /// What the library heard of it, or the section that it was found by.
    let excerpt: Excerpt
    /// The place of the song that is nearest to it.
    let song: Int
  }

  /// More songs than these are not listened to.
  private static let mostSongs = 5

  /// - Parameters:
  ///   - query: what was answered.
  ///   - answer: what is explained.
  init(
    _ context: CommandContext, _ gathered: SeedGatherer.Gathered, _ query: Query, _ answer: Answer
  ) throws {
    let catalogue = gathered.catalogue
    explanations = try gathered.recommender.explain(answer, of: query)
    let kept = try context.excerpt(of: catalogue) ?? .middle
    excerpt = Excerpt(context.givenExcerpt ?? kept)
    model = try? context.model(for: catalogue).model
    var paths: [FilePath] = []
    var vectors: [[Float]] = []
    for seed in gathered.seeds where seed.isSong && paths.count < Self.mostSongs {
      let path = try seed.entry?.path ?? seed.list.first.flatMap { try catalogue.track($0)?.path }
      guard let path else { continue }
      paths.append(path)
      vectors.append(seed.vector)
    }
    let all = gathered.seeds.count(where: \.isSong)
    if all > paths.count {
      context.messages.say(
        "of \(all) songs the first \(paths.count) are compared part by part")
    }
    songs = paths
    tracks = try answer.recommendations.map { found in
      let own = try catalogue.vector(of: found.track.number, model: gathered.model)
      let nearest = own.flatMap { own in
        vectors.indices.max {
          cosineSimilarity(vectors[$0], own) < cosineSimilarity(vectors[$1], own)
        }
      }
      return Track(
        stamp: try catalogue.file(at: found.track.path)?.stamp, path: found.track.path,
        excerpt: found.section.map {
          .range(start: Double($0.start), end: Double($0.start + $0.seconds))
        } ?? Excerpt(kept),
        song: nearest ?? 0)
    }
  }

  /// Listens, and tells what came of it.
  func carryOut(_ context: CommandContext) -> AnswerReasons {
    let withPictures = context.arguments.isGiven("plot")
    let isTold = context.arguments.flag("explain") || context.arguments.format == "json"
    guard let model, !songs.isEmpty else {
      if model == nil {
        context.messages.say(
          "the library's model is not at hand, so no song is compared part by part")
      }
      let reasons = explanations.map { AnswerReasons.Reason(explanation: $0, match: nil) }
      return AnswerReasons(tracks: reasons, songs: [])
    }
    let listening = SongListening(context: context, model: model)
    let progress = ProgressLine(
      style: context.messages.isInteractive ? .bar : .none, verb: "Comparing",
      noun: "songs", total: songs.count + tracks.count, messages: context.messages)
    defer { progress.finish() }
    let drawer = Self.drawer(context, beside: model)
    let heard = songs.map { path in
      defer { progress.advance() }
      return listening.hear(path, excerpt, withPicture: withPictures, drawer: drawer)
    }
    var pictureCount = 0
    let reasons = zip(explanations, tracks).map { explanation, track in
      defer { progress.advance() }
      // A picture alone needs no more than it shows.
      let isDrawn = withPictures && pictureCount < MatchPicture.mostPairs
      guard isDrawn || isTold, let song = heard[track.song], !wasChanged(track, context),
        let other = listening.hear(track.path, track.excerpt, withPicture: isDrawn)
      else { return AnswerReasons.Reason(explanation: explanation, match: nil) }
      pictureCount += 1
      return AnswerReasons.Reason(
        explanation: explanation,
        match: AnswerReasons.Match(
          heard: song, track: other, parts: PartMatch.best(song.parts, other.parts)))
    }
    return AnswerReasons(tracks: reasons, songs: heard.compactMap { $0 })
  }

  /// Whether a track's file is another than the one that was indexed, which is told: its seconds would be
  /// those of other music.
  private func wasChanged(_ track: Track, _ context: CommandContext) -> Bool {
    guard let stamp = track.stamp,
      let now = try? ReadableFile(track.path, followLinks: true),
      now.size != stamp.size || now.modificationTime != stamp.modified
    else { return false }
    context.messages.say(
      "it cannot be compared part by part: it was changed since it was indexed",
      about: track.path.string)
    return true
  }

  /// What can tell whether a song is like anything that was trained on: the library's own model, or the
  /// network that comes with the program; nil where neither can.
  private static func drawer(
    _ context: CommandContext, beside model: EmbeddingModel
  ) -> ModelDrawer? {
    if ReconstructionError(ofModel: model) != nil, let drawer = try? ModelDrawer(model) {
      return drawer
    }
    let name = FilePath(NetworkArchitecture.timeFrequencyAutoencoder.rawValue)
    guard let path = try? context.models.find(name), let other = try? EmbeddingModel(path) else {
      return nil
    }
    return try? ModelDrawer(other)
  }
}

extension AnswerReasons {
  /// What is said of each track, below the table.
  /// - Parameter width: how many columns there are.
  func text(of answer: Answer, width: Int) -> String {
    zip(answer.recommendations, tracks).map { found, reason in
      "\n"
        + ExplanationText(
          found: found, reason: reason, hasManySongs: songs.count > 1, width: width
        ).text
    }.joined()
  }

  /// Says which songs are so strange that their neighbours mean little.
  func warn(_ context: CommandContext) {
    for song in songs {
      guard let strangeness = song.strangeness, strangeness.isUnlikeTraining else { continue }
      context.messages.say(
        "it is unlike anything that \(strangeness.model.name) was trained on, which may be no music; "
          + "what is found may mean little (its error is "
          + "\(LossText.short(strangeness.meanSquaredError)), 99 in 100 of those tracks have at most "
          + "\(LossText.short(strangeness.known.percentile99)))",
        about: song.path.string)
    }
  }
}
