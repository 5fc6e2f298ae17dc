import FileAccess
import VectorIndex

extension FuzzTarget {
  /// A search file of a few vectors, or of so many that not all are read, changed in a few places: a damaged
  /// one is refused or answers the same; one that was given the right checksums after the change does no
  /// harm.
  static let searchFile = FuzzTarget("search-file", longestInput: 256) { input in
    var input = FuzzInput(input)
    let (kind, count) = (Int(input.byte() % 4), Int(input.byte() % 12))
    // Many are short, so that their file is soon written and read.
    let isLarge = count == 11
    let dimension = isLarge ? [1, 3][kind % 2] : [1, 3, 24, 130][kind]
    let sample = try SearchSample.take(dimension: dimension, count: isLarge ? 2_100 : count)
    defer { sample.giveBack() }
    let (isResident, isSealed) = (input.byte() & 1 == 1, input.byte() & 1 == 1)
    let query = sample.query(scaled: Float(Int8(bitPattern: input.byte())) / 16)
    let changes = (0..<(1 + input.byte() % 4)).map { _ in
      SearchSample.Change(
        place: sample.place(part: input.byte(), offset: input.number(bytes: 2)),
        bytes: input.bytes(1 + Int(input.byte() % 4)))
    }
    let answer = sample.vectors.nearest(to: query, count: 5)
    let changed = try sample.changed(changes, isSealed: isSealed) { path -> [Neighbour]? in
      try? answers(path, query, isResident: isResident)
    }
    guard let changed else { return }
    try hold(changed.count <= 5, "\(changed.count) answers")
    for neighbour in changed {
      try hold(neighbour.similarity.isFinite, "the similarity \(neighbour.similarity)")
    }
    for (left, right) in zip(changed, changed.dropFirst()) {
      try hold(left.similarity >= right.similarity, "answers out of order: \(changed)")
    }
    // A checksum finds every damage of four bytes in a row.
    if !isSealed, changes.count == 1 {
      try hold(changed == answer, "\(changed) of a damaged file, not \(answer)")
    }
  }

  private static func answers(
    _ path: FilePath, _ query: [Float], isResident: Bool
  ) throws -> [Neighbour] {
    let file = try SearchFile(path, resident: isResident)
    if let distribution = try? file.pairDistribution() {
      let percentile = distribution.percentile(of: 0.5)
      try hold((0...100).contains(percentile), "the percentile \(percentile)")
    }
    for number in 0..<min(file.count, 4) { _ = try? file.row(number) }
    if let moments = try? file.moments(), query.count == file.dimension {
      let spread = moments.spread(of: query)
      try hold(spread.deviation >= 0 || spread.deviation.isNaN, "a deviation of \(spread)")
    }
    if let wholes = try? file.wholeCount() {
      try hold((0...file.count).contains(wholes), "\(wholes) wholes of \(file.count)")
    }
    guard file.dimension == query.count else { return [] }
    if let rows = try? file.rows(of: [-9, 5, 12]) {
      _ = try? file.nearest(to: query, count: 5, among: rows)
    }
    return try file.nearest(to: query, count: 5)
  }
}
