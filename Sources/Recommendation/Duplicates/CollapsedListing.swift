internal import Catalogue

/// Folds tracks of one recording into the best of them.
struct CollapsedListing {
  let catalogue: Catalogue
  let model: ModelRecord

  /// A track of an answer.
  struct Place {
    let track: TrackRecord
    let similarity: Float
    var sectionStart: Int?
    var duplicates: [TrackRecord] = []
  }

  /// An answer's tracks.
  struct Listing {
    /// Nearest first.
    var places: [Place] = []
    /// Those that are the query's own recordings, nearest first.
    var own: [TrackRecord] = []

    init(_ places: [Place] = []) { self.places = places }
  }

  /// Folds the tracks of an answer, nearest first. Only these are compared with each other and with
  /// what was asked about: duplicates sound alike, so they lie near each other.
  func collapse(_ found: [Place], _ query: Query) throws(CatalogueError) -> Listing {
    let finder = RecordingFinder(catalogue: catalogue, model: model, rule: DuplicateRule())
    let tracks = Set(found.map(\.track.number)).union(query.own).sorted()
    var groups: [Int64: Int] = [:]
    var ownGroups: Set<Int> = []
    for (number, group) in try finder.groups(of: tracks, and: query.heard).enumerated() {
      for key in group { groups[key] = number }
      if group.contains(where: { $0 < 0 || query.own.contains($0) }) { ownGroups.insert(number) }
    }
    var listing = Listing()
    var recordings: [[Place]] = []
    var opened: [Int: Int] = [:]
    for place in found {
      guard let group = groups[place.track.number] else {
        recordings.append([place])
        continue
      }
      if ownGroups.contains(group), !query.includesSelf {
        listing.own.append(place.track)
      } else if let number = opened[group] {
        recordings[number].append(place)
      } else {
        opened[group] = recordings.count
        recordings.append([place])
      }
    }
    for recording in recordings { listing.places.append(try best(of: recording)) }
    // The best of a recording may be a little farther off than the copy that was nearest.
    let order = Dictionary(
      found.enumerated().map { ($1.track.number, $0) }, uniquingKeysWith: { first, _ in first })
    listing.places.sort { order[$0.track.number, default: 0] < order[$1.track.number, default: 0] }
    return listing
  }

  private func best(of places: [Place]) throws(CatalogueError) -> Place {
    guard places.count > 1 else { return places[0] }
    var best = 0
    var quality: SoundQuality?
    for (number, place) in places.enumerated() {
      let size = try catalogue.files(of: place.track.number).first?.stamp.size ?? 0
      let other = SoundQuality(place.track.sound, size: size)
      if quality.map({ other > $0 }) ?? true { (best, quality) = (number, other) }
    }
    var place = places[best]
    place.duplicates = places.indices.filter { $0 != best }.map { places[$0].track }
    return place
  }
}
