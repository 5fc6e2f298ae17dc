import Catalogue
import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("A library is looked after")
struct LibraryCareTests {
  let place = Workplace()

  private func add(_ seed: UInt64, as name: String) throws {
    try place.folder.write(Sounds.wav(Sounds.music(seed: seed, seconds: 1.5)), as: "music/\(name)")
  }

  @discardableResult
  private func index(_ words: String...) throws -> JSON {
    let ended = try place.run(
      .earshot, ["index", "--json", "--progress", "none"] + words + ["music"])
    try #require(ended.status == 0, "\(ended.messages)")
    return try ended.object()
  }

  private var music: FilePath { place.path.appending("music") }

  // MARK: Exclusion

  @Test("excluded names are passed over and told of, and what is known of them is not suggested")
  func exclusion() throws {
    for (seed, name) in ["a.wav", "b.wav", "books/c.wav", "own/d.wav"].enumerated() {
      try add(UInt64(seed), as: name)
    }
    #expect(try index()["analysed"]?.integer == 4)
    try place.folder.write([], as: "music/own/.noearshot")
    let ended = try place.earshot("index", "--exclude", "books/", "--exclude", "b.*", "music")
    #expect(ended.status == 0)
    #expect(
      ended.messages == [
        "earshot: 0 tracks listened to, 1 unchanged, 3 excluded",
        "earshot: 3 files of the library are excluded now and no longer suggested; index without the exclusion to have them back",
      ])
    #expect(
      try place.earshot("query", "--json", "music/a.wav").object()["results"]?.elements.count == 0)
    let again = try index()
    #expect(again["unchanged"]?.integer == 3 && again["analysed"]?.integer == 0)
    #expect(again["excluded"]?.integer == 1 && again["setAside"]?.integer == 0)
    #expect(
      try place.earshot("query", "--json", "music/a.wav").object()["results"]?.elements.count == 2)
  }

  @Test("a pattern that no name fits is wrong usage and makes no library")
  func badPattern() throws {
    try add(1, as: "a.wav")
    let ended = try place.earshot("index", "--exclude", "//", "music")
    #expect(ended.status == 64)
    #expect(ended.messages.first?.contains("\"--exclude\" takes a pattern for names") == true)
    #expect((try? FolderEntry(at: place.library, followLinks: true)) == nil)
  }

  // MARK: Failures

  @Test("failures are counted by their reasons")
  func failures() throws {
    try add(1, as: "a.wav")
    for name in ["1.mp3", "2.mp3", "3.mp3"] {
      try place.folder.write(Array("this is text\n".utf8), as: "music/\(name)")
    }
    try place.folder.write([], as: "music/4.mp3")
    #expect(try place.earshot("index", "music").status == 1)
    let counts = try place.earshot("library", "failures", "--counts")
    #expect(counts.lines == ["Code        Files", "not-audio       3", "no-samples      1"])
    let json = try place.earshot("library", "failures", "--counts", "--json").object()
    #expect(json["failures"]?.integer == 4)
    #expect(json["failureCounts"]?["not-audio"]?.integer == 3)
    let csv = try place.earshot("library", "failures", "--counts", "--format", "csv")
    #expect(csv.text == "code,files\r\nnot-audio,3\r\nno-samples,1\r\n")
    let status = try place.earshot("library", "status")
    #expect(
      status.lines.contains(
        "Failures  4 files (3 not-audio, 1 no-samples); 'earshot library failures' lists them"))
    let object = try place.earshot("library", "status", "--json").object()
    #expect(object["failureCounts"]?["no-samples"]?.integer == 1)
  }

  // MARK: Verify

  private func raw() throws -> RawDatabase { try RawDatabase(place.library) }

  @Test("a sound library is said to be")
  func verifySound() throws {
    try add(1, as: "a.wav")
    try index()
    let ended = try place.earshot("library", "verify")
    #expect(ended.status == 0)
    #expect(ended.output == [])
    #expect(ended.messages == ["earshot: all is sound: 1 track, 1 vector"])
    let json = try place.earshot("library", "verify", "--json").object()
    #expect(json["sound"] == .bool(true))
    #expect(json["checked"]?["vectors"]?.integer == 1)
    #expect(json["checked"]?["searchFiles"]?.integer == 1)
    #expect(json["checked"]?["modelFiles"]?.integer == 1)
  }

  @Test("damaged vectors are named, block nothing once they are taken out, and are made again")
  func verifyVectors() throws {
    for seed in 1...4 as ClosedRange<UInt64> { try add(seed, as: "\(seed).wav") }
    try index()
    let before = try place.heldTracks()
    do {
      let raw = try raw()
      try raw.execute(
        "UPDATE embedding SET checksum = checksum + 1 WHERE track IN (SELECT track FROM file WHERE name IN ('2.wav', '3.wav'))"
      )
    }
    let ended = try place.earshot("library", "verify")
    #expect(ended.status == 1)
    #expect(
      ended.lines.sorted()
        == ["2", "3"].map {
          "\(music)/\($0).wav: its vector was changed: it does not match its checksum: "
            + "'earshot library verify --repair' takes it out, then 'earshot index' listens again"
        })
    #expect(ended.messages == ["earshot: 2 faults in 4 tracks, 4 vectors"])
    // Without its search file the library must read the vectors, and says what helps.
    #expect(unlink(place.library.parent.appending("library.vectors").string) == 0)
    let blocked = try place.earshot("query", "music/1.wav")
    #expect(blocked.status == 70)
    #expect(blocked.messages.count == 1)
    #expect(blocked.messages.first?.contains("is damaged; 'earshot library verify'") == true)
    #expect(blocked.messages.first?.contains("--repair") == true)
    let repair = try place.earshot("library", "verify", "--repair", "--json")
    #expect(repair.status == 1)
    let objects = try repair.objects()
    #expect(objects.count == 3)
    #expect(objects.prefix(2).allSatisfy { $0["fault"]?.text == "vector-checksum" })
    #expect(objects.prefix(2).allSatisfy { $0["mended"] == .bool(true) })
    #expect(objects.last?["mended"]?.integer == 2)
    #expect(try place.earshot("library", "verify").status == 0)
    #expect(try place.earshot("query", "music/1.wav").status == 0)
    let summary = try index()
    #expect(summary["analysed"]?.integer == 2 && summary["unchanged"]?.integer == 2)
    #expect(try place.heldTracks() == before)
  }

  @Test("a damaged search file is told of and made again at once")
  func verifySearchFile() throws {
    for seed in 1...3 as ClosedRange<UInt64> { try add(seed, as: "\(seed).wav") }
    try index()
    let path = place.library.parent.appending("library.vectors")
    let whole = try ReadableFile(path).contents(limit: 1 << 24)
    var bytes = whole
    bytes[bytes.count - 50] ^= 1
    try WrittenFile.replace(path, with: bytes)
    let ended = try place.earshot("library", "verify")
    #expect(ended.status == 1)
    #expect(ended.lines == ["\(path): the search file is damaged: made again"])
    #expect(ended.messages == ["earshot: 1 fault in 3 tracks, 3 vectors, 1 mended"])
    #expect(try ReadableFile(path).contents(limit: 1 << 24) == whole)
    #expect(try place.earshot("library", "verify").status == 0)
  }

  @Test("a damaged model file is copied again from the model that came with the program")
  func verifyModel() throws {
    try add(1, as: "a.wav")
    try index()
    let models = place.library.parent.appending("models")
    let copy = models.appending(try #require(FolderEntry.names(in: models).first))
    let whole = try ReadableFile(copy).contents(limit: 1 << 30)
    var bytes = whole
    bytes[bytes.count / 8] ^= 1
    try WrittenFile.replace(copy, with: bytes)
    let ended = try place.earshot("library", "verify")
    #expect(ended.status == 1)
    #expect(ended.lines.count == 1)
    #expect(
      ended.lines.first?.hasPrefix("\(copy): the library's copy of its model is damaged") == true)
    #expect(
      try place.earshot("library", "verify", "--repair").lines.first?.hasSuffix("copied again")
        == true)
    #expect(try ReadableFile(copy).contents(limit: 1 << 30) == whole)
  }

  // MARK: Prune

  @Test("what is gone is taken out, unless it is so much that a disk may be missing")
  func prune() throws {
    for seed in 1...6 as ClosedRange<UInt64> { try add(seed, as: "\(seed).wav") }
    try index()
    #expect(unlink(music.appending("1.wav").string) == 0)
    try index()
    let dry = try place.earshot("library", "prune", "--dry-run")
    #expect(dry.status == 0)
    #expect(dry.lines == ["\(music)/1.wav"])
    #expect(dry.messages == ["earshot: 1 file and 1 track would go"])
    #expect(try place.earshot("library", "status", "--json").object()["missing"]?.integer == 1)
    let ended = try place.earshot("library", "prune")
    #expect(ended.status == 0 && ended.lines == ["\(music)/1.wav"])
    #expect(ended.messages == ["earshot: 1 file and 1 track taken out"])
    #expect(try place.earshot("library", "verify").status == 0)
    #expect(place.trackCount() == 5)
    // Two of five are too many.
    for name in ["2.wav", "3.wav"] { #expect(unlink(music.appending(name).string) == 0) }
    try index()
    let refused = try place.earshot("library", "prune")
    #expect(refused.status == 1 && refused.output == [])
    #expect(
      refused.messages.first?.contains("2 files and 2 tracks would go, 40 % of the library") == true
    )
    #expect(place.trackCount() == 5)
    let told = try place.earshot("library", "prune", "--yes", "--json").objects()
    #expect(told.map { $0["path"]?.text } == ["\(music)/2.wav", "\(music)/3.wav", nil])
    #expect(told.last?["tracks"]?.integer == 2)
    #expect(place.trackCount() == 3)
    #expect(try index()["unchanged"]?.integer == 3)
    #expect(
      try place.earshot("library", "prune").messages == ["earshot: 0 files and 0 tracks taken out"])
  }

  @Test("nobody writes while another does, and where there is no library none is made")
  func guards() throws {
    for words in [["library", "verify"], ["library", "prune"]] {
      let ended = try place.run(.earshot, words)
      #expect(ended.status == 70)
      #expect(ended.messages.first?.contains("there is no library") == true)
    }
    #expect((try? FolderEntry(at: place.library.parent, followLinks: true)) == nil)
    try add(1, as: "a.wav")
    try index()
    let lock = place.library.parent.appending("library.lock").string
    for words in [["library", "verify"], ["library", "prune"]] {
      let ended = try place.start(
        .earshot, words.map { Array($0.utf8) }, as: ["flock", lock]
      ).end()
      #expect(ended.status == 70, "\(words)")
      #expect(ended.messages.first?.contains("another earshot") == true)
    }
  }
}
