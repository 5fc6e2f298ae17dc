import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("A library lives with its files")
struct LibraryLifeTests {
  let place = Workplace()

  private func song(_ seed: UInt64, title: String? = nil) -> [UInt8] {
    Sounds.wav(
      Sounds.music(seed: seed, seconds: 1.5), tags: title.map { [("INAM", $0)] } ?? [])
  }

  private func index() throws -> JSON {
    let ended = try place.earshot("index", "--json", "--progress", "none", "music")
    try #require(ended.status == 0, "\(ended.messages)")
    return try ended.object()
  }

  @Test("without a library every question says how to make one, and none is made")
  func noLibrary() throws {
    let song = try place.folder.write(song(1), as: "song.wav").string
    let questions = [
      ["query", song], ["similar", song], ["search", "song"], ["library", "status"],
      ["library", "failures"],
    ]
    for words in questions {
      let ended = try place.run(.earshot, words)
      #expect(ended.status == 70, "\(words)")
      #expect(ended.output == [])
      #expect(
        ended.messages == [
          "earshot: there is no library at \(place.library); make one with 'earshot index FOLDER'"
        ])
    }
    #expect((try? FolderEntry(at: place.library.parent, followLinks: true)) == nil)
  }

  @Test("an empty library says how to fill it")
  func emptyLibrary() throws {
    try FolderEntry.createFolders(place.path.appending("music"))
    #expect(try index()["found"]?.integer == 0)
    let song = try place.folder.write(song(1), as: "song.wav").string
    for words in [["query", song], ["similar", song]] {
      let ended = try place.run(.earshot, words)
      #expect(ended.status == 1)
      #expect(ended.output == [])
      #expect(
        ended.messages == ["earshot: the library is empty; fill it with 'earshot index FOLDER'"])
    }
    let status = try place.earshot("library", "status", "--json")
    #expect(try status.object()["tracks"]?.integer == 0)
  }

  @Test("a library of one track has nothing to name beside it")
  func oneTrack() throws {
    try place.folder.write(song(1), as: "music/song.wav")
    #expect(try index()["analysed"]?.integer == 1)
    for command in ["query", "similar"] {
      let ended = try place.earshot(command, "music/song.wav")
      #expect(ended.status == 0)
      #expect(ended.lines == ["In the library as song.wav"])
      #expect(ended.messages == ["earshot: the library holds no other track to name"])
    }
    let json = try place.earshot("query", "--json", "--include-self", "music/song.wav").object()
    let results = json["results"]?.elements ?? []
    #expect(results.count == 1)
    #expect(results.first?["percentile"] == .null)
  }

  @Test("a folder that is not there is an error and makes no library")
  func noFolder() throws {
    let ended = try place.earshot("index", "musik")
    #expect(ended.status == 1)
    #expect(
      ended.messages == ["earshot: \(place.path)/musik: there is no such file or folder"])
    #expect((try? FolderEntry(at: place.library, followLinks: true)) == nil)
  }

  @Test("a file that is no library is left alone")
  func notALibrary() throws {
    let words = Array("not a database, but a letter to my aunt, and rather a long one\n".utf8)
    try place.folder.write(words, as: "library/library.db")
    try place.folder.write(song(1), as: "music/song.wav")
    for command in [["index", "music"], ["library", "status"]] {
      let ended = try place.run(.earshot, command)
      #expect(ended.status == 70)
      #expect(ended.output == [])
      #expect(ended.messages == ["earshot: \(place.library) is not a library of Earshot's"])
    }
    #expect(try ReadableFile(place.library).contents(limit: 1_000) == words)
  }

  @Test("renamed, copied and retagged files are known by their sound; a vanished one is marked")
  func moving() throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      try place.folder.write(song(seed), as: "music/\(seed).wav")
    }
    #expect(try index()["analysed"]?.integer == 4)
    let before = try place.heldTracks()
    let music = place.path.appending("music")
    #expect(rename(music.appending("1.wav").string, music.appending("one.wav").string) == 0)
    try place.folder.write(song(2), as: "music/two.wav")
    try place.folder.write(song(3, title: "Three"), as: "music/3.wav")
    #expect(unlink(music.appending("4.wav").string) == 0)
    let counts = try index()
    #expect(counts["analysed"]?.integer == 0)
    #expect(counts["known"]?.integer == 3)
    #expect(counts["missing"]?.integer == 2)
    let after = try place.heldTracks()
    #expect(after[music.appending("one.wav")] == before[music.appending("1.wav")])
    #expect(after[music.appending("two.wav")] == before[music.appending("2.wav")])
    #expect(after[music.appending("3.wav")] == before[music.appending("3.wav")])
    #expect(try place.earshot("search", "--json", "three").objects().count == 1)
    let status = try place.earshot("library", "status", "--json").object()
    #expect(status["tracks"]?.integer == 4)
    #expect(status["missing"]?.integer == 2)
    // The vanished track is not recommended, the renamed one under its new name.
    let answer = try place.earshot("query", "--json", "music/3.wav").object()
    let paths = (answer["results"]?.elements ?? []).compactMap { $0["path"]?.text }
    #expect(paths.count == 2)
    #expect(paths.contains(music.appending("one.wav").string))
    #expect(!paths.contains { $0.hasSuffix("4.wav") })
  }

  @Test("two programs do not fill one library at a time")
  func locked() throws {
    for seed in 0..<40 as Range<UInt64> {
      try place.folder.write(song(seed), as: "music/\(seed).wav")
    }
    let words = ["index", "--workers", "1", "music"].map { Array($0.utf8) }
    let first = try place.start(.earshot, words)
    #expect(first.wait { FolderEntry.realPath(of: place.library) != nil })
    let second = try place.earshot("index", "music")
    #expect(second.status != 0)
    #expect(second.messages.count == 1)
    #expect(second.messages.first?.contains("another earshot is indexing the library") == true)
    #expect(try first.end().status == 0)
    #expect(place.trackCount() == 40)
  }
}
