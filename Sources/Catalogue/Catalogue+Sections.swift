internal import Hashing

/// Vectors of parts of long tracks. A library of an older version that is open for reading holds none.
extension Catalogue {
  /// Keeps the sections of a track, which has a vector of the model; those that it had go. None is an
  /// answer, too: nobody needs to listen for them again.
  public func record(
    _ sections: [SectionRecord], of track: Int64, model: ModelRecord
  ) throws(CatalogueError) {
    precondition(
      sections.areSections(dimension: model.dimension), "\(sections.count) sections that are none")
    try atomically { () throws(CatalogueError) in
      try clearSections(of: track, model: model)
      for section in sections {
        try database.run(
          """
          INSERT INTO section (model, track, start, seconds, vector, checksum)
          VALUES (
            ?1, ?2, ?3, ?4, ?5,
            crc32c(?5, (SELECT identity FROM model WHERE number = ?1),
              (SELECT identity FROM track WHERE number = ?2), ?3, ?4))
          """,
          [
            .integer(model.number), .integer(track), Value(section.start), Value(section.seconds),
            .bytes(Self.bytes(of: section.vector)),
          ])
      }
      try database.run(
        "UPDATE embedding SET sections = ? WHERE model = ? AND track = ?",
        [Value(sections.count), .integer(model.number), .integer(track)])
      vectorsChanged = true
    }
  }

  /// The sections of a track, by their start; nil where nobody listened for them.
  /// - Throws: `damaged` when one does not match its checksum, or when there are not just those that
  ///   were put in.
  public func sections(
    of track: Int64, model: ModelRecord
  ) throws(CatalogueError) -> [SectionRecord]? {
    guard holdsSections,
      let count = try database.integer(
        "SELECT sections FROM embedding WHERE model = ? AND track = ?",
        [.integer(model.number), .integer(track)])
    else { return nil }
    var sections: [SectionRecord] = []
    var damaged = false
    try database.run(
      """
      SELECT vector, \(Self.sectionMatches), start, seconds FROM section s
      WHERE model = ?1 AND track = ?3 ORDER BY start
      """, [.integer(model.number), .bytes(model.identity.bytes), .integer(track)]
    ) { row in
      guard let section = Self.section(row, dimension: model.dimension) else {
        damaged = true
        return
      }
      sections.append(section)
    }
    if damaged || sections.count != count { throw damage }
    return sections
  }

  /// The section of a track that begins at a second; nil where none does.
  /// - Throws: `damaged` when it does not match its checksum, as section of this sound and model.
  public func section(
    of track: Int64, at start: Int, model: ModelRecord
  ) throws(CatalogueError) -> SectionRecord? {
    guard holdsSections else { return nil }
    var section: SectionRecord?
    var damaged = false
    try database.run(
      """
      SELECT vector, \(Self.sectionMatches), start, seconds FROM section s
      WHERE model = ?1 AND track = ?3 AND start = ?4
      """,
      [.integer(model.number), .bytes(model.identity.bytes), .integer(track), Value(start)]
    ) { row in
      section = Self.section(row, dimension: model.dimension)
      damaged = section?.start != start
    }
    if damaged { throw damage }
    return section
  }

  /// Passes every section of a model to `body`, in the order of the tracks and of their starts.
  /// - Throws: `damaged` when one does not match its checksum, as section of its sound and model, or
  ///   when there are not just those that were put in; known at the end.
  public func forEachSection(
    model: ModelRecord, _ body: (_ track: Int64, _ section: SectionRecord) -> Void
  ) throws(CatalogueError) {
    guard holdsSections else { return }
    var damaged = false
    try consistently { () throws(CatalogueError) in
      var seen = VectorSum()
      try database.run(
        """
        SELECT vector, \(Self.sectionMatches), start, seconds, track, checksum FROM section s
        WHERE model = ?1 ORDER BY track, start
        """, [.integer(model.number), .bytes(model.identity.bytes)]
      ) { row in
        seen.add(row.integer(5) ?? 0)
        let track = row.integer(4) ?? 0
        if Self.trackNumbers.contains(track),
          let section = Self.section(row, dimension: model.dimension)
        {
          body(track, section)
        } else {
          damaged = true
        }
      }
      if try sum(ofSectionsOf: model) != seen { damaged = true }
    }
    if damaged { throw damage }
  }

  /// How many sections there are of a model.
  public func sectionCount(model: ModelRecord) throws(CatalogueError) -> Int {
    guard holdsSections else { return 0 }
    return Int(
      try database.integer(
        "SELECT count(*) FROM section WHERE model = ?", [.integer(model.number)]) ?? 0)
  }

  /// The tracks with a vector of a model that are longer than so many seconds and that nobody listened
  /// to for their sections.
  public func tracksWithoutSections(
    longerThan seconds: Double, model: ModelRecord
  ) throws(CatalogueError) -> Set<Int64> {
    var tracks: Set<Int64> = []
    let unheard = holdsSections ? "AND e.sections IS NULL" : ""
    try database.run(
      """
      SELECT e.track FROM embedding e JOIN track t ON t.number = e.track
      WHERE e.model = ? AND t.seconds > ? \(unheard)
      """, [.integer(model.number), .real(seconds)]
    ) { tracks.insert($0.integer(0) ?? 0) }
    return tracks
  }

  var holdsSections: Bool { schemaVersion >= Schema.sectionVersion }

  /// SQL for whether a row `s` of `section` matches its checksum; value 2 is the model's identity.
  private static let sectionMatches = """
    s.checksum = crc32c(
      s.vector, ?2, (SELECT identity FROM track WHERE number = s.track), s.start, s.seconds)
    """

  /// The section of a row of vector, whether it matches, start and seconds; nil where it is damaged.
  private static func section(_ row: Row, dimension: Int) -> SectionRecord? {
    guard let vector = vector(row, dimension: dimension),
      let start = Int(exactly: row.integer(2) ?? -1),
      let seconds = Int(exactly: row.integer(3) ?? -1),
      (0...SectionRecord.latestStart).contains(start)
    else { return nil }
    return SectionRecord(start: start, seconds: seconds, vector: vector)
  }

  /// What the sections of a model should add up to.
  private func sum(ofSectionsOf model: ModelRecord) throws(CatalogueError) -> VectorSum? {
    var sum: VectorSum?
    try database.run(
      "SELECT sections, section_checksum FROM model WHERE number = ? AND identity = ?",
      [.integer(model.number), .bytes(model.identity.bytes)]
    ) { row in
      sum = VectorSum(count: row.integer(0) ?? 0, checksums: row.integer(1) ?? 0)
    }
    return sum
  }
}

/// Sections are read here without trusting them, and taken out.
extension Catalogue {
  /// Passes every section of a model to `body`, in the order of the tracks and of their starts: its
  /// vector, nil where something is wrong with the section.
  public func checkSections(
    model: ModelRecord, _ body: (_ track: Int64, _ start: Int, _ vector: [Float]?) -> Void
  ) throws(CatalogueError) {
    guard holdsSections else { return }
    try database.run(
      """
      SELECT vector, \(Self.sectionMatches), start, seconds, track FROM section s
      WHERE model = ?1 ORDER BY track, start
      """, [.integer(model.number), .bytes(model.identity.bytes)]
    ) { row in
      let section = Self.section(row, dimension: model.dimension)
      let isSound = section?.fault(dimension: model.dimension) == nil
      body(row.integer(4) ?? 0, Int(row.integer(2) ?? 0), isSound ? section?.vector : nil)
    }
  }

  /// Whether a model has just the sections that were put in, and each track as many as it should.
  public func hasAllSections(model: ModelRecord) throws(CatalogueError) -> Bool {
    guard holdsSections else { return true }
    var seen = VectorSum()
    try database.run("SELECT checksum FROM section WHERE model = ?", [.integer(model.number)]) {
      seen.add($0.integer(0) ?? 0)
    }
    guard try sum(ofSectionsOf: model) == seen else { return false }
    return try database.integer(
      "SELECT 1 FROM embedding e WHERE model = ? AND \(Self.miscountsSections) LIMIT 1",
      [.integer(model.number)]) == nil
  }

  /// SQL for whether a row `e` of `embedding` has not as many sections as it should.
  private static let miscountsSections = """
    ifnull(e.sections, 0) != (
      SELECT count(*) FROM section s WHERE s.model = e.model AND s.track = e.track)
    """

  /// Takes the sections of tracks under a model away, so that the next index run makes them again.
  public func removeSections(
    of tracks: some Sequence<Int64>, model: ModelRecord
  ) throws(CatalogueError) {
    guard holdsSections else { return }
    try atomically { () throws(CatalogueError) in
      for track in tracks {
        try clearSections(of: track, model: model)
        try database.run(
          "UPDATE embedding SET sections = NULL WHERE model = ? AND track = ?",
          [.integer(model.number), .integer(track)])
      }
      vectorsChanged = true
    }
  }

  func clearSections(of track: Int64, model: ModelRecord) throws(CatalogueError) {
    guard holdsSections else { return }
    try database.run(
      "DELETE FROM section WHERE model = ? AND track = ?",
      [.integer(model.number), .integer(track)])
  }

  func removeStraySections() throws(CatalogueError) {
    guard holdsSections else { return }
    try database.run(
      """
      DELETE FROM section WHERE NOT EXISTS (
        SELECT 1 FROM embedding e WHERE e.model = section.model AND e.track = section.track)
      """)
  }

  /// Counts anew how many sections each model has. Tracks that have not as many as they should lose
  /// them, and are listened to again.
  func recountSections() throws(CatalogueError) {
    guard holdsSections else { return }
    try database.execute(
      """
      DELETE FROM section WHERE EXISTS (
        SELECT 1 FROM embedding e WHERE e.model = section.model AND e.track = section.track
        AND \(Self.miscountsSections));
      UPDATE embedding AS e SET sections = NULL WHERE \(Self.miscountsSections);
      UPDATE model SET (sections, section_checksum) = (
        SELECT count(*), ifnull(sum(s.checksum), 0) FROM section s WHERE s.model = model.number);
      """)
    vectorsChanged = true
  }
}
