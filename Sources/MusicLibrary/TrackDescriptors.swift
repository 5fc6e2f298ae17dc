public import Catalogue
public import SpectralFeatures

/// The numbers about a track that a person understands, from the features of its excerpt.
public enum TrackDescriptors {
  /// Grows whenever a definition changes, so that numbers of two definitions never meet.
  public static let version = 3

  /// The features they are made from. The constant-Q transform is not among them: it would cost more
  /// than all the rest.
  public static let contents: SpectralAnalyzer.Contents = [
    .chroma, .centroid, .bandwidth, .rolloff, .flatness, .zeroCrossingRate, .rms, .onsetStrength,
  ]

  /// The descriptors of mono samples at 22,050 Hz.
  public static func descriptors(of samples: [Float]) -> DescriptorRecord {
    let settings = SpectrogramSettings()
    let features = SpectralAnalyzer(settings: settings, contents: contents).analyze(samples)
    return descriptors(of: features, samples: samples, settings: settings)
  }

  /// The descriptors of a sound whose features are there already.
  /// - Parameters:
  ///   - features: hold everything of ``contents``, computed with `settings`.
  ///   - samples: the mono samples the features were computed of.
  public static func descriptors(
    of features: SpectralFeatureSet, samples: [Float], settings: SpectrogramSettings
  ) -> DescriptorRecord {
    var record = DescriptorRecord(version: version)
    record[.tempo] =
      features.onsetStrength.flatMap {
        Tempo(
          onsetStrength: $0, drums: features.drumBandOnsets, sampleRate: settings.sampleRate,
          hopLength: settings.hopLength)
      }?.beatsPerMinute
    let key = features.chroma.flatMap { KeyEstimate(chroma: $0) }
    if let key {
      record[.key] = Double(key.tonic)
      record[.mode] = key.mode == .major ? 1 : 0
    }
    record[.loudness] = Loudness.integrated(of: samples, sampleRate: settings.sampleRate)
    record[.centroid] = features.centroid.map(mean)
    record[.bandwidth] = features.bandwidth.map(mean)
    record[.rolloff] = features.rolloff.map(mean)
    record[.flatness] = features.flatness.map(mean)
    record[.zeroCrossingRate] = features.zeroCrossingRate.map(mean)
    record[.rms] = features.rms.map(mean)
    let character = CharacterEstimates(
      features, loudness: record.loudness, tempo: record.tempo, key: key)
    record[.energy] = character?.energy
    record[.valence] = character?.valence
    record[.acousticness] = character?.acousticness
    record[.instrumentalness] = character?.instrumentalness
    return record
  }

  private static func mean(_ values: [Float]) -> Double {
    values.isEmpty ? 0 : values.reduce(0) { $0 + Double($1) } / Double(values.count)
  }
}
