import CommandInterface
import Evaluation
import Plotting

extension EvaluationAnswer {
  /// The figures that matter most as dots with their intervals, a row for each model and baseline.
  var plot: IntervalFigure {
    let panels = Self.plotted.compactMap { column -> IntervalFigure.Panel? in
      let figures = rows.map { column.figure($0.report) }
      guard figures.contains(where: { $0?.value != nil }) else { return nil }
      let first = figures.first ?? nil
      let marks = [("chance", first?.chance), ("best", first?.ceiling)].compactMap { label, value in
        value.map { (value: $0, label: label) }
      }
      return IntervalFigure.Panel(
        title: column.longTitle,
        values: figures.map { figure in
          guard let figure, let value = figure.value else { return nil }
          return IntervalFigure.Value(value, interval: figure.interval ?? value...value)
        }, marks: marks)
    }
    return IntervalFigure(
      title: "What finds what belongs together",
      subtitle: NumberText.count(trackCount, "track") + ", 95 % intervals",
      rows: rows.map(\.name),
      highlighted: Set(
        rows.indices.filter { !rows[$0].models.isEmpty }), panels: panels)
  }
}
