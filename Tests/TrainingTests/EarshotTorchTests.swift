import FileAccess
import Foundation
import NeuralNetwork
import SpectralFeatures
import TestSupport
import Testing

@testable import Embedding
@testable import Training

/// What the second trainer makes of the same cache of windows; `Fixtures/README.md` tells more.
@Suite("Both trainers of the model earshot")
struct EarshotTorchTests {
  private struct Fixture: Decodable {
    let fingerprint: String
    let validation: [Int]
    let start: Start
    let final: Map
    let rates: [Float]
    let batches: [Batch]
    let validationBatches: [Batch]
  }

  private struct Start: Decodable {
    let time: Half
    let frequency: Half
    let profileMean: [Float]
    let profileDeviation: [Float]
  }

  private struct Half: Decodable {
    let mean: [Float]
    let scale: [Float]
    let projection: [Float]
  }

  private struct Map: Decodable {
    let centre: [Float]
    let map: [Float]
  }

  private struct Batch: Decodable {
    let tracks: [Int]
    let sums: [Float]
    let sizes: [Float]
    let maskedSteps: [Int]
    let maskedChannels: [Int]
    let maskedProfiles: [Int]
    let pictures: [Float]
  }

  private static let tolerance: Float = 1e-4
  private static let step = 151

  private let folder = TemporaryFolder()
  private let theirs: Fixture
  private let tracks: WindowTracks
  private let settings: NetworkTrainingSettings

  init() throws {
    let path = try #require(
      Bundle.module.path(
        forResource: "pytorch-training", ofType: "json", inDirectory: "Fixtures"))
    let data = Data(try ReadableFile(FilePath(path)).contents(limit: 1 << 20))
    theirs = try JSONDecoder().decode(Fixture.self, from: data)
    tracks = try Self.tracks(folder.path.appending("formula.windows"))
    var settings = EarshotTraining.defaults
    settings.epochs = 3
    settings.tilesPerTrack = 2
    settings.batchSize = 20
    settings.validationShare = 0.1
    settings.seed = 7
    self.settings = settings
  }

  /// The cache of the formula.
  private static func tracks(_ path: FilePath) throws -> WindowTracks {
    let versions: [(kind: SoundVersion, pairs: Int)] = [
      (.original, 160), (.noise, 60), (.speed, 40),
    ]
    let windows: [(version: Int, pairs: Range<Int>)] = [
      (0, 0..<160), (0, 0..<50), (0, 100..<160), (1, 0..<60), (2, 5..<40),
    ]
    let levels = (0..<3).map { kind in
      versions.enumerated().map { place, version in
        FeatureMatrix(
          frameCount: version.pairs, binCount: 128,
          values: Formula.numbers("levels \(kind) \(place)", version.pairs * 128).map {
            -0.5 * (200 * $0).rounded(.down)
          })
      }
    }
    let writer = try WindowCacheWriter(path)
    var wanted: [(name: FilePath, artist: String)] = []
    for track in 0..<90 {
      var heard = HeardWindows()
      for (place, version) in versions.enumerated() {
        heard.versions.append(
          HeardWindows.Version(
            kind: version.kind, pairs: levels[track % 3][place], loudest: -3 - Float(place)))
      }
      let own = Formula.numbers("track \(track)", WindowCache.statisticCount)
      for (number, window) in windows.enumerated() {
        var statistics = zip(
          own, Formula.numbers("track \(track) window \(number)", own.count)
        ).map { $0 + ($1 - 0.5) }
        statistics[own.count - 1] = 1
        heard.windows.append(
          HeardWindows.Window(
            version: window.version, pairs: window.pairs, loudest: -4 - Float(window.version),
            statistics: statistics))
      }
      let name = FilePath(track < 10 ? "track-0\(track)" : "track-\(track)")
      try writer.add(name, heard)
      wanted.append((name, track % 3 == 0 ? "" : "artist \(track / 2)"))
    }
    try writer.close()
    return try #require(try WindowTracks(wanted, in: WindowCache(path)))
  }

  private var split: DataSplit {
    DataSplit(
      artists: tracks.tracks.map(\.artist), validationShare: settings.validationShare,
      seed: settings.seed)
  }

  /// Every so manyth number.
  private static func some(_ values: [Float], every step: Int) -> [Float] {
    stride(from: 0, to: values.count, by: step).map { values[$0] }
  }

  /// The largest difference, beside the largest number.
  private static func difference(_ ours: [Float], _ theirs: [Float]) -> Float {
    guard ours.count == theirs.count, let largest = theirs.map(abs).max() else { return .infinity }
    return (zip(ours, theirs).map { abs($0 - $1) }.max() ?? .infinity) / max(1, largest)
  }

  @Test("start with the same projections and scales, and take the same steps from there")
  func start() throws {
    #expect(tracks.fingerprint == theirs.fingerprint)
    #expect(split.validation == theirs.validation)
    let start = try #require(
      try EarshotStart(tracks, members: split.training, report: { _ in true }))
    for (half, expected) in [
      (EarshotHalf.time, theirs.start.time), (.frequency, theirs.start.frequency),
    ] {
      let found = try #require(start.projections[half])
      for (ours, theirs, every) in [
        (found.mean, expected.mean, Self.step / 10), (found.scale, expected.scale, Self.step / 10),
        (found.matrix, expected.projection, Self.step),
      ] {
        #expect(Self.difference(Self.some(ours, every: every), theirs) < Self.tolerance)
      }
    }
    #expect(start.projections[.time]?.scale.contains(0) == true)
    #expect(Self.difference(start.profileMean, theirs.start.profileMean) < Self.tolerance)
    #expect(
      Self.difference(start.profileDeviation, theirs.start.profileDeviation) < Self.tolerance)
    try batches(start)
    rates(start)
  }

  /// Each step learns from the same crops, with the same stripes taken out.
  private func batches(_ start: EarshotStart) throws {
    let batches = EarshotBatches(tracks, split, start, settings)
    var generator = SeededGenerator(seed: settings.seed)
    let seed = generator.next()
    let order = batches.order(epochSeed: seed)
    let last = order.count - 1
    for (number, expected) in [(0, theirs.batches[0]), (last, theirs.batches[1])] {
      try compare(batches.batch(number, of: order[number], epochSeed: seed), expected)
    }
    #expect(batches.validationCount == theirs.validationBatches.count)
    for (number, expected) in theirs.validationBatches.enumerated() {
      try compare(batches.validationBatch(number), expected)
    }
  }

  private func compare(_ batch: EarshotBatch, _ expected: Batch) throws {
    #expect(batch.tracks == expected.tracks)
    let moved = try #require(batch.sequences[.time])
    let profiles = try #require(batch.sequences[.frequency])
    let (steps, channels) = (moved.shape[1], moved.shape[2])
    var sums: [Float] = []
    var sizes: [Float] = []
    var masked: [Int] = []
    var maskedChannels: [Int] = []
    var maskedProfiles: [Int] = []
    for window in batch.tracks.indices {
      let values = Array<Float>(
        moved.values[(window * steps * channels)..<((window + 1) * steps * channels)])
      var (sum, size) = (0.0, 0.0)
      for (place, value) in values.enumerated() {
        sum += Double(value) * Double(place / channels)
        size += abs(Double(value))
      }
      sums.append(Float(sum / 1e5))
      sizes.append(Float(size / Double(values.count)))
      masked.append(Self.emptyRows(values, channels))
      maskedChannels.append(
        (0..<channels).count { channel in
          (0..<steps).allSatisfy { values[$0 * channels + channel] == 0 }
        })
      let width = profiles.shape[1] * profiles.shape[2]
      maskedProfiles.append(
        Self.emptyRows(
          Array(profiles.values[(window * width)..<((window + 1) * width)]), profiles.shape[2]))
    }
    #expect(Self.difference(sums, expected.sums) < Self.tolerance)
    #expect(Self.difference(sizes, expected.sizes) < Self.tolerance)
    #expect(masked == expected.maskedSteps)
    #expect(maskedChannels == expected.maskedChannels)
    #expect(maskedProfiles == expected.maskedProfiles)
    let pixels = batch.pictures.values
    let side = pixels.count / max(1, batch.pictured.count)
    let pictures = batch.pictured.indices.map { picture in
      pixels[(picture * side)..<((picture + 1) * side)].reduce(0, +) / Float(side)
    }
    #expect(Self.difference(pictures, expected.pictures) < Self.tolerance)
  }

  private static func emptyRows(_ values: [Float], _ width: Int) -> Int {
    stride(from: 0, to: values.count, by: width).count { start in
      values[start..<(start + width)].allSatisfy { $0 == 0 }
    }
  }

  /// Each step has the same learning rate.
  private func rates(_ start: EarshotStart) {
    let trainer = EarshotTraining(tracks, split, settings: settings, start: start).trainer(
      checkpoint: nil, now: { 0 })
    let ours = theirs.rates.indices.map { trainer.rate(step: $0) }
    #expect(theirs.rates.count == 3 * trainer.task.batches.count)
    #expect(zip(ours, theirs.rates).allSatisfy { abs($0 - $1) < 1e-4 * settings.learningRate })
  }

  @Test("finish with the same map")
  func map() {
    let groups = (0..<40).map { group in
      (0..<(1 + group % 5)).map { row in
        let own = Formula.numbers("group \(group)", 128)
        return zip(own, Formula.numbers("row \(group) \(row)", 128)).enumerated().map {
          ($1.0 + ($1.1 - 0.5)) * (1 + Float($0) / 64)
        }
      }
    }
    var gathered = EarshotMap()
    for rows in groups { gathered.add(rows) }
    let (centre, map) = gathered.finished
    #expect(Self.difference(centre, theirs.final.centre) < Self.tolerance)
    #expect(
      Self.difference(Self.some(map, every: Self.step / 10), theirs.final.map) < Self.tolerance)
  }
}
