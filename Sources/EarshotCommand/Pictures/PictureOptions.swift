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

  /// Of a command whose result is a picture.
  init(_ context: CommandContext) {
    guard let options = Self(context, "output") else {
      preconditionFailure("a picture without a name")
    }
    self = options
  }

  /// Of a picture that is drawn where an option names it, which is checked by its ending; nil where it
  /// does not.
  init?(_ context: CommandContext, _ option: String) {
    let arguments = context.arguments
    guard arguments.hasOption(option), let path = arguments.path(option) else { return nil }
    guard let format = path.fileExtension.flatMap(PictureFormat.init(fileExtension:)) else {
      preconditionFailure("a picture without a name that says its format")
    }
    (self.path, self.format) = (path, format)
    theme = arguments.choice("theme") == "dark" ? .dark : .light
    width = arguments.integerIfGiven("width")
    height = arguments.integerIfGiven("height")
  }

  /// Refuses to pass over in silence how a picture is to look where none is drawn.
  /// - Parameter plots: the options that name one.
  static func checkLook(_ arguments: ParsedArguments, without plots: String...) throws {
    guard !plots.contains(where: arguments.isGiven) else { return }
    for option in ["theme", "width", "height"] where arguments.isGiven(option) {
      throw arguments.usageError(
        .unsuitable(
          option: "--" + option, for: "an answer without --" + plots.joined(separator: " or --")))
    }
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
