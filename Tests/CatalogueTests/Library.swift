import Catalogue
import FileAccess
import Hashing
import TestSupport

/// A library in a folder of its own, and things to put into it.
struct Library {
  let folder = TemporaryFolder()
  var path: FilePath { folder.path.appending("library.db") }

  func writing() throws(CatalogueError) -> Catalogue { try Catalogue(path, access: .writing) }

  func reading() throws(CatalogueError) -> Catalogue { try Catalogue(path, access: .reading) }

  static func digest(_ text: String) -> Digest {
    var hash = SHA256()
    hash.update(text)
    return hash.digest()
  }

  static func sound(_ text: String, seconds: Double = 10) -> SoundRecord {
    SoundRecord(
      identity: digest(text), codec: "flac", sampleRate: 44_100, channels: 2, seconds: seconds)
  }

  static func stamp(_ path: String, size: Int = 100, modified: Int64 = 5) -> FileStamp {
    FileStamp(path: FilePath(path), size: size, modified: modified)
  }
}

extension Catalogue {
  /// Puts a track with one file in.
  @discardableResult
  func add(
    _ path: String, sound: String? = nil, _ tags: TagRecord = TagRecord()
  ) throws(CatalogueError) -> Int64 {
    let track = try record(Library.sound(sound ?? path))
    try record(Library.stamp(path), holding: track, tags: tags)
    return track
  }

  /// What `body` refuses with, nil when it goes through.
  static func code(
    of body: () throws(CatalogueError) -> Void
  ) -> CatalogueError.Code? {
    do throws(CatalogueError) {
      try body()
      return nil
    } catch {
      return error.code
    }
  }
}
