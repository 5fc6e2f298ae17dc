import AudioDecoding
import Catalogue
import Hashing
import LinearAlgebra
import Plotting
import SpectralFeatures

/// What `--version` prints: the program's version and those of the libraries it runs with, which can
/// differ from those it was built with.
enum VersionText {
  /// The version of Earshot, as CHANGELOG.md has it.
  static let version = "0.1.0"

  static func text(program: String) -> String {
    let libraries =
      AudioLibraries.versions + SpectralLibraries.versions + LinearAlgebraLibraries.versions
      + CatalogueLibraries.versions + PlottingLibraries.versions
      + [("Nettle", SHA256.libraryVersion)]
    let width = libraries.map { DisplayWidth.of($0.0) }.max() ?? 0
    let lines = libraries.map { name, version in
      "  " + name + String(repeating: " ", count: width - DisplayWidth.of(name) + 2) + version
    }
    return (["\(program) \(version)", "running with"] + lines).joined(separator: "\n") + "\n"
  }
}
