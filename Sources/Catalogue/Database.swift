internal import CSQLite
internal import FileAccess
internal import Glibc
internal import Hashing

/// One connection to an SQLite database. Used by one thread at a time; it is not `Sendable`.
///
/// Statements are written once in the code and kept ready; values only ever enter as parameters.
final class Database {
  let path: FilePath
  private let handle: OpaquePointer
  private var statements: [String: Statement] = [:]

  /// - Parameter isImmutable: whether the file is taken for one that nobody changes while it is open.
  init(_ path: FilePath, flags: Int32, isImmutable: Bool = false) throws(CatalogueError) {
    var handle: OpaquePointer?
    let name = isImmutable ? FilePath("file:\(path.percentEncoded)?immutable=1") : path
    let all =
      flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (isImmutable ? SQLITE_OPEN_URI : 0)
    let status = name.withCString { sqlite3_open_v2($0, &handle, all, nil) }
    guard let handle, status == SQLITE_OK else {
      let error = Self.error(status, path, handle)
      sqlite3_close_v2(handle)
      throw error
    }
    self.path = path
    self.handle = handle
    sqlite3_busy_timeout(handle, 5_000)
    try addChecksums()
  }

  /// Teaches SQLite `crc32c(…)`, the checksum of all its values: each value's length in 64 bits
  /// (little-endian; -1 for NULL), then its bytes, numbers as decimal text; and `crc32c_plain(bytes)`,
  /// that of the bytes alone.
  private func addChecksums() throws(CatalogueError) {
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC
    let bound = sqlite3_create_function_v2(
      handle, "crc32c", -1, flags, nil,
      { context, count, values in
        var sum: UInt32 = 0
        for place in 0..<Int(count) {
          let value = values?[place]
          let address = sqlite3_value_blob(value)
          let isNull = sqlite3_value_type(value) == SQLITE_NULL
          let bytes = UnsafeRawBufferPointer(
            start: address, count: address == nil ? 0 : Int(sqlite3_value_bytes(value)))
          let length = Int64(isNull ? -1 : bytes.count).littleEndian
          sum = withUnsafeBytes(of: length) { CRC32C.checksum(of: $0, continuing: sum) }
          sum = CRC32C.checksum(of: bytes, continuing: sum)
        }
        sqlite3_result_int64(context, Int64(sum))
      }, nil, nil, nil)
    guard bound == SQLITE_OK else { throw Self.error(bound, path, handle) }
    let plain = sqlite3_create_function_v2(
      handle, "crc32c_plain", 1, flags, nil,
      { context, _, values in
        let address = sqlite3_value_blob(values?[0])
        let bytes = UnsafeRawBufferPointer(
          start: address, count: address == nil ? 0 : Int(sqlite3_value_bytes(values?[0])))
        sqlite3_result_int64(context, Int64(CRC32C.checksum(of: bytes)))
      }, nil, nil, nil)
    guard plain == SQLITE_OK else { throw Self.error(plain, path, handle) }
  }

  deinit {
    statements.removeAll()
    sqlite3_close_v2(handle)
  }

  /// Runs several statements that take no values and give no rows.
  func execute(_ script: String) throws(CatalogueError) {
    let status = sqlite3_exec(handle, script, nil, nil, nil)
    guard status == SQLITE_OK else { throw Self.error(status, path, handle) }
  }

  /// Runs one statement and passes each row to `row`.
  func run(
    _ sql: String, _ values: [Value] = [], row: (Row) -> Void = { _ in }
  ) throws(CatalogueError) {
    let statement = try prepared(sql)
    defer { statement.reset() }
    for (place, value) in values.enumerated() {
      let status = statement.bind(value, at: Int32(place + 1))
      guard status == SQLITE_OK else { throw Self.error(status, path, handle) }
    }
    while true {
      let status = sqlite3_step(statement.handle)
      if status == SQLITE_DONE { return }
      guard status == SQLITE_ROW else { throw Self.error(status, path, handle) }
      row(Row(statement: statement.handle))
    }
  }

  /// The first column of the first row as a number, or nil when there is no row or it is NULL.
  func integer(_ sql: String, _ values: [Value] = []) throws(CatalogueError) -> Int64? {
    var result: Int64?
    try run(sql, values) { row in if result == nil { result = row.integer(0) } }
    return result
  }

  /// How many rows were changed since the database was opened.
  var changeCount: Int64 { sqlite3_total_changes64(handle) }

  /// Whether a transaction is under way.
  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  private func prepared(_ sql: String) throws(CatalogueError) -> Statement {
    if let statement = statements[sql] { return statement }
    var handle: OpaquePointer?
    let status = sqlite3_prepare_v3(
      self.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
    guard let handle, status == SQLITE_OK else { throw Self.error(status, path, self.handle) }
    let statement = Statement(handle)
    statements[sql] = statement
    return statement
  }

  private static func error(
    _ status: Int32, _ path: FilePath, _ handle: OpaquePointer?
  ) -> CatalogueError {
    let systemCode = sqlite3_system_errno(handle)
    let code: CatalogueError.Code =
      switch status & 0xFF {
      case SQLITE_IOERR where [ENOSPC, EDQUOT, EFBIG].contains(systemCode): .noSpace
      // SQLite does not always keep the system's number of a write that failed.
      case SQLITE_IOERR: .systemFailure(systemCode)
      case SQLITE_BUSY, SQLITE_LOCKED: .busy
      case SQLITE_FULL: .noSpace
      case SQLITE_READONLY, SQLITE_PERM: .readOnly
      case SQLITE_CORRUPT: .damaged
      case SQLITE_NOTADB: .notALibrary
      case SQLITE_CANTOPEN: .notFound
      default: .refused
      }
    return CatalogueError(code: code, path: path, sqliteCode: status)
  }
}

/// A value that goes into a statement.
enum Value {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case bytes([UInt8])

  init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }
  init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
  init(_ number: Double?) { self = number.map { .real($0) } ?? .null }
  init(_ text: String?) { self = text.map { .text($0) } ?? .null }
}

/// A prepared statement, finalised when it is let go.
private final class Statement {
  let handle: OpaquePointer

  init(_ handle: OpaquePointer) { self.handle = handle }

  deinit { sqlite3_finalize(handle) }

  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  func bind(_ value: Value, at place: Int32) -> Int32 {
    switch value {
    case .null: sqlite3_bind_null(handle, place)
    case .integer(let number): sqlite3_bind_int64(handle, place, number)
    case .real(let number): sqlite3_bind_double(handle, place, number)
    case .text(let text):
      sqlite3_bind_text(handle, place, text, Int32(text.utf8.count), csqlite_transient())
    case .bytes(let bytes):
      // A NULL pointer would bind NULL, not an empty value.
      bytes.isEmpty
        ? sqlite3_bind_zeroblob(handle, place, 0)
        : sqlite3_bind_blob(handle, place, bytes, Int32(bytes.count), csqlite_transient())
    }
  }
}

/// The current row of a running statement; valid inside the closure that gets it.
struct Row {
  fileprivate let statement: OpaquePointer

  func isNull(_ column: Int32) -> Bool {
    sqlite3_column_type(statement, column) == SQLITE_NULL
  }

  func integer(_ column: Int32) -> Int64? {
    isNull(column) ? nil : sqlite3_column_int64(statement, column)
  }

  func real(_ column: Int32) -> Double? {
    isNull(column) ? nil : sqlite3_column_double(statement, column)
  }

  func text(_ column: Int32) -> String? {
    guard let text = sqlite3_column_text(statement, column) else { return nil }
    let count = Int(sqlite3_column_bytes(statement, column))
    return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }

  func bytes(_ column: Int32) -> [UInt8] {
    withBytes(column) { Array($0) }
  }

  func withBytes<Result>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let address = sqlite3_column_blob(statement, column)
    let count = Int(sqlite3_column_bytes(statement, column))
    return body(UnsafeRawBufferPointer(start: address, count: address == nil ? 0 : count))
  }
}

/// The SQLite library in use.
public enum CatalogueLibraries {
  /// Names and run-time versions.
  public static var versions: [(name: String, version: String)] {
    [("SQLite", String(cString: sqlite3_libversion()))]
  }
}

extension FilePath {
  /// The path with every byte but letters, digits and slashes written as %XX, as SQLite's file names
  /// in URI form want it (sqlite.org/uri.html).
  fileprivate var percentEncoded: String {
    let digits = Array("0123456789ABCDEF".utf8)
    let text = bytes.flatMap { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"):
        [byte]
      default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
