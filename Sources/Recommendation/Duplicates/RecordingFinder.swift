internal import Catalogue
internal import Fingerprinting

/// Finds tracks of one recording among some of a library's or all of them.
struct RecordingFinder {
  let catalogue: Catalogue
  let model: ModelRecord
  let rule: DuplicateRule

  /// The groups among all tracks that are there, and how many of them have a fingerprint.
  func groups() throws(CatalogueError) -> (groups: [[Int64]], printed: Int) {
    var collection = FingerprintCollection(rule: rule.fingerprints)
    try catalogue.forEachFingerprint(algorithm: Fingerprint.currentAlgorithm) {
      track, fingerprint, seconds in
      collection.append(
        key: track, items: fingerprint.items, start: fingerprint.excerptStart, seconds: seconds)
    }
    return (try groups(in: collection), collection.count)
  }

  /// The groups among some tracks and sounds that the library need not hold. The sounds have the keys
  /// -1, -2 and so on.
  func groups(
    of tracks: some Sequence<Int64>, and sounds: [HeardSound] = []
  ) throws(CatalogueError) -> [[Int64]] {
    var collection = FingerprintCollection(rule: rule.fingerprints)
    for (place, sound) in sounds.enumerated() {
      collection.append(key: Self.key(ofSound: place), sound.fingerprint, seconds: sound.seconds)
    }
    for track in tracks {
      guard let fingerprint = try catalogue.fingerprint(of: track),
        fingerprint.algorithm == Fingerprint.currentAlgorithm,
        let seconds = try catalogue.track(track)?.sound.seconds
      else { continue }
      collection.append(key: track, fingerprint, seconds: seconds)
    }
    return try groups(in: collection, and: sounds)
  }

  private func groups(
    in collection: FingerprintCollection, and sounds: [HeardSound] = []
  ) throws(CatalogueError) -> [[Int64]] {
    func vector(_ key: Int64) throws(CatalogueError) -> [Float]? {
      key < 0 ? sounds[Int(-1 - key)].vector : try catalogue.vector(of: key, model: model)
    }
    return try collection.groups { (left, right) throws(CatalogueError) -> Bool in
      // Without vectors nothing confirms what the fingerprints say.
      guard let left = try vector(left), let right = try vector(right) else { return false }
      return rule.confirms(left, right)
    }
  }

  /// A track of the library as a sound, nil where it lacks what is needed to compare it.
  func sound(of track: Int64, seconds: Double) throws(CatalogueError) -> HeardSound? {
    guard let fingerprint = try catalogue.fingerprint(of: track),
      let vector = try catalogue.vector(of: track, model: model)
    else { return nil }
    return HeardSound(fingerprint: fingerprint, seconds: seconds, vector: vector)
  }

  private static func key(ofSound place: Int) -> Int64 { -1 - Int64(place) }
}

extension FingerprintCollection {
  fileprivate mutating func append(key: Int64, _ record: FingerprintRecord, seconds: Double) {
    append(key: key, items: record.items, start: record.excerptStart, seconds: seconds)
  }
}
