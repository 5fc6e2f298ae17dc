public import AudioDecoding
public import Catalogue
public import Fingerprinting

extension FingerprintRecord {
  /// The longest part of a sound that a fingerprint is made of, in seconds: enough to tell recordings
  /// apart, and the same whether the middle of a track was listened to or all of it.
  static let longestSeconds = Excerpt.longestPreviewSeconds

  /// The fingerprint of decoded sound: of its middle where it is long.
  /// - Throws: `refused`.
  public init(
    of audio: DecodedAudio, by fingerprinter: Fingerprinter
  ) throws(FingerprintingError) {
    let longest = Int(Self.longestSeconds * Double(audio.sampleRate))
    let skipped =
      audio.samples.count > longest
      ? (audio.samples.count - Int(Excerpt.previewSeconds * Double(audio.sampleRate))) / 2 : 0
    let samples =
      skipped == 0
      ? audio.samples : Array(audio.samples[skipped..<audio.samples.count - skipped])
    let fingerprint = try fingerprinter.fingerprint(of: samples, sampleRate: audio.sampleRate)
    self.init(
      algorithm: fingerprint.algorithm,
      excerptStart: audio.info.excerptStart + Double(skipped) / Double(audio.sampleRate),
      items: fingerprint.items)
  }

  /// The same, but without items where Chromaprint refuses the sound, so that it is not asked again in
  /// each run.
  init(of audio: DecodedAudio, orNoneBy fingerprinter: Fingerprinter) {
    self =
      (try? FingerprintRecord(of: audio, by: fingerprinter))
      ?? FingerprintRecord(
        algorithm: Fingerprint.currentAlgorithm, excerptStart: audio.info.excerptStart, items: [])
  }
}
