package import SpectralFeatures

/// The statistics of a half on their way into its vector: standardised, weighted, and projected on 128
/// directions.
package struct StatisticsProjection: Sendable {
  /// Subtracted from the statistics.
  package let mean: [Float]
  /// What the differences are multiplied by.
  package let scale: [Float]
  /// 128 x statistics, row-major.
  package let matrix: [Float]

  package init(mean: [Float], scale: [Float], matrix: [Float]) {
    (self.mean, self.scale, self.matrix) = (mean, scale, matrix)
  }

  /// A unit vector of 128 numbers.
  /// - Parameter statistics: those of the half, in its order.
  package func project(_ statistics: [Float]) -> [Float] {
    precondition(
      statistics.count == mean.count, "\(statistics.count) statistics where \(mean.count) belong")
    let standardised = statistics.indices.map { (statistics[$0] - mean[$0]) * scale[$0] }
    var vector = matrixProduct(matrix, standardised)
    vector.normalise(vector.indices, to: 1)
    return vector
  }
}

/// Steps that training and use of the model `earshot` share.
package enum EarshotJoin {
  /// The unit vector of u + share · n(e).
  /// - Parameters:
  ///   - projected: u, a unit vector.
  ///   - encoded: e, of any length.
  package static func joined(
    _ projected: [Float], _ encoded: [Float], share: Float
  ) -> [Float] {
    var encoded = encoded
    encoded.normalise(encoded.indices, to: 1)
    var sum = zip(projected, encoded).map { $0 + share * $1 }
    sum.normalise(sum.indices, to: 1)
    return sum
  }

  /// A half of the vector: n(map · (y - centre)) / √2.
  package static func finished(_ joined: [Float], centre: [Float], map: [Float]) -> [Float] {
    measured(joined, centre: centre, map: map).half
  }

  /// A half of the vector, and how long it was before it was normalised.
  static func measured(
    _ joined: [Float], centre: [Float], map: [Float]
  ) -> (half: [Float], length: Float) {
    var half = matrixProduct(map, zip(joined, centre).map { $0 - $1 })
    let length = half.normalise(half.indices, to: (0.5 as Float).squareRoot())
    return (half, length)
  }

  /// What the network of a half slides along: steps x channels.
  package static func sequence(
    of half: EarshotHalf, _ input: EarshotInput, _ settings: SpectrogramSettings,
    profiles: (mean: [Float], deviation: [Float])
  ) -> FeatureMatrix {
    switch half {
    case .time: EarshotInput.movement(of: input.pairs)
    case .frequency:
      Self.profiles(
        of: input.statistics, settings, mean: profiles.mean, deviation: profiles.deviation)
    }
  }

  /// The input of the frequency network: bands x profiles, each profile standardised by one mean and
  /// deviation for all bands.
  /// - Parameter statistics: all of them.
  package static func profiles(
    of statistics: [Float], _ settings: SpectrogramSettings, mean: [Float], deviation: [Float]
  ) -> FeatureMatrix {
    let channels = EarshotHalf.profiles.count
    var sequence = [Float](repeating: 0, count: channels * settings.melBandCount)
    for (channel, part) in EarshotHalf.profiles.enumerated() {
      let range = EarshotInput.range(of: part, settings)
      for (band, value) in statistics[range].enumerated() {
        sequence[band * channels + channel] = (value - mean[channel]) / deviation[channel]
      }
    }
    return FeatureMatrix(
      frameCount: settings.melBandCount, binCount: channels, values: sequence)
  }
}
