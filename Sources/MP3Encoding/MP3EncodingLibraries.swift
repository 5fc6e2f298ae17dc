internal import CLAME

/// The C library that encodes.
public enum MP3EncodingLibraries {
  /// Its name and run-time version.
  public static var versions: [(name: String, version: String)] {
    [("LAME", String(cString: get_lame_version()))]
  }
}
