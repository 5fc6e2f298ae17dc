import FileAccess
import NeuralNetwork
import TestSupport
import Testing

@testable import Training

@Suite("The tracks of a training")
struct TrainingTracksTests {
  let folder = TemporaryFolder()

  @Test("are the same whatever order the cache was filled in")
  func order() throws {
    let seconds = [9.0, 8, 12, 8]
    let one = try TrainingData.tracks(
      TrainingData.cache(folder.path.appending("one"), seconds: seconds), count: 4)
    let other = try TrainingData.tracks(
      TrainingData.cache(folder.path.appending("other"), seconds: seconds, backwards: true),
      count: 4)
    #expect(one.tracks.map(\.name) == (0..<4).map(TrainingData.name))
    #expect(one.fingerprint == other.fingerprint)
    for number in 0..<4 {
      #expect(one.tracks[number].facts == other.tracks[number].facts)
      let crop = try one.crop(3..<100, of: number)
      #expect(try other.crop(3..<100, of: number).pixels == crop.pixels)
    }
    let fewer = try TrainingData.tracks(
      FeatureCache(folder.path.appending("one")), count: 3)
    #expect(fewer.fingerprint != one.fingerprint)
  }

  @Test("are looked through one by one, and no further than wanted")
  func stopping() throws {
    let cache = try TrainingData.cache(folder.path.appending("cache"), seconds: [8, 8, 8])
    let wanted = (0..<3).map { (name: TrainingData.name($0), artist: "") }
    var told: [Int] = []
    let all = try TrainingTracks(wanted, in: cache) {
      told.append($0)
      return true
    }
    #expect(all?.tracks.count == 3 && told == [0, 1, 2])
    told = []
    let some = try TrainingTracks(wanted, in: cache) {
      told.append($0)
      return told.count < 2
    }
    #expect(some == nil && told == [0, 1])
  }

  @Test("are refused when an image does not match its checksum")
  func damage() throws {
    let path = folder.path.appending("cache")
    _ = try TrainingData.cache(path, seconds: [8])
    var bytes = try ReadableFile(path).contents(limit: 1 << 24)
    bytes[bytes.count - 5] ^= 1
    let damaged = try FeatureCache(folder.write(bytes, as: "damaged"))
    let error = #expect(throws: FeatureCacheError.self) {
      try TrainingData.tracks(damaged, count: 1)
    }
    #expect(error?.code == .damaged)
  }

  @Test("keep their loudest places and their level")
  func facts() throws {
    let cache = try TrainingData.cache(folder.path.appending("cache"), seconds: [10])
    let pixels = try cache.checkedImage(of: cache.entries[0])
    let facts = MelImageFacts(pixels: pixels)
    for row in 0..<128 {
      #expect(
        facts.peaks[row]
          == stride(from: row, to: pixels.count, by: 128).map { pixels[$0] }.max())
    }
    // Silence but for one row at its loudest in every column: its band's share of the spectrum.
    var one = [UInt8](repeating: 0, count: 128 * 128)
    for column in 0..<128 { one[column * 128 + 40] = 255 }
    let share = MelBands.widths[40] / 11_025
    #expect(abs(Double(MelImageFacts(pixels: one).level) - 10 * decimalLogarithm(share)) < 1e-4)
  }

  @Test("are split by artist, the same for the same seed")
  func split() throws {
    let cache = try TrainingData.cache(
      folder.path.appending("cache"), seconds: [Double](repeating: 7.6, count: 11))
    let tracks = try TrainingData.tracks(cache, count: 11).tracks
    var seen: Set<[Int]> = []
    for seed in 0..<20 as Range<UInt64> {
      let split = DataSplit(tracks, validationShare: 0.3, seed: seed)
      #expect(split == DataSplit(tracks, validationShare: 0.3, seed: seed))
      #expect((split.training + split.validation).sorted() == Array(0..<11))
      #expect((2...3).contains(split.validation.count))
      let artists = Set(split.validation.map { tracks[$0].artist }).subtracting([""])
      #expect(split.training.allSatisfy { !artists.contains(tracks[$0].artist) })
      seen.insert(split.validation)
    }
    #expect(seen.count > 3)
    #expect(DataSplit(tracks, validationShare: 0, seed: 1).validation.isEmpty)
    let alone = Array(tracks[..<2])
    #expect(DataSplit(alone, validationShare: 0.5, seed: 1).validation.isEmpty)
  }

  @Test("spread their tiles from the first column to the last")
  func spread() {
    #expect(TrainingTracks.starts(columnCount: 128, atMost: 8) == [0])
    #expect(TrainingTracks.starts(columnCount: 130, atMost: 8) == [0, 1, 2])
    #expect(TrainingTracks.starts(columnCount: 512, atMost: 4) == [0, 128, 256, 384])
    #expect(TrainingTracks.starts(columnCount: 512, atMost: 1) == [192])
  }

  /// Batches of all tracks.
  private static func batches(
    _ tracks: TrainingTracks, batchSize: Int, passes: Int,
    _ objective: NetworkTrainingSettings.Objective, _ augmentation: MelAugmentation = .none
  ) -> TileBatches {
    var settings = NetworkTrainingSettings()
    settings.batchSize = batchSize
    settings.tilesPerTrack = passes
    settings.objective = objective
    settings.augmentation = augmentation
    return TileBatches(
      tracks, DataSplit(tracks.tracks, validationShare: 0, seed: 1), settings)
  }

  @Test("give the same batches on any thread, each track once, two views apart")
  func batches() throws {
    // 7.6 s are 130 columns, 15 s 256, 40 s 683.
    let cache = try TrainingData.cache(
      folder.path.appending("cache"), seconds: [7.6, 15.1, 40, 20, 9])
    let tracks = try TrainingData.tracks(cache, count: 5)
    let batches = Self.batches(tracks, batchSize: 2, passes: 3, .contrastive, .full)
    let order = batches.order(epochSeed: 7)
    #expect(order.count == 6 && batches.count == 6)
    #expect(order.allSatisfy { Set($0).count == 2 })
    #expect(order != batches.order(epochSeed: 8))
    let first = try batches.batch(4, of: order[4], epochSeed: 7)
    _ = try batches.batch(2, of: order[2], epochSeed: 7)
    let again = try batches.batch(4, of: order[4], epochSeed: 7)
    #expect(first.tiles.values == again.tiles.values)
    #expect(first.others?.values == again.others?.values)
    #expect(first.tiles.values != first.others?.values)
    #expect(first.tiles.shape == [2, 128, 128] && first.others?.shape == [2, 128, 128])
    #expect(first.tiles.values.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test("give two views that lie apart as far as the track allows")
  func views() throws {
    let cache = try TrainingData.cache(folder.path.appending("cache"), seconds: [8])
    let batches = Self.batches(
      try TrainingData.tracks(cache, count: 1), batchSize: 1, passes: 1, .contrastive)
    var generator = SeededGenerator(seed: 4)
    for columns in [128, 200, 255, 256, 257, 300, 1_000] {
      var distances: Set<Int> = []
      var starts: Set<Int> = []
      for _ in 0..<2_000 {
        let (one, other) = batches.starts(in: columns, using: &generator)
        #expect(min(one, other) >= 0 && max(one, other) <= columns - 128)
        distances.insert(abs(one - other))
        starts.formUnion([one, other])
      }
      #expect(distances.min() ?? 0 >= min(128, columns - 128))
      if columns < 256 { #expect(starts == [0, columns - 128]) }
      if columns == 300 {
        #expect(starts.isSubset(of: Set(0...172).subtracting(45..<128)) && starts.count > 80)
      }
      if columns == 1_000 { #expect((distances.max() ?? 0) > 700 && distances.count > 400) }
    }
  }

  @Test("are cropped at every place, whole")
  func crops() throws {
    let cache = try TrainingData.cache(folder.path.appending("cache"), seconds: [8])
    let tracks = try TrainingData.tracks(cache, count: 1)
    let last = tracks.tracks[0].columnCount - 128
    let batches = Self.batches(tracks, batchSize: 1, passes: 200, .reconstruction)
    let whole = try tracks.crop(0..<(last + 128), of: 0).pixels
    let known = (0...last).map { start in
      (0..<128).flatMap { row in
        (0..<128).map { Float(whole[(start + $0) * 128 + row]) / 255 }
      }
    }
    var found: Set<Int> = []
    for number in 0..<200 {
      let tile = try batches.batch(number, of: [0], epochSeed: 3).tiles.values
      found.insert(try #require(known.firstIndex(of: tile)))
    }
    #expect(found.count == last + 1)
  }
}
