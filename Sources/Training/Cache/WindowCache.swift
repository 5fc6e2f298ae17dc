internal import Embedding
public import FileAccess
package import SpectralFeatures

/// What the model `earshot` learns from, of many tracks in one file: statistics of windows of each
/// track and of changed copies of it, and their mel spectrograms.
///
/// The file is one of records (letters `EARSHOTW`, version 1, counts: the statistics, 2,123, and the
/// mel bands, 128; docs/training.md tells of the head and of what stands before each record). A
/// record's payload, numbers little-endian: the counts of versions and windows (32 bits each); for
/// each version its kind, its pairs of frames and how many dB its loudest value has (32 bits each, the
/// last a float); for each window the place of its version, its first pair, its pairs and its
/// loudest value likewise; the windows' statistics (floats); and for each version the pairs, 128
/// bytes each, the lowest band first: how many half dB the mean of two frames lies under the
/// version's loudest value, at most 255. A track that could not be decoded has no payload.
public struct WindowCache: Sendable {
  /// How the features are computed: as everywhere.
  static var settings: SpectrogramSettings { SpectrogramSettings() }
  static var statisticCount: Int { EarshotInput.statisticCount(settings) }
  static var bandCount: Int { settings.melBandCount }

  static var kind: RecordFile.Kind {
    RecordFile.Kind(
      letters: "EARSHOTW", version: 1, counts: (UInt32(statisticCount), UInt32(bandCount)),
      longestPayload: longestPayload)
  }

  /// What a listener makes of a track takes some hundred kilobytes: 4 versions, up to 7 windows of each.
  static let longestPayload = 1 << 25
  static let mostVersions = 16
  static let mostWindows = 128

  /// One track.
  public struct Entry: Sendable {
    /// The name it was given, in most cases its path.
    public var name: FilePath { record.name }
    let record: RecordFile.Entry
    /// Whether there is anything to learn from.
    var hasSound: Bool { record.payloadLength > 0 }
  }

  /// A copy of a track.
  struct Version: Equatable, Sendable {
    let kind: SoundVersion
    let pairCount: Int
    /// The loudest value, in dB against 1.
    let loudest: Float
    /// Where its pairs begin in the payload.
    let offset: Int
  }

  /// A part of a copy.
  package struct Window: Equatable, Sendable {
    /// Which of the versions.
    let version: Int
    package let pairs: Range<Int>
    /// The loudest value of its own mel spectrogram, in dB against 1.
    let loudest: Float
    /// Where its statistics begin in the payload.
    let offset: Int
  }

  /// What a record holds.
  package struct Contents: Equatable, Sendable {
    var versions: [Version] = []
    package var windows: [Window] = []
  }

  /// The tracks, in the order they were added.
  public let entries: [Entry]
  private let records: RecordFile

  /// Opens a cache and lists what it holds, up to a last record that is cut short.
  /// - Throws: ``FeatureCacheError``.
  public init(_ path: FilePath) throws(FeatureCacheError) {
    records = try RecordFile(path, Self.kind)
    entries = records.entries.map { Entry(record: $0) }
  }

  /// What a record holds, after its checksum was compared.
  /// - Throws: `damaged`, `file`.
  package func contents(of entry: Entry) throws(FeatureCacheError) -> Contents {
    let payload = try records.payload(of: entry.record)
    guard let contents = Contents(payload) else {
      throw FeatureCacheError(code: .damaged, path: records.path)
    }
    return contents
  }

  /// The statistics of a window.
  /// - Throws: `damaged`, `file`.
  package func statistics(_ window: Window, of entry: Entry) throws(FeatureCacheError) -> [Float] {
    let end = window.offset + 4 * Self.statisticCount
    let bytes = try records.bytes(window.offset..<end, of: entry.record)
    let statistics = bytes.withUnsafeBytes { bytes in
      (0..<Self.statisticCount).map {
        let bits = bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: bits))
      }
    }
    guard statistics.allSatisfy(\.isFinite) else {
      throw FeatureCacheError(code: .damaged, path: records.path)
    }
    return statistics
  }

  /// Pairs of a window in dB under the loudest value of the window, at least -80.
  /// - Parameter range: counted from the window's first pair.
  /// - Throws: `damaged`, `file`.
  package func pairs(
    _ range: Range<Int>, of window: Window, _ contents: Contents, of entry: Entry
  ) throws(FeatureCacheError) -> FeatureMatrix {
    precondition(range.upperBound <= window.pairs.count, "pairs \(range) of \(window.pairs.count)")
    let version = contents.versions[window.version]
    let start = version.offset + (window.pairs.lowerBound + range.lowerBound) * Self.bandCount
    let bytes = try records.bytes(
      start..<(start + range.count * Self.bandCount), of: entry.record)
    let offset = version.loudest - window.loudest
    return FeatureMatrix(
      frameCount: range.count, binCount: Self.bandCount,
      values: bytes.map { min(0, max(-80, offset - 0.5 * Float($0))) })
  }
}

extension WindowCache.Contents {
  /// Reads what stands before the numbers; nil where it does not fit together.
  init?(_ payload: [UInt8]) {
    let bands = WindowCache.bandCount
    let statistics = 4 * WindowCache.statisticCount
    guard payload.count >= 8 else { return nil }
    let (versionCount, windowCount) = (
      RecordFile.number(payload, 0), RecordFile.number(payload, 4)
    )
    guard (1...WindowCache.mostVersions).contains(versionCount),
      (1...WindowCache.mostWindows).contains(windowCount)
    else { return nil }
    let headSize = 8 + 12 * versionCount + 16 * windowCount
    var offset = headSize + windowCount * statistics
    guard offset <= payload.count else { return nil }
    func float(_ place: Int) -> Float {
      Float(bitPattern: UInt32(RecordFile.number(payload, place)))
    }
    for number in 0..<versionCount {
      let place = 8 + 12 * number
      let pairs = RecordFile.number(payload, place + 4)
      guard let kind = SoundVersion(rawValue: UInt32(RecordFile.number(payload, place))),
        float(place + 8).isFinite, pairs > 0, offset + pairs * bands <= payload.count
      else { return nil }
      versions.append(
        WindowCache.Version(
          kind: kind, pairCount: pairs, loudest: float(place + 8), offset: offset))
      offset += pairs * bands
    }
    guard offset == payload.count else { return nil }
    for number in 0..<windowCount {
      let place = 8 + 12 * versionCount + 16 * number
      let (version, first, count) = (
        RecordFile.number(payload, place), RecordFile.number(payload, place + 4),
        RecordFile.number(payload, place + 8)
      )
      guard version < versionCount, count > 0, float(place + 12).isFinite,
        first + count <= versions[version].pairCount
      else { return nil }
      windows.append(
        WindowCache.Window(
          version: version, pairs: first..<(first + count), loudest: float(place + 12),
          offset: headSize + number * statistics))
    }
  }
}

/// Adds tracks to a window cache, and goes on where an earlier writer stopped or was killed.
public final class WindowCacheWriter {
  private let writer: RecordWriter

  /// Opens a cache for adding, made when there is none.
  /// - Throws: ``FeatureCacheError``; `file(inUse)` while another program adds to it.
  public init(_ path: FilePath) throws(FeatureCacheError) {
    writer = try RecordWriter(path, WindowCache.kind)
  }

  /// Whether a track is there already, with or without sound.
  public func contains(_ name: FilePath) -> Bool { writer.contains(name) }

  /// Adds a track.
  /// - Parameter heard: nil for one that could not be decoded.
  /// - Throws: `file`.
  public func add(_ name: FilePath, _ heard: HeardWindows?) throws(FeatureCacheError) {
    try writer.add(name, heard.map(Self.payload) ?? [])
  }

  /// Brings everything to the disk.
  /// - Throws: `file`.
  public func close() throws(FeatureCacheError) { try writer.close() }

  private static func payload(_ heard: HeardWindows) -> [UInt8] {
    func bytes(_ number: Int) -> [UInt8] { RecordFile.bytes(UInt32(number)) }
    func bytes(_ number: Float) -> [UInt8] { RecordFile.bytes(number.bitPattern) }
    var payload = bytes(heard.versions.count) + bytes(heard.windows.count)
    for version in heard.versions {
      payload +=
        bytes(Int(version.kind.rawValue)) + bytes(version.pairs.frameCount)
        + bytes(version.loudest)
    }
    for window in heard.windows {
      payload += bytes(window.version) + bytes(window.pairs.lowerBound)
      payload += bytes(window.pairs.count) + bytes(window.loudest)
    }
    for window in heard.windows { for value in window.statistics { payload += bytes(value) } }
    for version in heard.versions {
      payload += version.pairs.values.map { UInt8(min(255, max(0, (-2 * $0).rounded()))) }
    }
    return payload
  }
}
