import Catalogue
import FileAccess
import Hashing
import TestSupport

/// A small library of all that a library has, put in by stages: two models, tracks of one and of two
/// files, missing files, tags, descriptors and failures.
struct MadeLibrary {
  static let stageCount = 4
  static let tracksInStage = 14
  static let dimension = 48
  static let models = [digest("model 0"), digest("model 1")]

  let sounds: [Digest]
  /// By model, then by track.
  let vectors: [[[Float]]]
  let queries: [[Float]]
  private let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
    let count = Self.stageCount * Self.tracksInStage
    var random = SplitMix64(seed: seed)
    sounds = (0..<count).map { Self.digest("sound \(seed) \($0)") }
    vectors = Self.models.map { _ in
      (0..<count).map { _ in Self.vector(using: &random) }
    }
    // The same of every library, for these are compared.
    var common = SplitMix64(seed: 1)
    queries = (0..<3).map { _ in Self.vector(using: &common) }
  }

  static func digest(_ text: String) -> Digest {
    var hash = SHA256()
    hash.update(text)
    return hash.digest()
  }

  private static func vector(using random: inout SplitMix64) -> [Float] {
    unit((0..<dimension).map { _ in Float.random(in: -1...1, using: &random) })
  }

  private static func unit(_ values: [Float]) -> [Float] {
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }

  func paths(of number: Int) -> [FilePath] {
    let names = number % 5 == 0 ? ["\(number)", "\(number) again"] : ["\(number)"]
    return names.map { FilePath("/music/\(seed)/\($0).flac") }
  }

  /// One transaction.
  func add(stage: Int, to catalogue: Catalogue) throws(CatalogueError) {
    var records: [ModelRecord] = []
    for (place, identity) in Self.models.enumerated() {
      records.append(
        try catalogue.record(model: identity, name: "model \(place)", dimension: Self.dimension))
    }
    try catalogue.transaction { () throws(CatalogueError) in
      for number in (stage * Self.tracksInStage)..<((stage + 1) * Self.tracksInStage) {
        let track = try catalogue.record(Self.sound(sounds[number]))
        for path in paths(of: number) {
          try catalogue.record(
            FileStamp(path: path, size: 1_000 + number, modified: 5), holding: track,
            tags: TagRecord(
              title: "Title \(number)", artist: "Artist \(number % 7)", album: "Album",
              genre: "Genre \(number % 3)"))
        }
        for (place, record) in records.enumerated() {
          try catalogue.record(
            EmbeddingRecord(vector: vectors[place][number], excerptStart: 0, excerptSeconds: 9),
            of: track, model: record)
        }
        try catalogue.record(DescriptorRecord(version: 1), of: track)
        if number % 6 == 5, let file = try catalogue.file(at: paths(of: number)[0]) {
          try catalogue.mark(files: [file.number], missingSince: 7)
        }
      }
      try catalogue.record(
        FileStamp(path: FilePath("/music/\(seed)/bad \(stage)"), size: 3, modified: 5),
        failure: "damaged", reason: "cut short")
    }
  }

  /// A track that no query finds.
  func addOneFarAway(to catalogue: Catalogue) throws(CatalogueError) {
    guard let model = try catalogue.models().first(where: { $0.identity == Self.models[0] })
    else { return }
    let sum = (0..<Self.dimension).map { place in queries.reduce(0) { $0 - $1[place] } }
    try catalogue.transaction { () throws(CatalogueError) in
      let track = try catalogue.record(Self.sound(Self.digest("far away")))
      try catalogue.record(
        FileStamp(path: FilePath("/music/far away"), size: 1, modified: 1), holding: track,
        tags: TagRecord(title: "Far away"))
      try catalogue.record(
        EmbeddingRecord(vector: Self.unit(sum), excerptStart: 0, excerptSeconds: 9), of: track,
        model: model)
    }
  }

  private static func sound(_ identity: Digest) -> SoundRecord {
    SoundRecord(identity: identity, codec: "flac", sampleRate: 44_100, channels: 2, seconds: 9)
  }
}
