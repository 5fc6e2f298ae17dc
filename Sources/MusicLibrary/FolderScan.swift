internal import AudioDecoding
public import Catalogue
public import FileAccess

/// A walk through folders: which files may hold music, and what was passed over.
public struct FolderScan: Sendable {
  /// Why a name was passed over.
  public enum Reason: String, Sendable {
    /// Its ending belongs to pictures, texts and the like.
    case otherKind = "other-kind"
    /// A link, and links are not followed.
    case link
    /// A FIFO, socket or device.
    case notAFile = "not-a-file"
    /// The folder or file could not be looked into.
    case unreadable
    /// A folder that was reached before by another way.
    case loop
    /// Its name is one of those to be passed over.
    case excluded
    /// A folder with the file ``FolderScan/markerName`` in it.
    case marked
  }

  /// The file that says of its folder, and of all below it, that nothing there is to be listened to.
  public static let markerName = FilePath(".noearshot")

  /// The files, in the order of their paths within each folder.
  public private(set) var files: [FileStamp] = []
  /// The names passed over.
  public private(set) var skipped: [(path: FilePath, reason: Reason)] = []

  private let followLinks: Bool
  private let exclusions: [NamePattern]
  private var visited: Set<FileNumber> = []
  private var found: Set<FilePath> = []

  /// Walks through folders and single files.
  /// - Parameters:
  ///   - roots: absolute paths; a root that is itself a link is followed.
  ///   - followLinks: whether links below the roots are followed.
  ///   - exclusions: names below the roots that are passed over, folders with all in them. The roots
  ///     were asked for and are compared with none.
  ///   - report: called now and then with the number of files found; false stops the walk.
  /// - Throws: when a root does not exist or cannot be read.
  public init(
    _ roots: [FilePath], followLinks: Bool, excluding exclusions: [NamePattern] = [],
    report: (Int) -> Bool
  ) throws(FileAccessError) {
    self.followLinks = followLinks
    self.exclusions = exclusions
    for root in roots {
      let entry = try FolderEntry(at: root, followLinks: true)
      if entry.kind == .folder { _ = try FolderEntry.names(in: root) }
      guard walk(entry, report: report) else { return }
    }
  }

  /// Walks through one root; false when it was told to stop.
  private mutating func walk(_ root: FolderEntry, report: (Int) -> Bool) -> Bool {
    var waiting = [root]
    while let entry = waiting.popLast() {
      switch entry.kind {
      case .folder:
        guard visited.insert(entry.identity).inserted else {
          skipped.append((entry.path, .loop))
          continue
        }
        guard let names = try? FolderEntry.names(in: entry.path) else {
          skipped.append((entry.path, .unreadable))
          continue
        }
        guard !names.contains(Self.markerName) else {
          skipped.append((entry.path, .marked))
          continue
        }
        // Last in, first out: pushed backwards, the names come in order. Links to folders come
        // last of all, so that a folder is known by its own name.
        for name in names.reversed() {
          guard let (found, isLink) = look(at: entry.path.appending(name)) else { continue }
          guard !isExcluded(found, below: root.path) else {
            skipped.append((found.path, .excluded))
            continue
          }
          waiting.insert(found, at: isLink && found.kind == .folder ? 0 : waiting.endIndex)
        }
        guard report(files.count) else { return false }
      case .regular:
        if MusicNames.isOtherKind(entry.path) {
          skipped.append((entry.path, .otherKind))
        } else if found.insert(entry.path).inserted {
          files.append(
            FileStamp(path: entry.path, size: entry.size, modified: entry.modificationTime))
        }
      default:
        skipped.append((entry.path, .notAFile))
      }
    }
    return true
  }

  private func isExcluded(_ entry: FolderEntry, below root: FilePath) -> Bool {
    guard !exclusions.isEmpty else { return false }
    let names = entry.path.bytes.dropFirst(root.bytes.count).split(separator: UInt8(ascii: "/"))
      .map { FilePath(bytes: $0) }
    return exclusions.contains { $0.fits(names, isFolder: entry.kind == .folder) }
  }

  /// What a name stands for, and whether it is a link; nil for what is passed over.
  private mutating func look(at path: FilePath) -> (entry: FolderEntry, isLink: Bool)? {
    guard let entry = try? FolderEntry(at: path, followLinks: false) else {
      skipped.append((path, .unreadable))
      return nil
    }
    guard entry.kind == .link else { return (entry, false) }
    guard followLinks else {
      skipped.append((path, .link))
      return nil
    }
    guard let target = try? FolderEntry(at: path, followLinks: true) else {
      skipped.append((path, .unreadable))
      return nil
    }
    return (target, true)
  }
}

/// What the ending of a name tells. It only decides what is worth opening and what is worth a
/// complaint, never how a file is decoded.
public enum MusicNames {
  /// Endings that promise music: such a file is a failure when it holds none.
  private static let music: Set<String> = [
    "aac", "aif", "aifc", "aiff", "alac", "ape", "caf", "dff", "dsf", "flac", "m4a", "m4b", "mka",
    "mp1", "mp2", "mp3", "mpa", "mpc", "mpga", "oga", "ogg", "opus", "ra", "rf64", "spx", "tta",
    "w64", "wav", "wave", "wma", "wv",
  ]

  /// Endings that promise something else: such a file is not even opened.
  private static let other: Set<String> = [
    "accurip", "avi", "bmp", "csv", "cue", "db", "doc", "docx", "exe", "gif", "gz", "htm", "html",
    "ini",
    "jpeg", "jpg", "js", "json", "log", "lrc", "lyrics", "m3u", "m3u8", "md", "md5", "mid", "midi",
    "mkv", "mov", "mp4", "nfo", "nomedia", "pdf", "pls", "png", "py", "rar", "rtf", "sfv", "sha256",
    "sqlite", "svg", "swift", "tar", "tif", "tiff", "torrent", "txt", "url", "webm", "webp", "wpl",
    "xml", "xspf", "xz", "yaml", "yml", "zip",
  ]

  /// Whether a file holds no music and its name never promised any: nothing to complain about.
  /// - Parameter code: why it gave none, a code of `AudioDecodingError`.
  public static func isNoMusic(_ path: FilePath, code: String) -> Bool {
    let codes: [AudioDecodingError.Code] = [.notAudio, .unsupportedFormat, .noSamples]
    return codes.contains { $0.rawValue == code } && !isMusic(path)
  }

  static func isMusic(_ path: FilePath) -> Bool {
    path.fileExtension.map(music.contains) ?? false
  }

  static func isOtherKind(_ path: FilePath) -> Bool {
    path.fileExtension.map(other.contains) ?? false
  }
}
