import Catalogue
import FileAccess
import TestSupport
import Testing

@Suite("What was heard travels from library to library", .indexedMusic)
struct LibraryExchangeTests {
  /// A place with the same music in the same folders' names, and no library.
  private func copy() throws -> (Workplace, IndexedMusic) {
    let indexed = try IndexedMusic.current
    let place = Workplace()
    for clip in IndexedMusic.clips {
      try place.folder.write(try Sounds.bytes(ofClip: clip), as: "music/\(clip)")
    }
    return (place, indexed)
  }

  private func export(_ indexed: IndexedMusic, _ words: String...) throws -> Ended {
    let ended = try indexed.place.run(.earshot, ["library", "export"] + words)
    try #require(ended.status == 0, "\(ended.messages)")
    return ended
  }

  private func results(_ ended: Ended) throws -> [[JSON?]] {
    try (ended.object()["results"]?.elements ?? []).map { result in
      ["rank", "trackID", "title", "similarity", "percentile", "timeSimilarity"].map { result[$0] }
    }
  }

  @Test("without paths: equal answers, and nothing is listened to again")
  func withoutPaths() throws {
    let (place, indexed) = try copy()
    let exported = try export(indexed)
    #expect(exported.messages == ["earshot: \(IndexedMusic.clips.count) tracks exported"])
    #expect(!exported.text.contains(indexed.place.path.string))
    #expect(!exported.text.contains("\"path\""))
    try place.folder.write(exported.output, as: "heard.jsonl")
    let imported = try place.earshot("library", "import", "heard.jsonl")
    #expect(imported.status == 0)
    #expect(
      imported.messages == [
        "earshot: \(IndexedMusic.clips.count) tracks imported",
        "earshot: 'earshot index FOLDER' finds the files of these tracks without listening to them again",
      ])
    let summary = try place.earshot("index", "--json", "music").object()
    #expect(summary["analysed"]?.integer == 0)
    #expect(summary["known"]?.integer == IndexedMusic.clips.count)
    for clip in IndexedMusic.clips {
      let ours = try place.earshot("query", "--json", "music/\(clip)")
      let theirs = try indexed.place.earshot("query", "--json", "music/\(clip)")
      #expect(try results(ours) == results(theirs))
      #expect(try !results(ours).isEmpty)
    }
    #expect(try place.earshot("library", "verify").status == 0)
  }

  @Test("with paths, through a pipe: the same answers at once")
  func withPaths() throws {
    let indexed = try IndexedMusic.current
    let place = Workplace()
    let heard = place.path.appending("heard.jsonl").string
    let exported = try export(indexed, "--paths", "--output", heard)
    #expect(exported.output == [])
    let imported = try place.run(
      .earshot, ["library", "import", "--json", "-"],
      as: ["sh", "-c", "cat heard.jsonl | \"$0\" \"$@\""])
    #expect(imported.status == 0, "\(imported.messages)")
    let counts = try imported.object()
    #expect(counts["added"]?.integer == IndexedMusic.clips.count)
    #expect(counts["files"]?.integer == IndexedMusic.clips.count)
    #expect(counts["refused"]?.integer == 0)
    let song = indexed.path(IndexedMusic.clips[0])
    let ours = try place.earshot("query", "--json", song)
    let theirs = try indexed.place.earshot("query", "--json", song)
    #expect(ours.status == 0 && ours.output == theirs.output)
    #expect(ours.text.contains("\"results\":[{"))
  }

  @Test("as arrays and a table: equal answers")
  func archive() throws {
    let (place, indexed) = try copy()
    let folder = place.path.appending("heard").string
    #expect(try indexed.place.earshot("library", "export", "--format", "safetensors").status == 64)
    _ = try export(indexed, "--format", "safetensors", "--output", folder)
    let imported = try place.earshot("library", "import", "--json", "heard")
    #expect(imported.status == 0, "\(imported.messages)")
    #expect(try imported.object()["added"]?.integer == IndexedMusic.clips.count)
    #expect(
      try place.earshot("index", "--json", "--descriptors", "all", "music").object()["analysed"]?
        .integer == 0)
    let clip = IndexedMusic.clips[1]
    let ours = try place.earshot("query", "--json", "music/\(clip)")
    let theirs = try indexed.place.earshot("query", "--json", "music/\(clip)")
    #expect(try results(ours) == results(theirs))
  }

  @Test("bad lines are named by their numbers, and stop nothing")
  func badLines() throws {
    let indexed = try IndexedMusic.current
    let place = Workplace()
    var lines = try export(indexed).lines
    lines.insert("{\"schema\":1,", at: 1)
    lines.insert("", at: 2)
    lines.insert("{\"schema\":9}", at: 3)
    lines.append(
      "{\"schema\":1,\"path\":\"lost.mp3\",\"error\":{\"code\":\"corrupt\",\"message\":\"\\u001B[31m\"}}"
    )
    try place.folder.write(Array(lines.joined(separator: "\n").utf8), as: "heard.jsonl")
    let imported = try place.earshot("library", "import", "heard.jsonl")
    #expect(imported.status == 1)
    #expect(
      imported.messages.prefix(2) == [
        "earshot: heard.jsonl: line 2: this is no analysis",
        "earshot: heard.jsonl: line 4: it has format version 9, which a newer Earshot writes; update Earshot",
      ])
    #expect(
      imported.messages[2]
        == "earshot: \(IndexedMusic.clips.count) tracks imported, 1 failure, 2 lines refused")
    let failures = try place.earshot("library", "failures", "--json").objects()
    #expect(failures.map { $0["path"]?.text } == ["\(place.path)/lost.mp3"])
    #expect(failures.first?["error"]?["code"]?.text == "corrupt")
  }

  @Test("vectors of another model are refused with what to do")
  func otherModel() throws {
    let indexed = try IndexedMusic.current
    let place = Workplace()
    try place.folder.write(try export(indexed).output, as: "heard.jsonl")
    try place.folder.write(
      Sounds.wav(Sounds.music(seed: 1, seconds: 1.5)), as: "music/a.wav")
    #expect(
      try place.earshot("index", "--model", "feature-statistics", "music").status == 0)
    let imported = try place.earshot("library", "import", "heard.jsonl")
    #expect(imported.status == 1)
    let told = imported.messages.first { $0.contains("[model-mismatch]") }
    #expect(told?.contains("not by the library's \"feature-statistics\"") == true)
    #expect(told?.contains("--library FILE --model earshot") == true)
    #expect(try place.earshot("library", "status", "--json").object()["tracks"]?.integer == 1)
    // What it says works.
    let other = try place.earshot(
      "library", "import", "--library", "other.db", "--model", "earshot", "heard.jsonl")
    #expect(other.status == 0)
  }

  @Test("a file that is not there makes no library")
  func noFile() throws {
    let place = Workplace()
    let ended = try place.earshot("library", "import", "absent.jsonl")
    #expect(ended.status == 1)
    #expect(ended.messages == ["earshot: absent.jsonl: there is no such file or folder"])
    #expect((try? FolderEntry(at: place.library, followLinks: true)) == nil)
  }

  @Test("what many workers said is taken in, failures and all")
  func workers() throws {
    let (place, _) = try copy()
    try place.folder.write(Array("text\n".utf8), as: "music/bad.mp3")
    try place.folder.write(
      Array((IndexedMusic.clips + ["bad.mp3"]).map { "music/\($0)\n" }.joined().utf8), as: "list")
    for part in ["1p;3p;5p", "2p;4p;6p;7p;1p"] {
      let ended = try place.run(
        .earshot, ["worker"],
        as: ["sh", "-c", "sed -n '\(part)' list | \"$0\" \"$@\" > said-\(part.utf8.count)"])
      #expect(ended.status <= 1, "\(ended.messages)")
    }
    let imported = try place.earshot("library", "import", "--json", "said-8", "said-14")
    let counts = try imported.object()
    #expect(imported.status == 0, "\(imported.messages)")
    #expect(counts["added"]?.integer == IndexedMusic.clips.count)
    #expect(counts["known"]?.integer == 1)
    #expect(counts["failures"]?.integer == 1)
    let summary = try place.earshot("index", "--json", "music").object()
    #expect(summary["unchanged"]?.integer == IndexedMusic.clips.count)
    #expect(summary["analysed"]?.integer == 0 && summary["failedBefore"]?.integer == 1)
  }
}
