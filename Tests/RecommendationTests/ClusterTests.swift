import Catalogue
import LatentSpace
import MusicLibrary
import TestSupport
import Testing

@testable import Recommendation

@Suite("Clusters of a library")
struct ClusterTests {
  /// Three groups and one track far from all.
  private static let angles: [Double] = [0, 2, 4, 6, 8, 90, 92, 94, 96, 180, 182, 184, 270]
  let library: SmallLibrary

  init() throws {
    library = try SmallLibrary(angles: Self.angles)
    let catalogue = library.catalogue
    let tracks = library.tracks
    try catalogue.transaction { () throws(CatalogueError) in
      for (number, track) in tracks.enumerated() {
        let group = number < 5 ? 0 : number < 9 ? 1 : 2
        var descriptors = DescriptorRecord(version: TrackDescriptors.version)
        descriptors[.energy] = [0.1, 0.5, 0.9][group]
        descriptors[.acousticness] = [0.9, 0.5, 0.1][group]
        descriptors[.centroid] = [2_000, 4_000, 2_000][group]
        try catalogue.record(descriptors, of: track)
      }
    }
  }

  private func clusters(
    _ method: TrackClusters.Method, change: (inout Query) throws -> Void = { _ in }
  ) throws -> TrackClusters {
    var query = Query(vector: [])
    try change(&query)
    return try library.recommender().clusters(by: method, query, seed: 0)
  }

  private func numbers(_ tracks: [Int64]) throws -> [Int] {
    try tracks.map { try #require(library.tracks.firstIndex(of: $0)) }
  }

  @Test("by density are the groups, largest first, and what lies alone is in none")
  func density() throws {
    let found = try clusters(.density(radius: 0.1, minPoints: 3))
    #expect(
      try found.clusters.map { try numbers($0.tracks).sorted() }
        == [[0, 1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11]])
    #expect(try numbers(found.loners) == [12])
    #expect(found.radius == 0.1)
    #expect(try #require(found.silhouette) > 0.9)
    let suggested = try clusters(.density(radius: nil, minPoints: 3))
    #expect(suggested.clusters.count == 3)
    #expect(suggested.radius != nil)
  }

  @Test("list the tracks in their middle first")
  func middle() throws {
    let found = try clusters(.density(radius: 0.1, minPoints: 3))
    #expect(try numbers(found.clusters[0].tracks).first == 2)
    #expect(try numbers(found.clusters[2].tracks).first == 10)
  }

  @Test("by k-means are as many as wanted, or as many as fit best")
  func kMeans() throws {
    #expect(try clusters(.kMeans(count: 2)).clusters.count == 2)
    #expect(try clusters(.kMeans(count: 99)).clusters.count == 13)
    let found = try clusters(.kMeans(count: nil))
    #expect(found.clusters.count == 4)
    #expect(found.curve.map(\.count) == [2, 3, 4])
    let best = found.curve.max { ($0.silhouette ?? -1) < ($1.silhouette ?? -1) }
    #expect(best?.count == 4)
  }

  @Test("are named by what sets them apart, each by another name")
  func names() throws {
    let found = try clusters(.density(radius: 0.1, minPoints: 3))
    #expect(
      found.clusters.map(\.name) == ["calm acoustic", "bright", "energetic electric"])
    let names = try clusters(.kMeans(count: 13)).clusters.map(\.name)
    #expect(Set(names).count == 13)
  }

  @Test("hold only tracks that meet the conditions, and a library without any has none")
  func conditions() throws {
    let found = try clusters(.density(radius: 0.1, minPoints: 3)) {
      $0.conditions = [try TrackCondition("energy=0.4..")]
    }
    #expect(
      try found.clusters.map { try numbers($0.tracks).sorted() } == [[5, 6, 7, 8], [9, 10, 11]])
    let none = try clusters(.kMeans(count: nil)) { $0.only = [] }
    #expect(none.clusters.isEmpty && none.silhouette == nil)
    let one = try clusters(.kMeans(count: nil)) { $0.only = [library.tracks[0]] }
    #expect(one.clusters.count == 1)
  }
}
