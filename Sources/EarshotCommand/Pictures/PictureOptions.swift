import CommandInterface
import FileAccess
import Plotting

/// What the options say that all commands which draw share.
struct PictureOptions {
  let path: FilePath
  let format: PictureFormat
  let theme: Theme
  private let width: Int?
  private let height: Int?

  init(_ context: CommandContext) {
    let arguments = context.arguments
    guard let path = arguments.path("output"),
      let format = path.fileExtension.flatMap(PictureFormat.init(fileExtension:))
    else { preconditionFailure("a picture without a name that says its format") }
    (self.path, self.format) = (path, format)
    theme = arguments.choice("theme") == "dark" ? .dark : .light
    width = arguments.integerIfGiven("width")
    height = arguments.integerIfGiven("height")
  }

  /// The size asked for, in what was not asked for the one that suits the figure.
  func size(_ standard: PictureSize) -> PictureSize {
    PictureSize(width: width ?? standard.width, height: height ?? standard.height)
  }

  /// Writes what is drawn.
  func write(
    standardSize: PictureSize, _ render: (PictureSize, PictureFormat, Theme) throws -> [UInt8]
  ) throws {
    try WrittenFile.replace(path, with: render(size(standardSize), format, theme))
  }
}
