import FileAccess
import FuzzTargets
import TestSupport
import Testing

/// The fuzzer's finds, kept so that what was mended stays mended.
@Suite struct FuzzReplayTests {
  private static let corpora = Repository.root.appending("Tests/FuzzCorpora")
  private static let readers = FuzzTarget.all.map(\.name)

  @Test("What was once found to be of interest breaks no reader", arguments: readers)
  func kept(reader: String) throws {
    let target = try #require(FuzzTarget.named(reader))
    let folder = Self.corpora.appending(target.name)
    let names = try FolderEntry.names(in: folder)
    try #require(!names.isEmpty, "no inputs for \(target.name)")
    for name in names {
      let input = try ReadableFile(folder.appending(name)).contents(limit: 1 << 20)
      #expect(throws: Never.self, "\(target.name) with \(name)") { try target.run(input) }
    }
  }

  @Test("Small changes of the same inputs break no reader", arguments: readers)
  func changed(reader: String) throws {
    let target = try #require(FuzzTarget.named(reader))
    let folder = Self.corpora.appending(target.name)
    var generator = SplitMix64(seed: 4)
    for name in try FolderEntry.names(in: folder).sorted().prefix(16) {
      var input = try ReadableFile(folder.appending(name)).contents(limit: 1 << 20)
      for _ in 0..<8 where !input.isEmpty {
        input[Int.random(in: input.indices, using: &generator)] = .random(
          in: 0 ... .max, using: &generator)
        let input = input
        #expect(throws: Never.self, "\(target.name) with a change of \(name)") {
          try target.run(input)
        }
      }
    }
  }

  @Test("Every folder of inputs belongs to a target, and all together stay small")
  func small() throws {
    let names = try FolderEntry.names(in: Self.corpora).map(\.string)
    let folders = names.filter { $0 != "make_seeds.py" }
    #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
    var bytes = 0
    for folder in folders {
      let path = Self.corpora.appending(folder)
      for name in try FolderEntry.names(in: path) {
        bytes += try FolderEntry(at: path.appending(name), followLinks: false).size
      }
    }
    #expect(bytes < 300_000)
  }
}
