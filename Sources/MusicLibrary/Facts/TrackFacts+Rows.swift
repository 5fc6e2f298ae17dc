public import Catalogue

/// Of a few rows out of many, without keeping whole columns.
extension TrackFacts {
  /// The tracks of some rows.
  /// - Parameter rows: ascending.
  public func tracks(ofRows rows: [Int]) throws(CatalogueError) -> [Int64] {
    try read { () throws(CatalogueError) in
      var found: [Int64] = []
      found.reserveCapacity(rows.count)
      try forEachTrack { Self.pick(rows, from: $0, $1, into: &found) }
      return found
    }
  }

  /// The rows of some tracks, nil of those that have none.
  public func rows(of tracks: [Int64]) throws(CatalogueError) -> [Int?] {
    let order = tracks.indices.sorted { tracks[$0] < tracks[$1] }
    return try read { () throws(CatalogueError) in
      var rows = [Int?](repeating: nil, count: tracks.count)
      var next = 0
      try forEachTrack { first, part in
        var low = 0
        while next < order.count, let last = part.last, tracks[order[next]] <= last {
          let track = tracks[order[next]]
          var high = part.count
          while low < high {
            let middle = (low + high) / 2
            if part[middle] < track { low = middle + 1 } else { high = middle }
          }
          if low < part.count, part[low] == track { rows[order[next]] = first + low }
          next += 1
        }
      }
      return rows
    }
  }

  /// A descriptor of the tracks of some rows, NaN where one has none.
  public func values(
    of descriptor: Descriptor, ofRows rows: [Int]
  ) throws(CatalogueError) -> [Float] {
    try numbers(Self.number(of: descriptor), ofRows: rows)
  }

  /// How often the tracks of some rows were played, NaN where that is not known.
  public func plays(ofRows rows: [Int]) throws(CatalogueError) -> [Float] {
    try numbers(Column.plays.rawValue, ofRows: rows)
  }

  private func numbers(_ column: Int, ofRows rows: [Int]) throws(CatalogueError) -> [Float] {
    if let few = fewNumbers(column, ofRows: rows) { return few }
    let order = rows.indices.sorted { rows[$0] < rows[$1] }
    let ascending = order.map { rows[$0] }
    let found = try read { () throws(CatalogueError) in
      var found: [Float] = []
      found.reserveCapacity(rows.count)
      try forEachNumber(of: column) { Self.pick(ascending, from: $0, $1, into: &found) }
      return found
    }
    var values = [Float](repeating: .nan, count: rows.count)
    for (place, value) in zip(order, found) { values[place] = value }
    return values
  }

  /// The numbers of labels of some rows, 0 for none.
  /// - Parameter rows: ascending.
  package func labels(_ column: Column, ofRows rows: [Int]) throws(CatalogueError) -> [UInt32] {
    let found = try read { () throws(CatalogueError) in
      var found: [UInt32] = []
      found.reserveCapacity(rows.count)
      try forEachLabel(of: column) { Self.pick(rows, from: $0, $1, into: &found) }
      return found
    }
    return found + [UInt32](repeating: 0, count: rows.count - found.count)
  }

  /// The names of the files of the tracks of some rows.
  /// - Parameter rows: ascending.
  package func fileNames(ofRows rows: [Int]) throws(CatalogueError) -> FileNames {
    try read { () throws(CatalogueError) in
      var names = FileNames(of: rows)
      try forEachLabel(of: .name) { names.learnEnds(from: $0, $1) }
      try forEachNameByte { names.learnBytes(from: $0, $1) }
      return names
    }
  }

  /// What reading gives, once the file is not found to be damaged by it.
  private func read<Result>(
    _ body: () throws(CatalogueError) -> Result
  ) throws(CatalogueError) -> Result {
    while true {
      let before = renewals
      let result = try body()
      if renewals == before { return result }
    }
  }

  /// Goes on picking the numbers of some rows, which ascend, from a part of a column.
  private static func pick<Number>(
    _ rows: [Int], from first: Int, _ part: UnsafeBufferPointer<Number>, into found: inout [Number]
  ) {
    while found.count < rows.count, rows[found.count] < first + part.count {
      found.append(part[rows[found.count] - first])
    }
  }
}
