import AnalysisLines
import AudioDecoding
import Catalogue
import Embedding
import FileAccess
import FileFormats
import Hashing
import MusicLibrary
import TestSupport
import Testing

@Suite("Analyses that leave one library and come into another")
struct ExchangeTests {
  private static let clips = [
    "a.mp3": "ambient-2-under-the-ice.mp3", "b.mp3": "folk-2-three-apple-trees.mp3",
    "deep/c.mp3": "rock-1-copper-wire.mp3",
  ]

  private func indexed() throws -> TestLibrary {
    let library = try TestLibrary(Self.clips)
    try library.index()
    return library
  }

  private func lines(_ library: TestLibrary, withPaths: Bool) throws -> [AnalysisLine] {
    var lines: [AnalysisLine] = []
    let export = LibraryExport(
      of: library.catalogue, model: try library.record(), withPaths: withPaths)
    _ = try export.forEachLine {
      lines.append($0)
      return true
    }
    return lines
  }

  private func importer(
    _ library: TestLibrary, _ change: (inout LibraryImport.Options) -> Void = { _ in }
  ) throws -> LibraryImport {
    var options = LibraryImport.Options()
    options.excerpt = .range(start: 4, end: 6)
    change(&options)
    return LibraryImport(
      into: library.catalogue, location: library.location, model: try library.record(),
      options: options)
  }

  private func bytes(_ line: AnalysisLine) -> [UInt8] { JSONValue.object(line.object).bytes }

  @Test("vectors and descriptors come back bit for bit, and no path is told")
  func roundTrip() throws {
    let old = try indexed()
    let lines = try lines(old, withPaths: false)
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.path == nil && $0.stamp == nil })
    let text = lines.map { String(decoding: bytes($0), as: UTF8.self) }.joined()
    #expect(!text.contains(old.folder.path.string) && !text.contains("\"path\""))
    let new = try TestLibrary()
    var work = try importer(new)
    for line in lines { #expect(try work.add(bytes(line)) == nil) }
    try work.finish()
    #expect(work.summary.added == 3 && work.summary.files == 0)
    for name in Self.clips.keys {
      let oldTrack = try #require(try old.track(name))
      let identity = try #require(try old.catalogue.sound(of: oldTrack)).identity
      let track = try #require(try new.catalogue.track(identity: identity))
      let embedding = try new.catalogue.embedding(of: track, model: new.record())
      #expect(try embedding == old.catalogue.embedding(of: oldTrack, model: old.record()))
      #expect(
        try new.catalogue.descriptors(of: track) == old.catalogue.descriptors(of: oldTrack))
      #expect(try new.catalogue.sound(of: track) == old.catalogue.sound(of: oldTrack))
    }
    #expect(try new.isSearchInStep())
    // The same again says nothing new.
    let generation = try new.catalogue.generation()
    work = try importer(new)
    for line in lines { _ = try work.add(bytes(line)) }
    try work.finish()
    #expect(work.summary.known == 3 && work.summary.added == 0 && work.summary.conflicts == 0)
    #expect(try new.catalogue.generation() == generation)
  }

  @Test("how far a worker's drawing was from the sound is kept, unless the vector is another")
  func reconstructionErrors() throws {
    let lines = try lines(indexed(), withPaths: false)
    let new = try TestLibrary()
    func add(_ error: Double, to line: AnalysisLine, negated: Bool = false) throws {
      var object = line.object
      object["reconstructionError"] = .double(error)
      if negated, case .analysed(let analysis, _) = line.content {
        object["embedding"] = .floats(analysis.embedding.vector.map { -$0 })
      }
      var work = try importer(new)
      #expect(try work.add(JSONValue.object(object).bytes) == nil)
      try work.finish()
    }
    for line in lines { try add(0.5, to: line) }
    // Known already, and what another vector says.
    try add(0.25, to: lines[0])
    try add(0.125, to: lines[1], negated: true)
    let errors = try new.catalogue.reconstructionErrors(model: new.record())
    #expect(errors.values.sorted() == [0.25, 0.5, 0.5])
  }

  @Test("files of imported sounds are not decoded; their own labels are read")
  func indexDecodesNothing() throws {
    let old = try indexed()
    let new = try TestLibrary(Self.clips)
    var work = try importer(new)
    for line in try lines(old, withPaths: false) { _ = try work.add(bytes(line)) }
    try work.finish()
    #expect(try new.catalogue.counts().tracks == 0, "no file holds them yet")
    #expect(try new.index() == IndexSummary(found: 3, known: 3))
    for name in Self.clips.keys {
      #expect(try new.vector(name) == old.vector(name))
      let tags = try new.catalogue.track(#require(try new.track(name)))?.tags
      #expect(try tags == old.catalogue.track(#require(try old.track(name)))?.tags)
      #expect(tags?.title != nil)
    }
  }

  @Test("with paths everything is as it was: labels, copies and failures, and nothing is opened")
  func withPaths() throws {
    let old = try indexed()
    try old.add("folk-2-three-apple-trees.mp3", as: "copy.mp3")
    try old.write(Array("text".utf8), as: FilePath("bad.mp3"))
    try old.index()
    let new = try TestLibrary()
    var work = try importer(new)
    let lines = try lines(old, withPaths: true)
    #expect(lines.count == 5)
    for line in lines { #expect(try work.add(bytes(line)) == nil) }
    try work.finish()
    #expect(work.summary.added == 3 && work.summary.files == 4 && work.summary.failures == 1)
    let files = try (old.catalogue.files(), new.catalogue.files())
    #expect(Set(files.0.keys) == Set(files.1.keys))
    for (path, file) in files.0 { #expect(files.1[path]?.stamp == file.stamp) }
    #expect(try new.catalogue.counts().tracks == 3)
    #expect(
      try new.index([old.music]) == IndexSummary(found: 5, unchanged: 4, failedBefore: 1))
    #expect(try new.catalogue.tracks(matching: "three apple", limit: 9).count == 1)
  }

  @Test("without paths nothing is kept of where files lie, nor which failed")
  func withoutPaths() throws {
    let old = try indexed()
    let new = try TestLibrary()
    var work = try importer(new) { $0.withPaths = false }
    for line in try lines(old, withPaths: true) { _ = try work.add(bytes(line)) }
    _ = try work.add(
      Array(#"{"schema":1,"path":"/x","error":{"code":"corrupt","message":"m"}}"#.utf8))
    try work.finish()
    #expect(work.summary.added == 3 && work.summary.failures == 1)
    #expect(try new.catalogue.files().isEmpty)
  }

  @Test("another vector of the same sound is kept out, or takes the place, as it was wanted")
  func conflicts() throws {
    let library = try indexed()
    let before = try #require(try library.vector("a.mp3"))
    let other = Array(before.reversed())
    let line = try #require(
      try lines(library, withPaths: true).first { $0.path == library.path("a.mp3") })
    guard case .analysed(let analysis, let model) = line.content else { return }
    let changed = AnalysisLine(
      path: line.path, stamp: line.stamp,
      content: .analysed(
        TrackAnalysis(
          sound: analysis.sound, tags: analysis.tags,
          embedding: EmbeddingRecord(
            vector: other, excerptStart: analysis.embedding.excerptStart,
            excerptSeconds: analysis.embedding.excerptSeconds),
          descriptors: analysis.descriptors), by: model))
    var work = try importer(library)
    #expect(try work.add(bytes(changed)) == nil)
    try work.finish()
    #expect(work.summary.conflicts == 1 && work.summary.replaced == 0)
    #expect(try library.vector("a.mp3") == before)
    work = try importer(library) { $0.replaces = true }
    _ = try work.add(bytes(changed))
    try work.finish()
    #expect(work.summary.replaced == 1)
    #expect(try library.vector("a.mp3") == other)
    #expect(try library.isSearchInStep())
  }

  @Test("one sound under several paths is one vector, whoever listened to it")
  func duplicates() throws {
    let old = try indexed()
    let new = try TestLibrary()
    let line = try #require(try lines(old, withPaths: true).first)
    var work = try importer(new) { $0.folder = FilePath("/cluster") }
    for name in ["/one.mp3", "two.mp3", "x/../three.mp3"] {
      var copy = line
      copy.path = FilePath(name)
      copy.stamp = nil
      #expect(try work.add(bytes(copy)) == nil)
    }
    try work.finish()
    #expect(work.summary.added == 1 && work.summary.known == 2 && work.summary.files == 3)
    #expect(try new.catalogue.vectorCount(model: new.record()) == 1)
    #expect(
      try Set(new.catalogue.files().keys)
        == [FilePath("/one.mp3"), FilePath("/cluster/two.mp3"), FilePath("/cluster/three.mp3")])
  }

  @Test("nothing that anybody may write is believed, and a bad line stops no other")
  func hostile() throws {
    let old = try indexed()
    let good = try lines(old, withPaths: true)
    let text = String(decoding: bytes(good[0]), as: UTF8.self)
    guard case .analysed(let analysis, _) = good[0].content else { return }
    let vector = JSONValue.floats(analysis.embedding.vector).bytes
    let numbers = String(decoding: vector, as: UTF8.self)
    let model = try old.record()
    let identity = analysis.sound.identity.hexadecimal
    func with(_ old: String, _ new: String) throws -> [UInt8] {
      try #require(text.contains(old), "\(old)")
      return Array(text.replacing(old, with: new).utf8)
    }
    let first = String(numbers.dropFirst().prefix { $0 != "," })
    let bad: [[UInt8]] = [
      Array("{".utf8), Array("[]".utf8), Array("null".utf8), [0xFF, 0xFE], Array("{}".utf8),
      Array(text.utf8.dropLast()), Array((text + text).utf8),
      Array(String(repeating: "[", count: 100_000).utf8),
      try with("\"schema\":1", "\"schema\":2"), try with("\"schema\":1", "\"schema\":\"1\""),
      try with("[\(first),", "[\(first),\(first),"), try with("[\(first),", "["),
      try with("[\(first),", "[1e39,"), try with("[\(first),", "[NaN,"),
      try with("[\(first),", "[5,"), try with("[\(first),", "[null,"),
      try with(numbers, "[]"), try with(numbers, numbers.replacing("0.", with: "0.0")),
      try with(identity, String(identity.dropLast())),
      try with(identity, String(identity.dropLast()) + "g"),
      try with("\"dimension\":\(model.dimension)", "\"dimension\":1"),
      try with("\"dimension\":\(model.dimension)", "\"dimension\":-1"),
      try with(
        model.identity.hexadecimal, String(repeating: "0", count: 64)),
      try with("\"sampleRate\":44100", "\"sampleRate\":1"),
      try with("\"channels\":2", "\"channels\":1000000"),
      try with("\"channels\":2", "\"channels\":-2"),
      try with("\"seconds\":\(analysis.sound.seconds),", "\"seconds\":1e308,"),
      try with("\"start\":4.0", "\"start\":-4.0"), try with("\"start\":4.0", "\"start\":0.0"),
      try with("\"flatness\":", "\"flatness\":7,\"x\":"),
      try with("\"path\":\"", "\"path\":\"\\u0000"),
      Array(#"{"schema":1,"path":"/x","error":{"code":"Not a code\n","message":"m"}}"#.utf8),
      Array(#"{"schema":1,"path":"/x","error":{"code":"","message":"m"}}"#.utf8),
      Array(
        "{\"schema\":1,\"trackID\":\"\(String(repeating: "1", count: 64))\",\"tags\":{}}".utf8),
      Array("{\"schema\":1,\"question\":\"\(identity)\"}".utf8),
      [UInt8](repeating: UInt8(ascii: " "), count: LibraryImport.longestLine) + [0x7B],
    ]
    let new = try TestLibrary()
    var work = try importer(new)
    for (place, line) in bad.enumerated() {
      #expect(
        try work.add(line) != nil,
        "line \(place): \(String(decoding: line.prefix(300), as: UTF8.self))")
    }
    #expect(work.summary.refused == bad.count)
    #expect(work.summary.otherModel >= 1)
    // Nothing but spaces is no line at all.
    for line in ["", "   ", "\r"] { #expect(try work.add(Array(line.utf8)) == nil) }
    for line in good { #expect(try work.add(bytes(line)) == nil) }
    try work.finish()
    #expect(work.summary.added == 3)
    #expect(work.summary.lines == bad.count + good.count)
    let check = LibraryCheck(catalogue: new.catalogue, location: new.location)
    #expect(try check.run { _, _ in }.faults.allSatisfy { $0.code == "model-file" })
  }

  @Test("random damage to lines gives a refusal or a sound library, never a crash")
  func mutants() throws {
    let old = try indexed()
    let good = try lines(old, withPaths: true).map(bytes)
    let new = try TestLibrary()
    var work = try importer(new)
    var random = SplitMix64(seed: 91)
    for _ in 0..<400 {
      var line = good[Int.random(in: 0..<good.count, using: &random)]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<line.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: line[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: line.remove(at: place)
        default: line.insert(UInt8.random(in: 0...255, using: &random), at: place)
        }
      }
      _ = try work.add(line)
    }
    try work.finish()
    #expect(work.summary.refused > 10)
    let check = LibraryCheck(catalogue: new.catalogue, location: new.location)
    #expect(try check.run { _, _ in }.faults.allSatisfy { $0.code == "model-file" })
  }

  @Test("vectors of another part of the songs are refused")
  func excerpt() throws {
    let old = try indexed()
    let lines = try lines(old, withPaths: false)
    for excerpt in [Excerpt.middle, .start, .full, .range(start: 4, end: 5.5)] {
      var work = try importer(try TestLibrary()) { $0.excerpt = excerpt }
      for line in lines { #expect(try work.add(bytes(line)) == .otherExcerpt, "\(excerpt)") }
    }
    let middle = try TestLibrary(Self.clips)
    middle.excerpt = .middle
    try middle.index()
    let other = try self.lines(middle, withPaths: false)
    var work = try importer(try TestLibrary()) { $0.excerpt = .middle }
    for line in other { #expect(try work.add(bytes(line)) == nil) }
  }

  @Test("arrays and tables bring the same back")
  func archive() throws {
    let old = try indexed()
    let folder = old.folder.path.appending("archive")
    let export = LibraryExport(of: old.catalogue, model: try old.record(), withPaths: true)
    var reports = 0
    let counts = try VectorArchive.write(export, to: folder) { reports += 1 }
    #expect(counts.tracks == 3 && reports == 3)
    let file = try SafeTensors(folder.appending(VectorArchive.vectorsName))
    #expect(try file.shape(of: "vectors") == [3, old.record().dimension])
    let new = try TestLibrary()
    var work = try importer(new)
    var rows: [Int] = []
    try VectorArchive.read(folder) { row, line in
      rows.append(row)
      let line = try #require(line)
      #expect(try work.add(line: line) == nil)
      return true
    }
    try work.finish()
    #expect(rows == [1, 2, 3])
    #expect(work.summary.added == 3 && work.summary.files == 3)
    for name in Self.clips.keys {
      let track = try #require(try new.catalogue.file(at: old.path(name))?.track)
      let oldTrack = try #require(try old.track(name))
      #expect(
        try new.catalogue.embedding(of: track, model: new.record())
          == old.catalogue.embedding(of: oldTrack, model: old.record()))
      #expect(
        try new.catalogue.descriptors(of: track) == old.catalogue.descriptors(of: oldTrack))
      #expect(try new.catalogue.track(track)?.tags == old.catalogue.track(oldTrack)?.tags)
    }
    // A table of other tracks, or in another order, is not taken for theirs.
    let table = folder.appending(VectorArchive.tableName)
    let whole = String(decoding: try ReadableFile(table).contents(limit: 1 << 20), as: UTF8.self)
    var turned = whole.split(separator: "\r\n").map(String.init)
    turned.swapAt(1, 2)
    try WrittenFile.replace(table, with: Array((turned.joined(separator: "\r\n") + "\r\n").utf8))
    #expect(throws: VectorArchive.Failure.otherTracks) {
      try VectorArchive.read(folder) { _, _ in true }
    }
    try WrittenFile.replace(table, with: Array("a,b\r\n1,2\r\n".utf8))
    #expect(throws: VectorArchive.Failure.self) {
      try VectorArchive.read(folder) { _, _ in true }
    }
  }
}
