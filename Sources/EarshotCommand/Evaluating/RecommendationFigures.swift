import CommandInterface
import Evaluation
import FileFormats

/// What the lists and paths of a model are like.
struct RecommendationFigures: Sendable {
  /// A figure and its name in JSON and in tables.
  struct Named: Sendable {
    let name: String
    let title: String
    let figure: Figure
  }

  /// Of lists of ten, at most three of an artist, hubs damped.
  let lists: [Named]
  /// Of paths of eight tracks between two others, in degrees.
  let paths: [Named]
  /// The same lists less those in which hubs are kept: P@10 of other artists.
  let dampingGain: PairedDifference?

  /// Makes lists for every track, and paths between tracks drawn with a fixed seed.
  /// - Throws: `CatalogueError`, `SearchFileError`.
  init(_ trial: RecommendationTrial) throws {
    var (five, ten, others, kept) = ([Double](), [Double](), [Double](), [Double]())
    for place in trial.certainPlaces {
      let list = try trial.list(of: place, isAmongCertain: true)
      // In a collection of so few that lists are shorter, they say little.
      if list.count == RecommendationTrial.listLength {
        five.append(trial.agreement(of: list, with: place, depth: 5))
        ten.append(trial.agreement(of: list, with: place, depth: 10))
      }
      let damped = try trial.list(of: place, isAmongCertain: true, withOwnArtist: false)
      let plain = try trial.list(
        of: place, isAmongCertain: true, withOwnArtist: false, dampsHubs: false)
      guard damped.count == plain.count, plain.count == RecommendationTrial.listLength,
        trial.hasRelative(place)
      else { continue }
      others.append(trial.agreement(of: damped, with: place, depth: 10))
      kept.append(trial.agreement(of: plain, with: place, depth: 10))
    }
    var (diversity, mixed, artists) = ([Double](), [Double](), [Double]())
    for place in trial.allPlaces {
      let (list, mix) = (try trial.list(of: place), try trial.mix(of: place))
      let isWhole = list.count == RecommendationTrial.listLength && mix.count == list.count
      guard isWhole else { continue }
      if let value = trial.diversity(of: list) { diversity.append(value) }
      if let count = trial.artistCount(of: list) { artists.append(count) }
      if let value = trial.diversity(of: mix) { mixed.append(value) }
    }
    let (damped, plain) = (Figure(others), Figure(kept))
    lists = [
      Named(name: "genre_agreement_5", title: "Genre @5", figure: Figure(five)),
      Named(name: "genre_agreement_10", title: "Genre @10", figure: Figure(ten)),
      Named(
        name: "other_genre", title: "Other genre", figure: Figure(ten.map { 1 - $0 })),
      Named(name: "artist_filtered_p10", title: "P@10, other artists", figure: damped),
      Named(
        name: "artist_filtered_p10_hubs_kept", title: "Hubs kept", figure: plain),
      Named(name: "diversity", title: "Diversity", figure: Figure(diversity)),
      Named(name: "mix_diversity", title: "Of mixes", figure: Figure(mixed)),
      Named(name: "artists", title: "Artists", figure: Figure(artists)),
    ]
    // In a small collection nothing is damped.
    dampingGain = damped == plain ? nil : PairedDifference(damped, minus: plain)
    paths = try Self.paths(trial)
  }

  private static func paths(_ trial: RecommendationTrial) throws -> [Named] {
    var steps: [(name: String, title: String, mean: [Double], largest: [Double])] = [
      ("path", "Path", [], []), ("greedy", "Greedy", [], []), ("random", "Random", [], []),
    ]
    for (number, ends) in trial.ends().enumerated() {
      let ways = [
        try trial.path(ends), trial.greedyPath(ends), trial.randomPath(ends, number: number),
      ]
      for (place, way) in ways.enumerated() {
        steps[place].mean.append(way.reduce(0, +) / Double(way.count))
        steps[place].largest.append(way.max() ?? 0)
      }
    }
    return steps.map {
      Named(
        name: "\($0.name)_largest_step", title: "\($0.title), largest", figure: Figure($0.largest))
    }
      + steps.map {
        Named(name: "\($0.name)_mean_step", title: "\($0.title), mean", figure: Figure($0.mean))
      }
  }

  /// All figures by their names.
  var json: JSONObject {
    var object = JSONObject((lists + paths).map { ($0.name, .object($0.figure.json)) })
    object["damping_gain"] =
      dampingGain.map {
        [
          "value": .double($0.value), "low": .double($0.interval.lowerBound),
          "high": .double($0.interval.upperBound),
        ]
      } ?? .null
    return object
  }
}
