/// Why a picture could not be made.
public struct PlottingError: Error, Equatable, Sendable {
  /// What kind of trouble it was.
  public enum Code: String, Sendable {
    /// The wanted size is outside ``PictureSize/allowed`` or too small for the figure's texts.
    case sizeOutOfRange
    /// There was no memory for the picture.
    case outOfMemory
    /// The bytes are not a PNG picture.
    case notAPicture
    /// The library refused for another reason; `libraryCode` says which.
    case library
  }

  /// What was being done.
  public enum Context: String, Sendable {
    case create, draw, write, read
  }

  /// What kind of trouble it was.
  public let code: Code
  /// What was being done.
  public let context: Context
  /// The library's own number (`cairo_status_t`), 0 where it was not asked.
  public let libraryCode: Int32

  /// Makes an error.
  public init(code: Code, context: Context, libraryCode: Int32 = 0) {
    self.code = code
    self.context = context
    self.libraryCode = libraryCode
  }
}
