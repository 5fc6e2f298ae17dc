import Evaluation
import FileAccess
import FileFormats

extension FuzzTarget {
  /// Tables and arrays that a user hands over.
  static let tables: [FuzzTarget] = [numPy, csv, labels]

  /// What is read is written again and read to the same.
  private static let numPy = FuzzTarget("numpy", longestInput: 1_024) { input in
    guard let array = try? NumPyArray(bytes: input) else { return }
    try hold(
      array.values.count == array.shape.reduce(1, *),
      "\(array.values.count) values of the shape \(array.shape)")
    let second = try NumPyArray(bytes: array.bytes)
    // By their bits: a NaN equals nothing.
    try hold(
      second.shape == array.shape
        && second.values.map(\.bitPattern) == array.values.map(\.bitPattern),
      "another array after writing")
  }

  /// What is read, with every cell in quotes, is read to the same.
  private static let csv = FuzzTarget("csv", longestInput: 1_024) { input in
    guard let table = try? CSVTable(bytes: input) else { return }
    try hold(!table.columns.isEmpty, "a table without columns")
    try hold(Set(table.columns).count == table.columns.count, "two columns of one name")
    for row in table.rows {
      try hold(row.count == table.columns.count, "a row of \(row.count) cells")
    }
    let lines = ([table.columns] + table.rows).map { row in
      row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\r\n"
    }
    let copy = try CSVTable(bytes: lines.flatMap { Array($0.utf8) })
    try hold(copy == table, "another table after writing")
  }

  private static let labels = FuzzTarget("labels", longestInput: 1_024) { input in
    try withPath(of: input) { path in
      guard var table = try? LabelTable([path]) else { return }
      try hold(table.tracks.count == table.files.count, "tracks and files differ in number")
      try hold(
        Set(table.tracks.map(\.path)).count == table.tracks.count, "two tracks of one path")
      let count = table.joinEqualTitles(table.tracks.map(\.album))
      try hold((0...table.tracks.count).contains(count), "\(count) tracks share their work")
    }
  }
}
