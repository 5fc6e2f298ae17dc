import FileAccess
import NeuralNetwork
import SpectralFeatures
import TestSupport
import Testing

@testable import Embedding
@testable import Training

@Suite("Windows of tracks for the model earshot")
struct WindowTests {
  @Test("lie around the middle, in its halves, and at both ends of what is longer")
  func places() {
    let rate = 100.0
    func windows(_ seconds: Int, _ ends: Bool = false) -> [Range<Int>] {
      WindowListener.windows(
        sampleCount: seconds * 100, sampleRate: rate, withShortEnds: ends)
    }
    #expect(windows(20) == [0..<2_000, 0..<1_000, 1_000..<2_000])
    #expect(windows(32) == [100..<3_100, 100..<1_600, 1_600..<3_100])
    #expect(
      windows(60) == [
        1_500..<4_500, 0..<3_000, 3_000..<6_000, 1_500..<3_000, 3_000..<4_500,
      ])
    #expect(windows(60, true).suffix(2) == [0..<1_500, 4_500..<6_000])
    #expect(windows(30, true).count == 3)
  }

  @Test("changed copies are the same sound, changed: the same for the same seed")
  func versions() {
    let samples = TrainingData.samples(seed: 4, seconds: 3)
    for kind in SoundVersion.allCases {
      func changed(_ seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return kind.apply(to: samples, sampleRate: 22_050, using: &generator)
      }
      let copies = (0..<12).map { changed($0) }
      #expect(changed(3) == copies[3])
      #expect(copies.allSatisfy { $0.allSatisfy { $0.isFinite } })
      switch kind {
      case .original: #expect(copies.allSatisfy { $0 == samples })
      case .equaliser:
        #expect(copies.allSatisfy { $0.count == samples.count && $0 != samples })
        #expect(Set(copies.map { Self.power($0) }).count == 12)
      case .noise:
        for copy in copies {
          let noise = zip(copy, samples).map { $0 - $1 }
          let below = 10 * Self.logarithm(Self.power(samples) / Self.power(noise))
          #expect((13.9...30.1).contains(below), "\(below) dB")
        }
      case .speed:
        // At most 0.9 semitone: 5.3 %.
        let lengths = copies.map { Double($0.count) / Double(samples.count) }
        #expect(lengths.allSatisfy { (0.94...1.06).contains($0) && abs($0 - 1) > 0.008 })
        #expect(lengths.contains { $0 < 1 } && lengths.contains { $0 > 1 })
      }
    }
  }

  @Test("a poor MP3 is the same music, changed, not one sample earlier or later")
  func poorCopy() throws {
    let samples = TrainingData.samples(seed: 4, seconds: 3)
    for kilobits in [32, 48, 64] {
      let copy = SoundVersion.reencode(samples, 22_050, kilobits: kilobits)
      #expect(copy.count == samples.count && copy != samples)
      func difference(_ late: Int, _ early: Int) -> Double {
        Self.power(zip(copy.dropFirst(late), samples.dropFirst(early)).map { $0 - $1 })
          / Self.power(samples)
      }
      #expect((1e-6...0.2).contains(difference(0, 0)), "\(difference(0, 0))")
      #expect(difference(1, 0) > difference(0, 0) && difference(0, 1) > difference(0, 0))
    }
    let loud = samples.map { 4 * $0 }
    let softer = SoundVersion.reencode(loud, 22_050, kilobits: 48)
    #expect(softer != loud && softer.allSatisfy { abs($0) < 1.5 })
  }

  private static func power(_ samples: [Float]) -> Double {
    samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(samples.count)
  }

  private static func logarithm(_ value: Double) -> Double { decimalLogarithm(value) }

  @Test("come back from the cache as they were heard")
  func cache() throws {
    let folder = TemporaryFolder()
    // So long that the middle begins with a pair of frames.
    let seconds = (661_500 + 2 * 1_024 * 100 + 0.5) / 22_050
    let song = try folder.write(EarshotTracks.wav(seed: 1, seconds: seconds), as: "song.wav")
    let heard = try WindowListener().windows(of: song)
    #expect(heard.versions.map(\.kind) == SoundVersion.allCases)
    let path = folder.path.appending("cache")
    let writer = try WindowCacheWriter(path)
    try writer.add(FilePath("nothing"), nil)
    try writer.add(FilePath("song"), heard)
    #expect(writer.contains(FilePath("song")) && !writer.contains(FilePath("other")))
    try writer.close()
    let cache = try WindowCache(path)
    #expect(cache.entries.map(\.hasSound) == [false, true])
    let entry = cache.entries[1]
    let contents = try cache.contents(of: entry)
    #expect(contents.versions.map(\.loudest) == heard.versions.map(\.loudest))
    #expect(contents.windows.count == heard.windows.count)
    for (window, theirs) in zip(contents.windows, heard.windows) {
      #expect(window.version == theirs.version && window.pairs == theirs.pairs)
      #expect(try cache.statistics(window, of: entry) == theirs.statistics)
    }
    // The first window is what a vector is made of: its pairs are those of the excerpt itself, but for
    // half a dB each.
    let samples = EarshotTracks.samples(seed: 1, seconds: seconds)
    let range = WindowListener.windows(
      sampleCount: samples.count, sampleRate: 22_050, withShortEnds: true)[0]
    let features = SpectralAnalyzer(
      settings: WindowCache.settings, contents: EarshotInput.contents
    ).analyze(Array(samples[range]))
    let input = EarshotInput(features)
    #expect(zip(input.statistics, heard.windows[0].statistics).allSatisfy { abs($0 - $1) < 1e-2 })
    let pairs = try cache.pairs(
      0..<contents.windows[0].pairs.count, of: contents.windows[0], contents, of: entry)
    #expect(pairs.frameCount == input.pairs.frameCount)
    let difference = zip(pairs.values, input.pairs.values).reduce(Float(0)) {
      $0 + abs($1.0 - $1.1)
    }
    #expect(difference / Float(pairs.values.count) < 0.3)
  }

  @Test("are looked through track by track, and no further than wanted")
  func stopping() throws {
    let folder = TemporaryFolder()
    let path = folder.path.appending("cache")
    let tracks = try EarshotTracks.cache(path, count: 3).tracks
    var told: [Int] = []
    let some = try WindowTracks(tracks.map { ($0.name, $0.artist) }, in: WindowCache(path)) {
      told.append($0)
      return told.count < 3
    }
    #expect(some == nil && told == [0, 1, 2])
  }

  @Test("of a changed file are refused, whatever was changed")
  func damage() throws {
    let folder = TemporaryFolder()
    let song = try folder.write(EarshotTracks.wav(seed: 2, seconds: 4), as: "song.wav")
    let path = folder.path.appending("cache")
    try WindowCacheWriter(path).add(
      FilePath("song"), WindowListener().windows(of: song))
    let cache = try WindowCache(path)
    let payload = try RecordFile(path, WindowCache.kind).payload(of: cache.entries[0].record)
    #expect(WindowCache.Contents(payload) != nil)
    #expect(WindowCache.Contents([]) == nil)
    #expect(WindowCache.Contents(Array(payload.dropLast())) == nil)
    // Counts, kinds, pairs, first pairs: too large ones must not be believed.
    for place in [0, 4, 8, 12, 8 + 4 * 12, 8 + 4 * 12 + 4, 8 + 4 * 12 + 8] {
      var lying = payload
      lying.replaceSubrange(place..<(place + 4), with: [0xFF, 0xFF, 0xFF, 0xFF])
      #expect(WindowCache.Contents(lying) == nil, "byte \(place)")
    }
    var bytes = try ReadableFile(path).contents(limit: 1 << 26)
    bytes[bytes.count / 2] ^= 1
    let changed = try folder.write(bytes, as: "changed")
    let damaged = try WindowCache(changed)
    #expect(throws: FeatureCacheError(code: .damaged, path: changed)) {
      try WindowTracks([(FilePath("song"), "")], in: damaged)
    }
  }
}

/// A cache of windows of tracks that were made for tests.
enum EarshotTracks {
  /// What is in the file that ``wav(seed:seconds:)`` makes.
  static func samples(seed: UInt64, seconds: Double) -> [Float] {
    TrainingData.samples(seed: seed, seconds: seconds).map { ($0 * 16_000).rounded() / 32_768 }
  }

  /// A WAV file of 16 bits.
  static func wav(seed: UInt64, seconds: Double) -> [UInt8] {
    let samples = samples(seed: seed, seconds: seconds)
    func bytes(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let data = samples.flatMap { bytes(Int($0 * 32_768), 2) }
    return Array("RIFF".utf8) + bytes(36 + data.count, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4)
      + bytes(1, 2) + bytes(1, 2) + bytes(22_050, 4) + bytes(44_100, 4) + bytes(2, 2)
      + bytes(16, 2) + Array("data".utf8) + bytes(data.count, 4) + data
  }

  /// A cache of made-up tracks: statistics that differ between tracks, and a little within them.
  static func cache(_ path: FilePath, count: Int) throws -> WindowTracks {
    let writer = try WindowCacheWriter(path)
    var wanted: [(name: FilePath, artist: String)] = []
    for number in 0..<count {
      var random = SplitMix64(seed: UInt64(number))
      let own = (0..<WindowCache.statisticCount).map { _ in Float.random(in: -1...1, using: &random)
      }
      let bands = (0..<128).map { _ in Float.random(in: -60 ... -5, using: &random) }
      var heard = HeardWindows()
      for (version, kind) in [SoundVersion.original, .noise].enumerated() {
        let pairs = 200
        heard.versions.append(
          HeardWindows.Version(
            kind: kind,
            pairs: FeatureMatrix(
              frameCount: pairs, binCount: 128,
              values: (0..<(pairs * 128)).map {
                min(0, bands[$0 % 128] + Float.random(in: -5...5, using: &random))
              }), loudest: -3))
        for start in [0, 100] {
          heard.windows.append(
            HeardWindows.Window(
              version: version, pairs: start..<(start + 100), loudest: -3,
              statistics: own.map { $0 + Float.random(in: -0.5...0.5, using: &random) }))
        }
      }
      let name = FilePath("track-\(number)")
      try writer.add(name, heard)
      wanted.append((name, number % 3 == 0 ? "" : "artist \(number / 2)"))
    }
    try writer.close()
    return try #require(try WindowTracks(wanted, in: WindowCache(path)))
  }
}

@Suite("Training the model earshot")
struct EarshotTrainingTests {
  let folder = TemporaryFolder()

  private static var settings: NetworkTrainingSettings {
    var settings = EarshotTraining.defaults
    settings.epochs = 3
    settings.tilesPerTrack = 1
    settings.batchSize = 40
    return settings
  }

  /// A training whose projections are known, since finding them takes seconds.
  private static func training(
    _ tracks: WindowTracks, _ settings: NetworkTrainingSettings = settings,
    like known: EarshotTraining
  ) -> EarshotTraining {
    EarshotTraining(tracks, known.split, settings: settings, start: known.start)
  }

  private static func weights(_ network: EarshotNetwork) -> [[UInt32]] {
    network.namedParameters.map { $0.parameter.value.values.map(\.bitPattern) }
  }

  @Test("brings windows of a track together, and goes on after a stop to the same weights")
  func whole() throws {
    let tracks = try EarshotTracks.cache(folder.path.appending("cache"), count: 90)
    let split = DataSplit(artists: tracks.tracks.map(\.artist), validationShare: 0.1, seed: 1)
    var training = try #require(
      try EarshotTraining(tracks, split, settings: Self.settings, report: { _ in true }))
    training.decoderSteps = 2
    try gradient(tracks, training)
    let trainer = training.trainer(checkpoint: nil, now: { 0 })
    #expect(try trainer.run { _ in true } == .finished)
    let contrasts = trainer.history.map(\.training.contrast)
    #expect(contrasts[2] < contrasts[0], "\(contrasts)")
    #expect(trainer.history.allSatisfy { $0.validation.contrast.isFinite })
    #expect(trainer.bestEpoch == 3)

    let checkpoint = folder.path.appending("checkpoint")
    var steps = 0
    let stopped = Self.training(tracks, like: training).trainer(checkpoint: checkpoint, now: { 0 })
    let outcome = try stopped.run { _ in
      steps += 1
      return steps < 4
    }
    #expect(outcome == .stopped)
    var other = Self.training(tracks, like: training)
    other.decoderSteps = 2
    let next = other.trainer(checkpoint: checkpoint, now: { 0 })
    #expect(try next.restore())
    #expect(try next.run { _ in true } == .finished)
    let isSame = Self.weights(other.network) == Self.weights(training.network)
    #expect(isSame)

    let finished = try #require(try training.finish(threads: 2, report: { _ in true }))
    #expect(finished.errors.count == tracks.tracks.count - 9)
    #expect(finished.errors == finished.errors.sorted())
    let model = try finished.model(name: "made up", card: ["data": "none"], precision: .float32)
    #expect(model.dimension == 256)
    let again = try #require(try other.finish(threads: 1, report: { _ in true }))
    #expect(again.errors == finished.errors)
    let same = try again.model(name: "made up", card: ["data": "none"], precision: .float32)
    #expect(same.identity == model.identity)
    #expect(try training.finish(threads: 1, report: { _ in false }) == nil)
  }

  /// The gradient that training follows is the slope of its loss.
  private func gradient(_ tracks: WindowTracks, _ known: EarshotTraining) throws {
    var settings = Self.settings
    settings.batchSize = 6
    let training = Self.training(tracks, settings, like: known)
    let task = training.trainer(checkpoint: nil, now: { 0 }).task
    let batches = task.batches
    let batch = try batches.batch(0, of: batches.order(epochSeed: 1)[0], epochSeed: 1)
    #expect(batch.tileCount == 12 && batch.pictured == [0, 10])
    #expect(batch.tracks[0] == batch.tracks[1] && batch.tracks[0] != batch.tracks[2])
    _ = task.loss(of: batch, training: true)
    // In inference a normalisation's statistics stay, so the slope is taken in training too.
    for name in ["time.encoder.dense.weight", "frequency.encoder.dense.bias", "decoder.conv5.bias"]
    {
      let parameter = try #require(
        training.network.namedParameters.first { $0.name == name }?.parameter)
      let (value, gradient) = (parameter.value, parameter.gradient.values)
      let order = gradient.indices.sorted { abs(gradient[$0]) > abs(gradient[$1]) }
      #expect(abs(gradient[order[0]]) > 1e-3, "\(name)")
      for place in [order[0], order[order.count / 8]] {
        let step: Float = 1e-2
        func loss(_ change: Float) -> Float {
          parameter.value = value
          parameter.value.withMutableNumbers { $0[place] += change }
          return task.loss(of: batch, training: true).total
        }
        let slope = (loss(step) - loss(-step)) / (2 * step)
        parameter.value = value
        #expect(
          abs(slope - gradient[place]) < 0.05 * abs(gradient[order[0]]),
          "\(name) \(place): \(gradient[place]) for \(slope)")
      }
    }
  }

  @Test("says when the music differs in too few directions")
  func tooFew() throws {
    let tracks = try EarshotTracks.cache(folder.path.appending("cache"), count: 9)
    let split = DataSplit(artists: tracks.tracks.map(\.artist), validationShare: 0, seed: 1)
    #expect(throws: NetworkTrainingError(code: .tooMuchAlike, path: nil)) {
      try EarshotTraining(tracks, split, settings: Self.settings, report: { _ in true })
    }
  }

  @Test("takes what differs within tracks out of the vectors")
  func takesOut() {
    // Two numbers: the first tells tracks apart, the second only parts of a track.
    let groups: [[[Float]]] = [
      [[1, 1], [1, -1], [1, 1], [1, -1]], [[-1, 1], [-1, -1], [-1, 1], [-1, -1]],
    ]
    func map(_ groups: [[[Float]]]) -> (centre: [Float], map: [Float]) {
      var gathered = EarshotMap(order: 2)
      for rows in groups { gathered.add(rows) }
      return gathered.finished
    }
    let (centre, found) = map(groups)
    #expect(centre == [0, 0])
    // Within: 0 and 8/6; the floor is half of their mean, 1/3.
    let within = [1.0 / 3, 4.0 / 3 + 1.0 / 3]
    let whole = (within[0] + within[1]) / 2
    for (place, value) in within.enumerated() {
      #expect(abs(Double(found[place * 3]) - power(whole / value, 1.05)) < 1e-5)
    }
    #expect(abs(found[1]) < 1e-6 && abs(found[2]) < 1e-6)
    #expect(map([[[1, 0]], [[0, 1]]]).map == [1, 0, 0, 1])
  }
}
