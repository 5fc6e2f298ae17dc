import TestSupport
import Testing

@testable import Evaluation

@Suite("Figures by hand")
struct FigureTests {
  private func tracks(_ artists: String) -> [LabelledTrack] {
    artists.enumerated().map { place, artist in
      var track = LabelledTrack(path: "\(place).mp3")
      track.artist = artist == "-" ? "" : String(artist)
      return track
    }
  }

  /// Tracks on a line: the distance is that of their places.
  private func line(_ places: [Double]) -> DistanceMatrix {
    DistanceMatrix(
      queryCount: places.count, candidateCount: places.count,
      values: places.flatMap { left in places.map { abs(left - $0) } })
  }

  @Test("Two artists far apart are found whole: every figure is at its ceiling")
  func perfect() throws {
    let report = RetrievalReport(
      tracks("AAAABBBB"), line([0, 1, 2, 3, 100, 101, 102, 103]))
    let artist = try #require(report.artist[.all])
    #expect(artist.precision(at: 1)?.value == 1)
    #expect(artist.precision(at: 5)?.value == 0.6)
    #expect(artist.precision(at: 5)?.ceiling == 0.6)
    #expect(artist.meanAveragePrecision.value == 1)
    #expect(artist.meanAveragePrecision.count == 8)
  }

  @Test("Artists with three tracks are no queries, and unnamed tracks belong with nobody")
  func fewTracks() throws {
    let report = RetrievalReport(tracks("AAA----"), line([0, 1, 2, 3, 4, 5, 6]))
    let figure = try #require(report.artist[.all]?.precision(at: 1))
    #expect(figure.value == nil)
    #expect(figure.interval == nil)
    #expect(figure.count == 0)
  }

  @Test("A neighbour of the same work neither counts as a hit nor takes a place")
  func works() throws {
    var tracks = tracks("AAAAB")
    tracks[0].work = "w"
    tracks[1].work = "w"
    let report = RetrievalReport(tracks, line([0, 1, 50, 60, 4]))
    let precision = try #require(report.artist[.all]?.precision(at: 1))
    // Of track 0 the nearest that counts is track 4, of track 1 too; 2 and 3 find one another.
    #expect(precision.values == [0, 0, 1, 1])
  }

  @Test("Among other albums only, the artist's own album neither counts nor takes a place")
  func albums() throws {
    var tracks = tracks("AAAAAB")
    for (track, album) in [(0, "one"), (1, "one"), (2, "two"), (3, "two"), (5, "one")] {
      tracks[track].album = album
    }
    let report = RetrievalReport(tracks, line([0, 1, 9, 10, 30, 2]))
    let precision = try #require(report.artistOtherAlbum[.all]?.precision(at: 1))
    // Tracks 0 and 1 pass over each other and the stranger on their album to track 2; tracks 2 and 3
    // over each other to the stranger. Track 4 has no album: it is no query, but may be found.
    #expect(precision.values == [1, 1, 0, 0])
    #expect(report.artist[.all]?.precision(at: 1)?.count == 5)
  }

  @Test("Of equally near candidates the earlier comes first")
  func ties() {
    let distances = DistanceMatrix(queryCount: 1, candidateCount: 5, values: [1, 0, 1, 0, 0.5])
    #expect(distances.ranking(of: 0) == [1, 3, 4, 0, 2])
  }

  @Test("The vote goes to the most frequent label, on a tie to the one met first")
  func vote() {
    #expect(RetrievalFigures.vote([3, 1, 1, 2]) == 1)
    #expect(RetrievalFigures.vote([3, 1, 1, 3]) == 3)
    #expect(RetrievalFigures.vote([Int]()) == nil)
  }

  @Test("One hub near everything is skew; a ring is not")
  func hubs() {
    #expect(skewness(of: [2, 2, 2, 2]) == 0)
    #expect(skewness(of: [0, 0, 0, 0, 0, 0, 0, 10]) > 2)
  }

  @Test("A figure less itself is 0 without doubt; less a lower one it is above 0")
  func pairs() throws {
    var random = SplitMix64(seed: 5)
    let low = (0..<80).map { _ in Double.random(in: 0...1, using: &random) }
    let high = low.map { $0 + 0.1 }
    let difference = try #require(PairedDifference(Figure(high), minus: Figure(low)))
    #expect(abs(difference.value - 0.1) < 1e-12)
    // The queries' own spread is far larger than the difference, and drops out.
    #expect(difference.interval.lowerBound > 0.0999)
    let none = try #require(PairedDifference(Figure(low), minus: Figure(low)))
    #expect(none.interval == 0...0)
    #expect(PairedDifference(Figure(low), minus: Figure([1])) == nil)
    #expect(PairedDifference(Figure([]), minus: Figure([])) == nil)
  }

  @Test("The mean of figures has the mean of each query, and the interval of that mean")
  func means() throws {
    var random = SplitMix64(seed: 9)
    let first = (0..<60).map { _ in Double.random(in: 0...1, using: &random) }
    // What one model finds, the other misses: each varies, their mean does not.
    let second = first.map { 1 - $0 }
    let mean = Figure(meanOf: [Figure(first), Figure(second)])
    #expect(mean.count == 60)
    #expect(abs(try #require(mean.value) - 0.5) < 1e-12)
    let interval = try #require(mean.interval)
    #expect(interval.upperBound - interval.lowerBound < 1e-12)
    #expect(Figure(meanOf: [Figure(first)]) == Figure(first))
    let groups = first.indices.map { $0 % 7 == 0 ? "rare" : "frequent" }
    let grouped = Figure(
      meanOf: [Figure(first, groups: groups), Figure(first.map { $0 + 2 }, groups: groups)])
    let expected = Figure(first.map { $0 + 1 }, groups: groups)
    #expect(abs(try #require(grouped.value) - #require(expected.value)) < 1e-12)
    #expect(grouped.statistic == expected.statistic)
    #expect(Figure(meanOf: [Figure([]), Figure([])]).value == nil)
  }

  @Test("The mean of skewnesses is that of each, not that of what is found on average")
  func meanSkewness() throws {
    let left: [Double] = [0, 0, 0, 0, 0, 0, 0, 8]
    let right = Array(left.reversed())
    let mean = Figure(meanOf: [Figure(skewnessOf: left), Figure(skewnessOf: right)])
    #expect(abs(try #require(mean.value) - skewness(of: left)) < 1e-12)
    #expect(abs(skewness(of: left) - 6 / 7.0.squareRoot()) < 1e-12)
    #expect(skewness(of: zip(left, right).map { ($0 + $1) / 2 }) < 1.5)
    // A figure less itself is 0 however its queries are drawn; less one without skew it is itself.
    let none = try #require(PairedDifference(mean, minus: mean))
    #expect(none.value == 0 && none.interval == 0...0)
    let even = Figure(skewnessOf: [Double](repeating: 1, count: 8))
    let whole = try #require(PairedDifference(mean, minus: even))
    #expect(whole.value == mean.value && whole.interval == mean.interval)
    #expect(PairedDifference(mean, minus: Figure(left)) == nil)
    #expect(PairedDifference(Figure(value: 3, count: 8), minus: Figure(value: 2, count: 8)) == nil)
  }

  @Test("The mean of reports has the mean of every figure; of one report it is that report")
  func meanReport() throws {
    let tracks = tracks("AAAABBBB")
    func report(_ places: [Double]) -> RetrievalReport {
      var report = RetrievalReport(tracks, line(places))
      report.copies = [
        (
          "gain",
          CopyFigures(
            line(places), copies: Array(tracks.indices), gallery: Array(tracks.indices),
            tracks: tracks)
        )
      ]
      return report
    }
    let good = report([0, 1, 2, 3, 100, 101, 102, 103])
    // Alternating: the nearest is always a stranger.
    let bad = report([0, 10, 20, 30, 1, 11, 21, 31])
    let mean = RetrievalReport(meanOf: [good, bad])
    #expect(mean.artist[.all]?.precision(at: 1)?.value == 0.5)
    #expect(mean.artist[.all]?.precision(at: 1)?.interval == 0.5...0.5)
    #expect(mean.artist[.all]?.precision(at: 1)?.ceiling == 1)
    #expect(mean.copies.first?.figures.top1.value == 1)
    #expect(RetrievalReport(meanOf: [good]) == good)
    #expect(RetrievalReport(meanOf: [good, good]).json == good.json)
  }

  @Test("A copy is looked for at the track it was made from, whatever its path")
  func copies() {
    // One song in two formats: the paths differ in their ending only.
    var tracks = ["a/song.flac", "a/song.mp3", "b.mp3"].map { LabelledTrack(path: $0) }
    let distances = line([0, 1, 9])
    func figures() -> CopyFigures {
      CopyFigures(distances, copies: [0, 1, 2], gallery: [0, 1, 2], tracks: tracks)
    }
    #expect(figures().top1.values == [1, 1, 1])
    // The copies of the first and the second track lie at one another's places.
    let swapped = CopyFigures(distances, copies: [1, 0, 2], gallery: [0, 1, 2], tracks: tracks)
    #expect(swapped.top1.values == [0, 0, 1])
    #expect(swapped.meanReciprocalRank.values == [0.5, 0.5, 1])
    (tracks[0].work, tracks[1].work) = ("w", "w")
    let works = CopyFigures(distances, copies: [1, 0, 2], gallery: [0, 1, 2], tracks: tracks)
    #expect(works.top1.values == [1, 1, 1])
    let absent = CopyFigures(distances, copies: [0, 7, 2], gallery: [0, 1, 2], tracks: tracks)
    #expect(absent.missingCount == 1)
    #expect(absent.top1.values == [1, 1])
  }
}
