/// A table for people: columns as wide as their widest cell, two spaces between them.
///
/// Cells are cleaned for the terminal. Where the whole would be wider than the terminal, the
/// flexible columns give way, the widest first, and what does not fit ends with an ellipsis.
package struct TextTable: Sendable {
  /// One column.
  package struct Column: Sendable {
    /// The word over it.
    package var title: String
    /// Where its cells stand.
    package var alignment: Alignment = .left
    /// Whether its cells may be cut to make the table fit.
    package var isFlexible = false

    /// Makes a column.
    package init(title: String, alignment: Alignment = .left, isFlexible: Bool = false) {
      self.title = title
      self.alignment = alignment
      self.isFlexible = isFlexible
    }
  }

  /// The columns from left to right.
  package let columns: [Column]
  private(set) var rows: [[String]] = []

  /// Makes an empty table.
  package init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row: one cell for each column.
  package mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
    rows.append(cells.map { TerminalText.clean($0) })
  }

  /// The table as lines, the titles first, each ended by a line feed and without trailing spaces.
  /// - Parameter width: the columns of the terminal, or nil to cut nothing.
  package func text(width: Int?) -> String {
    let widths = fittedWidths(to: width)
    var text = ""
    for row in [columns.map(\.title)] + rows {
      let line = zip(row, zip(columns, widths)).map { cell, place in
        let (column, width) = place
        return DisplayWidth.pad(
          DisplayWidth.truncate(cell, to: width), to: width, alignment: column.alignment)
      }
      .joined(separator: "  ")
      let end = line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex
      text += line[..<end] + "\n"
    }
    return text
  }

  private static let narrowestCell = 8

  private func fittedWidths(to width: Int?) -> [Int] {
    var widths = columns.map { DisplayWidth.of($0.title) }
    for row in rows {
      for (place, cell) in row.enumerated() {
        widths[place] = max(widths[place], DisplayWidth.of(cell))
      }
    }
    guard let width else { return widths }
    let flexible = columns.indices.filter { columns[$0].isFlexible }
    var excess = widths.reduce(0, +) + 2 * (columns.count - 1) - width
    while excess > 0 {
      guard let widest = flexible.max(by: { widths[$0] < widths[$1] }),
        widths[widest] > Self.narrowestCell
      else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
