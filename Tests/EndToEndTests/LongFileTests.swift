import FileAccess
import FileFormats
import Glibc
import TestSupport
import Testing

@Suite("Long files are found by their sections")
struct LongFileTests {
  private let place = Workplace()
  private static let rate = 22_050
  private static let sectionCount = 6

  /// Twelve minutes that change every two of them, and three short pieces.
  private func makeMusic() throws -> [Float] {
    var set: [Float] = []
    set.reserveCapacity(720 * Self.rate)
    for number in 0..<Self.sectionCount {
      let piece = Sounds.music(seed: UInt64(100 + number), seconds: 30)
      for _ in 0..<4 { set += piece }
    }
    try place.folder.write(Sounds.wav(set, tags: [("INAM", "The Long Set")]), as: "music/set.wav")
    for seed in 1...3 {
      let piece = Sounds.music(seed: UInt64(seed), seconds: 20)
      try place.folder.write(Sounds.wav(piece), as: "music/\(seed).wav")
    }
    return set
  }

  private func index(_ words: String...) throws -> JSON {
    let ended = try place.run(.earshot, ["index", "--json", "--workers", "2"] + words + ["music"])
    try #require(ended.status == 0, "\(ended.messages)")
    return try ended.object()
  }

  @Test("a piece cut out of a long file finds that file, at its time")
  func found() throws {
    let set = try makeMusic()
    #expect(try index()["analysed"]?.integer == 4)
    // Where nobody listened for sections, none is told of.
    let before = try place.earshot("query", "music/1.wav")
    #expect(!before.text.contains("At"))
    let told = try place.earshot("index", "--sections", "music")
    #expect(told.status == 0)
    #expect(
      told.messages.contains(
        "earshot: 1 long file has no sections yet; it is listened to again"))
    #expect(told.messages.last == "earshot: 1 track listened to, 3 unchanged")
    #expect(try index()["analysed"]?.integer == 0, "sections are kept in mind, and made once")

    for number in 0..<Self.sectionCount {
      // Where the middle of the section is, but for some seconds.
      let start = (120 * number + 47) * Self.rate
      let piece = Array(set[start..<(start + 30 * Self.rate)])
      try place.folder.write(Sounds.wav(piece), as: "piece.wav")
      let answer = try place.earshot("query", "--json", "piece.wav").object()
      let first = try #require(answer["results"]?.elements.first)
      #expect(first["title"] == .string("The Long Set"))
      #expect(first["section"]?["start"]?.integer == 120 * number)
      #expect(first["section"]?["seconds"]?.integer == 120)
      #expect(try #require(first["similarity"]?.double) > 0.9)
      let results = answer["results"]?.elements ?? []
      #expect(results.count == 4, "each track is listed once")
      #expect(results.dropFirst().allSatisfy { $0["section"] == .null })
    }
    try checkForms()
    try checkSelf()
    try checkCare()
  }

  /// The last piece in every form of answer.
  private func checkForms() throws {
    let table = try place.earshot("query", "piece.wav")
    #expect(table.lines.first?.contains("At") == true)
    #expect(table.lines.dropFirst().first?.contains("10:00") == true)
    let explained = try self.place.earshot("query", "--explain", "--json", "piece.wav").object()
    let parts = explained["results"]?.elements.first?["explanation"]?["parts"]
    let best = try #require(parts?.elements.first?["track"])
    #expect(try (600...712.5).contains(#require(best["start"]?.double)), "in the section itself")
    let list = try place.earshot("query", "--format", "m3u8", "piece.wav")
    let lines = list.lines
    let place = try #require(lines.firstIndex { $0.hasSuffix("set.wav") })
    #expect(lines[place - 1] == "#EXTVLCOPT:start-time=600")
    #expect(lines.count { $0.hasPrefix("#EXTVLCOPT") } == 1)
    let csv = try self.place.earshot("query", "--format", "csv", "piece.wav")
    let rows = try CSVTable(csv.output).rows
    #expect(rows.first?.suffix(2) == ["sectionStart", "sectionSeconds"])
    #expect(rows.dropFirst().first?.suffix(2) == ["600", "120"])
    #expect(rows.last?.suffix(2) == ["", ""])
  }

  /// The set itself is no answer to itself.
  private func checkSelf() throws {
    for words in [["query", "--json", "music/set.wav"], ["similar", "--json", "text:Long"]] {
      let answer = try place.run(.earshot, words).object()
      let results = answer["results"]?.elements ?? []
      #expect(results.count == 3)
      #expect(!results.contains { $0["title"] == .string("The Long Set") })
    }
  }

  private func checkCare() throws {
    let status = try place.earshot("library", "status", "--json").object()
    let models = status["models"]?.elements ?? []
    #expect(models.map { $0["sections"]?.integer } == [Self.sectionCount])
    #expect(try place.earshot("library", "status").text.contains("4 vectors, 6 sections"))
    let verified = try place.earshot("library", "verify")
    #expect(verified.status == 0)
    #expect(verified.messages == ["earshot: all is sound: 4 tracks, 4 vectors, 6 sections"])
    let exported = try place.earshot("library", "export", "--output", "heard.jsonl")
    #expect(exported.status == 0)
    let other = place.path.appending("other.db").string
    let imported = try place.earshot("library", "import", "--library", other, "heard.jsonl")
    #expect(imported.status == 0, "\(imported.messages)")
    let copy = try place.earshot("library", "status", "--json", "--library", other).object()
    #expect(
      copy["models"]?.elements.map { $0["sections"]?.integer } == [Self.sectionCount])
    // Once the file is gone, so are they.
    let moved = place.path.appending("music/set.wav").withCString { file in
      place.path.appending("elsewhere.wav").withCString { rename(file, $0) }
    }
    #expect(moved == 0)
    _ = try index()
    let pruned = try place.earshot("library", "prune", "--yes")
    #expect(pruned.status == 0, "\(pruned.messages)")
    #expect(try !place.earshot("library", "status").text.contains("sections"))
    let again = try place.earshot("query", "--json", "piece.wav").object()
    #expect(again["results"]?.elements.count == 3)
  }

  @Test("a worker tells sections where they are wanted")
  func worker() throws {
    _ = try makeMusic()
    let names = Array("music/set.wav\nmusic/1.wav\n".utf8)
    let plain = try place.run(.earshot, ["worker", "--descriptors", "none"], input: names)
    #expect(try plain.objects().allSatisfy { $0["sections"] == nil })
    let ended = try place.run(
      .earshot, ["worker", "--sections", "--descriptors", "none"], input: names)
    #expect(ended.status == 0)
    let objects = try ended.objects()
    let sections = objects.first?["sections"]?.elements ?? []
    #expect(sections.allSatisfy { $0.names == ["start", "seconds", "vector"] })
    #expect(sections.map { $0["start"]?.integer } == [0, 120, 240, 360, 480, 600])
    #expect(sections.allSatisfy { $0["vector"]?.elements.count == 256 })
    #expect(objects.last?["sections"] == nil)
    #expect(objects.first?["embedding"] == (try plain.objects().first?["embedding"]))
  }
}
