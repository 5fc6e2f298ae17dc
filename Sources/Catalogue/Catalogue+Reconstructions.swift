/// How well a model draws again what it heard of each track. A library of an older version that is open for
/// reading knows of none.
extension Catalogue {
  private var holdsReconstructions: Bool { schemaVersion >= Schema.reconstructionVersion }

  /// Keeps the mean squared errors of some tracks, which have vectors of the model; they go with these.
  public func record(
    reconstructionErrors errors: [(track: Int64, error: Float)], model: ModelRecord
  ) throws(CatalogueError) {
    precondition(
      errors.allSatisfy { $0.error.isFinite && $0.error >= 0 }, "an error that is none")
    try atomically { () throws(CatalogueError) in
      try besideFacts { () throws(CatalogueError) in
        for (track, error) in errors {
          try database.run(
            "UPDATE embedding SET reconstruction_error = ?3 WHERE model = ?1 AND track = ?2",
            [.integer(model.number), .integer(track), .real(Double(error))])
        }
      }
    }
  }

  /// The mean squared errors of the tracks of which they are known.
  public func reconstructionErrors(
    model: ModelRecord
  ) throws(CatalogueError) -> [Int64: Float] {
    guard holdsReconstructions else { return [:] }
    var errors: [Int64: Float] = [:]
    try database.run(
      """
      SELECT track, reconstruction_error FROM embedding
      WHERE model = ? AND reconstruction_error IS NOT NULL
      """, [.integer(model.number)]
    ) { row in
      guard let track = row.integer(0), let value = row.real(1) else { return }
      let error = Float(value)
      if error.isFinite, error >= 0 { errors[track] = error }
    }
    return errors
  }
}
