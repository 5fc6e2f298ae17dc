internal import Catalogue
internal import Glibc
internal import MusicLibrary

/// Finds words for groups of tracks: in what they differ from the whole library, and the genre that most
/// of them have.
struct ClusterNames {
  private let facts: TrackFacts

  init(facts: TrackFacts) { self.facts = facts }

  /// A descriptor with the words for much and for little of it.
  private struct Word {
    let descriptor: Descriptor
    let high: String
    let low: String
  }

  /// In the order in which words stand in a name.
  private static let words = [
    Word(descriptor: .energy, high: "energetic", low: "calm"),
    Word(descriptor: .tempo, high: "fast", low: "slow"),
    Word(descriptor: .centroid, high: "bright", low: "dark"),
    Word(descriptor: .valence, high: "upbeat", low: "wistful"),
    Word(descriptor: .acousticness, high: "acoustic", low: "electric"),
    Word(descriptor: .instrumentalness, high: "instrumental", low: "vocal"),
  ]

  /// A word stands for a group whose mean lies so many of the library's deviations off.
  private static let leastDeviation = 0.4

  /// So many words describe a group.
  private static let wordCount = 2

  /// A name for each group, no two the same.
  func names(of groups: [[Int64]]) throws(CatalogueError) -> [String] {
    var taken: Set<String> = []
    var names: [String] = []
    for group in groups {
      let rows = try facts.rows(of: group).compactMap { $0 }
      let words = try words(for: rows)
      let genre = try genre(of: rows)
      var name = Self.name(words.prefix(Self.wordCount), genre)
      // A third word tells more than a number.
      if taken.contains(name) { name = Self.name(words.prefix(Self.wordCount + 1), genre) }
      var number = 2
      let plain = name
      while taken.contains(name) {
        name = "\(plain) \(number)"
        number += 1
      }
      taken.insert(name)
      names.append(name)
    }
    return names
  }

  private static func name(
    _ words: some Sequence<(place: Int, word: String)>, _ genre: String?
  ) -> String {
    let text = words.sorted { $0.place < $1.place }.map(\.word) + (genre.map { [$0] } ?? [])
    return text.isEmpty ? "mixed" : text.joined(separator: " ")
  }

  /// The words that fit, that which fits best first.
  private func words(for rows: [Int]) throws(CatalogueError) -> [(place: Int, word: String)] {
    var found: [(place: Int, word: String, size: Double)] = []
    for (place, word) in Self.words.enumerated() {
      let all = try facts.values(of: word.descriptor)
      guard let library = Self.spread(all.lazy.map { Double($0) }),
        let own = Self.spread(rows.lazy.map { Double(all[$0]) }), library.deviation > 0
      else { continue }
      let score = (own.mean - library.mean) / library.deviation
      if abs(score) >= Self.leastDeviation {
        found.append((place, score > 0 ? word.high : word.low, abs(score)))
      }
    }
    found.sort { $0.size != $1.size ? $0.size > $1.size : $0.place < $1.place }
    return found.map { ($0.place, $0.word) }
  }

  /// Mean and deviation of the numbers that are known; nil where none is.
  private static func spread(
    _ values: some Sequence<Double>
  ) -> (mean: Double, deviation: Double)? {
    var (count, sum, squares) = (0.0, 0.0, 0.0)
    for value in values where value.isFinite {
      count += 1
      sum += value
      squares += value * value
    }
    guard count > 0 else { return nil }
    let mean = sum / count
    return (mean, max(0, squares / count - mean * mean).squareRoot())
  }

  /// The genre that more than half of the tracks have that name one.
  private func genre(of rows: [Int]) throws(CatalogueError) -> String? {
    let labels = try facts.labels(.genre)
    var counts: [UInt32: Int] = [:]
    for row in rows where labels[row] > 0 { counts[labels[row], default: 0] += 1 }
    let total = counts.values.reduce(0, +)
    guard let best = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
      2 * best.value > total, 2 * total > rows.count
    else { return nil }
    return String(decoding: try facts.table(.genres)[Int(best.key)], as: UTF8.self)
  }
}
