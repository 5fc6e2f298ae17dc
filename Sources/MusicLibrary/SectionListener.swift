internal import AudioDecoding
internal import Catalogue
internal import Embedding
internal import FileAccess
internal import SpectralFeatures

/// How sections are listened to.
public struct SectionOptions: Sendable {
  /// So long after a file was begun no further section of it is begun, in seconds: a file is not to fail
  /// because it is long.
  public let seconds: Double
  /// Seconds from any beginning.
  public let clock: @Sendable () -> Double

  /// Puts the options together.
  public init(seconds: Double, clock: @escaping @Sendable () -> Double) {
    self.seconds = seconds
    self.clock = clock
  }
}

/// Makes the vectors of a long track's sections.
struct SectionListener {
  let model: EmbeddingModel
  let decoder: AudioDecoder
  let options: SectionOptions
  private let analyzer: SpectralAnalyzer

  init(model: EmbeddingModel, decoder: AudioDecoder, options: SectionOptions) {
    self.model = model
    self.decoder = decoder
    self.options = options
    analyzer = SpectralAnalyzer(settings: model.settings, contents: model.contents)
  }

  /// The sections of a track; nil where it is too short to have some. Those that are silent or damaged
  /// have no vector.
  /// - Parameters:
  ///   - seconds: the length of the track.
  ///   - start: when the file was begun.
  /// - Returns: also where it was stopped for lack of time, in seconds of the track; nil where not.
  func sections(
    of file: ReadableFile, seconds: Double, begunAt start: Double
  ) -> (records: [SectionRecord], stop: Int?)? {
    let plans = TrackSections.plans(seconds: seconds, dimension: model.dimension)
    guard !plans.isEmpty else { return nil }
    var records: [SectionRecord] = []
    var stop: Int?
    var number = 0
    // What is wrong with the whole file was met before.
    try? decoder.decode(plans.map(\.heard), of: file) { result in
      let plan = plans[number]
      number += 1
      switch result {
      case .success(let audio):
        let vector = model.embed(analyzer.analyze(audio.samples))
        let record = SectionRecord(start: plan.start, seconds: plan.seconds, vector: vector)
        if record.fault(dimension: model.dimension) == nil { records.append(record) }
      case .failure(let error):
        // There is nothing behind the end of the sound, or behind what cannot be read.
        if error.code == .noSamples || error.code == .unreadable { return false }
      }
      if number < plans.count, options.clock() - start > options.seconds {
        stop = plans[number].start
      }
      return stop == nil
    }
    return (records, stop)
  }
}
