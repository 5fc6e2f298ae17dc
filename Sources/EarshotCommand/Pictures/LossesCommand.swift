import CommandInterface
import FileAccess
import FileFormats
import Plotting

/// `earshot losses`: how the losses of a training fell, out of the table that it writes.
enum LossesCommand {
  /// A table of a million epochs is larger than any training makes.
  private static let largestTable = 1 << 26

  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let path = context.arguments.paths[0]
    try context.protect([path])
    let epochs = try epochs(of: path)
    let best = epochs.filter { $0.validation.isFinite }.min { $0.validation < $1.validation }
    let figure = TrainingCurves.figure(
      epochs, title: path.lastComponent.string,
      subtitle: NumberText.count(epochs.count, "epoch")
        + (best.map { "; of validation the least is that of epoch \($0.number)" } ?? ""),
      label: "Loss")
    try PictureOptions(context).write(standardSize: CurveFigure.standardSize) {
      try figure.render(size: $0, format: $1, theme: $2)
    }
    return .success
  }

  private static func epochs(of path: FilePath) throws -> [TrainingCurves.Epoch] {
    let bytes = try ReadableFile(path).contents(limit: largestTable)
    do throws(FileFormatError) {
      let table = try CSVTable(bytes: bytes)
      let (epoch, training) = (try table.place(of: "epoch"), try table.place(of: "loss"))
      let validation = try table.place(of: "validation_loss")
      let epochs = table.rows.compactMap { row -> TrainingCurves.Epoch? in
        guard let number = Int(row[epoch]), (0...1_000_000_000).contains(number),
          let loss = Float(row[training])
        else { return nil }
        return TrainingCurves.Epoch(
          number: number, training: loss, validation: Float(row[validation]) ?? .nan)
      }
      if !epochs.isEmpty { return epochs }
    } catch {
      throw CommandError.noLosses(path.string, ErrorText.text(error.code))
    }
    throw CommandError.noLosses(path.string, nil)
  }
}
