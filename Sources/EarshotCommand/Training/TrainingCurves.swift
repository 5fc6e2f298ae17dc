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
    let label =
      switch settings.objective {
      case .reconstruction: "Mean squared error"
      case .contrastive: "NT-Xent"
      case .both: "Loss"
      }
    return try figure(
      history.map {
        Epoch(number: $0.epoch, training: $0.training.total, validation: $0.validation.total)
      },
      title: title,
      subtitle: "Adam, learning rate \(settings.learningRate), batch \(settings.batchSize), "
        + "seed \(settings.seed)", label: label
    ).render(format: .png)
  }

  /// What is drawn of an epoch; NaN where there is none.
  struct Epoch {
    let number: Int
    let training: Float
    let validation: Float
  }

  static func figure(
    _ epochs: [Epoch], title: String, subtitle: String, label: String
  ) -> CurveFigure {
    func curve(_ name: String, _ value: (Epoch) -> Float) -> CurveFigure.Curve {
      CurveFigure.Curve(name: name, points: epochs.map { (Double($0.number), Double(value($0))) })
    }
    var curves = [curve("Training", \.training)]
    if epochs.contains(where: { !$0.validation.isNaN }) {
      curves.append(curve("Validation", \.validation))
    }
    return CurveFigure(
      title: TerminalText.clean(title), subtitle: subtitle, curves: curves,
      horizontalLabel: "Epoch", verticalLabel: label, isLogarithmic: true)
  }
}
