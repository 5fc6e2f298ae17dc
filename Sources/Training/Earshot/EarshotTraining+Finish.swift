internal import Embedding
internal import LinearAlgebra
internal import NeuralNetwork
internal import ParallelWork
internal import SpectralFeatures

// What is done with networks that stay as they are: a map for each half, and the decoder once more.
extension EarshotTraining {
  /// How much the networks count beside the statistics in the finished vectors.
  static let shares: [EarshotHalf: Float] = [.time: 0.5, .frequency: 0.8]
  /// The share of the mean variance of an axis that is added to the covariance within tracks.
  static let mapFloor = 0.5
  /// The power of the inverse covariance within tracks that a map is.
  static let mapPower = 1.05
  /// Windows in a step of the decoder.
  static let decoderBatch = 32
  /// Of little music, the decoder sees each window about so often.
  static let decoderPasses = 4

  /// Makes maps and decoder for networks that are trained.
  /// - Parameters:
  ///   - threads: how many tracks are looked at at once.
  ///   - report: called with the share that is done; false stops.
  /// - Returns: nil when told to stop.
  /// - Throws: `tooMuchAlike` where no window is as it was or with noise, `cache`.
  public func finish(
    threads: Int, report: @escaping (Double) -> Bool
  ) throws(NetworkTrainingError) -> Finished? {
    guard
      let joined = try joined(threads: threads, report: { report(0.6 * $0) })?
        .filter({ !$0.rows.isEmpty })
    else { return nil }
    guard !joined.isEmpty else { throw NetworkTrainingError(code: .tooMuchAlike, path: nil) }
    var halves: [EarshotHalf: EarshotParts.Half] = [:]
    for half in EarshotHalf.allCases {
      guard let projection = start.projections[half] else { continue }
      let (centre, map) = Self.map(joined.map { $0.rows.map { $0.joined[half] ?? [] } })
      halves[half] = EarshotParts.Half(
        projection: projection, share: Self.shares[half] ?? 0, centre: centre, map: map)
    }
    let windows = joined.flatMap { track in
      track.rows.map { row in
        (
          track: track.number, window: row.window,
          vector: EarshotHalf.allCases.flatMap { half -> [Float] in
            guard let part = halves[half] else { return [] }
            return EarshotJoin.finished(
              row.joined[half] ?? [], centre: part.centre, map: part.map)
          }
        )
      }
    }
    guard try trainDecoder(on: windows, report: { report(0.6 + 0.3 * $0) }) else { return nil }
    var errors: [Float] = []
    var drawnTracks: Set<Int> = []
    for window in windows where drawnTracks.insert(window.track).inserted {
      let drawn = network.decoder.forward(
        Self.decoderInput([window.vector]), training: false)
      let picture = try pictures([(window.track, window.window)])
      errors.append(Loss.meanSquaredError(drawn, target: picture).value)
      guard report(0.9 + 0.1 * Double(errors.count) / Double(joined.count)) else { return nil }
    }
    return Finished(
      parts: EarshotParts(
        network: network, halves: halves, profileMean: start.profileMean,
        profileDeviation: start.profileDeviation), errors: errors.sorted())
  }

  // MARK: - Steps

  /// The joins of the windows of a track that are heard as they are, or with noise.
  private struct JoinedTrack: Sendable {
    let number: Int
    var rows: [(window: Int, joined: [EarshotHalf: [Float]])] = []
  }

  private func joined(
    threads: Int, report: @escaping (Double) -> Bool
  ) throws(NetworkTrainingError) -> [JoinedTrack]? {
    let (tracks, start) = (tracks, start)
    let encoders = Dictionary(
      uniqueKeysWithValues: EarshotHalf.allCases.map { ($0, SequenceEncoder($0, of: network)) })
    var result: [JoinedTrack] = []
    var failure: NetworkTrainingError?
    var isStopped = false
    ParallelWork.run(
      split.training, width: threads, ordered: true,
      work: { number in
        Result { () throws(FeatureCacheError) in
          try Self.join(number, tracks, start, encoders)
        }
      },
      receive: { _, track in
        switch track {
        case .failure(let error): failure = NetworkTrainingError(error)
        case .success(let track): result.append(track)
        }
        isStopped = !report(Double(result.count) / Double(split.training.count))
        return failure == nil && !isStopped
      })
    if let failure { throw failure }
    return isStopped ? nil : result
  }

  private static func join(
    _ number: Int, _ tracks: WindowTracks, _ start: EarshotStart,
    _ encoders: [EarshotHalf: SequenceEncoder]
  ) throws(FeatureCacheError) -> JoinedTrack {
    var track = JoinedTrack(number: number)
    let contents = tracks.tracks[number].contents
    let settings = WindowCache.settings
    for (place, window) in contents.windows.enumerated() {
      let kind = contents.versions[window.version].kind
      guard kind == .original || kind == .noise else { continue }
      let input = try tracks.input(place, of: number)
      var joined: [EarshotHalf: [Float]] = [:]
      for half in EarshotHalf.allCases {
        guard let encoder = encoders[half], let projection = start.projections[half],
          let share = shares[half]
        else { continue }
        let sequence = EarshotJoin.sequence(
          of: half, input, settings, profiles: (start.profileMean, start.profileDeviation))
        joined[half] = EarshotJoin.joined(
          projection.project(half.statistics(of: input.statistics, settings)),
          encoder.encode(sequence), share: share)
      }
      track.rows.append((place, joined))
    }
    return track
  }

  /// The mean of all rows, and the map that takes what differs within groups out of them.
  static func map(_ groups: [[[Float]]]) -> (centre: [Float], map: [Float]) {
    let order = groups.first { !$0.isEmpty }?.first?.count ?? 0
    var centre = [Double](repeating: 0, count: order)
    var scatter = [Double](repeating: 0, count: order * order)
    var (count, freedom) = (0, 0)
    for rows in groups {
      var mean = [Double](repeating: 0, count: order)
      for row in rows { for place in 0..<order { mean[place] += Double(row[place]) } }
      for place in 0..<order {
        centre[place] += mean[place]
        mean[place] /= Double(max(1, rows.count))
      }
      for row in rows {
        let away = row.indices.map { Double(row[$0]) - mean[$0] }
        for first in 0..<order {
          for second in 0..<order { scatter[first * order + second] += away[first] * away[second] }
        }
      }
      count += rows.count
      freedom += max(0, rows.count - 1)
    }
    for place in 0..<order { centre[place] /= Double(max(1, count)) }
    for place in scatter.indices { scatter[place] /= Double(max(1, freedom)) }
    let trace = (0..<order).reduce(0) { $0 + scatter[$1 * order + $1] }
    // Tracks of one window each tell nothing of what differs within them.
    guard trace > 0 else {
      return (
        centre.map(Float.init),
        (0..<(order * order)).map { $0 % (order + 1) == 0 ? 1 : 0 }
      )
    }
    for place in 0..<order {
      scatter[place * order + place] += mapFloor * trace / Double(order)
    }
    let whole = trace * (1 + mapFloor) / Double(order)
    guard let eigen = try? SymmetricEigen(of: scatter, order: order) else {
      preconditionFailure("a covariance of unit vectors without a decomposition")
    }
    // Its size does not matter for the direction of a vector; this one keeps numbers near 1.
    let map = eigen.applying { power(whole / $0, mapPower) }
    return (centre.map(Float.init), map.map(Float.init))
  }

  private static func decoderInput(_ vectors: [[Float]]) -> Tensor {
    Tensor(
      shape: [vectors.count, 2 * EarshotHalf.dimension],
      values: vectors.flatMap { $0.map { $0 * EarshotNetwork.decoderFactor } })
  }

  private func pictures(
    _ windows: [(track: Int, window: Int)]
  ) throws(NetworkTrainingError) -> Tensor {
    var pixels: [Float] = []
    for (track, window) in windows {
      do throws(FeatureCacheError) {
        pixels += EarshotPicture.pixels(of: try tracks.pairs(nil, window, of: track))
      } catch {
        throw NetworkTrainingError(error)
      }
    }
    return Tensor(
      shape: [windows.count, EarshotPicture.side, EarshotPicture.side, 1], values: pixels)
  }

  /// Trains the decoder alone on finished vectors.
  /// - Returns: false when told to stop.
  private func trainDecoder(
    on windows: [(track: Int, window: Int, vector: [Float])], report: (Double) -> Bool
  ) throws(NetworkTrainingError) -> Bool {
    var generator = SeededGenerator(seed: settings.seed, piece: 0xDEC0DE)
    let optimizer = Adam(
      learningRate: settings.learningRate, weightDecay: .decoupled(settings.weightDecay))
    let steps = min(
      decoderSteps, max(1, Self.decoderPasses * windows.count / Self.decoderBatch))
    let schedule = CosineSchedule(
      peak: settings.learningRate, warmUpSteps: 0, steps: steps)
    for step in 0..<steps {
      let chosen = (0..<Self.decoderBatch).map { _ in windows[generator.below(windows.count)] }
      let target = try pictures(chosen.map { ($0.track, $0.window) })
      let drawn = network.decoder.forward(
        Self.decoderInput(chosen.map(\.vector)), training: true)
      _ = network.decoder.backward(Loss.meanSquaredError(drawn, target: target).gradients[0])
      optimizer.learningRate = schedule.rate(at: step)
      optimizer.step(network.decoder.parameters)
      guard report(Double(step + 1) / Double(steps)) else { return false }
    }
    return true
  }
}
