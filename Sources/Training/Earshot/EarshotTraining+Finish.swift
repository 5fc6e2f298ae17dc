internal import Embedding
internal import NeuralNetwork
internal import ParallelWork
internal import SpectralFeatures

// What is done with networks that stay as they are: a map for each half, and the decoder once more.
extension EarshotTraining {
  /// How much the networks count beside the statistics in the finished vectors.
  static let shares: [EarshotHalf: Float] = [.time: 0.5, .frequency: 0.8]
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
    let chosen = chosenWindows()
    guard !chosen.firsts.isEmpty else {
      throw NetworkTrainingError(code: .tooMuchAlike, path: nil)
    }
    guard
      let (kept, maps) = try joined(
        keeping: Set(chosen.drawn + chosen.firsts), threads: threads, report: { report(0.6 * $0) })
    else { return nil }
    var halves: [EarshotHalf: EarshotParts.Half] = [:]
    for half in EarshotHalf.allCases {
      guard let projection = start.projections[half], let (centre, map) = maps[half]?.finished
      else { continue }
      halves[half] = EarshotParts.Half(
        projection: projection, share: Self.shares[half] ?? 0, centre: centre, map: map)
    }
    func vector(_ window: WindowPlace) -> [Float] {
      EarshotHalf.allCases.flatMap { half -> [Float] in
        guard let part = halves[half], let joined = kept[window]?[half] else { return [] }
        return EarshotJoin.finished(joined, centre: part.centre, map: part.map)
      }
    }
    guard
      try trainDecoder(on: chosen.drawn, vector: vector, report: { report(0.6 + 0.3 * $0) })
    else { return nil }
    var errors: [Float] = []
    for window in chosen.firsts {
      let drawn = network.decoder.forward(
        Self.decoderInput([vector(window)]), training: false)
      let picture = try pictures([window])
      errors.append(Loss.meanSquaredError(drawn, target: picture).value)
      guard report(0.9 + 0.1 * Double(errors.count) / Double(chosen.firsts.count)) else {
        return nil
      }
    }
    return Finished(
      parts: EarshotParts(
        network: network, halves: halves, profileMean: start.profileMean,
        profileDeviation: start.profileDeviation), errors: errors.sorted())
  }

  // MARK: - Steps

  /// A window of a track.
  private struct WindowPlace: Hashable, Sendable {
    let track: Int
    let window: Int
  }

  /// The joins of the windows of a track that are heard as they are, or with noise.
  private typealias JoinedTrack = [(place: WindowPlace, joined: [EarshotHalf: [Float]])]

  /// The windows of a track that are heard as they are, or with noise.
  private static func windows(_ number: Int, of tracks: WindowTracks) -> [Int] {
    let contents = tracks.tracks[number].contents
    return contents.windows.indices.filter {
      let kind = contents.versions[contents.windows[$0].version].kind
      return kind == .original || kind == .noise
    }
  }

  /// Which windows the decoder learns from, one step's behind the other's, and the first of each
  /// track. Nothing is kept of the others but their number.
  private func chosenWindows() -> (drawn: [WindowPlace], firsts: [WindowPlace]) {
    var firsts: [WindowPlace] = []
    // How many windows there are up to the end of each track that has some.
    var ends: [Int] = []
    for number in split.training {
      let windows = Self.windows(number, of: tracks)
      guard let first = windows.first else { continue }
      firsts.append(WindowPlace(track: number, window: first))
      ends.append((ends.last ?? 0) + windows.count)
    }
    let count = ends.last ?? 0
    guard count > 0 else { return ([], []) }
    var generator = SeededGenerator(seed: settings.seed, piece: 0xDEC0DE)
    let steps = min(decoderSteps, max(1, Self.decoderPasses * count / Self.decoderBatch))
    let drawn = (0..<(steps * Self.decoderBatch)).map { _ in
      let number = generator.below(count)
      // The first track that ends behind it.
      var (low, high) = (0, ends.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle] > number { high = middle } else { low = middle + 1 }
      }
      let track = firsts[low].track
      let windows = Self.windows(track, of: tracks)
      return WindowPlace(track: track, window: windows[number - (ends[low] - windows.count)])
    }
    return (drawn, firsts)
  }

  /// What the halves' maps are made of, and the joins of some windows.
  /// - Returns: nil when told to stop.
  private func joined(
    keeping wanted: Set<WindowPlace>, threads: Int, report: @escaping (Double) -> Bool
  ) throws(NetworkTrainingError) -> (
    kept: [WindowPlace: [EarshotHalf: [Float]]], maps: [EarshotHalf: EarshotMap]
  )? {
    let (tracks, start) = (tracks, start)
    let encoders = Dictionary(
      uniqueKeysWithValues: EarshotHalf.allCases.map { ($0, SequenceEncoder($0, of: network)) })
    var kept: [WindowPlace: [EarshotHalf: [Float]]] = [:]
    var maps = Dictionary(
      uniqueKeysWithValues: EarshotHalf.allCases.map { ($0, EarshotMap()) })
    var done = 0
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
        case .success(let track):
          for half in EarshotHalf.allCases { maps[half]?.add(track.map { $0.joined[half] ?? [] }) }
          for (place, joined) in track where wanted.contains(place) { kept[place] = joined }
        }
        done += 1
        isStopped = !report(Double(done) / Double(split.training.count))
        return failure == nil && !isStopped
      })
    if let failure { throw failure }
    return isStopped ? nil : (kept, maps)
  }

  private static func join(
    _ number: Int, _ tracks: WindowTracks, _ start: EarshotStart,
    _ encoders: [EarshotHalf: SequenceEncoder]
  ) throws(FeatureCacheError) -> JoinedTrack {
    var track: JoinedTrack = []
    let settings = WindowCache.settings
    for window in windows(number, of: tracks) {
      let input = try tracks.input(window, of: number)
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
      track.append((WindowPlace(track: number, window: window), joined))
    }
    return track
  }

  private static func decoderInput(_ vectors: [[Float]]) -> Tensor {
    Tensor(
      shape: [vectors.count, 2 * EarshotHalf.dimension],
      values: vectors.flatMap { $0.map { $0 * EarshotNetwork.decoderFactor } })
  }

  private func pictures(
    _ windows: [WindowPlace]
  ) throws(NetworkTrainingError) -> Tensor {
    var pixels: [Float] = []
    for place in windows {
      do throws(FeatureCacheError) {
        pixels += EarshotPicture.pixels(of: try tracks.pairs(nil, place.window, of: place.track))
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
    on windows: [WindowPlace], vector: (WindowPlace) -> [Float], report: (Double) -> Bool
  ) throws(NetworkTrainingError) -> Bool {
    let optimizer = Adam(
      learningRate: settings.learningRate, weightDecay: .decoupled(settings.weightDecay))
    let steps = windows.count / Self.decoderBatch
    let schedule = CosineSchedule(
      peak: settings.learningRate, warmUpSteps: 0, steps: steps)
    for step in 0..<steps {
      let chosen = Array(windows[(step * Self.decoderBatch)..<((step + 1) * Self.decoderBatch)])
      let target = try pictures(chosen)
      let drawn = network.decoder.forward(
        Self.decoderInput(chosen.map(vector)), training: true)
      _ = network.decoder.backward(Loss.meanSquaredError(drawn, target: target).gradients[0])
      optimizer.learningRate = schedule.rate(at: step)
      optimizer.step(network.decoder.parameters)
      guard report(Double(step + 1) / Double(steps)) else { return false }
    }
    return true
  }
}
