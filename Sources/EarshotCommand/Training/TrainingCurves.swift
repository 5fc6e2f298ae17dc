import CommandInterface
import FileFormats
import Plotting
import Training

/// The losses of a training over its epochs.
enum TrainingCurves {
  /// A table for other programs: a row for each epoch, empty cells where there is no such loss.
  static func table(_ history: [EpochRecord]) -> [UInt8] {
    let names = [
      "epoch", "loss", "reconstruction", "contrast", "validation_loss",
      "validation_reconstruction", "validation_contrast", "learning_rate", "tiles", "seconds",
    ]
    var bytes = CSVRow.bytes(names.map(CSVCell.text))
    for record in history {
      let losses = [record.training, record.validation].flatMap {
        [$0.total, $0.reconstruction, $0.contrast]
      }
      bytes += CSVRow.bytes(
        [.integer(record.epoch)] + losses.map(CSVCell.float)
          + [.float(record.learningRate), .integer(record.tiles), .float(record.seconds)])
    }
    return bytes
  }

  /// A picture of what was made small.
  static func picture(
    _ history: [EpochRecord], title: String, _ settings: NetworkTrainingSettings
  ) throws -> [UInt8] {
    func curve(_ name: String, _ value: (EpochRecord) -> Float) -> CurveFigure.Curve {
      CurveFigure.Curve(
        name: name, points: history.map { (Double($0.epoch), Double(value($0))) })
    }
    var curves = [curve("Training") { $0.training.total }]
    if history.contains(where: { !$0.validation.total.isNaN }) {
      curves.append(curve("Validation") { $0.validation.total })
    }
    let label =
      switch settings.objective {
      case .reconstruction: "Mean squared error"
      case .contrastive: "NT-Xent"
      case .both: "Loss"
      }
    return try CurveFigure(
      title: TerminalText.clean(title),
      subtitle: "Adam, learning rate \(settings.learningRate), batch \(settings.batchSize), "
        + "seed \(settings.seed)",
      curves: curves, horizontalLabel: "Epoch", verticalLabel: label, isLogarithmic: true
    ).render(format: .png)
  }
}
