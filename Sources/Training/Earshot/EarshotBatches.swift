internal import Embedding
internal import NeuralNetwork
internal import SpectralFeatures

/// Windows for one step of training the model `earshot`: two of each track, one behind the other.
public struct EarshotBatch: TrainingBatch {
  /// The projected statistics of each half: (windows, 128), rows of length 1.
  let projected: [EarshotHalf: Tensor]
  /// What each half's network sees: (windows, steps, channels).
  let sequences: [EarshotHalf: Tensor]
  /// Pictures of some of the windows, (some, 128, 128, 1), and which.
  let pictures: Tensor
  let pictured: [Int]
  /// The track and the artist of each window; -1 for an artist who is not known.
  let tracks: [Int]
  let artists: [Int]

  /// Windows.
  public var tileCount: Int { tracks.count }
}

/// Makes batches of windows, each the same on every run.
///
/// An epoch goes through the training tracks several times, each time in another order and with two
/// other windows of each.
public struct EarshotBatches: BatchSource {
  let tracks: WindowTracks
  private let order: TrackOrder
  private let validation: [Int]
  private let start: EarshotStart
  /// A number for each track's artist; -1 where unknown.
  private let artists: [Int]

  /// Pairs of frames that the time network sees at once: 7 s.
  static let cropLength = 150
  /// Every so many windows one is drawn.
  static let pictureEvery = 10
  /// How often a stripe is taken out of a sequence, and how wide at most.
  static let maskProbability = 0.3
  static let widestMask = 16

  init(
    _ tracks: WindowTracks, _ split: DataSplit, _ start: EarshotStart,
    _ settings: NetworkTrainingSettings
  ) {
    self.tracks = tracks
    order = TrackOrder(split.training, settings)
    validation =
      split.validation.count >= ValidationTiles.fewestPairs ? split.validation : []
    self.start = start
    var numbers: [String: Int] = [:]
    artists = tracks.tracks.map { track in
      guard !track.artist.isEmpty else { return -1 }
      return numbers[track.artist]
        ?? {
          numbers[track.artist] = numbers.count
          return numbers.count - 1
        }()
    }
  }

  /// That of the tracks.
  public var fingerprint: String { tracks.fingerprint }
  /// Batches in an epoch.
  public var count: Int { order.count }
  /// Windows in an epoch.
  public var tilesPerEpoch: Int { count * order.width * 2 }

  /// The tracks of each batch of an epoch.
  public func order(epochSeed: UInt64) -> [[Int]] { order.batches(epochSeed: epochSeed) }

  /// One batch.
  public func batch(
    _ number: Int, of numbers: [Int], epochSeed: UInt64
  ) throws(FeatureCacheError) -> EarshotBatch {
    var builder = Builder(self)
    for (place, track) in numbers.enumerated() {
      var generator = SeededGenerator(seed: epochSeed, piece: number, place)
      let pairs = tracks.tracks[track].pairs
      let pair = pairs[generator.below(pairs.count)]
      for window in [pair.0, pair.1] { try builder.add(window, of: track, using: &generator) }
    }
    return builder.batch
  }

  /// Batches of the tracks that are kept apart.
  public var validationCount: Int {
    // Rather too large than of a single track, which nothing is held against.
    validation.isEmpty ? 0 : max(1, validation.count / max(1, order.width))
  }

  /// One of them: of each track the first two windows that do not overlap, as they are.
  public func validationBatch(_ number: Int) throws(FeatureCacheError) -> EarshotBatch {
    let count = validationCount
    let range = (number * validation.count / count)..<((number + 1) * validation.count / count)
    var builder = Builder(self)
    for track in validation[range] {
      let all = tracks.tracks[track]
      let pair =
        all.pairs.first {
          all.contents.windows[$0.0].version == 0 && all.contents.windows[$0.1].version == 0
        } ?? all.pairs[0]
      for window in [pair.0, pair.1] {
        var none = SeededGenerator(seed: 0, piece: track, window)
        try builder.add(window, of: track, isMasked: false, using: &none)
      }
    }
    return builder.batch
  }

  /// Gathers the windows of a batch.
  private struct Builder {
    let source: EarshotBatches
    var projected: [EarshotHalf: [Float]] = [:]
    var movement: [Float] = []
    var profiles: [Float] = []
    var pictures: [Float] = []
    var pictured: [Int] = []
    var tracks: [Int] = []
    var artists: [Int] = []

    init(_ source: EarshotBatches) { self.source = source }

    mutating func add(
      _ window: Int, of track: Int, isMasked: Bool = true, using generator: inout SeededGenerator
    ) throws(FeatureCacheError) {
      let settings = WindowCache.settings
      let all = source.tracks
      let statistics = try all.statistics(window, of: track)
      for half in EarshotHalf.allCases {
        let chosen = half.statistics(of: statistics, settings)
        projected[half, default: []] += source.start.projections[half]?.project(chosen) ?? []
      }
      let length = all.tracks[track].contents.windows[window].pairs.count
      let wanted = EarshotBatches.cropLength
      let used = min(length, wanted)
      let first = generator.below(length - used + 1)
      let crop = try all.pairs(first..<(first + used), window, of: track)
      var sequence = EarshotInput.movement(of: crop).values
      while sequence.count < wanted * crop.binCount { sequence += sequence }
      sequence.removeLast(sequence.count - wanted * crop.binCount)
      var profile = EarshotJoin.profiles(
        of: statistics, settings, mean: source.start.profileMean,
        deviation: source.start.profileDeviation
      ).values
      if isMasked {
        EarshotBatches.mask(&sequence, crop.binCount, using: &generator)
        EarshotBatches.mask(&profile, EarshotHalf.profiles.count, using: &generator)
      }
      movement += sequence
      profiles += profile
      if tracks.count.isMultiple(of: EarshotBatches.pictureEvery) {
        pictured.append(tracks.count)
        pictures += EarshotPicture.pixels(of: try all.pairs(nil, window, of: track))
      }
      tracks.append(track)
      artists.append(source.artists[track])
    }

    var batch: EarshotBatch {
      let count = tracks.count
      let side = EarshotPicture.side
      return EarshotBatch(
        projected: projected.mapValues {
          Tensor(shape: [count, EarshotHalf.dimension], values: $0)
        },
        sequences: [
          .time: Tensor(
            shape: [count, EarshotBatches.cropLength, WindowCache.bandCount], values: movement),
          .frequency: Tensor(
            shape: [count, WindowCache.bandCount, EarshotHalf.profiles.count], values: profiles),
        ], pictures: Tensor(shape: [pictured.count, side, side, 1], values: pictures),
        pictured: pictured, tracks: tracks, artists: artists)
    }
  }

  /// Takes a stripe of steps out of a sequence, and of channels where there are many.
  private static func mask(
    _ sequence: inout [Float], _ channels: Int, using generator: inout SeededGenerator
  ) {
    let steps = sequence.count / channels
    if generator.unit() < maskProbability {
      let count = 1 + generator.below(min(widestMask, steps))
      let start = generator.below(steps - count + 1)
      for place in (start * channels)..<((start + count) * channels) { sequence[place] = 0 }
    }
    if channels > widestMask, generator.unit() < maskProbability {
      let count = 1 + generator.below(widestMask)
      let start = generator.below(channels - count + 1)
      for step in 0..<steps {
        for channel in start..<(start + count) { sequence[step * channels + channel] = 0 }
      }
    }
  }
}
