import CSQLite
import FileAccess
import Testing

/// A second connection, past the catalogue, as another program or a fault would change the file.
final class RawDatabase {
  private let handle: OpaquePointer

  init(_ path: FilePath) throws {
    var handle: OpaquePointer?
    let status = sqlite3_open_v2(
      path.string, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
    self.handle = try #require(handle)
    try #require(status == SQLITE_OK)
    sqlite3_busy_timeout(self.handle, 2_000)
  }

  deinit { sqlite3_close_v2(handle) }

  func execute(_ script: String) throws {
    try #require(sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK, "\(script)")
  }

  /// The first column of every row, as text.
  func column(_ sql: String) throws -> [String] {
    var statement: OpaquePointer?
    try #require(sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, "\(sql)")
    defer { sqlite3_finalize(statement) }
    var values: [String] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      values.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "NULL")
    }
    return values
  }

  /// Whether the words of the full-text search are those of the files.
  func textIsInStep() -> Bool {
    sqlite3_exec(
      handle, "INSERT INTO file_text (file_text, rank) VALUES ('integrity-check', 1)", nil, nil, nil
    )
      == SQLITE_OK
  }

  /// Everything the tables hold, to see whether anything changed.
  func contents() throws -> [String] {
    let tables = try column("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return try tables.flatMap { table in
      let columns = try column(
        "SELECT group_concat('quote(\"' || name || '\")', '||') FROM pragma_table_info('\(table)')")
      return try [table] + column("SELECT \(columns.joined()) FROM \"\(table)\"").sorted()
    }
  }
}
