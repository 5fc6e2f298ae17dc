import CDNNL

/// The C libraries under this module.
public enum NeuralNetworkLibraries {
  /// The name and run-time version of each, as ("oneDNN", "2.6.3").
  public static var versions: [(name: String, version: String)] {
    guard let version = dnnl_version()?.pointee else { return [] }
    return [("oneDNN", "\(version.major).\(version.minor).\(version.patch)")]
  }
}
