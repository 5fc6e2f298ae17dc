/// What `--version` prints: the program's version and those of the libraries it runs with, which can
/// differ from those it was built with.
package enum VersionText {
  /// The version of Earshot, as CHANGELOG.md has it.
  package static let version = "0.1.0"

  /// - Parameter confinement: by what means this system takes their rights from workers.
  static func text(
    program: String, libraries: [(name: String, version: String)], confinement: [String]
  ) -> String {
    let width = libraries.map { DisplayWidth.of($0.name) }.max() ?? 0
    let lines = libraries.map { library in
      "  \(DisplayWidth.pad(library.name, to: width))  \(library.version)"
    }
    let workers =
      confinement.isEmpty
      ? "workers keep the right to write and to reach the network: this system offers neither seccomp "
        + "nor Landlock"
      : "workers can neither write nor reach the network (\(confinement.joined(separator: ", ")))"
    let all = ["\(program) \(version)", "running with"] + lines + [workers]
    return all.joined(separator: "\n") + "\n"
  }
}
