import Catalogue
import FileAccess
import FileFormats
import TestSupport
import Testing

@Suite("Names of files and tags written by strangers")
struct HostileNameTests {
  private static let names: [[UInt8]] = [
    Array("line\nbreak.wav".utf8), Array("carriage\rreturn.wav".utf8),
    Array("\u{1B}[31mred\u{1B}]0;owned\u{7}.wav".utf8), Array("quote\"s'`$(id).wav".utf8),
    [0x66, 0xFF, 0xFE, 0x80] + Array(".wav".utf8), Array("=1+1,;|cmd.wav".utf8),
    Array("-dash.wav".utf8), Array(" #comment.wav".utf8), Array("<b>&amp;%41.wav".utf8),
    Array("r\u{202E}3pm.wav".utf8), Array("tab\tstop.wav".utf8),
  ]
  private static let title = "=HYPERLINK(\"x\")\u{1B}[2J\nnext <i>&\u{202E}"

  private static let music = Sounds.music(seed: 7, seconds: 3, rate: 8_000)

  let place = Workplace()
  let question: String

  init() throws {
    for (seed, name) in Self.names.enumerated() {
      let bytes = Sounds.wav(
        Array(Self.music[(500 * seed)...].prefix(12_000)), rate: 8_000,
        tags: seed % 2 == 0 ? [("INAM", Self.title), ("IART", "@artist\u{1B}[0m")] : [])
      let path = place.path.appending("music").appending(FilePath(bytes: name))
      try FolderEntry.createFolders(path.parent)
      try WrittenFile.replace(path, with: bytes)
    }
    try place.folder.write(Sounds.wav(Self.music, rate: 8_000), as: "question.wav")
    question = place.path.appending("question.wav").string
    let ended = try place.earshot(
      "index", "--json", "--progress", "none", "--descriptors", "none", "music")
    try #require(ended.status == 0, "\(ended.messages)")
  }

  private var paths: Set<FilePath> {
    Set(Self.names.map { place.path.appending("music").appending(FilePath(bytes: $0)) })
  }

  /// Whether text is UTF-8 without control characters but line feeds.
  private func isText(_ bytes: [UInt8]) -> Bool {
    guard let text = String(validating: bytes, as: UTF8.self) else { return false }
    return text.unicodeScalars.allSatisfy {
      $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value))
    }
  }

  /// Whether a terminal would do nothing with text but show it in the order it stands.
  private func isHarmless(_ bytes: [UInt8]) -> Bool {
    isText(bytes) && !String(decoding: bytes, as: UTF8.self).unicodeScalars.contains("\u{202E}")
  }

  @Test("are one harmless line each in a table")
  func tables() throws {
    let query = try place.earshot("query", "-k", "50", "--per-artist", "0", question)
    #expect(query.lines.count == Self.names.count + 1)
    #expect(isHarmless(query.output))
    let search = try place.earshot("search", "artist")
    #expect(search.lines.count == (Self.names.count + 1) / 2 + 1)
    #expect(isHarmless(search.output))
    let similar = try place.earshot(
      "similar", "--per-artist", "0", "music/line\nbreak.wav")
    #expect(similar.status == 0)
    #expect(similar.lines.count == Self.names.count - 1 + 1 + 1)
    #expect(isHarmless(similar.output))
  }

  @Test("come back exactly from JSON")
  func json() throws {
    let ended = try place.earshot("query", "--json", "-k", "50", "--per-artist", "0", question)
    #expect(isText(ended.output))
    #expect(ended.lines.count == 1)
    let results = try #require(ended.object()["results"]).elements
    #expect(results.count == Self.names.count)
    var found: Set<FilePath> = []
    for result in results {
      let path = FilePath(try #require(result["path"]?.text))
      if let bytes = result["pathBytes"]?.text {
        let exact = try #require(paths.first { Base64.encode($0.bytes) == bytes })
        #expect(!exact.isValidUTF8)
        #expect(path.string == exact.string)
        found.insert(exact)
      } else {
        found.insert(path)
      }
    }
    #expect(found == paths)
    #expect(results.count { $0["pathBytes"] != nil } == 1)
  }

  @Test("are one row each in CSV, and no formulas")
  func csv() throws {
    let ended = try place.earshot(
      "query", "--format", "csv", "-k", "50", "--per-artist", "0", question)
    let rows = try CSVTable(ended.output).rows
    #expect(rows.count == Self.names.count + 1)
    #expect(rows.allSatisfy { $0.count == 11 })
    #expect(Set(rows.dropFirst().map { $0[2] }) == Set(paths.map(\.string)))
    let texts = rows.dropFirst().flatMap { $0[3...6] }.filter { !$0.isEmpty }
    #expect(!texts.isEmpty)
    #expect(!texts.contains { "=+-@\t\r\n".contains($0.first ?? " ") })
  }

  @Test("lead to the files from M3U8 and XSPF")
  func playlists() throws {
    let m3u = try place.earshot(
      "query", "--format", "m3u8", "-k", "50", "--per-artist", "0", question)
    let entries = m3u.output.split(separator: 0x0A).filter { $0.first != UInt8(ascii: "#") }
    let targets = entries.map { line in
      line.starts(with: "file://".utf8)
        ? decoded(Array(line.dropFirst(7))) : FilePath(bytes: line)
    }
    #expect(Set(targets) == paths)
    #expect(targets.count == paths.count)
    let xspf = try place.earshot(
      "query", "--format", "xspf", "-k", "50", "--per-artist", "0", question)
    #expect(isText(xspf.output))
    let locations = xspf.lines.compactMap { line -> FilePath? in
      let parts = line.split(separator: "<location>file://")
      guard parts.count == 2, let uri = parts[1].split(separator: "</location>").first else {
        return nil
      }
      return decoded(Array(uri.utf8))
    }
    #expect(Set(locations) == paths)
  }

  @Test("are one harmless line in messages")
  func messages() throws {
    for name in Self.names {
      let path = place.path.appending("broken").appending(FilePath(bytes: name))
      try FolderEntry.createFolders(path.parent)
      try WrittenFile.replace(path, with: Array("text".utf8))
      let ended = try place.start(.embed, [Array("--json".utf8), path.bytes]).end()
      #expect(ended.status == 1)
      #expect(ended.messages.count == 1)
      #expect(isHarmless(ended.messages.flatMap { Array($0.utf8) }))
      #expect(isText(ended.output))
      #expect(ended.lines.count == 1)
    }
  }

  @Test("can be excluded by their bytes, and are listed as one harmless line when they are pruned")
  func exclusion() throws {
    let words = ["index", "--json", "--exclude"].map { Array($0.utf8) }
    let patterns: [[UInt8]] = [
      [0x2A, 0xFF, 0x2A], Array("line\nbreak.*".utf8), Array("quote\"s'`$(id).wav".utf8),
      Array("\u{1B}*".utf8),
    ]
    for pattern in patterns {
      let ended = try place.start(.earshot, words + [pattern, Array("music".utf8)]).end()
      let counts = try ended.object()
      #expect(counts["excluded"]?.integer == 1 && counts["setAside"]?.integer ?? 0 <= 1)
      #expect(counts["found"]?.integer == Self.names.count - 1)
      let listed = try place.earshot("library", "prune", "--all", "--dry-run")
      #expect(listed.lines.count == 1)
      #expect(isHarmless(listed.output))
    }
  }

  @Test("come back exactly from an export, as lines and as a table")
  func exchange() throws {
    for (format, library) in [("json", "one.db"), ("safetensors", "two.db")] {
      let name = "heard-\(format)"
      let exported = try place.earshot(
        "library", "export", "--paths", "--format", format, "--output", name)
      #expect(exported.status == 0)
      let ended = try place.earshot("library", "import", "--library", library, name)
      #expect(ended.status == 0, "\(ended.messages)")
      let catalogue = try Catalogue(place.path.appending(library), access: .reading)
      #expect(try Set(catalogue.files().keys) == paths)
      #expect(
        try catalogue.tracks(matching: "hyperlink", limit: 99).count == (Self.names.count + 1) / 2)
    }
  }

  private func decoded(_ uri: [UInt8]) -> FilePath {
    var bytes: [UInt8] = []
    var place = 0
    while place < uri.count {
      if uri[place] == UInt8(ascii: "%"), place + 2 < uri.count,
        let byte = UInt8(String(decoding: uri[place + 1...place + 2], as: UTF8.self), radix: 16)
      {
        bytes.append(byte)
        place += 3
      } else {
        bytes.append(uri[place])
        place += 1
      }
    }
    return FilePath(bytes: bytes)
  }
}
