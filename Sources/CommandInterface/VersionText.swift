/// What `--version` prints: the program's version and those of the libraries it runs with, which can
/// differ from those it was built with.
package enum VersionText {
  /// The version of Earshot, as CHANGELOG.md has it.
  package static let version = "0.1.0"

  static func text(program: String, libraries: [(name: String, version: String)]) -> String {
    let width = libraries.map { DisplayWidth.of($0.name) }.max() ?? 0
    let lines = libraries.map { library in
      "  \(DisplayWidth.pad(library.name, to: width))  \(library.version)"
    }
    return (["\(program) \(version)", "running with"] + lines).joined(separator: "\n") + "\n"
  }
}
