import Catalogue
import LatentSpace
import MusicLibrary
import TestSupport
import Testing

@testable import Recommendation

@Suite("The map of a library")
struct TrackMapTests {
  /// Two groups on a circle.
  private static let angles: [Double] = [0, 2, 4, 6, 8, 10, 180, 182, 184, 186, 188, 190]

  private static let methods: [MapSettings] = [
    MapSettings(method: .principalComponents), MapSettings(method: .stochasticNeighbours(TSNE())),
    MapSettings(method: .uniformManifold(UMAP())),
  ]

  private func map(
    _ library: SmallLibrary, _ settings: MapSettings, redo: Bool = false
  ) throws -> TrackMap {
    let recommender = try library.recommender()
    let map = try recommender.map(settings, redo: redo)
    try recommender.keep(map, in: library.catalogue)
    return map
  }

  private func distance(_ map: TrackMap, _ left: Int, _ right: Int) -> Float {
    (0..<2).reduce(Float(0)) {
      let step = map.places[2 * left + $1] - map.places[2 * right + $1]
      return $0 + step * step
    }.squareRoot()
  }

  @Test("puts tracks of one group together", arguments: methods)
  func groups(settings: MapSettings) throws {
    let library = try SmallLibrary(angles: Self.angles)
    let map = try map(library, settings)
    #expect(map.tracks == library.tracks && map.dimensions == 2)
    #expect((map.newCount, map.laterCount) == (12, 0))
    for row in 0..<12 {
      let nearest = (0..<12).filter { $0 != row }
        .min { distance(map, row, $0) < distance(map, row, $1) }
      #expect(nearest.map { $0 < 6 } == (row < 6), "\(row)")
    }
    #expect(map.varianceShares.isEmpty == (settings.method != .principalComponents))
  }

  @Test(
    "stays as it is when tracks are added, which come to lie by those like them", arguments: methods
  )
  func extended(settings: MapSettings) throws {
    var library = try SmallLibrary(angles: Self.angles)
    let before = try map(library, settings)
    #expect(try map(library, settings).places == before.places)
    #expect(try map(library, settings).newCount == 0)
    try library.add(angle: 5, number: 12)
    try library.add(angle: 185, number: 13)
    for step in 0..<2 {
      let after = try map(library, settings)
      #expect(Array(after.places.prefix(24)) == before.places)
      #expect((after.newCount, after.laterCount) == (step == 0 ? 2 : 0, 2))
      #expect(distance(after, 12, 2) < distance(after, 12, 8))
      #expect(distance(after, 13, 8) < distance(after, 13, 2))
    }
    let redone = try map(library, settings, redo: true)
    #expect((redone.newCount, redone.laterCount) == (14, 0))
  }

  @Test("gives a track another place when its vector is another", arguments: methods)
  func changed(settings: MapSettings) throws {
    let library = try SmallLibrary(angles: Self.angles)
    let before = try map(library, settings)
    let (catalogue, model, track) = (library.catalogue, library.model, library.tracks[0])
    try catalogue.transaction { () throws(CatalogueError) in
      try catalogue.record(
        EmbeddingRecord(vector: SmallLibrary.vector(184), excerptStart: 0, excerptSeconds: 30),
        of: track, model: model)
    }
    let after = try map(library, settings)
    #expect(after.newCount == 1)
    #expect(after.places.dropFirst(2) == before.places.dropFirst(2))
    #expect(distance(after, 0, 8) < distance(after, 0, 2))
  }

  @Test("does not depend on the order in which tracks came", arguments: methods)
  func order(settings: MapSettings) throws {
    let mixed = [7, 2, 11, 0, 5, 9, 1, 10, 3, 8, 6, 4]
    let map = try map(SmallLibrary(angles: Self.angles), settings)
    let other = try self.map(SmallLibrary(angles: mixed.map { Self.angles[$0] }), settings)
    for (row, number) in mixed.enumerated() {
      #expect(
        other.places[(2 * row)..<(2 * row + 2)] == map.places[(2 * number)..<(2 * number + 2)])
    }
  }

  @Test("puts a song where one that sounds the same is, or near it", arguments: methods)
  func twin(settings: MapSettings) throws {
    let library = try SmallLibrary(angles: Self.angles)
    let map = try map(library, settings)
    let again = map.place(map.vectors)
    for row in 0..<12 {
      let nearest = (0..<12).min { left, right in
        func square(_ other: Int) -> Float {
          (0..<2).reduce(Float(0)) {
            let step = again[2 * row + $1] - map.places[2 * other + $1]
            return $0 + step * step
          }
        }
        return square(left) < square(right)
      }
      #expect(nearest.map { $0 < 6 } == (row < 6), "\(row)")
    }
  }

  @Test("of one track has a place for another song too", arguments: methods)
  func alone(settings: MapSettings) throws {
    for count in 0...2 {
      let map = try map(SmallLibrary(angles: Array(Self.angles.prefix(count))), settings)
      let place = map.place(try VectorSet(values: SmallLibrary.vector(50), dimension: 2))
      #expect(place.count == 2 && place.allSatisfy { $0.isFinite })
    }
  }

  @Test("is laid out again when hardly anything of it is left, and stays when some is gone")
  func left() throws {
    var library = try SmallLibrary(angles: Self.angles)
    let settings = Self.methods[2]
    let before = try map(library, settings)
    // Three come, go, and others come: the map stays.
    for number in 12..<15 { try library.add(angle: Double(number), number: number) }
    _ = try map(library, settings)
    try library.catalogue.remove(files: [], tracks: library.tracks.suffix(3))
    for number in 15..<18 { try library.add(angle: Double(number), number: number) }
    for _ in 0..<3 {
      #expect(try map(library, settings).places.prefix(24) == before.places[...].prefix(24))
    }
    // All but three of them get other vectors.
    let (catalogue, model, tracks) = (library.catalogue, library.model, library.tracks)
    try catalogue.transaction { () throws(CatalogueError) in
      for (number, track) in tracks.prefix(9).enumerated() {
        try catalogue.record(
          EmbeddingRecord(
            vector: SmallLibrary.vector(Double(200 + number)), excerptStart: 0, excerptSeconds: 30),
          of: track, model: model)
      }
    }
    let after = try map(library, settings)
    #expect(after.newCount == after.tracks.count && after.laterCount == 0)
  }

  @Test("is another for other settings, dimensions and seeds")
  func keys() {
    var (other, seeded) = (UMAP(), UMAP())
    other.minimumDistance = 0.2
    seeded.seed = 1
    var perplexed = TSNE()
    perplexed.perplexity = 5
    let settings =
      Self.methods + [
        MapSettings(method: .uniformManifold(other)), MapSettings(method: .uniformManifold(seeded)),
        MapSettings(method: .uniformManifold(UMAP()), dimensions: 3),
        MapSettings(method: .principalComponents, dimensions: 3),
        MapSettings(method: .stochasticNeighbours(perplexed)),
      ]
    #expect(Set(settings.map(\.key)).count == settings.count)
    #expect(
      Self.methods[2].key
        == "umap dimensions=2 neighbors=15 min-dist=0.1 spread=1.0 epochs=auto rate=1.0 "
        + "negatives=5 seed=0")
  }

  @Test("of no, one and two tracks is one too", arguments: methods, [0, 1, 2])
  func few(settings: MapSettings, count: Int) throws {
    let library = try SmallLibrary(angles: Array(Self.angles.prefix(count)))
    let map = try map(library, settings)
    #expect(map.tracks.count == count && map.places.count == 2 * count)
    #expect(count < 2 || distance(map, 0, 1) > 0)
  }

  @Test("is coloured by labels, the commonest first, by numbers and by groups")
  func colours() throws {
    let library = try SmallLibrary(angles: Self.angles)
    let (catalogue, tracks) = (library.catalogue, library.tracks)
    try catalogue.transaction { () throws(CatalogueError) in
      var descriptors = DescriptorRecord(version: TrackDescriptors.version)
      descriptors[.tempo] = 120
      try catalogue.record(descriptors, of: tracks[3])
    }
    let recommender = try library.recommender()
    func colours(_ colour: MapColour, limit: Int = 9) throws -> MapColours {
      try recommender.colours(of: tracks, by: colour, limit: limit, seed: 0)
    }
    let artists = [1, 1] + [Int](repeating: 0, count: 10)
    #expect(try colours(.artist) == .kinds(["Late Band", "Early Band"], of: artists))
    #expect(
      try colours(.artist, limit: 1)
        == .kinds(["Late Band"], of: artists.map { $0 == 0 ? 0 : nil }))
    #expect(try colours(.genre) == .kinds([], of: tracks.map { _ in nil }))
    guard case .values(let values) = try colours(.descriptor(.tempo)),
      case .kinds(let names, let groups) = try colours(.cluster)
    else {
      Issue.record("other colours")
      return
    }
    #expect(values[3] == 120 && values.count { $0.isNaN } == 11)
    #expect(names.count == 2)
    #expect(Set(groups.prefix(6)).count == 1 && Set(groups.suffix(6)).count == 1)
    #expect(groups[0] != groups[6])
    try library.lose([4])
    let there = try library.recommender().areThere(tracks)
    #expect(there == tracks.indices.map { $0 != 4 })
  }
}
