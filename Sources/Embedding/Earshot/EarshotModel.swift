internal import FileAccess
internal import FoundationEssentials
internal import SpectralFeatures

/// The default model: for each half, a projection of statistics joined with what a one-dimensional
/// network makes of the excerpt, then a map that makes parts of one track alike.
///
/// With n(x) = x / |x|, s the statistics of the half and c the sequence its network slides along:
///
///     u = n(projection · ((s - mean) ⊙ scale))
///     y = n(u + share · n(network(c)))
///     half = n(map · (y - centre)) / √2
struct EarshotModel: Sendable {
  static let architecture = "earshot"
  static let dimension = 2 * EarshotHalf.dimension

  let settings: EarshotSettings
  private let halves: [Half]
  private let profiles: (mean: [Float], deviation: [Float])

  private struct Half: Sendable {
    let half: EarshotHalf
    let projection: StatisticsProjection
    let encoder: SequenceEncoder
    let share: Float
    let centre: [Float]
    let map: [Float]
  }

  /// Refuses what can be no such model by its head alone.
  static func judge(_ claim: ModelFile.Claim, path: FilePath) throws(ModelError) {
    let spectrogram = try settings(claim.settings, path: path).spectrogram
    let (channels, dimension) = (EarshotHalf.profiles.count, EarshotHalf.dimension)
    var needed = ["profiles.mean": [channels], "profiles.deviation": [channels]]
    for half in EarshotHalf.allCases {
      let (name, count) = (half.rawValue, half.statisticCount(spectrogram))
      needed["\(name).statistics.mean"] = [count]
      needed["\(name).statistics.scale"] = [count]
      needed["\(name).statistics.projection"] = [dimension, count]
      needed["\(name).final.centre"] = [dimension]
      needed["\(name).final.map"] = [dimension, dimension]
      for (part, shape) in SequenceEncoder.shapes(half) {
        needed["\(name).encoder.\(part)"] = shape
      }
    }
    try claim.compare(with: needed, path: path)
  }

  private static func settings(
    _ text: String, path: FilePath
  ) throws(ModelError) -> EarshotSettings {
    guard
      let settings = try? JSONDecoder().decode(EarshotSettings.self, from: Data(text.utf8)),
      settings.isSensible
    else { throw ModelError(code: .notAModel, path: path) }
    return settings
  }

  init(_ file: ModelFile, path: FilePath) throws(ModelError) {
    let settings = try Self.settings(file.settings, path: path)
    self.settings = settings
    let spectrogram = settings.spectrogram
    let dimension = EarshotHalf.dimension
    var used = 0
    func values(_ name: String, _ shape: [Int]) throws(ModelError) -> [Float] {
      used += 1
      return try file.values(name, shape: shape, path: path)
    }
    var halves: [Half] = []
    for half in EarshotHalf.allCases {
      let count = half.statisticCount(spectrogram)
      let name = half.rawValue
      halves.append(
        Half(
          half: half,
          projection: StatisticsProjection(
            mean: try values("\(name).statistics.mean", [count]),
            scale: try values("\(name).statistics.scale", [count]),
            matrix: try values("\(name).statistics.projection", [dimension, count])),
          encoder: try SequenceEncoder(half) { (part, shape) throws(ModelError) in
            try values("\(name).encoder.\(part)", shape)
          },
          share: settings.share(of: half),
          centre: try values("\(name).final.centre", [dimension]),
          map: try values("\(name).final.map", [dimension, dimension])))
    }
    self.halves = halves
    let channels = EarshotHalf.profiles.count
    profiles = (
      try values("profiles.mean", [channels]), try values("profiles.deviation", [channels])
    )
    guard profiles.deviation.allSatisfy({ $0 >= NetworkModel.leastDeviation }) else {
      throw ModelError(code: .wrongTensor("profiles.deviation"), path: path)
    }
    // Nothing may count for the identity that does not count for the vectors.
    guard file.entries.count == used else { throw ModelError(code: .notAModel, path: path) }
  }

  /// The vector of an excerpt: 256 numbers, each half of length 1 / √2.
  func vector(of input: EarshotInput) -> MeasuredVector {
    let spectrogram = settings.spectrogram
    let finished = halves.map { part in
      var joined = part.projection.project(part.half.statistics(of: input.statistics, spectrogram))
      if part.share > 0 {
        let sequence = EarshotJoin.sequence(
          of: part.half, input, spectrogram, profiles: profiles)
        joined = EarshotJoin.joined(joined, part.encoder.encode(sequence), share: part.share)
      }
      return EarshotJoin.measured(joined, centre: part.centre, map: part.map)
    }
    return MeasuredVector(vector: finished.flatMap(\.half), lengths: finished.map(\.length))
  }
}
