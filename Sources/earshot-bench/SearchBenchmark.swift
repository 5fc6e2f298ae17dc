import Catalogue
import Embedding
import FileAccess
import Hashing
import VectorIndex

/// Search: a query by file against a large library, whole process, and a search in memory.
///
/// The vectors are drawn evenly from the sphere, which is the hardest case for a compact copy.
enum SearchBenchmark {
  static func oneShot(_ setting: Setting, count: Int) throws {
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
  }

  private static func fill(_ catalogue: Catalogue, model: EmbeddingModel, count: Int) throws {
    let record = try catalogue.record(
      model: model.identity, name: model.name, dimension: model.dimension)
    var random = Sphere(seed: 4, dimension: model.dimension)
    try catalogue.transaction { () throws(CatalogueError) in
      for number in 0..<count {
        var hash = SHA256()
        hash.update("synthetic track \(number)")
        let track = try catalogue.record(
          SoundRecord(
            identity: hash.digest(), codec: "mp3", sampleRate: 44_100, channels: 2, seconds: 30))
        try catalogue.record(
          EmbeddingRecord(vector: random.next(), excerptStart: 0, excerptSeconds: 30), of: track,
          model: record)
        try catalogue.record(
          FileStamp(path: FilePath("/music/\(number).mp3"), size: 480_000, modified: 0),
          holding: track, tags: TagRecord(title: "Track \(number)"))
      }
    }
  }

  static func resident(_ setting: Setting, count: Int) throws {
    let dimension = 256
    Report.heading("Search in memory, \(count) x \(dimension), one core (median of 51 queries)")
    var random = Sphere(seed: 5, dimension: dimension)
    var values: [Float] = []
    values.reserveCapacity(count * dimension)
    for _ in 0..<count { values += random.next() }
    let vectors = ExactSearch(
      dimension: dimension, keys: (0..<count).map(Int64.init), values: values)
    guard let model = Digest(bytes: [UInt8](repeating: 1, count: 32)) else { return }
    let path = FilePath(setting.folder).appending("million.vectors")
    try SearchFile.write(vectors, model: model, generation: 1, to: path)
    let file = try SearchFile(path, resident: true)
    let found = try (0..<22).reduce(0) { found, _ in
      let query = random.next()
      let exact = Set(vectors.nearest(to: query, count: 10).map(\.key))
      return found + (try file.nearest(to: query, count: 10).count { exact.contains($0.key) })
    }
    let scanned = PlainRead(byteCount: count * (dimension / 2 + 4))
    var times: [Double] = []
    var reads: [Double] = []
    for _ in 0..<51 {
      let query = random.next()
      let start = Clock.milliseconds
      _ = try file.nearest(to: query, count: 10)
      let middle = Clock.milliseconds
      scanned.read()
      times.append(middle - start)
      reads.append(Clock.milliseconds - middle)
    }
    let (time, limit) = (median(times), median(reads))
    Report.row(
      "plain read of the \(scanned.byteCount / 1_000_000) MB a search scans",
      "\(Report.number(limit, 2)) ms",
      Report.budget("search : read 1.3", isKept: time <= 1.3 * limit))
    Report.row(
      "top 10", "\(Report.number(time, 2)) ms", Report.budget("10 ms", isKept: time <= 10))
    let recall = Double(found) / 220
    Report.row(
      "recall@10 against exact search", Report.number(recall, 4),
      Report.budget("0.999 or more", isKept: recall >= 0.999))
  }
}

/// Memory that is read from one end to the other: what a scan of as many bytes cannot beat.
private final class PlainRead {
  private let memory: UnsafeMutableBufferPointer<SIMD8<UInt64>>
  private var seen = SIMD8<UInt64>.zero
  var byteCount: Int { 64 * memory.count }

  init(byteCount: Int) {
    memory = .allocate(capacity: byteCount / 256 * 4)
    memory.initialize(repeating: SIMD8(repeating: 3))
  }

  deinit {
    // What was read is used, so that it is read.
    precondition(seen.max() <= 3)
    memory.deallocate()
  }

  func read() {
    var sums = (seen, seen, seen, seen)
    for lane in stride(from: 0, to: memory.count, by: 4) {
      sums.0 ^= memory[lane]
      sums.1 ^= memory[lane + 1]
      sums.2 ^= memory[lane + 2]
      sums.3 ^= memory[lane + 3]
    }
    seen = sums.0 ^ sums.1 ^ sums.2 ^ sums.3
  }
}

/// Unit vectors without a preferred direction.
private struct Sphere {
  private var state: UInt64
  private let dimension: Int

  init(seed: UInt64, dimension: Int) {
    state = seed
    self.dimension = dimension
  }

  mutating func next() -> [Float] {
    let values = (0..<dimension).map { _ in
      // Four uniform numbers add up to something close enough to a normal one.
      var bits = draw()
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

  /// SplitMix64.
  private mutating func draw() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
