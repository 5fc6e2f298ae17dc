internal import CSQLite
public import FileAccess

/// A second connection to a library, past the catalogue, as another program or a fault would change it.
public final class RawDatabase {
  /// Why a statement did not run.
  public struct Failure: Error {
    /// SQLite's result code.
    public let code: Int32
    /// The statement.
    public let sql: String
  }

  private let handle: OpaquePointer

  /// Opens a database, made when there is none.
  public init(_ path: FilePath) throws {
    var handle: OpaquePointer?
    let status = sqlite3_open_v2(
      path.string, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
    guard let handle, status == SQLITE_OK else { throw Failure(code: status, sql: "open") }
    self.handle = handle
    sqlite3_busy_timeout(handle, 2_000)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs statements.
  public func execute(_ script: String) throws {
    let status = sqlite3_exec(handle, script, nil, nil, nil)
    guard status == SQLITE_OK else { throw Failure(code: status, sql: script) }
  }

  /// The first column of every row, as text.
  public func column(_ sql: String) throws -> [String] {
    var statement: OpaquePointer?
    let status = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    guard status == SQLITE_OK else { throw Failure(code: status, sql: sql) }
    defer { sqlite3_finalize(statement) }
    var values: [String] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      values.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "NULL")
    }
    return values
  }

  /// Whether the words of the full-text search are those of the files.
  public func textIsInStep() -> Bool {
    let check = "INSERT INTO file_text (file_text, rank) VALUES ('integrity-check', 1)"
    return (try? execute(check)) != nil
  }

  /// Everything the tables hold, to see whether anything changed.
  public func contents() throws -> [String] {
    let tables = try column("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return try tables.flatMap { table in
      let columns = try column(
        "SELECT group_concat('quote(\"' || name || '\")', '||') FROM pragma_table_info('\(table)')")
      return try [table] + column("SELECT \(columns.joined()) FROM \"\(table)\"").sorted()
    }
  }
}
