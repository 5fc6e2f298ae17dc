import AnalysisLines
import AudioDecoding
import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import MusicLibrary
import SpectralFeatures

/// `earshot features`: what is measured in a song, as numbers for other programs.
enum FeaturesCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let asked = context.arguments.choices("feature").compactMap(Feature.init)
    let features = asked.isEmpty ? Feature.allCases : asked
    let isArray = context.arguments.format == "npy"
    if isArray, features.count != 1 || features[0] == .descriptors {
      throw context.arguments.usageError(.onlyOne(of: "--feature", with: "--format npy"))
    }
    try context.protect(context.arguments.paths)
    let path = context.arguments.paths[0]
    let decoder = AudioDecoder(options: DecodingOptions(excerpt: context.excerpt))
    let audio = try context.watching(path) { try decoder.decode(path) }
    if let text = ErrorText.text(audio.warnings) { context.messages.say(text, about: path.string) }
    let measured = Measurement(audio.samples, features: Set(features))
    if isArray {
      let (shape, values) = measured.array(of: features[0])
      try context.deliver(NumPyArray(shape: shape, values: values).bytes)
    } else {
      try context.deliver(json(path, audio.info, measured, features).line)
    }
    return .success
  }

  private static func json(
    _ path: FilePath, _ audio: AudioInfo, _ measured: Measurement, _ features: [Feature]
  ) -> JSONValue {
    var object = JSONObject.versioned
    object.append(path: path)
    object["audio"] = .object(JSONObject(audio))
    object["settings"] = .object(JSONObject(measured.settings))
    var values = JSONObject()
    for feature in features where feature != .descriptors {
      let (shape, numbers) = measured.array(of: feature)
      values[feature.rawValue] =
        shape.count == 1
        ? .floats(numbers)
        : .array(
          (0..<shape[0]).map { row in
            .floats(Array(numbers[(row * shape[1])..<((row + 1) * shape[1])]))
          })
    }
    if !values.members.isEmpty { object["features"] = .object(values) }
    if features.contains(.descriptors) {
      object["descriptors"] = .object(JSONObject(measured.descriptors))
    }
    return .object(object)
  }
}

/// What can be asked for.
enum Feature: String, CaseIterable, Sendable {
  case mel
  case melDecibels = "mel-db"
  case mfcc, delta, chroma
  case chromaConstantQ = "chroma-cqt"
  case tonnetz, centroid, bandwidth, rolloff, flatness, contrast
  case zeroCrossingRate = "zero-crossing-rate"
  case rms
  case onsetStrength = "onset-strength"
  case descriptors

  /// What the analyzer computes for it.
  fileprivate var contents: SpectralAnalyzer.Contents {
    switch self {
    case .mel: .melPower
    case .melDecibels: .melDecibels
    case .mfcc, .delta: .mfcc
    case .chroma: .chroma
    case .chromaConstantQ: []
    case .tonnetz: .tonnetz
    case .centroid: .centroid
    case .bandwidth: .bandwidth
    case .rolloff: .rolloff
    case .flatness: .flatness
    case .contrast: .contrast
    case .zeroCrossingRate: .zeroCrossingRate
    case .rms: .rms
    case .onsetStrength: .onsetStrength
    case .descriptors: []
    }
  }
}

/// The features of one excerpt, as arrays with the frames along the last axis, as librosa has them.
private struct Measurement {
  let settings: SpectrogramSettings
  private let samples: [Float]
  private let set: SpectralFeatureSet

  init(_ samples: [Float], features: Set<Feature>) {
    var settings = SpectrogramSettings()
    settings.chromaTuning = .estimated
    self.settings = settings
    self.samples = samples
    set = SpectralAnalyzer(
      settings: settings,
      contents: features.reduce(into: []) { $0.formUnion($1.contents) }
    ).analyze(samples)
  }

  /// The descriptors as the library has them.
  var descriptors: DescriptorRecord { TrackDescriptors.descriptors(of: samples) }

  func array(of feature: Feature) -> (shape: [Int], values: [Float]) {
    switch feature {
    case .mel: Self.binsFirst(set.melPower)
    case .melDecibels: Self.binsFirst(set.melDecibels)
    case .mfcc: Self.binsFirst(set.mfcc)
    case .delta: Self.binsFirst(set.mfcc.map { Delta.delta(of: $0) })
    case .chroma: Self.binsFirst(set.chroma)
    case .chromaConstantQ: Self.binsFirst(Chroma.fromConstantQ(samples: samples))
    case .tonnetz: Self.binsFirst(set.tonnetz)
    case .contrast: Self.binsFirst(set.contrast)
    case .centroid: Self.line(set.centroid)
    case .bandwidth: Self.line(set.bandwidth)
    case .rolloff: Self.line(set.rolloff)
    case .flatness: Self.line(set.flatness)
    case .zeroCrossingRate: Self.line(set.zeroCrossingRate)
    case .rms: Self.line(set.rms)
    case .onsetStrength: Self.line(set.onsetStrength)
    case .descriptors: preconditionFailure("descriptors are no array")
    }
  }

  private static func binsFirst(_ matrix: FeatureMatrix?) -> (shape: [Int], values: [Float]) {
    guard let matrix else { preconditionFailure("a feature that was not computed") }
    return ([matrix.binCount, matrix.frameCount], matrix.transposed().values)
  }

  private static func line(_ values: [Float]?) -> (shape: [Int], values: [Float]) {
    guard let values else { preconditionFailure("a feature that was not computed") }
    return ([values.count], values)
  }
}

extension JSONObject {
  fileprivate init(_ settings: SpectrogramSettings) {
    self = [
      "sampleRate": .double(settings.sampleRate), "frameLength": .integer(settings.frameLength),
      "hopLength": .integer(settings.hopLength), "melBandCount": .integer(settings.melBandCount),
      "minimumFrequency": .double(settings.minimumFrequency),
      "maximumFrequency": .double(settings.maximumFrequency),
      "mfccCount": .integer(settings.mfccCount),
    ]
  }
}
