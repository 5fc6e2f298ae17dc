import Catalogue
import Embedding
import Evaluation
import FileAccess
import Glibc
import Hashing
import Recommendation
import VectorIndex

/// Lists and paths of a model, made of the evaluated tracks by the code that makes them for a listener: a
/// library of these tracks, for as long as the trial lasts.
struct RecommendationTrial {
  private let folder: ScratchFolder
  private let catalogue: Catalogue
  private let recommender: Recommender
  private let labelled: [LabelledTrack]
  private let vectors: [[Float]]
  /// The library's numbers of the tracks.
  private let numbers: [Int64]
  private let places: [Int64: Int]
  /// The tracks whose genre is known.
  private let certain: Set<Int64>
  /// Their places.
  let certainPlaces: [Int]
  private let artists: [String: Set<Int64>]
  private let works: [String: Set<Int64>]

  /// How long lists are.
  static let listLength = 10
  /// Tracks between the ends of a path, and how many paths are made.
  static let pathLength = 8
  static let pathCount = 100

  /// Puts the library together.
  /// - Parameters:
  ///   - vectors: unit vectors of the model, one for each track.
  ///   - labels: those that count as genres.
  /// - Throws: `FileAccessError`, `CatalogueError`, `SearchFileError`.
  init(
    _ model: EmbeddingModel, vectors: [[Float]], of labelled: [LabelledTrack], labels: Set<String>
  ) throws {
    folder = try ScratchFolder()
    let location = LibraryLocation(catalogue: folder.path.appending("library"))
    let catalogue = try Catalogue(location.catalogue, access: .writing)
    let record = try catalogue.record(
      model: model.identity, name: model.name, dimension: model.dimension)
    var numbers: [Int64] = []
    try catalogue.transaction { () throws(CatalogueError) in
      for (place, (track, vector)) in zip(labelled, vectors).enumerated() {
        let number = try catalogue.record(
          SoundRecord(
            identity: Self.identity(place), codec: "none", sampleRate: 1, channels: 1, seconds: 30))
        try catalogue.record(
          EmbeddingRecord(vector: vector, excerptStart: 0, excerptSeconds: 30), of: number,
          model: record)
        try catalogue.record(
          FileStamp(path: FilePath("/\(place)"), size: 1, modified: 1), holding: number,
          tags: TagRecord(
            title: "\(place)", artist: track.artist.isEmpty ? nil : track.artist,
            album: track.album.isEmpty ? nil : track.album))
        numbers.append(number)
      }
    }
    self.catalogue = catalogue
    // The first writes the search file, the second has it, and with it what damping needs to know.
    _ = try Recommender(catalogue: catalogue, location: location, model: record)
    recommender = try Recommender(
      catalogue: catalogue, location: location, model: record, halves: model.halves)
    (self.labelled, self.vectors, self.numbers) = (labelled, vectors, numbers)
    places = Dictionary(uniqueKeysWithValues: zip(numbers, numbers.indices))
    certain = Set(
      zip(numbers, labelled).filter {
        $0.1.labelEvidence == "evidence" && labels.contains($0.1.label)
      }.map(\.0))
    let known = certain
    certainPlaces = numbers.indices.filter { known.contains(numbers[$0]) }
    func groups(_ name: KeyPath<LabelledTrack, String>) -> [String: Set<Int64>] {
      var groups: [String: Set<Int64>] = [:]
      for (number, track) in zip(numbers, labelled) where !track[keyPath: name].isEmpty {
        groups[track[keyPath: name], default: []].insert(number)
      }
      return groups
    }
    artists = groups(\.artist)
    works = groups(\.work)
  }

  private static func identity(_ place: Int) -> Digest {
    var hash = SHA256()
    hash.update("evaluated track \(place)")
    return hash.digest()
  }

  // MARK: - Lists

  /// The list of a track: at most three of an artist, none of the same work.
  /// - Parameters:
  ///   - isAmongCertain: whether only tracks whose genre is known may be on it.
  ///   - withOwnArtist: whether tracks of its own artist may be on it.
  func list(
    of place: Int, isAmongCertain: Bool = false, withOwnArtist: Bool = true, dampsHubs: Bool = true
  ) throws -> [Int] {
    var query = Query(vector: vectors[place], own: [numbers[place]], count: Self.listLength)
    query.dampsHubs = dampsHubs
    query.perArtist = withOwnArtist ? 3 : 0
    if isAmongCertain { query.only = certain }
    query.leftOut = works[labelled[place].work] ?? []
    if !withOwnArtist { query.leftOut.formUnion(artists[labelled[place].artist] ?? []) }
    return try recommender.answer(query).recommendations.compactMap { places[$0.track.number] }
  }

  /// A mix like a track, as `playlist mix` makes it.
  func mix(of place: Int) throws -> [Int] {
    var query = Query(vector: vectors[place], own: [numbers[place]], count: Self.listLength)
    query.perArtist = 3
    query.leftOut = works[labelled[place].work] ?? []
    return try recommender.mix(of: [vectors[place]], diversity: 0.3, query)
      .compactMap { places[$0.track.number] }
  }

  /// Whether a track by another artist, and of another work, has a track's genre.
  func hasRelative(_ place: Int) -> Bool {
    let own = labelled[place]
    return certainPlaces.contains { other in
      let track = labelled[other]
      return track.label == own.label && (track.artist != own.artist || own.artist.isEmpty)
        && (track.work != own.work || own.work.isEmpty) && other != place
    }
  }

  var allPlaces: Range<Int> { numbers.indices }

  /// The share of a list that is of a track's genre.
  func agreement(of list: some Sequence<Int>, with place: Int, depth: Int) -> Double {
    Double(list.prefix(depth).count { labelled[$0].label == labelled[place].label })
      / Double(depth)
  }

  /// The mean of 1 less the cosine over all pairs of a list.
  func diversity(of list: [Int]) -> Double? {
    guard list.count > 1 else { return nil }
    var sum = 0.0
    for (number, place) in list.enumerated() {
      for other in list[..<number] { sum += 1 - cosine(vectors[place], vectors[other]) }
    }
    return sum / Double(list.count * (list.count - 1) / 2)
  }

  /// How many artists a list has; nil where one of its tracks has none.
  func artistCount(of list: [Int]) -> Double? {
    let names = list.map { labelled[$0].artist }
    return names.contains("") || names.isEmpty ? nil : Double(Set(names).count)
  }

  // MARK: - Paths

  /// Pairs of tracks to lead from and to, drawn with a fixed seed.
  func ends() -> [(first: Int, last: Int)] {
    guard numbers.count > Self.pathLength + 2 else { return [] }
    var random = RandomNumbers(seed: 1)
    return (0..<Self.pathCount).map { _ in
      let first = random.integer(below: numbers.count)
      let last = random.integer(below: numbers.count - 1)
      return (first, last < first ? last : last + 1)
    }
  }

  /// The steps of a path as `playlist path` makes it, in degrees.
  func path(_ ends: (first: Int, last: Int)) throws -> [Double] {
    var query = Query(
      vector: [], own: [numbers[ends.first], numbers[ends.last]], count: Self.pathLength)
    query.perArtist = 3
    for end in [ends.first, ends.last] { query.leftOut.formUnion(works[labelled[end].work] ?? []) }
    let legs = try recommender.path(through: [vectors[ends.first], vectors[ends.last]], query)
    return steps(
      [ends.first] + legs.joined().compactMap { places[$0.track.number] } + [ends.last])
  }

  /// The steps when each track is the nearest to the one before that is nearer to the goal.
  func greedyPath(_ ends: (first: Int, last: Int)) -> [Double] {
    var way = [ends.first]
    var left = Set(numbers.indices).subtracting([ends.first, ends.last])
    let goal = vectors[ends.last]
    while way.count <= Self.pathLength, let last = way.last {
      let here = cosine(vectors[last], goal)
      let next = left.filter { cosine(vectors[$0], goal) > here }.max { first, second in
        let (one, other) = (
          cosine(vectors[first], vectors[last]), cosine(vectors[second], vectors[last])
        )
        return one != other ? one < other : first > second
      }
      guard let next else { break }
      way.append(next)
      left.remove(next)
    }
    return steps(way + [ends.last])
  }

  /// The steps through tracks at random.
  func randomPath(_ ends: (first: Int, last: Int), number: Int) -> [Double] {
    var random = RandomNumbers(seed: UInt32(number) + 1_000)
    var between: [Int] = []
    while between.count < Self.pathLength {
      let place = random.integer(below: numbers.count)
      if place != ends.first, place != ends.last, !between.contains(place) {
        between.append(place)
      }
    }
    return steps([ends.first] + between + [ends.last])
  }

  private func steps(_ way: [Int]) -> [Double] {
    zip(way, way.dropFirst()).map { first, second in
      acos(max(-1, min(1, cosine(vectors[first], vectors[second])))) * 180 / .pi
    }
  }

  private func cosine(_ left: [Float], _ right: [Float]) -> Double {
    Double(cosineSimilarity(left, right))
  }
}
