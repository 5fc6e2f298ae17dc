import Catalogue
import Embedding
import FileAccess
import Hashing
import MusicLibrary

/// A query by file against a large library, whole process. Searches alone are measured by
/// search-bench.
///
/// The vectors are drawn evenly from the sphere, which is the hardest case for a compact copy.
enum QueryBenchmark {
  static func run(_ setting: Setting, count: Int) throws {
    Report.heading("query by file, \(count) tracks, whole process, one core (median of 11 rounds)")
    let path = FilePath(setting.folder).appending("large/library.db")
    let model = try EmbeddingModel(FilePath(setting.model))
    try fill(Catalogue(path, access: .writing), model: model, count: count)
    let query = setting.command(
      "earshot", ["query", "--library", path.string, "--model", setting.model, setting.song])
    // The first query makes the search file.
    guard query.run() != nil else { return Report.row("earshot query", "-", "failed") }
    let race = Race(runners: [
      ("mpg123, decoding only", TimedCommand(words: ["mpg123", "-q", "-t", setting.song])),
      ("embed", setting.command("embed", [setting.song])), ("earshot query", query),
    ]).run(rounds: 11)
    for (name, timing) in race {
      Report.row(name, timing.map { "\(Report.number($0.wall)) ms" } ?? "-")
    }
    guard let decoding = race[0].median?.wall, let query = race[2].median?.wall else { return }
    let most = 2 * decoding + 15
    Report.row(
      "allowed: embed's budget and 15 ms", "\(Report.number(most)) ms",
      Report.budget("2 x mpg123 + 15 ms", isKept: query <= most))
    try SimilarBenchmark(setting: setting, library: path, model: model, count: count).run()
  }

  /// The track that others are asked to be like.
  static let seed = 100_007

  private static func fill(_ catalogue: Catalogue, model: EmbeddingModel, count: Int) throws {
    let record = try catalogue.record(
      model: model.identity, name: model.name, dimension: model.dimension)
    var random = Sphere(seed: 4, dimension: model.dimension)
    var dice = Dice(seed: 5)
    try catalogue.transaction { () throws(CatalogueError) in
      for number in 0..<count {
        var hash = SHA256()
        hash.update("synthetic track \(number)")
        let track = try catalogue.record(
          SoundRecord(
            identity: hash.digest(), codec: "mp3", sampleRate: 44_100, channels: 2,
            seconds: Double(30 + dice.below(570))), addedAt: 1_700_000_000)
        try catalogue.record(
          EmbeddingRecord(vector: random.next(), excerptStart: 0, excerptSeconds: 30), of: track,
          model: record)
        try catalogue.record(
          FileStamp(path: FilePath("/music/\(number).mp3"), size: 480_000, modified: 0),
          holding: track, tags: dice.tags(number))
        try catalogue.record(dice.descriptors(isMedium: number == seed), of: track)
        if number % 2 == 0 {
          // Long ago.
          try catalogue.record([
            ListenRecord(
              track: track, kind: .played, time: 1_000_000_000, count: 1 + dice.below(50))
          ])
        }
      }
    }
  }
}

/// Unit vectors without a preferred direction.
private struct Sphere {
  private var state: Dice
  private let dimension: Int

  init(seed: UInt64, dimension: Int) {
    state = Dice(seed: seed)
    self.dimension = dimension
  }

  mutating func next() -> [Float] {
    let values = (0..<dimension).map { _ in
      // Four uniform numbers add up to something close enough to a normal one.
      var bits = state.next()
      var sum: Float = -2
      for _ in 0..<4 {
        sum += Float(bits & 0xFFFF) / 65_535
        bits >>= 16
      }
      return sum
    }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }
}

/// What tracks are like that nobody made.
private struct Dice {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func tags(_ number: Int) -> TagRecord {
    let artist = below(20_000)
    return TagRecord(
      title: "Track \(number)", artist: "Artist \(artist)", album: "Album \(4 * artist + below(4))",
      genre: "Genre \(below(40))", year: 1950 + below(75), trackNumber: 1 + below(12))
  }

  /// - Parameter isMedium: whether of everything it has neither much nor little.
  mutating func descriptors(isMedium: Bool) -> DescriptorRecord {
    var record = DescriptorRecord(version: TrackDescriptors.version)
    for descriptor in Descriptor.allCases {
      let share = isMedium ? 0.5 : Double(below(1_000)) / 1_000
      record[descriptor] =
        switch descriptor {
        case .tempo: 60 + 140 * share
        case .key: Double(below(12))
        case .mode: Double(below(2))
        case .loudness: -30 + 25 * share
        case .centroid, .bandwidth, .rolloff: 500 + 4_000 * share
        default: share
        }
    }
    return record
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
