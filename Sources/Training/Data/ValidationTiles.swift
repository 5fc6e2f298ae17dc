internal import NeuralNetwork

/// The tiles that tell how well a network does on tracks it has not seen: the same each time.
struct ValidationTiles: Sendable {
  let tracks: TrainingTracks
  let members: [Int]
  let tilesPerTrack: Int
  let isPaired: Bool

  /// Fewer pairs are found without having learnt anything: they would tell of chance alone.
  static let fewestPairs = 8

  /// What each batch is made of: tiles by track and place; none where they would tell nothing. Where
  /// views are compared, a batch has one place of each track and of its other view.
  func batches(of size: Int) -> [[(track: Int, start: Int)]] {
    guard !members.isEmpty, !isPaired || members.count >= Self.fewestPairs else { return [] }
    let size = isPaired ? max(size, Self.fewestPairs) : size
    let single = members.flatMap { track in
      TrainingTracks.starts(
        columnCount: tracks.tracks[track].columnCount, atMost: isPaired ? 1 : tilesPerTrack
      ).map { (track, $0) }
    }
    // Of nearly equal sizes: how hard it is to find a view depends on how many there are.
    let count = (single.count + size - 1) / size
    return (0..<count).map {
      Array(single[($0 * single.count / count)..<(($0 + 1) * single.count / count)])
    }
  }

  func batch(_ places: [(track: Int, start: Int)]) throws(FeatureCacheError) -> TileBatch {
    var first: [Float] = []
    var second: [Float] = []
    let side = MelBands.count
    for (track, start) in places {
      if isPaired {
        let last = tracks.tracks[track].columnCount - side
        first += try tracks.crop(0..<side, of: track).tile()
        second += try tracks.crop(last..<(last + side), of: track).tile()
      } else {
        first += try tracks.crop(start..<(start + side), of: track).tile()
      }
    }
    let shape = [places.count, side, side]
    return TileBatch(
      tiles: Tensor(shape: shape, values: first),
      others: isPaired ? Tensor(shape: shape, values: second) : nil)
  }
}
