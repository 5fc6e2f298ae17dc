internal import SpectralFeatures

/// What the rows of a mel image stand for, the highest band first.
enum MelBands {
  static let count = MelImage.rowCount

  /// The middle of each row's band, Hz, falling.
  static let frequencies: [Double] =
    MelFilterBank.centreFrequencies(settings: MelImage.settings).reversed()

  /// How much of the spectrum each row stands for, Hz: from half-way to the band below up to half-way
  /// to the band above.
  static let widths: [Double] = frequencies.indices.map { row in
    let above = row > 0 ? frequencies[row - 1] : MelImage.settings.maximumFrequency
    let below = row + 1 < count ? frequencies[row + 1] : 0
    return (above - below) / 2
  }

  /// Independent bins of the transform in each row's band, at least 1 and at most 8: how steady the
  /// power of noise is there.
  static let noiseBins: [Int] = widths.map { width in
    let binWidth = MelImage.settings.sampleRate / Double(MelImage.settings.frameLength)
    return min(8, max(1, Int((width / binWidth).rounded())))
  }

  /// The row of a frequency, with fractions, between the first and the last.
  static func row(ofFrequency frequency: Double) -> Double {
    guard frequency < frequencies[0] else { return 0 }
    guard let below = frequencies.firstIndex(where: { $0 <= frequency }) else {
      return Double(count - 1)
    }
    let (high, low) = (frequencies[below - 1], frequencies[below])
    return Double(below) - (frequency - low) / (high - low)
  }
}
