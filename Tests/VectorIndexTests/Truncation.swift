import FileAccess
import Glibc

extension SearchFileDamageTests {
  static func truncate(_ path: FilePath, to size: Int) throws {
    guard Glibc.truncate(path.string, size) == 0 else {
      throw FileAccessError(code: .system, operation: .write, path: path, systemCode: errno)
    }
  }
}
