internal import NeuralNetwork

/// Which tracks each batch of an epoch is made of.
///
/// An epoch goes through the tracks several times, each time in another order. A batch never holds a
/// track twice; tracks that do not fill the last batch of a pass are left to the next.
struct TrackOrder: Sendable {
  let members: [Int]
  /// Tracks in a batch: fewer than were asked for where there are no more.
  let width: Int
  private let passes: Int

  init(_ members: [Int], _ settings: NetworkTrainingSettings) {
    self.members = members
    width = min(settings.batchSize, members.count)
    passes = settings.tilesPerTrack
  }

  /// Batches in an epoch.
  var count: Int { passes * (members.count / max(1, width)) }

  /// The tracks of each batch.
  func batches(epochSeed: UInt64) -> [[Int]] {
    (0..<passes).flatMap { pass in
      var generator = SeededGenerator(seed: epochSeed, piece: -1, pass)
      let shuffled = generator.shuffled(members)
      return (0..<(members.count / width)).map {
        Array(shuffled[($0 * width)..<(($0 + 1) * width)])
      }
    }
  }
}
