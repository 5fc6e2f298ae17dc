import AudioDecoding
import Embedding
import Evaluation
import FileAccess
import MP3Encoding
import SpectralFeatures

/// A track as it is, or what was made of it.
enum TrackCopy: Hashable, Sendable {
  case original
  case transformed(SoundTransform)
  case encoded

  static let all: [TrackCopy] =
    [.original, .encoded] + SoundTransform.allCases.map(TrackCopy.transformed)
}

/// Hears one track and its copies for every subject: each sound is decoded, changed and analysed
/// once.
struct EvaluationListener: Sendable {
  /// The values of each subject, in their order, by the copy.
  typealias Heard = [TrackCopy: [[Float]]]

  let subjects: [EvaluationSubject]
  let copies: [TrackCopy]
  private let excerpt: Excerpt
  /// Subjects that share settings share their analysis.
  private let groups: [(analyzer: SpectralAnalyzer, subjects: [Int])]

  static let encodedKilobits = 64

  init(subjects: [EvaluationSubject], copies: [TrackCopy], excerpt: Excerpt) {
    self.subjects = subjects
    self.copies = copies
    self.excerpt = excerpt
    var groups: [(settings: SpectrogramSettings, subjects: [Int])] = []
    for (number, subject) in subjects.enumerated() {
      if let place = groups.firstIndex(where: { $0.settings == subject.settings }) {
        groups[place].subjects.append(number)
      } else {
        groups.append((subject.settings, [number]))
      }
    }
    self.groups = groups.map { settings, members in
      let contents = members.reduce(into: SpectralAnalyzer.Contents()) {
        $0.formUnion(subjects[$1].contents)
      }
      return (SpectralAnalyzer(settings: settings, contents: contents), members)
    }
  }

  /// Hears a file.
  /// - Parameters:
  ///   - path: the file.
  ///   - seed: of what is random, other for each track.
  func listen(to path: FilePath, seed: UInt32) -> Result<Heard, AudioDecodingError> {
    do throws(AudioDecodingError) {
      let file: ReadableFile
      do { file = try ReadableFile(path) } catch { throw AudioDecodingError(error) }
      var heard: Heard = [:]
      var info: AudioInfo?
      heard[.original] = try values(seed: seed) { rate throws(AudioDecodingError) in
        let audio = try decode(file, rate)
        info = audio.info
        return audio.samples
      }
      guard let info, copies.contains(where: { $0 != .original }) else { return .success(heard) }
      // Copies are made at the sound's own rate, as an editor makes them.
      let limits = DecodingLimits().sampleRates
      let rate = min(max(info.sampleRate, limits.lowerBound), limits.upperBound)
      let samples = try decode(file, rate).samples
      for (number, copy) in copies.enumerated() {
        let copySeed = seed &+ UInt32(number)
        switch copy {
        case .original: continue
        case .transformed(let transform):
          let changed = transform.apply(
            to: samples, sampleRate: Double(rate), seed: copySeed)
          heard[copy] = try values(seed: copySeed) { target throws(AudioDecodingError) in
            SampleRateConversion.convert(changed, from: rate, to: target)
          }
        case .encoded:
          guard let encoded = encode(samples, rate: rate) else { continue }
          // Without it the track still counts for everything else.
          heard[copy] = try? values(seed: copySeed) { rate throws(AudioDecodingError) in
            try AudioDecoder(options: DecodingOptions(sampleRate: rate, excerpt: .full))
              .decode(encoded).samples
          }
        }
      }
      return .success(heard)
    } catch {
      return .failure(error)
    }
  }

  private func decode(
    _ file: ReadableFile, _ rate: Int
  ) throws(AudioDecodingError) -> DecodedAudio {
    try AudioDecoder(options: DecodingOptions(sampleRate: rate, excerpt: excerpt)).decode(file)
  }

  /// The values of all subjects, in their order, for a sound that is had at any rate.
  private func values(
    seed: UInt32, samples: (Int) throws(AudioDecodingError) -> [Float]
  ) throws(AudioDecodingError) -> [[Float]] {
    var values = [[Float]](repeating: [], count: subjects.count)
    for (analyzer, members) in groups {
      let features = analyzer.analyze(try samples(Int(analyzer.settings.sampleRate)))
      for number in members {
        // The same values compared in another way are held once.
        let twin = subjects[..<number].firstIndex { $0.hasValues(of: subjects[number]) }
        values[number] =
          twin.map { values[$0] } ?? subjects[number].values(of: features, seed: seed)
      }
    }
    return values
  }

  private func encode(_ samples: [Float], rate: Int) -> ReadableFile? {
    guard
      let bytes = try? MP3Encoder.encode(
        samples, sampleRate: rate, kilobitsPerSecond: Self.encodedKilobits)
    else { return nil }
    return try? UnnamedFile.holding(bytes)
  }
}
