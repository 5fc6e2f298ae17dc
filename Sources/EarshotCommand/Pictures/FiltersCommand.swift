import CommandInterface
import Embedding
import FileAccess
import Plotting

/// `earshot filters`: what the first layer of a network has learned to look for.
enum FiltersCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let path = try context.models.find(context.arguments.path("model") ?? FilePath("earshot"))
    try context.protect([path])
    let model = try EmbeddingModel(path)
    let banks = model.firstFilters
    guard !banks.isEmpty else { throw CommandError.noFilters(model.name) }
    let figure = FilterFigure(
      title: "What \(model.name) looks for first",
      subtitle: "Filters of the first convolution of each part of the network",
      banks: banks.map {
        FilterFigure.Bank(
          title: title(of: $0), count: $0.count, rowCount: $0.rowCount,
          columnCount: $0.columnCount, weights: $0.weights)
      })
    let options = PictureOptions(context)
    try options.write(standardSize: figure.standardSize) {
      try figure.render(size: $0, format: $1, theme: $2)
    }
    return .success
  }

  private static func title(of bank: FilterBank) -> String {
    let size = "\(bank.count) filters of \(bank.rowCount) × \(bank.columnCount)"
    switch bank.part {
    case "time": return "Time: \(size), sliding along the time"
    case "frequency": return "Frequency: \(size), sliding along the frequency"
    default: return "\(size), sliding over the spectrogram"
    }
  }
}
