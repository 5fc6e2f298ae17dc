import SpectralFeatures
import TestSupport
import Testing

@testable import Evaluation

@Suite("Baselines")
struct BaselineTests {
  private static let analyzer = SpectralAnalyzer(
    settings: SpectrogramSettings(), contents: Baseline.contents)

  private func features(seed: UInt64, seconds: Double = 2) -> SpectralFeatureSet {
    var random = SplitMix64(seed: seed)
    let colour = Float(seed % 5) / 5
    var last: Float = 0
    let samples = (0..<Int(22_050 * seconds)).map { _ in
      last = colour * last + Float.random(in: -0.3...0.3, using: &random)
      return last
    }
    return Self.analyzer.analyze(samples)
  }

  @Test(
    "Every baseline gives vectors of one length for sounds of any length",
    arguments: Baseline.allCases)
  func lengths(baseline: Baseline) throws {
    let rows = (0..<6).map { baseline.values(of: features(seed: $0), seed: UInt32($0)) }
    let space = try #require(BaselineSpace(baseline, rows: rows))
    let short = baseline.values(of: features(seed: 9, seconds: 0.01), seed: 9)
    let vectors = (rows + [short]).map { space.vector(of: $0) }
    #expect(Set(vectors.map(\.count)).count == 1)
    #expect(vectors.allSatisfy { $0.allSatisfy { $0.isFinite } })
    let distances = space.gallery(rows).distances(from: rows + [short])
    #expect(distances.queryCount == 7)
    for row in rows.indices { #expect(distances.ranking(of: row)[0] == row) }
  }

  @Test("The same sound gives the same vector, another seed only other random numbers")
  func seeds() {
    let sound = features(seed: 3)
    for baseline in Baseline.allCases {
      let first = baseline.values(of: sound, seed: 1)
      #expect(first == baseline.values(of: sound, seed: 1))
      #expect((first == baseline.values(of: sound, seed: 2)) == (baseline != .random))
    }
  }

  @Test("Standardised statistics of the tracks themselves have mean 0 and deviation 1")
  func standardised() throws {
    let rows = (0..<40).map {
      Baseline.melStatistics.values(of: features(seed: $0, seconds: 1), seed: 0)
    }
    let space = try #require(BaselineSpace(.melStatistics, rows: rows))
    let vectors = rows.map { space.vector(of: $0) }
    for place in [0, 60, 127, 128, 255] {
      let column = vectors.map { Double($0[place]) }
      let mean = column.reduce(0, +) / 40
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40
      #expect(abs(mean) < 1e-4)
      #expect(abs(variance - 1) < 1e-3)
    }
  }

  @Test(
    "Standardised parts of vectors count alike, however many numbers and whatever size they have")
  func parts() throws {
    // Places 0 and 1 have deviation 1 and 100, place 2 deviation 1; the mean of each is 0.
    let rows: [[Float]] = [[1, 100, 1], [1, -100, -1], [-1, 100, -1], [-1, -100, 1]]
    let space = try #require(BaselineSpace(standardising: rows, parts: [0..<2, 2..<3]))
    let distances = DistanceMatrix(space.gallery(rows).distances(from: rows))
    // Cosines of the first part 0 and -1, of the second -1 and 1.
    let row = [0, 1.5, 1.5, 1]
    #expect(zip(distances.values, row).allSatisfy { abs($0 - $1) < 1e-6 })
    let whole = try #require(BaselineSpace(standardising: rows, parts: []))
    let third = 1.0 / 3
    #expect(
      zip(
        DistanceMatrix(whole.gallery(rows).distances(from: rows)).values,
        [0, 1 + third, 1 + third, 1 + third]
      )
      .allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(BaselineSpace(standardising: [], parts: []) == nil)
  }

  @Test("Principal components keep the angles between centred pictures when all are kept")
  func components() throws {
    let rows = (0..<12).map { Baseline.melImage.values(of: features(seed: $0), seed: 0) }
    let space = try #require(BaselineSpace(.melImage, rows: rows))
    let projected = rows.map { space.vector(of: $0) }
    let mean = rows[0].indices.map { place in rows.reduce(0) { $0 + $1[place] } / 12 }
    let centred = rows.map { row in zip(row, mean).map { $0 - $1 } }
    let ours = DistanceMatrix(Gallery(projected).distances(from: projected)).values
    let expected = DistanceMatrix(Gallery(centred).distances(from: centred)).values
    #expect(zip(ours, expected).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test("Where all tracks are the same there are no components")
  func alike() {
    let row = Baseline.melImage.values(of: features(seed: 1), seed: 0)
    #expect(BaselineSpace(.melImage, rows: [row, row, row]) == nil)
    #expect(BaselineSpace(.melImage, rows: []) == nil)
  }

  @Test(
    "The divergence of normal distributions is that of the formula, in one dimension and in two")
  func divergence() {
    // N(0, 4) and N(3, 1): each way (ratio of variances + squared step / variance - 1 ± log) / 2.
    let wide = CepstralGaussian([0, 4])
    let narrow = CepstralGaussian([3, 1])
    #expect(abs(wide.divergence(from: narrow) - ((4 + 0.25 + 9 + 9 / 4.0) / 4 - 0.5)) < 1e-9)
    #expect(wide.divergence(from: narrow) == narrow.divergence(from: wide))
    // Independent axes add up.
    let left = CepstralGaussian([0, 5, 4, 0, 2])
    let right = CepstralGaussian([3, 5, 1, 0, 2])
    #expect(abs(left.divergence(from: right) - wide.divergence(from: narrow)) < 1e-9)
    #expect(left.divergence(from: left) < 1e-9)
  }

  @Test(
    "Tracks that are asked about again as queries are as far as before",
    arguments: Baseline.allCases)
  func sameQueries(baseline: Baseline) throws {
    let rows = (0..<6).map { baseline.values(of: features(seed: $0), seed: UInt32($0)) }
    let gallery = try #require(BaselineSpace(baseline, rows: rows)).gallery(rows)
    let all = DistanceMatrix(gallery.distances(from: rows))
    let some = DistanceMatrix(gallery.distances(from: Array(rows[1...3])))
    // Mutual proximity does not know that a copy is the track itself, and reckons with one more.
    if baseline == .mutualGaussian { return #expect(some.queryCount == 3) }
    #expect(some.values == Array(all.values[6..<24]))
  }

  @Test("Baselines whose time or memory would get out of hand refuse too many tracks")
  func mostTracks() {
    let row: [Float] = [1, 0]
    let other: [Float] = [0, 1]
    func rows(_ count: Int) -> [[Float]] { (0..<count).map { $0 % 2 == 0 ? row : other } }
    #expect(BaselineSpace(.melImage, rows: rows(2_001)) == nil)
    #expect(BaselineSpace(.mutualGaussian, rows: rows(5_001)) == nil)
    #expect(BaselineSpace(.mutualGaussian, rows: rows(5_000)) != nil)
    #expect(BaselineSpace(.melStatistics, rows: rows(5_001)) != nil)
  }

  @Test("Mutual proximity takes from a hub what it won by being near to all")
  func mutual() {
    // Track 0 is rather near to everybody; 1 and 2 are each other's neighbours, and so are 3 and 4.
    let values: [Double] = [
      0, 3, 3, 3, 3,
      3, 0, 3.1, 9, 9,
      3, 3.1, 0, 9, 9,
      3, 9, 9, 0, 3.1,
      3, 9, 9, 3.1, 0,
    ]
    let distances = DistanceMatrix(queryCount: 5, candidateCount: 5, values: values)
    let mutual = DistanceMatrix(
      MutualProximity(distances).distances(distances, areSame: true))
    func nearest(_ matrix: DistanceMatrix, _ query: Int) -> Int? {
      matrix.ranking(of: query).first { $0 != query }
    }
    #expect((1...4).map { nearest(distances, $0) } == [0, 0, 0, 0])
    #expect((1...4).map { nearest(mutual, $0) } == [2, 1, 4, 3])
    for row in 0..<5 {
      for column in 0..<5 {
        #expect(abs(mutual.values[row * 5 + column] - mutual.values[column * 5 + row]) < 1e-12)
      }
    }
  }
}
