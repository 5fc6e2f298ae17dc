internal import Hashing

/// Where the tracks of a library lie on a map.
public struct MapRecord: Equatable, Sendable {
  /// How it was laid out, in words that are the same for the same settings.
  public let settings: String
  /// 2 or 3.
  public let dimensions: Int
  /// How many of the tracks it was laid out of; the others came later and moved none.
  public let laidOutCount: Int
  /// The tracks, ascending.
  public let tracks: [Int64]
  /// The CRC-32C of the vector that each was put there for: another one has another place.
  public let vectors: [UInt32]
  /// Where each lies: tracks.count × dimensions, row-major.
  public let places: [Float]
  /// What a projection puts new vectors on the map with; empty where neighbours do.
  public let basis: [Float]

  /// Makes a record.
  public init(
    settings: String, dimensions: Int, laidOutCount: Int, tracks: [Int64], vectors: [UInt32],
    places: [Float], basis: [Float] = []
  ) {
    precondition(
      vectors.count == tracks.count && places.count == tracks.count * dimensions,
      "\(places.count) numbers for \(tracks.count) places of \(dimensions)")
    self.settings = settings
    self.dimensions = dimensions
    self.laidOutCount = laidOutCount
    self.tracks = tracks
    self.vectors = vectors
    self.places = places
    self.basis = basis
  }
}

/// A library of an older version that is open for reading holds no maps.
extension Catalogue {
  /// No map reaches so far; what does would overflow where means are taken.
  private static let farthestPlace: Float = 1e9

  private var holdsMaps: Bool { schemaVersion >= Schema.mapVersion }

  /// Keeps a map in the place of the one of its settings.
  public func record(_ map: MapRecord, model: ModelRecord) throws(CatalogueError) {
    let tracks = map.tracks.flatMap { number in
      withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
    let vectors = map.vectors.flatMap { checksum in
      withUnsafeBytes(of: checksum.littleEndian) { Array($0) }
    }
    let (places, basis) = (Self.bytes(of: map.places), Self.bytes(of: map.basis))
    try atomically { () throws(CatalogueError) in
      try besideFacts { () throws(CatalogueError) in
        try database.run(
          """
          INSERT OR REPLACE INTO map
            (model, settings, dimensions, laid_out, tracks, vectors, places, basis, checksum)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
          [
            .integer(model.number), .text(map.settings), Value(map.dimensions),
            Value(map.laidOutCount), .bytes(tracks), .bytes(vectors), .bytes(places), .bytes(basis),
            .integer(Self.checksum([tracks, vectors, places, basis])),
          ])
      }
    }
  }

  /// The map of some settings; nil where there is none, and where it is not the one that was kept: it can
  /// be laid out again.
  public func map(settings: String, model: ModelRecord) throws(CatalogueError) -> MapRecord? {
    guard holdsMaps else { return nil }
    var found: MapRecord?
    try database.run(
      """
      SELECT dimensions, laid_out, tracks, vectors, places, basis, checksum FROM map
      WHERE model = ? AND settings = ?
      """, [.integer(model.number), .text(settings)]
    ) { row in
      let (tracks, vectors, places, basis) = (
        row.bytes(2), row.bytes(3), row.bytes(4), row.bytes(5)
      )
      let dimensions = Int(row.integer(0) ?? 0)
      guard (2...3).contains(dimensions),
        row.integer(6) == Self.checksum([tracks, vectors, places, basis]),
        tracks.count.isMultiple(of: 8), vectors.count == tracks.count / 2,
        basis.count.isMultiple(of: 4),
        places.count == tracks.count / 8 * dimensions * 4
      else { return }
      let numbers = tracks.withUnsafeBytes { bytes in
        (0..<bytes.count / 8).map {
          Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self))
        }
      }
      let sums = vectors.withUnsafeBytes { bytes in
        (0..<bytes.count / 4).map {
          UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))
        }
      }
      let values = places.withUnsafeBytes(Self.floats)
      guard values.allSatisfy({ abs($0) <= Self.farthestPlace }),
        zip(numbers, numbers.dropFirst()).allSatisfy(<)
      else { return }
      found = MapRecord(
        settings: settings, dimensions: dimensions, laidOutCount: Int(row.integer(1) ?? 0),
        tracks: numbers, vectors: sums, places: values, basis: basis.withUnsafeBytes(Self.floats))
    }
    return found
  }

  private static func checksum(_ parts: [[UInt8]]) -> Int64 {
    Int64(
      parts.reduce(UInt32(0)) { checksum, part in
        part.withUnsafeBytes { CRC32C.checksum(of: $0, continuing: checksum) }
      })
  }
}
