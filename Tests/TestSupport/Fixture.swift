public import FileAccess
import Glibc

/// A committed file of a released format version (Tests/FormatFixtures/README.md).
public enum Fixture {
  /// The file, made by `make` when it does not exist and making was asked for.
  public static func file(
    _ name: String, make: () throws -> [UInt8]
  ) throws -> FilePath {
    let path = Repository.root.appending("Tests/FormatFixtures").appending(name)
    if getenv("EARSHOT_MAKE_FIXTURES") != nil,
      (try? FolderEntry(at: path, followLinks: true)) == nil
    {
      try WrittenFile.replace(path, with: make())
    }
    return path
  }
}
