internal import Catalogue

/// How much of a recording an encoding keeps, as far as a file tells: lossless before lossy, then
/// more bits in a second, then more samples in a second.
struct SoundQuality: Comparable {
  private let isLossless: Bool
  /// In bits in a second, everything in the file counted; 0 where it is not known.
  let bitRate: Int
  private let sampleRate: Int

  /// - Parameter size: of the file, in bytes.
  init(_ sound: SoundRecord, size: Int) {
    isLossless = Self.lossless.contains(sound.codec)
    bitRate = sound.seconds > 0 ? Int((8 * Double(size) / sound.seconds).rounded()) : 0
    sampleRate = sound.sampleRate
  }

  private static let lossless: Set<String> = ["flac", "wav", "rf64", "w64", "aiff", "caf"]

  static func < (left: SoundQuality, right: SoundQuality) -> Bool {
    if left.isLossless != right.isLossless { return right.isLossless }
    // Compressed well or badly, what is lossless keeps the same.
    if left.isLossless, left.sampleRate != right.sampleRate {
      return left.sampleRate < right.sampleRate
    }
    return left.bitRate != right.bitRate
      ? left.bitRate < right.bitRate : left.sampleRate < right.sampleRate
  }
}
