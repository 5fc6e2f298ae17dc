import Catalogue
import FileAccess
import TestSupport
import Testing

@Suite("Searching a library's words")
struct TextSearchTests {
  let library = Library()

  @Test("finds whole words and beginnings of them, whatever the case and accents")
  func words() throws {
    let catalogue = try library.writing()
    let track = try catalogue.add(
      "/music/06 hidden_name.flac",
      TagRecord(title: "Hyperballad (Brodsky)", artist: "Björk", album: "Ágætis Telegram"))
    let vietnamese = try catalogue.add("/x.mp3", TagRecord(title: "Một mình", artist: "東京事変"))
    for text in [
      "hyperballad", "HYPERBALLAD", "hyper", "bjork", "Björk", "BJÖRK", "bj",
      "bjo\u{308}rk telegram",
      "hyper björk", "  björk,hyper!  ", "brodsky", "flac", "agætis", "Björk - Hyperballad", "06",
      "hidden",
    ] {
      #expect(try catalogue.tracks(matching: text, limit: 9) == [track], "\(text)")
    }
    for text in ["mot", "một", "MINH", "東京"] {
      #expect(try catalogue.tracks(matching: text, limit: 9) == [vietnamese], "\(text)")
    }
    for text in ["ballad", "bjork missing", "hyperballads", "", "   ", "!?&", "music", "\u{1F3B5}"]
    {
      #expect(try catalogue.tracks(matching: text, limit: 9).isEmpty, "\(text)")
    }
  }

  @Test("reads quotes and operators as the words they are")
  func operators() throws {
    let catalogue = try library.writing()
    let track = try catalogue.add("/a", TagRecord(title: "Near or Not And \"Quoted\" Col*"))
    let other = try catalogue.add("/b", TagRecord(title: "Something else"))
    for text in [
      "\"quoted\"", "\"", "\"quoted", "not", "NOT near", "near AND not", "NEAR(or, not)", "col*",
      "*", "near OR or", "or not and", "title:near", "{title artist}: near", "-near", "^near",
      "near + or", "(near", "near)", "'near'", "near\0or", "a:b", "\\", "near NOT else",
    ] {
      let found = try catalogue.tracks(matching: text, limit: 9)
      #expect(!found.contains(other), "\(text)")
    }
    for text in ["\"quoted\"", "NOT near", "NEAR(or, not)", "col*", "(near", "near\0or", "^near"] {
      #expect(try catalogue.tracks(matching: text, limit: 9) == [track], "\(text)")
    }
    // Each word must be there: "else" is not one of this track's.
    #expect(try catalogue.tracks(matching: "near NOT else", limit: 9).isEmpty)
  }

  @Test(
    "changes nothing in the library, whatever is asked",
    arguments: [
      "'; DROP TABLE file; --", "\"; DELETE FROM track; --", "a' OR '1'='1",
      "1; PRAGMA user_version=9",
      "') UNION SELECT number FROM track --", "%' --", "file_text MATCH 'x'", "rank:1 delete-all",
      "\u{0}'; DROP TABLE file", "optimize", "delete", "\u{202E}\u{FFFD}",
    ])
  func injection(text: String) throws {
    let catalogue = try library.writing()
    let track = try catalogue.add("/a", TagRecord(title: "One", artist: "Two", genre: "Three"))
    let before = try RawDatabase(library.path).contents()
    _ = try catalogue.tracks(matching: text, limit: 9)
    _ = try catalogue.tracks(artist: text)
    _ = try catalogue.tracks(genre: text)
    _ = try catalogue.tracks(identityPrefix: text, limit: 9)
    _ = try catalogue.setting(text)
    _ = try catalogue.file(at: FilePath(text))
    #expect(try RawDatabase(library.path).contents() == before)
    // As values they are kept as they are.
    let tags = TagRecord(title: text, artist: text, album: text, genre: text)
    try catalogue.record(Library.stamp("/a"), holding: track, tags: tags)
    try catalogue.set("name", to: text)
    #expect(try catalogue.track(track)?.tags == tags)
    #expect(try catalogue.setting("name") == text)
    #expect(try catalogue.tracks(artist: text) == [track])
    #expect(try catalogue.counts().files == 1)
    #expect(try catalogue.isSound())
    #expect(try RawDatabase(library.path).textIsInStep())
  }

  @Test("forgets old words when the labels change")
  func updated() throws {
    let catalogue = try library.writing()
    let track = try catalogue.add("/a", TagRecord(title: "Old words", artist: "Same"))
    try catalogue.add("/b", TagRecord(title: "Other"))
    try catalogue.add("/a", TagRecord(title: "New sounds", artist: "Same"))
    #expect(try catalogue.tracks(matching: "old", limit: 9).isEmpty)
    #expect(try catalogue.tracks(matching: "words", limit: 9).isEmpty)
    #expect(try catalogue.tracks(matching: "new same", limit: 9) == [track])
    #expect(try RawDatabase(library.path).textIsInStep())
  }

  @Test("stays in step through hundreds of changes of any kind")
  func manyChanges() throws {
    let catalogue = try library.writing()
    var random = SplitMix64(seed: 8)
    let words = ["alpha", "Beta", "gämma", "delta\0x", "épsilon", "\"", "'", "zeta's", "\u{1F3B5}"]
    func word() -> String? {
      Bool.random(using: &random) ? words.randomElement(using: &random) : nil
    }
    var titles: [String: String] = [:]
    try catalogue.transaction { () throws(CatalogueError) in
      for _ in 0..<400 {
        let name = "/file \(Int.random(in: 0..<40, using: &random))"
        if Int.random(in: 0..<4, using: &random) == 0 {
          try catalogue.record(Library.stamp(name), failure: "x", reason: "y")
          titles[name] = nil
        } else {
          let tags = TagRecord(title: word(), artist: word(), album: word())
          try catalogue.add(name, tags)
          titles[name] = tags.title
        }
      }
    }
    let raw = try RawDatabase(library.path)
    #expect(raw.textIsInStep())
    // Broken on purpose, the check sees it.
    try raw.execute("UPDATE file SET title = 'unheard of' WHERE path = CAST('/file 3' AS BLOB)")
    #expect(!raw.textIsInStep())
  }

  @Test("puts titles before albums, tracks that are there before those that are not, each once")
  func order() throws {
    let catalogue = try library.writing()
    let album = try catalogue.add("/1", TagRecord(title: "x", album: "Word"))
    let title = try catalogue.add("/2", TagRecord(title: "Word", album: "x"))
    let gone = try catalogue.add("/3", TagRecord(title: "Word word word"))
    try catalogue.add("/4", sound: "/2", TagRecord(title: "Word", album: "y"))
    let file = try #require(try catalogue.file(at: FilePath("/3")))
    try catalogue.mark(files: [file.number], missingSince: 1)
    #expect(try catalogue.tracks(matching: "word", limit: 9) == [title, album, gone])
    #expect(try catalogue.tracks(matching: "word", limit: 2) == [title, album])
    #expect(try catalogue.tracks(matching: "word", limit: 0).isEmpty)
    #expect(try catalogue.tracks(matching: "word", limit: -1).isEmpty)
  }

  @Test("finds artists and genres by their whole names")
  func names() throws {
    let catalogue = try library.writing()
    let one = try catalogue.add("/1", TagRecord(artist: "Some One", genre: "Folk"))
    let two = try catalogue.add("/2", TagRecord(artist: "some one", genre: "Folk Rock"))
    try catalogue.add("/3", sound: "/2", TagRecord(artist: "SOME ONE", genre: "folk rock"))
    #expect(try catalogue.tracks(artist: "Some one") == [one, two])
    #expect(try catalogue.tracks(artist: "Some").isEmpty)
    #expect(try catalogue.tracks(genre: "FOLK") == [one])
    #expect(try catalogue.tracks(genre: "folk%").isEmpty)
  }
}
