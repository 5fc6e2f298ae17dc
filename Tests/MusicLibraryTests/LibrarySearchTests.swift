import Catalogue
import Embedding
import FileAccess
import Hashing
import MusicLibrary
import TestSupport
import Testing
import VectorIndex

#if canImport(Glibc)
  import Glibc
#endif

@Suite("The search file of a library")
struct LibrarySearchTests {
  let library: TestLibrary
  private let file: FilePath

  init() throws {
    library = try TestLibrary([
      "a.mp3": "ambient-1-glass-tide.mp3", "b.mp3": "folk-2-three-apple-trees.mp3",
      "c.mp3": "rock-1-copper-wire.mp3",
    ])
    try library.index()
    file = library.folder.path.appending("library/library.vectors")
  }

  private func open() throws -> LibrarySearch {
    try LibrarySearch(
      catalogue: library.catalogue, location: library.location, model: library.record())
  }

  /// The neighbours of the first file: the plain definition, from the library itself.
  private func expected() throws -> [Int64] {
    let query = try #require(try library.vector("a.mp3"))
    var found: [(track: Int64, similarity: Float)] = []
    try library.catalogue.forEachVector(model: try library.record()) { track, vector in
      found.append((track, zip(query, vector).reduce(0) { $0 + $1.0 * $1.1 }))
    }
    return found.sorted { $0.similarity > $1.similarity }.map(\.track)
  }

  private func found(_ search: LibrarySearch) throws -> [Int64] {
    let query = try #require(try library.vector("a.mp3"))
    return try search.nearest(to: query, count: 10, excluding: []).map(\.key)
  }

  @Test("after every run it holds the vectors of the library")
  func inStep() throws {
    #expect(try library.isSearchInStep())
    #expect(try SearchFileContents(location: library.location).model == TestLibrary.model.identity)
    #expect(try found(open()) == expected())
    try library.add("house-2-car-deck.mp3", as: "d.mp3")
    try library.index()
    #expect(try library.isSearchInStep())
    #expect(try open().count == 4)
  }

  @Test("a run that finds nothing new leaves it as it is")
  func untouched() throws {
    let before = try FolderEntry(at: file, followLinks: false)
    try library.index()
    let after = try FolderEntry(at: file, followLinks: false)
    #expect(before.identity == after.identity && before.modificationTime == after.modificationTime)
  }

  @Test("deleted, it is written again by the next search and by the next run")
  func deleted() throws {
    _ = file.withCString { remove($0) }
    let search = try open()
    #expect(try found(search) == expected())
    #expect(search.pairDistribution != nil)
    #expect(try library.isSearchInStep())
    _ = file.withCString { remove($0) }
    try library.index()
    #expect(try library.isSearchInStep())
  }

  @Test("cut while it is open, it is made again and the answer is the same")
  func cutWhileOpen() throws {
    let search = try open()
    try #require(file.withCString { truncate($0, 5_000) } == 0)
    #expect(try found(search) == expected())
    #expect(try library.isSearchInStep())
  }

  @Test("damaged anywhere, it gives the right answers or none and is made again")
  func damaged() throws {
    let whole = try ReadableFile(file).contents(limit: 1 << 24)
    let right = try expected()
    let rows = whole.count - 3 * (8 + 4 * 256 + 4)
    // Head, distribution, blocks, rows and end; cut in each of them, too.
    for place in [0, 9, 20, 70, 200, 4_140, 4_200, rows + 4, rows + 100, whole.count - 1] {
      var flipped = whole
      flipped[place] ^= 0x40
      for bytes in [flipped, Array(whole[..<place])] {
        try WrittenFile.replace(file, with: bytes)
        let search = try open()
        #expect(try found(search) == right, "damage at \(place) of \(bytes.count)")
        #expect(search.pairDistribution != nil, "damage at \(place) of \(bytes.count)")
        #expect(try library.isSearchInStep(), "damage at \(place) of \(bytes.count)")
      }
    }
  }

  @Test("one of an older state of the library is not used")
  func stale() throws {
    let old = try ReadableFile(file).contents(limit: 1 << 24)
    try library.add("house-2-car-deck.mp3", as: "d.mp3")
    try library.index()
    try WrittenFile.replace(file, with: old)
    #expect(try open().count == 4)
    #expect(try library.isSearchInStep())
  }

  @Test("one of another model is not used")
  func otherModel() throws {
    let other = try #require(Digest(bytes: [UInt8](repeating: 7, count: 32)))
    let vectors = ExactSearch(
      dimension: 256, keys: [1], values: [1] + [Float](repeating: 0, count: 255))
    try SearchFile.write(
      vectors, model: other, generation: try library.catalogue.generation(), to: file)
    #expect(try open().count == 3)
    #expect(try library.isSearchInStep())
  }

  @Test("where it cannot be written, the search answers all the same")
  func unwritable() throws {
    _ = file.withCString { remove($0) }
    // A folder of the name: not even the superuser can write a file there.
    try FolderEntry.createFolders(file.appending("in the way"))
    #expect(try found(open()) == expected())
  }

  @Test("a filter lets its tracks through, and goes on doing so when the library changes")
  func filter() throws {
    let query = try #require(try library.vector("a.mp3"))
    let tracks = Set(try ["b.mp3", "c.mp3"].compactMap { try library.track($0) })
    let nobody: Set<Int64> = []
    for resident in [false, true] {
      let search = try LibrarySearch(
        catalogue: library.catalogue, location: library.location, model: library.record(),
        resident: resident)
      let filter = try search.filter(tracks: tracks)
      #expect(filter.count == 2)
      let found = try search.nearest(to: query, count: 10, excluding: [], among: filter)
      #expect(found.map(\.key) == (try expected()).filter { tracks.contains($0) })
      #expect(
        try search.nearest(
          to: query, count: 10, excluding: [], among: search.filter(tracks: nobody)
        ).isEmpty)
      #expect(try search.filter(tracks: tracks.union([-7, 4_000])).count == 2)
    }
    let old = try open().filter(tracks: tracks)
    // A set of three rows is none of four.
    try library.add("house-2-car-deck.mp3", as: "0.mp3")
    try library.index()
    let now = try open().nearest(to: query, count: 10, excluding: [], among: old)
    #expect(Set(now.map(\.key)) == tracks)
  }

  @Test("an empty library has a search that finds nothing")
  func empty() throws {
    let empty = try TestLibrary()
    try empty.index()
    let search = try LibrarySearch(
      catalogue: empty.catalogue, location: empty.location, model: empty.record())
    #expect(search.count == 0)
    #expect(search.pairDistribution == nil)
    let query = [1] + [Float](repeating: 0, count: 255)
    #expect(try search.nearest(to: query, count: 5, excluding: []).isEmpty)
  }
}
