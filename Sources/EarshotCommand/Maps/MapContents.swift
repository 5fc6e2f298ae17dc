import Catalogue
import CommandInterface
import Recommendation

/// The part of a map that is shown: the tracks that a file holds which is there.
struct MapContents {
  let map: TrackMap
  let tracks: [Int64]
  /// tracks.count × map.dimensions, row-major.
  let places: [Float]
  let colour: Colour

  init(map: TrackMap, isThere: [Bool], colour: Colour) {
    self.map = map
    self.colour = colour
    let rows = map.tracks.indices.filter { isThere[$0] }
    tracks = rows.map { map.tracks[$0] }
    places = rows.flatMap { map.place(ofRow: $0) }
  }

  /// Where one of the tracks lies.
  func place(_ number: Int) -> ArraySlice<Float> {
    places[(number * map.dimensions)..<((number + 1) * map.dimensions)]
  }

  /// What `--colour` says.
  struct Colour {
    let name: String
    let subject: MapColour?

    init(_ name: String) {
      self.name = name
      subject =
        switch name {
        case "none": nil
        case "genre": .genre
        case "artist": .artist
        case "cluster": .cluster
        case "brightness": .descriptor(.centroid)
        case "reconstruction-error": .reconstructionError
        default: Descriptor(rawValue: name).map { .descriptor($0) }
        }
    }

    /// For the legend: what it is, with its unit.
    var label: String {
      switch name {
      case "genre": "Genre"
      case "artist": "Artist"
      case "cluster": "Group"
      case "tempo": "Tempo (beats in a minute)"
      case "loudness": "Loudness (LUFS)"
      case "brightness": "Brightness (spectral centroid, Hz)"
      case "reconstruction-error": "Reconstruction error (mean squared)"
      default: name.prefix(1).uppercased() + name.dropFirst() + " (estimate, 0 to 1)"
      }
    }

    /// What those are called that belong to none of the kinds.
    var others: String { name == "cluster" ? "other groups" : "others, or not known" }
  }
}

extension TrackMap {
  /// Where a track lies.
  func place(ofRow row: Int) -> [Float] {
    Array(places[(row * dimensions)..<((row + 1) * dimensions)])
  }
}
