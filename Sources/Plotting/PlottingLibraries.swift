internal import CCairo

/// The C libraries under this module.
public enum PlottingLibraries {
  /// The name and run-time version of each, as ("cairo", "1.16.0").
  public static var versions: [(name: String, version: String)] {
    [("cairo", String(cString: cairo_version_string()))]
  }
}
