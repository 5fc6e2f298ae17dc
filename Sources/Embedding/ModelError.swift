public import FileAccess

/// Why a model file cannot be used.
public struct ModelError: Error, Equatable, Sendable {
  /// What kind of trouble it was.
  public enum Code: Equatable, Sendable {
    /// There is no model of this name in any of the places looked in.
    case notFound
    /// The system could not read or write it.
    case file(FileAccessError.Code)
    /// It is not a safetensors file, or its head contradicts itself or the file's size.
    case malformed
    /// It is larger than a model may be.
    case tooLarge
    /// It is a safetensors file without the metadata of a model of ours.
    case notAModel
    /// A newer program wrote it, in this format version.
    case newerFormat(Int)
    /// It holds a model of a kind this program does not know.
    case unknownArchitecture(String)
    /// A tensor is missing, or has a shape or type that the model cannot have.
    case wrongTensor(String)
    /// A tensor has numbers that no model has, or that are too large to be written in this precision.
    case tooLargeNumbers(tensor: String, StoredTensor.Precision)
    /// A checksum does not match what it covers.
    case damaged
  }

  /// What kind of trouble it was.
  public let code: Code
  /// The file, or the name that was looked for.
  public let path: FilePath

  /// Makes an error.
  public init(code: Code, path: FilePath) {
    self.code = code
    self.path = path
  }
}
