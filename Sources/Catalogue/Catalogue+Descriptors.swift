extension Catalogue {
  /// Those that this library has columns for: one of an older schema that is only read lacks some.
  var heldDescriptors: [Descriptor] {
    Descriptor.allCases.filter { $0.schemaVersion <= schemaVersion }
  }

  /// Keeps the descriptors of a track.
  public func record(_ descriptors: DescriptorRecord, of track: Int64) throws(CatalogueError) {
    let held = heldDescriptors
    let values = held.map { descriptor in
      descriptor.isWhole
        ? Value(descriptors[descriptor].map { Int($0) }) : Value(descriptors[descriptor])
    }
    try atomically { () throws(CatalogueError) in
      try database.run(
        """
        INSERT OR REPLACE INTO descriptor (track, version, \(held.columns))
        VALUES (?, ?\(String(repeating: ", ?", count: held.count)))
        """, [.integer(track), Value(descriptors.version)] + values)
    }
  }

  /// The descriptors of a track, nil where there are none.
  public func descriptors(of track: Int64) throws(CatalogueError) -> DescriptorRecord? {
    var record: DescriptorRecord?
    let held = heldDescriptors
    try database.run(
      "SELECT track, version, \(held.columns) FROM descriptor WHERE track = ?", [.integer(track)]
    ) { record = DescriptorRecord($0, held, from: 1) }
    return record
  }

  /// Passes the descriptors of every track to `body`.
  public func forEachDescriptors(
    _ body: (_ track: Int64, DescriptorRecord) -> Void
  ) throws(CatalogueError) {
    let held = heldDescriptors
    try database.run("SELECT track, version, \(held.columns) FROM descriptor ORDER BY track") {
      body($0.integer(0) ?? 0, DescriptorRecord($0, held, from: 1))
    }
  }

  /// The tracks whose descriptors are of an older version than this.
  public func tracksDescribed(beforeVersion version: Int) throws(CatalogueError) -> Set<Int64> {
    var tracks: Set<Int64> = []
    try database.run("SELECT track FROM descriptor WHERE version < ?", [Value(version)]) {
      tracks.insert($0.integer(0) ?? 0)
    }
    return tracks
  }

  /// The tracks whose descriptors are of this version.
  public func describedTracks(version: Int) throws(CatalogueError) -> Set<Int64> {
    var tracks: Set<Int64> = []
    try database.run("SELECT track FROM descriptor WHERE version = ?", [Value(version)]) {
      tracks.insert($0.integer(0) ?? 0)
    }
    return tracks
  }
}

extension Descriptor {
  /// The version of the schema from which on there is a column for it.
  fileprivate var schemaVersion: Int {
    switch self {
    case .energy, .valence, .acousticness, .instrumentalness: Schema.listeningVersion
    default: 1
    }
  }
}

extension [Descriptor] {
  fileprivate var columns: String { map(\.column).joined(separator: ", ") }
}

extension DescriptorRecord {
  /// The record of a row that has the version and some descriptors from a column on.
  init(_ row: Row, _ held: [Descriptor], from column: Int32) {
    self.init(version: Int(row.integer(column) ?? 0))
    for (place, descriptor) in held.enumerated() {
      self[descriptor] = row.real(column + 1 + Int32(place))
    }
  }
}
