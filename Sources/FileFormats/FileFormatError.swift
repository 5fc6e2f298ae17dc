/// Why bytes could not be read as a file of a format.
public struct FileFormatError: Error, Equatable, Sendable {
  /// What was wrong.
  public enum Code: Equatable, Sendable {
    /// The bytes do not begin as a file of this format does.
    case notThisFormat
    /// A version of the format that is not read here.
    case unsupportedVersion(major: UInt8, minor: UInt8)
    /// Another kind of element, or another order, than is read here.
    case unsupportedElements(String)
    /// The header breaks the format's rules.
    case badHeader
    /// Fewer or more bytes than the header promises.
    case wrongLength(expected: Int, found: Int)
    /// A line, counted from 1, that is not UTF-8 or holds a NUL.
    case notText(line: Int)
    /// A row of a table, by the line it begins on, that breaks the format's rules.
    case badRow(line: Int, CSVFault)
    /// Two columns of a table have this name.
    case repeatedColumn(String)
    /// A table has no column of this name.
    case missingColumn(String)
  }

  /// What was wrong.
  public let code: Code

  /// Makes an error.
  public init(_ code: Code) { self.code = code }
}
