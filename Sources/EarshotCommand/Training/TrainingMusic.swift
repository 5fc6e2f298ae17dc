import AudioTags
import Catalogue
import CommandInterface
import Evaluation
import FileAccess
import MusicLibrary
import ParallelWork

/// The music of a training: the files of folders and of tables of labels, each once, with what is
/// known of them.
struct TrainingMusic {
  struct Track {
    /// Absolute.
    let file: FilePath
    let source: String
    let licence: String
    /// Empty where no table tells.
    let artist: String
    /// Whether tags may tell who made it.
    let isFromFolder: Bool
  }

  /// What was named: folders and tables, absolute.
  let places: [FilePath]
  let tracks: [Track]

  /// Looks for music.
  /// - Parameter places: folders, which are searched, and CSV files.
  /// - Throws: `FileAccessError` for a folder, `EvaluationError` for a table.
  init(_ places: [FilePath]) throws {
    self.places = places.map { $0.absolute(in: FolderEntry.currentFolder) }
    var tracks: [Track] = []
    var seen: Set<FilePath> = []
    for place in self.places {
      if try FolderEntry(at: place, followLinks: true).kind == .folder {
        let scan = try FolderScan([place], followLinks: true) { _ in true }
        for file in scan.files where seen.insert(file.path).inserted {
          tracks.append(
            Track(
              file: file.path, source: place.lastComponent.string, licence: "", artist: "",
              isFromFolder: true))
        }
      } else {
        let table = try LabelTable([place])
        for (track, file) in zip(table.tracks, table.files) {
          let file = file.absolute(in: FolderEntry.currentFolder)
          guard seen.insert(file).inserted else { continue }
          tracks.append(
            Track(
              file: file,
              source: track.source.isEmpty ? place.lastComponent.string : track.source,
              licence: track.licence, artist: track.artist, isFromFolder: false))
        }
      }
    }
    self.tracks = tracks
  }

  /// The artists of all tracks, by their tags where no table tells; empty where unknown.
  /// - Returns: nil when told to stop.
  func artists() -> [String]? {
    var artists: [String] = []
    ParallelWork.run(
      tracks, width: ParallelWork.processorCount, ordered: true,
      work: { track in
        guard track.isFromFolder, let file = try? ReadableFile(track.file) else {
          return track.artist
        }
        return AudioTags.read(from: file).artist ?? ""
      },
      receive: { _, artist in
        artists.append(artist)
        return !Interruption.isWanted
      })
    return artists.count == tracks.count ? artists : nil
  }
}
