internal import CSQLite
public import FileAccess
internal import Glibc

/// The library file: tracks, files, vectors, descriptors, failures, and the search over their tags.
///
/// An SQLite database in write-ahead mode. Any number of programs may read while one writes. An
/// instance is used by one thread at a time.
public final class Catalogue {
  /// How a library is opened.
  public enum Access: Sendable {
    /// For reading; it must exist.
    case reading
    /// For reading and writing; it is made when it does not exist.
    case writing
  }

  /// The library file.
  public let path: FilePath
  let database: Database
  /// The version of the library's schema: of one opened for reading it may be older than this program's.
  private(set) var schemaVersion = 0
  /// Whether rows are bound by checksums: not those of an older library that is only read.
  var hasBoundRows: Bool { schemaVersion >= Schema.boundVersion }
  /// Whether vectors changed since the transaction began; see ``generation()``.
  var vectorsChanged = false
  /// Rows that were changed in the transaction under way and have no part in the facts.
  private var changesBesideFacts: Int64 = 0

  /// Opens a library, and brings an older one to this program's schema when opened for writing.
  /// - Throws: every code of ``CatalogueError``.
  public init(_ path: FilePath, access: Access) throws(CatalogueError) {
    self.path = path
    let kind = (try? FolderEntry(at: path, followLinks: true))?.kind
    let exists = kind != nil
    guard kind == nil || kind == .regular else {
      throw CatalogueError(code: .notALibrary, path: path)
    }
    switch access {
    case .reading:
      guard exists else { throw CatalogueError(code: .notFound, path: path) }
      database = try Self.openForReading(path)
    case .writing:
      do throws(FileAccessError) {
        try FolderEntry.createFolders(path.parent)
      } catch {
        throw CatalogueError(code: .readOnly, path: path, sqliteCode: error.systemCode)
      }
      let wasLeftOpen = Self.hasLog(path)
      database = try Database(path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
      if wasLeftOpen { try checkAfterUncleanStop() }
    }
    try configure()
    try checkSchema(access: access)
  }

  /// Opens a library to be read: for writing where that is allowed, because a write-ahead log left by
  /// a killed program must be folded in; else as a file that nobody changes, which needs no log. On a
  /// full disk there is no room for what readers share of the log: then this program alone reads.
  private static func openForReading(_ path: FilePath) throws(CatalogueError) -> Database {
    do throws(CatalogueError) {
      return try opened(path)
    } catch {
      if error.code == .noSpace { return try opened(path, isAlone: true) }
      guard error.code == .readOnly || error.code == .notFound, !hasLog(path) else { throw error }
      return try Database(path, flags: SQLITE_OPEN_READONLY, isImmutable: true)
    }
  }

  /// - Parameter isAlone: whether no other program gets at the library while it is open. SQLite then
  ///   keeps in memory what it else shares in a file (sqlite.org/wal.html, section 6).
  private static func opened(
    _ path: FilePath, isAlone: Bool = false
  ) throws(CatalogueError) -> Database {
    let database = try Database(path, flags: SQLITE_OPEN_READWRITE)
    if isAlone { try database.execute("PRAGMA locking_mode = EXCLUSIVE") }
    _ = try database.integer("SELECT count(*) FROM sqlite_schema")
    return database
  }

  /// Whether the last writer was stopped before it could fold its log in, or is still at work.
  private static func hasLog(_ path: FilePath) -> Bool {
    let log = FilePath(bytes: path.bytes + Array("-wal".utf8))
    return ((try? FolderEntry(at: log, followLinks: true))?.size ?? 0) > 0
  }

  private func checkAfterUncleanStop() throws(CatalogueError) {
    var answers: [String] = []
    try database.run("PRAGMA quick_check(1)") { answers.append($0.text(0) ?? "") }
    guard answers == ["ok"] else { throw CatalogueError(code: .damaged, path: path) }
  }

  private func configure() throws(CatalogueError) {
    try database.execute(
      """
      PRAGMA trusted_schema = OFF;
      PRAGMA cell_size_check = ON;
      PRAGMA mmap_size = 0;
      PRAGMA foreign_keys = ON;
      PRAGMA recursive_triggers = ON;
      PRAGMA synchronous = NORMAL;
      """)
  }

  private func checkSchema(access: Access) throws(CatalogueError) {
    // In one snapshot: another program may be making the library at this moment.
    let (application, version, tables) = try snapshot { () throws(CatalogueError) in
      (
        try database.integer("PRAGMA application_id") ?? 0,
        Int(try database.integer("PRAGMA user_version") ?? 0),
        try database.integer("SELECT count(*) FROM sqlite_schema") ?? 0
      )
    }
    if version == 0 {
      guard application == 0, tables == 0, access == .writing else {
        throw CatalogueError(code: .notALibrary, path: path)
      }
    } else {
      guard application == Schema.applicationID, version > 0 else {
        throw CatalogueError(code: .notALibrary, path: path)
      }
      guard version <= Schema.currentVersion else {
        throw CatalogueError(code: .newerSchema(version), path: path)
      }
    }
    schemaVersion = version
    guard version < Schema.currentVersion, access == .writing else { return }
    try useWriteAheadLog()
    try transaction { () throws(CatalogueError) in
      // Another program may have done it since; the transaction holds it off now.
      let start = Int(try database.integer("PRAGMA user_version") ?? 0)
      for migration in Schema.migrations[start...] { try database.execute(migration) }
      try database.execute("PRAGMA application_id = \(Schema.applicationID)")
      try database.execute("PRAGMA user_version = \(Schema.currentVersion)")
    }
    schemaVersion = Schema.currentVersion
  }

  /// Switches to the write-ahead log. Here SQLite does not wait for another program that makes the
  /// same library, as it does elsewhere, so this does.
  private func useWriteAheadLog() throws(CatalogueError) {
    var attempts = 0
    while true {
      do throws(CatalogueError) {
        return try database.execute("PRAGMA journal_mode = WAL")
      } catch {
        attempts += 1
        guard error.code == .busy, attempts < 250 else { throw error }
      }
      usleep(20_000)
    }
  }

  /// Runs `body` as one transaction: all of it is kept, or nothing when it throws.
  public func transaction(_ body: () throws(CatalogueError) -> Void) throws(CatalogueError) {
    try database.execute("BEGIN IMMEDIATE")
    vectorsChanged = false
    changesBesideFacts = 0
    let changesBefore = database.changeCount
    do throws(CatalogueError) {
      try body()
      if vectorsChanged { try advanceGeneration() }
      if database.changeCount - changesBefore != changesBesideFacts {
        try set(Self.revisionSetting, to: String(Int.random(in: 1...Int.max)))
      }
      try database.execute("COMMIT")
    } catch {
      try? database.execute("ROLLBACK")
      throw error
    }
  }

  /// Runs `body`, which changes nothing of what ``revision()`` is for: the facts of all tracks, which take
  /// seconds to make anew in a large library.
  func besideFacts(_ body: () throws(CatalogueError) -> Void) throws(CatalogueError) {
    let before = database.changeCount
    try body()
    changesBesideFacts += database.changeCount - before
  }

  /// Runs `body` in the transaction under way, or in one of its own: for changes of several steps,
  /// and for those that must move the generation on.
  func atomically(_ body: () throws(CatalogueError) -> Void) throws(CatalogueError) {
    if database.isInTransaction { try body() } else { try transaction(body) }
  }

  /// Reads one consistent state of the library, whatever others write meanwhile.
  public func snapshot<Result>(
    _ body: () throws(CatalogueError) -> Result
  ) throws(CatalogueError) -> Result {
    try database.execute("BEGIN")
    defer { try? database.execute("COMMIT") }
    return try body()
  }

  /// Reads one consistent state, that of the transaction under way if there is one.
  func consistently<Result>(
    _ body: () throws(CatalogueError) -> Result
  ) throws(CatalogueError) -> Result {
    try database.isInTransaction ? body() : snapshot(body)
  }

  /// What to throw where rows do not match.
  var damage: CatalogueError { CatalogueError(code: .damaged, path: path) }

  /// Moves the write-ahead log into the library file, so that the file alone is whole.
  public func checkpoint() throws(CatalogueError) {
    try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
  }

  /// Whether SQLite finds the file sound.
  public func isSound() throws(CatalogueError) -> Bool {
    var answers: [String] = []
    try database.run("PRAGMA integrity_check") { answers.append($0.text(0) ?? "") }
    return answers == ["ok"]
  }

  /// A number that is another one whenever the vectors change, 0 before the first; a search file
  /// carries the one it was made at. It is drawn at random, so that no other library, not even one
  /// made anew in the same place, has the same.
  public func generation() throws(CatalogueError) -> Int {
    Int(try setting("generation") ?? "0") ?? 0
  }

  private func advanceGeneration() throws(CatalogueError) {
    try set("generation", to: String(Int.random(in: 1...Int.max)))
  }

  /// A setting kept with the library, or nil.
  public func setting(_ name: String) throws(CatalogueError) -> String? {
    var value: String?
    try database.run("SELECT value FROM setting WHERE name = ?", [.text(name)]) {
      value = $0.text(0)
    }
    return value
  }

  /// Keeps a setting with the library.
  public func set(_ name: String, to value: String) throws(CatalogueError) {
    try database.run(
      "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      [.text(name), .text(value)])
  }
}
