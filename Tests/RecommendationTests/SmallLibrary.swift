import Catalogue
import FileAccess
import Hashing
import Recommendation
import TestSupport

#if canImport(Glibc)
  import Glibc
#endif

/// A library of made-up tracks whose vectors lie on a circle: one for each angle, in degrees.
struct SmallLibrary {
  let folder = TemporaryFolder()
  let location: LibraryLocation
  let catalogue: Catalogue
  let model: ModelRecord
  /// The rows of the tracks, in the order of their angles.
  private(set) var tracks: [Int64] = []

  init(angles: [Double]) throws {
    location = LibraryLocation(catalogue: folder.path.appending("library.db"))
    catalogue = try Catalogue(location.catalogue, access: .writing)
    model = try catalogue.record(model: Self.digest(0xAB, 0), name: "circle", dimension: 2)
    for (number, angle) in angles.enumerated() { try add(angle: angle, number: number) }
  }

  /// Identities that begin alike: `10…`, `1001…`, `1002…`.
  static func digest(_ first: UInt8, _ number: Int) -> Digest {
    var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
    bytes[0] = first
    bytes[1] = UInt8(number)
    guard let digest = Digest(bytes: bytes) else { preconditionFailure("32 bytes are a digest") }
    return digest
  }

  static func vector(_ angle: Double) -> [Float] {
    [Float(cos(angle * .pi / 180)), Float(sin(angle * .pi / 180))]
  }

  func path(_ number: Int) -> FilePath { FilePath("/music/\(number).mp3") }

  func identity(_ number: Int) -> Digest { Self.digest(0x10, number) }

  mutating func add(angle: Double, number: Int) throws {
    let catalogue = catalogue
    let model = model
    var track: Int64 = 0
    try catalogue.transaction { () throws(CatalogueError) in
      track = try catalogue.record(
        SoundRecord(
          identity: Self.digest(0x10, number), codec: "mp3", sampleRate: 44_100, channels: 2,
          seconds: 30))
      try catalogue.record(
        EmbeddingRecord(vector: Self.vector(angle), excerptStart: 0, excerptSeconds: 30),
        of: track, model: model)
      try catalogue.record(
        FileStamp(path: FilePath("/music/\(number).mp3"), size: 1, modified: 1), holding: track,
        tags: TagRecord(title: "Piece \(number)", artist: number < 2 ? "Early Band" : "Late Band"))
    }
    tracks.append(track)
  }

  /// Marks files as not found by the last scan.
  func lose(_ numbers: some Sequence<Int>) throws {
    let files = try numbers.compactMap { try catalogue.file(at: path($0))?.number }
    try catalogue.mark(files: files, missingSince: 1)
  }

  func recommender() throws -> Recommender {
    try Recommender(catalogue: catalogue, location: location, model: model)
  }
}
