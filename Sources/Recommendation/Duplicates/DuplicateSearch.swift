public import Catalogue
public import FileAccess

/// Files of a library that hold one recording: the best first.
public struct DuplicateGroup: Sendable {
  /// The files; at least two.
  public let copies: [DuplicateCopy]
}

/// One of several files of one recording.
public struct DuplicateCopy: Sendable {
  /// Why a file is taken for a copy of another.
  public enum Reason: Equatable, Sendable {
    /// Both hold the very same encoded sound.
    case sameSound
    /// They hold one recording in two encodings.
    case sameRecording(DuplicateEvidence)
  }

  /// The track, as this file.
  public let track: TrackRecord
  /// The size of the file in bytes.
  public let size: Int
  /// The bits of the file for each second of sound.
  public let bitRate: Int
  /// Why it is a copy, and of which file of the group; nil for the best.
  public let reason: (Reason, of: FilePath)?
}

/// Finds the files of a library that hold one recording. Nothing is changed.
public struct DuplicateSearch {
  private let catalogue: Catalogue
  private let finder: RecordingFinder?

  /// - Parameter model: the model whose vectors confirm what fingerprints say; nil to find only files
  ///   of the very same sound.
  public init(catalogue: Catalogue, model: ModelRecord?, rule: DuplicateRule = DuplicateRule()) {
    self.catalogue = catalogue
    finder = model.map { RecordingFinder(catalogue: catalogue, model: $0, rule: rule) }
  }

  /// What was found.
  public struct Findings: Sendable {
    /// The groups, in the order of their first paths.
    public let groups: [DuplicateGroup]
    /// How many tracks have no fingerprint, so that only files of the very same sound were found.
    public let unprinted: Int
  }

  /// Looks through the whole library.
  public func run() throws(CatalogueError) -> Findings {
    let (recordings, printed) = try finder?.groups() ?? ([], 0)
    let grouped = Set(recordings.joined())
    let single = try catalogue.tracksOfSeveralFiles().filter { !grouped.contains($0) }
    var groups: [DuplicateGroup] = []
    for tracks in recordings + single.map({ [$0] }) {
      let group = try group(of: tracks)
      if group.copies.count > 1 { groups.append(group) }
    }
    groups.sort { Self.path(of: $0).lexicographicallyPrecedes(Self.path(of: $1)) }
    return Findings(groups: groups, unprinted: max(0, try catalogue.presentTrackCount() - printed))
  }

  private static func path(of group: DuplicateGroup) -> [UInt8] {
    group.copies.first?.track.path.bytes ?? []
  }

  /// A track with its files, and how it is compared.
  private struct Member {
    let track: TrackRecord
    let files: [HeldFile]
    let quality: SoundQuality
    let sound: HeardSound?
  }

  private func group(of tracks: [Int64]) throws(CatalogueError) -> DuplicateGroup {
    var members: [Member] = []
    for number in tracks {
      let files = try catalogue.files(of: number)
      guard let track = try catalogue.track(number), let file = files.first else { continue }
      members.append(
        Member(
          track: track, files: files, quality: SoundQuality(track.sound, size: file.stamp.size),
          sound: tracks.count == 1
            ? nil : try finder?.sound(of: number, seconds: track.sound.seconds)))
    }
    members.sort {
      let (left, right) = ($0.track.path.bytes, $1.track.path.bytes)
      return $0.quality != $1.quality
        ? $0.quality > $1.quality : left.lexicographicallyPrecedes(right)
    }
    var copies: [DuplicateCopy] = []
    for (place, member) in members.enumerated() {
      for (number, file) in member.files.enumerated() {
        let reason: (DuplicateCopy.Reason, of: FilePath)? =
          if number > 0 {
            (.sameSound, of: member.files[0].path)
          } else if place > 0 {
            reason(for: member, among: members)
          } else {
            nil
          }
        copies.append(
          DuplicateCopy(
            track: member.track.asHeld(by: file), size: file.stamp.size,
            bitRate: SoundQuality(member.track.sound, size: file.stamp.size).bitRate, reason: reason
          ))
      }
    }
    return DuplicateGroup(copies: copies)
  }

  /// Why a track is in a group: how it compares with the best, or, where it is like that one only by
  /// way of others, with the one it is most like.
  private func reason(
    for member: Member, among members: [Member]
  ) -> (DuplicateCopy.Reason, of: FilePath)? {
    guard let finder, let sound = member.sound else { return nil }
    var best: (evidence: DuplicateEvidence, path: FilePath)?
    for (place, other) in members.enumerated() where other.track.number != member.track.number {
      guard let theirs = other.sound, let evidence = finder.rule.evidence(theirs, sound) else {
        continue
      }
      if best.map({ evidence.agreement > $0.evidence.agreement }) ?? true {
        best = (evidence, other.track.path)
      }
      if place == 0 { break }
    }
    return best.map { (.sameRecording($0.evidence), of: $0.path) }
  }
}
