public import Catalogue
public import SpectralFeatures

/// The numbers about a track that a person understands, from the features of its excerpt.
public enum TrackDescriptors {
  /// Grows whenever a definition changes, so that numbers of two definitions never meet.
  public static let version = 1

  /// The features they are made from. The constant-Q transform is not among them: it would cost more
  /// than all the rest.
  public static let contents: SpectralAnalyzer.Contents = [
    .chroma, .centroid, .bandwidth, .rolloff, .flatness, .zeroCrossingRate, .rms, .onsetStrength,
  ]
}
