internal import Catalogue
internal import VectorIndex

/// Knows the recordings that a query asks about in other encodings: they are the query itself, not
/// answers to it.
struct OwnCopies {
  private let check: RecordingCheck
  private let sounds: [HeardSound]

  /// Of more tracks that are asked about together so many are compared.
  private static let mostSounds = 64

  init(_ query: Query, catalogue: Catalogue, model: ModelRecord) throws(CatalogueError) {
    check = RecordingCheck(catalogue: catalogue, model: model)
    // With collapsing, what is listed is compared with the query in any case.
    guard !query.includesSelf, !query.collapses else {
      sounds = []
      return
    }
    var sounds = query.heard
    for track in query.own.sorted().prefix(Self.mostSounds) {
      if let sound = try check.sound(of: track) { sounds.append(sound) }
    }
    self.sounds = sounds
  }

  /// Whether a neighbour is one of them.
  func hold(_ neighbour: Neighbour) throws(CatalogueError) -> Bool {
    try check.isRecording(neighbour.key, of: sounds)
  }
}
