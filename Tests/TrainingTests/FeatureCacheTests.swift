import FileAccess
import SpectralFeatures
import TestSupport
import Testing
import Training

@Suite("A feature cache")
struct FeatureCacheTests {
  /// A few seconds of seeded noise, a different length for each seed.
  private func image(seed: UInt64, seconds: Double = 4) -> MelImage {
    var random = SplitMix64(seed: seed)
    return MelImage(
      samples: (0..<Int(seconds * 22_050)).map { _ in Float.random(in: -1...1, using: &random) })
  }

  private func pixels(of image: MelImage) -> [UInt8] {
    let rows = FeatureCache.rowCount
    let bytes = image.bytes
    return (0..<image.columnCount).flatMap { column in
      (0..<rows).map { row in bytes[row * image.columnCount + column] }
    }
  }

  @Test("gives images back column by column, in the order they came")
  func roundTrip() throws {
    let folder = TemporaryFolder()
    let path = folder.path.appending("features.cache")
    let images = [image(seed: 1), image(seed: 2, seconds: 12)]
    let writer = try FeatureCacheWriter(path)
    try writer.add(FilePath("one"), images[0])
    try writer.add(FilePath("silent"), nil)
    try writer.add(FilePath(bytes: [0xFF, 0x0A]), images[1])
    try writer.close()
    let cache = try FeatureCache(path)
    #expect(
      cache.entries.map(\.name.bytes) == [Array("one".utf8), Array("silent".utf8), [0xFF, 0x0A]])
    #expect(cache.entries.map(\.columnCount) == [images[0].columnCount, 0, images[1].columnCount])
    #expect(images[1].columnCount > images[0].columnCount)
    for (entry, image) in [(cache.entries[0], images[0]), (cache.entries[2], images[1])] {
      #expect(try cache.columns(0..<entry.columnCount, of: entry) == pixels(of: image))
      let part = try cache.columns(5..<69, of: entry)
      #expect(part == Array(pixels(of: image)[(5 * 128)..<(69 * 128)]))
    }
    #expect(try cache.isSound())
  }

  @Test("goes on where a writer was killed, whatever byte it was at")
  func resumes() throws {
    let folder = TemporaryFolder()
    let path = folder.path.appending("features.cache")
    let small = image(seed: 3, seconds: 1)
    let writer = try FeatureCacheWriter(path)
    try writer.add(FilePath("first"), small)
    let afterFirst = try ReadableFile(path).size
    try writer.add(FilePath("second"), small)
    let whole = try ReadableFile(path).contents(limit: 1 << 24)
    for cut in [
      afterFirst + 1, afterFirst + 15, afterFirst + 16, afterFirst + 20, whole.count - 1,
    ] {
      let copy = try folder.write(Array(whole[..<cut]), as: "cut-\(cut)")
      #expect(try FeatureCache(copy).entries.map(\.name) == [FilePath("first")])
      let next = try FeatureCacheWriter(copy)
      #expect(next.contains(FilePath("first")) && !next.contains(FilePath("second")))
      try next.add(FilePath("second"), small)
      #expect(try ReadableFile(copy).contents(limit: 1 << 24) == whole)
    }
  }

  @Test("finds changed bytes, and refuses what is no cache")
  func damage() throws {
    let folder = TemporaryFolder()
    let path = folder.path.appending("features.cache")
    try FeatureCacheWriter(path).add(FilePath("one"), image(seed: 4, seconds: 1))
    var bytes = try ReadableFile(path).contents(limit: 1 << 24)
    bytes[bytes.count / 2] ^= 1
    #expect(try !FeatureCache(folder.write(bytes, as: "changed")).isSound())
    for (name, foreign) in [
      ("empty", []), ("text", Array("no cache at all".utf8)),
      ("version", Array(bytes[..<8]) + [1] + Array(bytes[9...])),
    ] {
      let file = try folder.write(foreign, as: name)
      let error = #expect(throws: FeatureCacheError.self) { try FeatureCache(file) }
      #expect(error?.code == .notACache && error?.path == file)
    }
  }

  @Test("goes on from the beginning of a head, and leaves another short file as it is")
  func short() throws {
    let folder = TemporaryFolder()
    let path = folder.path.appending("whole")
    try FeatureCacheWriter(path).close()
    let head = try ReadableFile(path).contents(limit: 1 << 10)
    for count in [0, 5, 63] {
      let file = try folder.write(Array(head[..<count]), as: "cut-\(count)")
      try FeatureCacheWriter(file).close()
      #expect(try ReadableFile(file).contents(limit: 1 << 10) == head)
    }
    let text = Array("my notes".utf8)
    let file = try folder.write(text, as: "notes")
    #expect(throws: FeatureCacheError(code: .notACache, path: file)) {
      try FeatureCacheWriter(file)
    }
    #expect(try ReadableFile(file).contents(limit: 1 << 10) == text)
  }

  @Test("calls a changed length damage, and cuts nothing off for it")
  func lies() throws {
    let folder = TemporaryFolder()
    let path = folder.path.appending("features.cache")
    let writer = try FeatureCacheWriter(path)
    try writer.add(FilePath("one"), image(seed: 5, seconds: 1))
    try writer.add(FilePath("two"), image(seed: 6, seconds: 1))
    try writer.close()
    let bytes = try ReadableFile(path).contents(limit: 1 << 24)
    for place in 64..<76 {
      var changed = bytes
      changed[place] ^= 0x10
      let file = try folder.write(changed, as: "changed-\(place)")
      for open in [{ _ = try FeatureCache(file) }, { _ = try FeatureCacheWriter(file) }] {
        #expect(throws: FeatureCacheError(code: .damaged, path: file)) { try open() }
      }
      #expect(try ReadableFile(file).contents(limit: 1 << 24) == changed)
    }
  }

  @Test("takes zeros behind its last record for what a power cut left")
  func zeros() throws {
    let folder = TemporaryFolder()
    let path = folder.path.appending("features.cache")
    try FeatureCacheWriter(path).add(FilePath("one"), image(seed: 5, seconds: 1))
    let bytes = try ReadableFile(path).contents(limit: 1 << 24)
    let file = try folder.write(bytes + [UInt8](repeating: 0, count: 4_096), as: "cut")
    #expect(try FeatureCache(file).entries.map(\.name) == [FilePath("one")])
    try FeatureCacheWriter(file).close()
    #expect(try ReadableFile(file).contents(limit: 1 << 24) == bytes)
  }

  @Test("has one writer at a time")
  func lock() throws {
    let folder = TemporaryFolder()
    let path = folder.path.appending("features.cache")
    var first: FeatureCacheWriter? = try FeatureCacheWriter(path)
    try first?.add(FilePath("one"), nil)
    #expect(throws: FeatureCacheError(code: .file(.inUse), path: path)) {
      try FeatureCacheWriter(path)
    }
    // Reading is for all.
    #expect(try FeatureCache(path).entries.count == 1)
    first = nil
    #expect(try FeatureCacheWriter(path).contains(FilePath("one")))
  }
}
