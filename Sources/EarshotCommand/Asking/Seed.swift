import CommandInterface
import FileAccess
import FileFormats
import Recommendation

/// One thing that is asked about, as the library's model sees it.
struct Seed {
  /// A unit vector of the model.
  var vector: [Float]
  /// What that was before it was normalised; nil where it is not known.
  var point: [Float]?
  /// The library's tracks that it is, in the order in which they were named.
  var list: [Int64] = []
  /// The files of the tracks that were named, where files were.
  var paths: [Int64: FilePath] = [:]
  /// As a list has it, where it is a file that was listened to.
  var entry: Playlist.Entry?
  /// What was heard of it, where it was listened to for its duplicates.
  var heard: HeardSound?
  /// What a person hears in it.
  var characters: [SoundCharacter] = []
  /// As JSON has it under `seeds`: one object, or one for each track.
  var json: [JSONObject]
  /// For people.
  var name: String

  /// The library's tracks that it is.
  var tracks: Set<Int64> { Set(list) }

  /// Whether it is a song that the library does not hold.
  var isForeign: Bool { entry != nil && list.isEmpty }

  /// Whether it is one song, not a group of them or a vector.
  var isSong: Bool { entry != nil || list.count == 1 }
}
