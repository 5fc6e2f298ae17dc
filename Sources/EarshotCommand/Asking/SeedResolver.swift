import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import Hashing
import Recommendation

/// Finds in the library what seeds mean that are no music files.
struct SeedResolver {
  let context: CommandContext
  let catalogue: Catalogue
  let model: ModelRecord
  let recommender: Recommender
  /// Whether what a person hears in them is compared.
  let withCharacters: Bool
  /// Whether distances are asked for.
  let withPoints: Bool

  /// The most tracks that a text search brings together.
  private static let mostMatches = 100_000

  /// What a seed means.
  /// - Throws: ``CommandError`` where the library holds nothing that is meant, `CatalogueError`,
  ///   `FileAccessError`.
  func resolve(_ seed: SeedText) throws -> Seed {
    let text = seed.value.string
    switch seed.kind {
    case .file: preconditionFailure("a music file is listened to")
    case .track:
      let track = try track(seed.value)
      var found = try self.seed(of: [track], named: nil)
      let path = seed.value.absolute(in: FolderEntry.currentFolder)
      if try catalogue.file(at: path)?.track == track { found.paths[track] = path }
      return found
    case .text:
      return try self.seed(
        of: catalogue.tracks(matching: text, limit: Self.mostMatches), named: text)
    case .artist: return try self.seed(of: catalogue.tracks(artist: text), named: text)
    case .album: return try self.seed(of: catalogue.tracks(album: text), named: text)
    case .genre: return try self.seed(of: catalogue.tracks(genre: text), named: text)
    case .playlist:
      let (tracks, paths) = try tracks(inPlaylist: seed.value)
      var found = try self.seed(of: tracks, named: text)
      found.paths = paths
      return found
    case .vector:
      return Seed(
        vector: try SeedVector.read(seed.value, for: model),
        json: [["vector": .string(text == "-" ? "standard input" : text)]], name: "a vector")
    }
  }

  /// Several tracks are one seed: their mean direction.
  private func seed(of tracks: [Int64], named name: String?) throws -> Seed {
    if tracks.isEmpty { throw CommandError.nothingFound(name ?? "") }
    guard let vector = try recommender.vector(of: tracks) else { throw CommandError.noDirection }
    let records = try tracks.compactMap { try catalogue.track($0) }
    let characters =
      withCharacters
      ? try tracks.map { SoundCharacter(try catalogue.descriptors(of: $0)) } : []
    return Seed(
      vector: vector, point: withPoints ? try recommender.point(of: tracks) : nil, list: tracks,
      characters: characters,
      json: records.map { ["trackID": .string($0.sound.identity.hexadecimal)] },
      name: records.count == 1 ? TrackTable.name(of: records[0]) : name ?? "")
  }

  private func track(_ reference: FilePath) throws -> Int64 {
    let name = reference.string
    switch try TrackReference.resolve(
      reference, in: catalogue, relativeTo: FolderEntry.currentFolder)
    {
    case .track(let track): return track
    case .none:
      if (try? FolderEntry(at: reference, followLinks: true))?.kind == .regular {
        throw CommandError.notIndexed(name)
      }
      throw name.contains("/") ? CommandError.noSuchFile(name) : .nothingFound(name)
    case .ambiguous(let found):
      let records = try found.compactMap { try catalogue.track($0) }
      let digits = name.lowercased()
      if records.allSatisfy({ $0.sound.identity.hexadecimal.hasPrefix(digits) }) {
        throw CommandError.ambiguousIdentity(name)
      }
      if let first = records.first {
        context.messages.say(
          "several tracks match \"\(name)\"; taking \(TrackTable.name(of: first)) "
            + "(\(first.path.string))")
      }
      return found[0]
    }
  }

  /// The library's tracks on a list, and the files by which it names them; how many lines name none of
  /// them is told.
  private func tracks(
    inPlaylist path: FilePath
  ) throws -> (tracks: [Int64], paths: [Int64: FilePath]) {
    let bytes = try ReadableFile(path).contents(limit: 1 << 26)
    let absolute = path.absolute(in: FolderEntry.currentFolder)
    var tracks: [Int64] = []
    var paths: [Int64: FilePath] = [:]
    var missing = 0
    for file in Playlist.paths(inM3U: bytes, folder: absolute.parent) {
      guard let track = try catalogue.file(at: file)?.track else {
        missing += 1
        continue
      }
      if paths.updateValue(paths[track] ?? file, forKey: track) == nil { tracks.append(track) }
    }
    if tracks.isEmpty { throw CommandError.emptyList(path.string) }
    if missing > 0 {
      context.messages.say(
        "\(NumberText.count(missing, "file")) of the list \(missing == 1 ? "is" : "are") not in the "
          + "library", about: path.string)
    }
    return (tracks, paths)
  }
}
