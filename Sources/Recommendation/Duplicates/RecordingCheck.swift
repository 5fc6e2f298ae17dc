internal import Catalogue
internal import VectorIndex

/// Tells whether tracks are the same recording as others, by their fingerprints. What was read of a
/// track is kept.
final class RecordingCheck {
  private let finder: RecordingFinder
  private let catalogue: Catalogue
  private var sounds: [Int64: HeardSound?] = [:]

  init(catalogue: Catalogue, model: ModelRecord) {
    self.catalogue = catalogue
    finder = RecordingFinder(catalogue: catalogue, model: model, rule: DuplicateRule())
  }

  /// What was heard of a track; nil where it lacks a fingerprint or a vector.
  func sound(of track: Int64) throws(CatalogueError) -> HeardSound? {
    if let known = sounds[track] { return known }
    var sound: HeardSound?
    if let record = try catalogue.track(track) {
      sound = try finder.sound(of: track, seconds: record.sound.seconds)
    }
    sounds[track] = .some(sound)
    return sound
  }

  /// Whether a track is the recording of one of some sounds.
  func isRecording(_ track: Int64, of others: [HeardSound]) throws(CatalogueError) -> Bool {
    guard !others.isEmpty, let sound = try sound(of: track) else { return false }
    return others.contains { finder.rule.evidence(sound, $0) != nil }
  }

  /// Whether a track is the recording of one of some tracks, each with its vector. Only those are
  /// compared that are nearer than ``nearest``.
  func isRecording(
    _ track: Int64, _ vector: [Float], of others: [(track: Int64, vector: [Float])]
  ) throws(CatalogueError) -> Bool {
    for other in others
    where other.track != track && cosineSimilarity(vector, other.vector) >= Self.nearest {
      if let sound = try sound(of: other.track), try isRecording(track, of: [sound]) {
        return true
      }
    }
    return false
  }

  /// Encodings of one recording lie nearer than this, but for damage: a list needs to be quick more than
  /// to find the very last copy.
  static let nearest: Float = 0.8
}
