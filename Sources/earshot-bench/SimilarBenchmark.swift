import Catalogue
import Embedding
import FileAccess
import Glibc
import MusicLibrary
import Recommendation

/// Tracks like one of a large library, under every filter, weight and order at once: as a command, and in
/// a program that keeps the library open, as a server does. The conditions are such that some hundred
/// tracks meet all of them.
struct SimilarBenchmark {
  let setting: Setting
  let library: FilePath
  let model: EmbeddingModel
  let count: Int

  private static let conditions = [
    "genre!=Genre 3", "artist!=Artist 5", "album!=Album 7", "year=1960..2010", "tempo=80..190",
    "duration=1:00..8:00", "key=minor", "loudness=-20..-8", "path=/music/1*", "energy=0.2..",
  ]
  private static let rounds = 11

  func run() throws {
    Report.heading("similar tracks, \(count) tracks, one core (median of \(Self.rounds) rounds)")
    try commands()
    try keptOpen()
  }

  private func commands() throws {
    let words = [
      "similar", "--library", library.string, "--model", setting.model,
      "/music/\(QueryBenchmark.seed).mp3",
    ]
    let filters =
      Self.conditions.flatMap { ["--where", $0] } + [
        "--min-popularity", "1", "--exclude-recent", "30", "--since", "2020-01-01",
        "--per-artist", "2", "--per-album", "1",
        "--weight", "time=2,frequency=1,tempo=1,key=0.5,loudness=0.2,brightness=0.5,energy=1",
        "--faster", "--darker", "--calmer", "--discovery", "0.7", "--variety", "0.3",
        "--seed", "4",
      ]
    let race = Race(runners: [
      // It keeps none: it starts, opens the library and says so.
      (
        "earshot playlist saved",
        setting.command("earshot", ["playlist", "saved", "--library", library.string])
      ),
      ("earshot similar", setting.command("earshot", words)),
      ("earshot similar, all filters", setting.command("earshot", words + filters)),
    ]).run(rounds: Self.rounds)
    for (name, timing) in race {
      Report.row("\(name), whole process", timing.map { "\(Report.number($0.wall)) ms" } ?? "-")
    }
    guard let start = race[0].median?.wall, let filtered = race[2].median?.wall else { return }
    Report.row(
      "all filters beyond such a start; allowed: 15 and 5 ms",
      "\(Report.number(filtered - start)) ms",
      Report.budget("15 ms + 5 ms", isKept: filtered - start <= 20))
  }

  /// The same in one process, through the library of modules.
  private func keptOpen() throws {
    let catalogue = try Catalogue(library, access: .reading)
    guard let record = try catalogue.mainModel(),
      let track = try catalogue.file(at: FilePath("/music/\(QueryBenchmark.seed).mp3"))?.track
    else { return Report.row("kept open", "-", "failed") }
    let recommender = try Recommender(
      catalogue: catalogue, location: LibraryLocation(catalogue: library), model: record,
      halves: model.halves, resident: true)
    guard let vector = try recommender.vector(of: [track]) else { return }
    let plain = try medianTime(of: recommender) { _ in Self.plain(vector, track) }
    let filtered = try medianTime(of: recommender) { round in
      var query = Self.plain(vector, track)
      query.conditions = try Self.conditions.map(TrackCondition.init)
      query.conditions.append(TrackCondition(.plays, within: 1...(.infinity)))
      query.leftOut = try catalogue.tracksHeard(since: Int64(time(nil)) - 30 * 86_400)
      query.addedSince = 1_577_836_800
      (query.perArtist, query.perAlbum) = (2, 1)
      query.weights = [.time: 2, .frequency: 1]
      query.aspects = [.tempo: 1, .key: 0.5, .loudness: 0.2, .brightness: 0.5, .energy: 1]
      query.directions = [.faster, .darker, .calmer]
      query.character = SoundCharacter(try catalogue.descriptors(of: track))
      (query.discovery, query.variety, query.seed) = (0.7, 0.3, UInt64(round))
      return query
    }
    Report.row("kept open", "\(Report.number(plain)) ms")
    Report.row(
      "kept open, all filters; allowed: 15 and 5 ms", "\(Report.number(filtered)) ms",
      Report.budget("15 ms + 5 ms", isKept: filtered <= 20))
  }

  private static func plain(_ vector: [Float], _ track: Int64) -> Query {
    var query = Query(vector: vector, own: [track])
    (query.perArtist, query.dampsHubs) = (3, true)
    return query
  }

  /// How long an answer takes, in milliseconds; the first reads what is kept, and does not count.
  private func medianTime(
    of recommender: Recommender, _ query: (_ round: Int) throws -> Query
  ) throws -> Double {
    var times: [Double] = []
    for round in 0...Self.rounds {
      let start = Clock.milliseconds
      let answer = try recommender.answer(query(round))
      times.append(Clock.milliseconds - start)
      precondition(
        answer.recommendations.count == 10, "conditions that leave fewer than ten tracks")
    }
    return median(Array(times.dropFirst()))
  }
}
