public import AnalysisLines
public import FileAccess
public import Fingerprinting

/// How folders are indexed.
public struct IndexOptions: Sendable {
  /// How many files are analysed at once.
  public var workers = 1
  /// Whether descriptors are computed and kept.
  public var descriptors = true
  /// Whether fingerprints are made and kept.
  public var fingerprints = true
  /// Whether long tracks get sections.
  public var sections = false
  /// Whether files that did not change are analysed again.
  public var force = false
  /// Whether files that failed and did not change are tried again.
  public var retryFailed = false
  /// Whether links below the folders are followed.
  public var followLinks = false
  /// Names below the folders that are passed over.
  public var exclusions: [NamePattern] = []

  /// The defaults.
  public init() {}
}

/// What an index run did.
public struct IndexSummary: Equatable, Sendable {
  /// Files that may hold music.
  public var found = 0
  /// Files that were as the library knew them: not even opened.
  public var unchanged = 0
  /// Files that were decoded and analysed.
  public var analysed = 0
  /// Files whose sound the library held already: renamed, moved, retagged or copied.
  public var known = 0
  /// Files that failed in this run.
  public var failed = 0
  /// Files that failed in an earlier run and did not change.
  public var failedBefore = 0
  /// Files that did not change and are listened to again, because their descriptors are of definitions
  /// that are no longer in use.
  public var outdated = 0
  /// Files that did not change and are listened to again, because they are long and have no sections.
  public var withoutSections = 0
  /// Names passed over: files of other kinds, links, pipes and devices, and what is excluded.
  public var skipped = 0
  /// Those of them that were to be passed over: their names fit a pattern, or a marker lay in them.
  public var excluded = 0
  /// Folders and files below the roots that could not be looked into.
  public var unreadable = 0
  /// Files that were used although something was wrong with them.
  public var warned = 0
  /// Files that the library knew and that are gone.
  public var missing = 0
  /// Files that the library knows and that are excluded now: they count as missing until a run finds
  /// them again.
  public var setAside = 0
  /// Whether fingerprints were wanted and cannot be made here.
  public var isWithoutFingerprints = false
  /// Whether the run was stopped before its end.
  public var isInterrupted = false
}

/// What happens during an index run, for those who watch.
public enum IndexEvent: Sendable {
  /// The folders are being walked through; so many files were found so far.
  case scanning(found: Int)
  /// So many files did not change and are listened to again, because their descriptors are outdated.
  case outdated(Int)
  /// So many files did not change and are listened to again, because they are long and have no sections.
  case withoutSections(Int)
  /// The walk is done; so many files are to be looked at.
  case started(pending: Int)
  /// What the rest of a long run will take.
  case estimated(IndexEstimate)
  /// A folder or file could not be looked into.
  case unreadable(FilePath)
  /// Fingerprints are wanted and cannot be made; all else goes on. Told once.
  case withoutFingerprints(FingerprintingError)
  /// A file was used although something is wrong with it.
  case warned(FilePath, [AnalysisWarning])
  /// A file failed.
  case failed(FilePath, AnalysisFailure)
  /// So many of the pending files are done.
  case progressed(done: Int, pending: Int)
  /// The search file is being written.
  case finishing
}
