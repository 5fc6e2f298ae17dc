import AudioDecoding
import FileAccess
import TestSupport
import Testing

@Suite("Parts of a file, one after the other")
struct PartsTests {
  private static let rate = 48_000
  private let source = [TestSignal.sweep(seconds: 12, rate: rate)]

  private func parts(
    _ parts: [Range<Double>], of path: FilePath, maximum: Double = 1_500
  ) throws -> [Result<DecodedAudio, AudioDecodingError>] {
    var options = DecodingOptions()
    options.limits.maximumSeconds = maximum
    var results: [Result<DecodedAudio, AudioDecodingError>] = []
    try AudioDecoder(options: options).decode(parts, of: try ReadableFile(path)) {
      results.append($0)
      return true
    }
    return results
  }

  /// The largest difference of two parts, but for their ends, where resampling begins and ends.
  private func difference(_ left: [Float], _ right: [Float]) -> Float {
    zip(left, right).dropFirst(400).dropLast(400).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(
    "are those that are decoded one by one", .enabled(if: Encoded.hasEncoders),
    arguments: ["wav", "mp3", "mp3 without a head", "flac", "ogg", "opus"])
  func same(_ kind: String) throws {
    let encoded = Encoded()
    let path =
      switch kind {
      case "wav": try encoded.wav(source, rate: Self.rate)
      case "mp3": try encoded.mp3(source, rate: Self.rate, ["-b", "128"])
      case "mp3 without a head": try encoded.mp3(source, rate: Self.rate, ["-t", "-V", "4"])
      case "flac": try encoded.flac(source, rate: Self.rate)
      case "ogg": try encoded.vorbis(source, rate: Self.rate)
      default: try encoded.opus(source, rate: Self.rate)
      }
    // One goes back, which is slower and no less right.
    let wanted = [0.0..<1, 2.5..<4, 4..<5.5, 9..<11, 1..<2]
    let found = try parts(wanted, of: path, maximum: 2)
    #expect(found.count == wanted.count)
    for (part, result) in zip(wanted, found) {
      let audio = try result.get()
      let options = DecodingOptions(
        excerpt: .range(start: part.lowerBound, end: part.upperBound))
      let alone = try AudioDecoder(options: options).decode(path)
      #expect(abs(audio.info.excerptStart - part.lowerBound) < 0.001)
      #expect(audio.samples.count == alone.samples.count)
      #expect(difference(audio.samples, alone.samples) < 0.02, "\(part)")
    }
  }

  @Test("that lie behind the end, or are silent, are no sound, and the others are")
  func failures() throws {
    let encoded = Encoded()
    var sound = source[0]
    for place in 2 * Self.rate..<4 * Self.rate { sound[place] = 0 }
    let path = try encoded.wav([sound], rate: Self.rate)
    let found = try parts([0..<1, 2.2..<3.8, 5..<6, 20..<21, 11..<13], of: path)
    let codes = found.map { result -> AudioDecodingError.Code? in
      if case .failure(let error) = result { error.code } else { nil }
    }
    #expect(codes == [nil, .silent, nil, .noSamples, nil])
    #expect(try abs(found[4].get().info.excerptSeconds - 1) < 0.001)
  }

  @Test("end when nobody wants more")
  func stop() throws {
    let encoded = Encoded()
    let path = try encoded.wav(source, rate: Self.rate)
    var count = 0
    try AudioDecoder().decode([0..<1, 1..<2, 2..<3], of: try ReadableFile(path)) { _ in
      count += 1
      return count < 2
    }
    #expect(count == 2)
  }

  @Test("of what is no sound are none: the file is told of once")
  func noSound() throws {
    let folder = TemporaryFolder()
    let path = try folder.write(Array("this is text, not sound".utf8), as: "a.mp3")
    #expect(throws: AudioDecodingError.self) { try parts([0..<1], of: path) }
  }
}
