/// Everything that is measured of one way to compare tracks.
///
/// A track is never its own neighbour, and neighbours of the same `work` never count.
public struct RetrievalReport: Equatable, Sendable {
  /// Which tracks are queries and candidates of an artist figure.
  public enum Group: String, CaseIterable, Sendable {
    /// All of them.
    case all
    /// Recordings and renders of tracker modules.
    case recordings
    /// Renders of MIDI files.
    case midi
  }

  /// Which neighbours do not count in a genre figure.
  public enum Filter: String, CaseIterable, Sendable {
    /// All count.
    case all
    /// Those of the query's artist do not.
    case artist
    /// Those of the query's artist and those of its source do not.
    case source
  }

  /// The number of tracks.
  public let trackCount: Int
  /// Finding tracks of the same artist; queries of artists with four tracks or more in the group.
  public let artist: [Group: RetrievalFigures]
  /// The same with candidates of other sources only.
  public let artistOther: [Group: RetrievalFigures]
  /// The same with candidates of the query's own source, where that has other artists too: encoder
  /// and mastering are mostly equal there, so that what is left is the music.
  public let artistSame: [Group: RetrievalFigures]
  /// The same as ``artist`` with candidates of other albums only; queries are the tracks whose album is
  /// known. What is found by the sound of one album's mastering does not count here.
  public let artistOtherAlbum: [Group: RetrievalFigures]
  /// Finding tracks with the same label, among labels that are evidence and have five tracks or
  /// more.
  public let genre: [Filter: RetrievalFigures]
  /// Those labels and how many tracks each has.
  public let labels: [String: Int]
  /// Whether neighbours are spread fairly.
  public let hubness: HubnessFigures
  /// Finding tracks by transformed copies, by the name of the transform, in the order given.
  public var copies: [(name: String, figures: CopyFigures)] = []

  private static let fewestOfAnArtist = 4
  fileprivate static let fewestOfALabel = 5

  /// Measures all but ``copies``.
  /// - Parameter distances: from each track (row) to each (column), in the order of `tracks`.
  public init(_ tracks: [LabelledTrack], _ distances: some DistanceRows) {
    precondition(
      distances.queryCount == tracks.count && distances.candidateCount == tracks.count,
      "distances of \(distances.queryCount) × \(distances.candidateCount) for \(tracks.count) tracks"
    )
    let relations = Relations(tracks)
    var artists = Group.allCases.map { ArtistMeasures(relations, $0) }
    var genres = Filter.allCases.map { Self.genre(relations, $0) }
    var hubs = HubnessMeasure(sources: relations.sources)
    // Each query is sorted once for all figures, and forgotten.
    for query in tracks.indices {
      let candidates = distances.ranking(of: query).filter { relations.mayCount(query, $0) }
      for place in artists.indices { artists[place].measure(query, candidates) }
      for place in genres.indices { genres[place].measure(query, candidates) }
      hubs.measure(query, candidates)
    }
    func figures(
      _ measure: KeyPath<ArtistMeasures, RetrievalMeasure>
    ) -> [Group: RetrievalFigures] {
      Dictionary(
        uniqueKeysWithValues: zip(Group.allCases, artists.map { $0[keyPath: measure].figures }))
    }
    trackCount = tracks.count
    artist = figures(\.all)
    artistOther = figures(\.other)
    artistSame = figures(\.same)
    artistOtherAlbum = figures(\.otherAlbum)
    labels = relations.labelCounts
    genre = Dictionary(uniqueKeysWithValues: zip(Filter.allCases, genres.map(\.figures)))
    hubness = hubs.figures
  }

  /// Compares every figure.
  public static func == (left: RetrievalReport, right: RetrievalReport) -> Bool {
    left.trackCount == right.trackCount && left.artist == right.artist
      && left.artistOther == right.artistOther && left.artistSame == right.artistSame
      && left.artistOtherAlbum == right.artistOtherAlbum && left.genre == right.genre
      && left.labels == right.labels && left.hubness == right.hubness
      && left.copies.map(\.name) == right.copies.map(\.name)
      && left.copies.map(\.figures) == right.copies.map(\.figures)
  }

  private static func genre(_ relations: Relations, _ filter: Filter) -> RetrievalMeasure {
    let tracks = relations.tracks
    return RetrievalMeasure(
      trackCount: tracks.count, queries: tracks.indices.filter { relations.isCertain[$0] },
      depths: [1, 5, 10], labels: tracks.map(\.label),
      isAllowed: { query, other in
        guard relations.isCertain[other] else { return false }
        switch filter {
        case .all: return true
        case .artist: return !relations.sameArtist(query, other)
        case .source:
          return !relations.sameArtist(query, other) && !relations.sameSource(query, other)
        }
      }, isRelevant: { tracks[$0].label == tracks[$1].label })
  }

  /// The artist figures of one group.
  private struct ArtistMeasures {
    private(set) var all: RetrievalMeasure
    private(set) var other: RetrievalMeasure
    private(set) var same: RetrievalMeasure
    private(set) var otherAlbum: RetrievalMeasure

    init(_ relations: Relations, _ group: Group) {
      let tracks = relations.tracks
      let members = tracks.indices.filter { relations.isMember($0, of: group) }
      let named = members.filter { relations.isNamed($0) }
      var sizes: [String: Int] = [:]
      var artistsOfSource: [String: Set<String>] = [:]
      for track in named {
        sizes[tracks[track].artist, default: 0] += 1
        artistsOfSource[tracks[track].source, default: []].insert(tracks[track].artist)
      }
      func measure(
        _ queries: [Int], _ isAllowed: @escaping (Int, Int) -> Bool
      ) -> RetrievalMeasure {
        RetrievalMeasure(
          trackCount: tracks.count, queries: queries, depths: [1, 5],
          isAllowed: { relations.isMember($1, of: group) && isAllowed($0, $1) },
          isRelevant: relations.sameArtist)
      }
      let frequent = named.filter {
        sizes[tracks[$0].artist, default: 0] >= RetrievalReport.fewestOfAnArtist
      }
      all = measure(frequent) { _, _ in true }
      otherAlbum = measure(frequent.filter { !tracks[$0].album.isEmpty }) {
        !relations.sameAlbum($0, $1)
      }
      other = measure(named) { !relations.sameSource($0, $1) }
      let mixed = named.filter { query in
        // Another artist in the same source, of another work.
        artistsOfSource[tracks[query].source, default: []].count > 1
          && named.contains {
            relations.mayCount(query, $0) && relations.sameSource(query, $0)
              && !relations.sameArtist(query, $0)
          }
      }
      same = measure(mixed) { relations.sameSource($0, $1) && relations.isNamed($1) }
    }

    /// - Parameter candidates: those that may be neighbours at all, nearest first.
    mutating func measure(_ query: Int, _ candidates: [Int]) {
      all.measure(query, candidates)
      other.measure(query, candidates)
      same.measure(query, candidates)
      otherAlbum.measure(query, candidates)
    }
  }
}

/// What tracks have to do with one another.
private struct Relations {
  let tracks: [LabelledTrack]
  /// Whether a track's label is evidence and frequent.
  let isCertain: [Bool]
  let labelCounts: [String: Int]
  // Numbers are compared faster than names.
  private let works: [Int]
  private let artists: [Int]
  let sources: [Int]
  private let albums: [Int]

  init(_ tracks: [LabelledTrack]) {
    self.tracks = tracks
    works = numbers(of: tracks.map(\.work))
    artists = numbers(of: tracks.map(\.artist))
    sources = numbers(of: tracks.map(\.source))
    albums = numbers(of: tracks.map(\.album))
    let labels = tracks.map { $0.labelEvidence == "evidence" ? $0.label : "" }
    labelCounts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
      .filter { !$0.key.isEmpty && $0.value >= RetrievalReport.fewestOfALabel }
    let counts = labelCounts
    isCertain = labels.map { counts[$0] != nil }
  }

  /// Whether the other may be a neighbour at all.
  func mayCount(_ query: Int, _ other: Int) -> Bool {
    query != other && (works[query] != works[other] || works[query] == 0)
  }

  func sameArtist(_ query: Int, _ other: Int) -> Bool {
    artists[query] == artists[other] && artists[query] != 0
  }

  func sameSource(_ query: Int, _ other: Int) -> Bool { sources[query] == sources[other] }

  func sameAlbum(_ query: Int, _ other: Int) -> Bool {
    albums[query] == albums[other] && albums[query] != 0
  }

  func isNamed(_ track: Int) -> Bool { artists[track] != 0 }

  func isMember(_ track: Int, of group: RetrievalReport.Group) -> Bool {
    switch group {
    case .all: true
    case .recordings: tracks[track].kind != "midi-render"
    case .midi: tracks[track].kind == "midi-render"
    }
  }
}
