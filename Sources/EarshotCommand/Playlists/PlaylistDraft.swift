import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import Recommendation
import VectorIndex

/// A list as it was made, before it is written or kept.
struct PlaylistDraft {
  /// One place on it.
  struct Item {
    /// The library's track, nil for a file that is not in it.
    let track: TrackRecord?
    /// As players see it.
    let entry: Playlist.Entry
    /// A unit vector.
    let vector: [Float]
    /// What a person hears in it.
    var character = SoundCharacter()

    /// - Parameter path: the file of the track that was named, nil for the one that the library names.
    init(
      _ listed: ListedTrack, path: FilePath? = nil, character: SoundCharacter = SoundCharacter()
    ) {
      track = listed.track
      var entry = Playlist.Entry(listed.track)
      if let path { entry.path = path }
      self.entry = entry
      vector = listed.vector
      self.character = character
    }

    /// A file that was listened to and is not in the library.
    init?(_ seed: Seed) {
      guard let entry = seed.entry else { return nil }
      track = nil
      self.entry = entry
      vector = seed.vector
      character = SoundCharacter(of: seed.characters)
    }
  }

  /// What kind of list it is, the last word of the command.
  let kind: String
  /// What players show.
  var title: String
  /// What it is about.
  var description: String?
  var items: [Item]
  /// How many of them were found, not named.
  let foundCount: Int
  /// The model whose vectors the items have.
  let model: ModelRecord
  /// What was asked about, as JSON has it under `query`.
  let query: JSONObject

  /// As players see it.
  var playlist: Playlist {
    Playlist(title: title, description: description, entries: items.map(\.entry))
  }

  /// The cosine of each item to the one before, nil for the first.
  var similaritiesToPrevious: [Float?] {
    items.indices.map { place in
      place == 0 ? nil : cosineSimilarity(items[place - 1].vector, items[place].vector)
    }
  }
}
