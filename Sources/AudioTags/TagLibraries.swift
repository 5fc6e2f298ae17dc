import AudioDecoding

/// The C library that reads the tags.
public enum TagLibraries {
  /// Its version as the name of the shared object loaded has it: TagLib 1.13 cannot be asked.
  public static var versions: [(name: String, version: String)] {
    [("TagLib", AudioLibraries.loadedVersion("libtag.so"))]
  }
}
