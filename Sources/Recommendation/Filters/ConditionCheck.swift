internal import CVectorKernels
package import Catalogue
internal import FileAccess
package import MusicLibrary

/// Finds the tracks that meet conditions, column by column.
package struct ConditionCheck {
  let facts: TrackFacts

  package init(facts: TrackFacts) { self.facts = facts }

  /// The tracks that meet all conditions of a query.
  func tracks(for query: Query) throws(CatalogueError) -> FoundTracks {
    while true {
      let before = facts.renewals
      let rows = try rows(meeting: query.allConditions, addedSince: query.addedSince)
      let tracks = try facts.tracks(ofRows: rows)
      // Else the rows may have been others.
      if facts.renewals == before { return FoundTracks(tracks: tracks, rows: rows) }
    }
  }

  /// The rows of the facts that meet all of the conditions, ascending.
  package func rows(
    meeting conditions: [TrackCondition], addedSince time: Int64? = nil
  ) throws(CatalogueError) -> [Int] {
    let before = facts.renewals
    let rows = try found(meeting: conditions, addedSince: time)
    // The file of the facts was damaged; now they are those of the library.
    return facts.renewals == before ? rows : try found(meeting: conditions, addedSince: time)
  }

  private func found(
    meeting conditions: [TrackCondition], addedSince time: Int64?
  ) throws(CatalogueError) -> [Int] {
    var kept = KeptRows(count: facts.count)
    if let time {
      try facts.forEachAdded { first, times in
        kept.keep(from: first, times) { cvk_keep_since($0, $1, $2, time) }
      }
    }
    let ranges = Dictionary(grouping: conditions) { $0.range == nil ? nil : $0.field }
    for (field, conditions) in ranges {
      if let field { try check(conditions, of: field, &kept) }
    }
    // Paths last: comparing them takes longest, and of few it takes least.
    let others = ranges[nil] ?? []
    let ordered = others.filter { $0.field != .path } + others.filter { $0.field == .path }
    for condition in ordered { try check(condition, &kept) }
    return kept.rows
  }

  /// - Parameter conditions: ranges of this field, for all of which its numbers are read once.
  private func check(
    _ conditions: [TrackCondition], of field: TrackCondition.Field, _ kept: inout KeptRows
  ) throws(CatalogueError) {
    let ranges = conditions.compactMap(KeptRange.init)
    switch field {
    case .year: try facts.forEachYear { kept.keep(from: $0, $1, ranges) }
    case .duration: try facts.forEachPart(of: .seconds) { kept.keep(from: $0, $1, ranges) }
    case .plays: try facts.forEachPart(of: .plays) { kept.keep(from: $0, $1, ranges) }
    default:
      try facts.forEachPart(of: field.descriptor ?? .tempo) { kept.keep(from: $0, $1, ranges) }
    }
  }

  private func check(
    _ condition: TrackCondition, _ kept: inout KeptRows
  ) throws(CatalogueError) {
    let flip = bit(condition.isNegated)
    switch condition.test {
    case .label(let name):
      let (column, names) = Self.columns(of: condition.field)
      let table = try facts.table(names)
      let named = table.numbers(naming: name)
      if named.count <= 1 {
        // Most names are one label; the number of none is that of no track.
        let wanted = named.first.map { UInt32($0) } ?? .max
        try facts.forEachLabel(of: column) { first, numbers in
          kept.keep(from: first, numbers) { cvk_keep_equal($0, $1, $2, wanted, flip) }
        }
        return
      }
      var fits = [UInt8](repeating: flip, count: table.count + 1)
      for number in named { fits[number] = 1 - flip }
      try facts.forEachLabel(of: column) { first, numbers in
        fits.withUnsafeBufferPointer { fits in
          kept.keep(from: first, numbers) { marks, numbers, count in
            for place in 0..<count {
              let number = Int(numbers[place])
              marks[place] &= number < fits.count ? fits[number] : flip
            }
          }
        }
      }
    case .range: break
    case .key(let key):
      var fits = KeptRows(count: facts.count)
      let mode: Float = key.isMajor ? 1 : 0
      try facts.forEachPart(of: .mode) { first, modes in
        fits.keep(from: first, modes, between: mode, and: mode)
      }
      if let tonic = key.tonic.map({ Float($0) }) {
        try facts.forEachPart(of: .key) { first, tonics in
          fits.keep(from: first, tonics, between: tonic, and: tonic)
        }
      }
      kept.keep(fits, flip: flip)
    case .path(let pattern): try check(pattern, isNegated: condition.isNegated, &kept)
    }
  }

  private func check(
    _ pattern: NamePattern, isNegated: Bool, _ kept: inout KeptRows
  ) throws(CatalogueError) {
    let rows = kept.rows
    guard !rows.isEmpty else { return }
    let (folders, table) = (try facts.labels(.folder, ofRows: rows), try facts.table(.folders))
    let files = try facts.fileNames(ofRows: rows)
    var verdicts = [NamePattern.FolderVerdict?](repeating: nil, count: table.count + 1)
    let names = files.bytes.span
    for (place, row) in rows.enumerated() {
      // None is 0; a number that is none of the table's is that of no folder.
      let folder = Int(folders[place]) < verdicts.count ? Int(folders[place]) : 0
      let verdict =
        verdicts[folder]
        ?? pattern.verdict(
          onFolder: table[folder].split(separator: UInt8(ascii: "/")).map {
            FilePath(bytes: Array($0))
          })
      verdicts[folder] = verdict
      let fits =
        switch verdict {
        case .all: true
        case .none: false
        case .byName:
          pattern.fits(fileName: names.extracting(files.range(at: place)))
        }
      if fits == isNegated { kept.remove(row) }
    }
  }

  private static func columns(
    of field: TrackCondition.Field
  ) -> (TrackFacts.Column, TrackFacts.Column) {
    switch field {
    case .artist: (.artist, .artists)
    case .album: (.album, .albums)
    default: (.genre, .genres)
    }
  }
}

/// Tracks and their rows among the facts, both ascending.
struct FoundTracks {
  let tracks: [Int64]
  let rows: [Int]

  /// The rows of some tracks; nil where one is none of these.
  func rows(of some: [Int64]) -> [Int?]? {
    var found: [Int?] = []
    found.reserveCapacity(some.count)
    for track in some {
      var (low, high) = (0, tracks.count)
      while low < high {
        let middle = (low + high) / 2
        if tracks[middle] < track { low = middle + 1 } else { high = middle }
      }
      guard low < tracks.count, tracks[low] == track else { return nil }
      found.append(rows[low])
    }
    return found
  }
}

/// 1 for yes: a loop over bytes without a branch is quickest.
@inline(__always)
private func bit(_ isTrue: Bool) -> UInt8 { isTrue ? 1 : 0 }

/// A range in which numbers are to lie, or not to lie.
private struct KeptRange {
  let low: Float
  let high: Float
  let lowYear: Int32
  let highYear: Int32
  let flip: UInt8

  /// Nil where a condition is about something else.
  init?(_ condition: TrackCondition) {
    guard let range = condition.range else { return nil }
    low = Float(range.lowerBound)
    high = Float(range.upperBound)
    let years: (Double) -> Int32 = { Int32(clamping: Int(max(-4e9, min(4e9, $0)))) }
    lowYear = years(range.lowerBound.rounded(.up))
    highYear = years(range.upperBound.rounded(.down))
    flip = bit(condition.isNegated)
  }
}

/// The rows that meet all conditions that were looked at so far.
private struct KeptRows {
  /// 1 for those that do, 0 for others.
  private var marks: [UInt8]

  init(count: Int) { marks = [UInt8](repeating: 1, count: count) }

  /// Keeps of some rows, from the first on, those whose values fit.
  /// - Parameter kernel: makes the marks 0 of those that do not.
  mutating func keep<Value>(
    from first: Int, _ values: UnsafeBufferPointer<Value>,
    _ kernel: (UnsafeMutablePointer<UInt8>, UnsafePointer<Value>, _ count: Int) -> Void
  ) {
    let count = min(values.count, marks.count - first)
    guard count > 0, let values = values.baseAddress else { return }
    marks.withUnsafeMutableBufferPointer { marks in
      if let marks = marks.baseAddress { kernel(marks + first, values, count) }
    }
  }

  /// Keeps of some rows, from the first on, those whose values lie in a range, or the others. What is not
  /// known is no number, and lies in no range.
  mutating func keep(
    from first: Int, _ values: UnsafeBufferPointer<Float>, between low: Float, and high: Float,
    flip: UInt8 = 0
  ) {
    keep(from: first, values) { cvk_keep_between($0, $1, $2, low, high, flip) }
  }

  /// The same of each of some ranges.
  mutating func keep(
    from first: Int, _ values: UnsafeBufferPointer<Float>, _ ranges: [KeptRange]
  ) {
    for range in ranges {
      keep(from: first, values, between: range.low, and: range.high, flip: range.flip)
    }
  }

  /// The same of years, which are whole; 0 is none.
  mutating func keep(
    from first: Int, _ years: UnsafeBufferPointer<Int32>, _ ranges: [KeptRange]
  ) {
    for range in ranges {
      keep(from: first, years) {
        cvk_keep_years($0, $1, $2, range.lowYear, range.highYear, range.flip)
      }
    }
  }

  mutating func keep(_ others: KeptRows, flip: UInt8) {
    // Facts that were renewed meanwhile may be of fewer tracks.
    for place in 0..<min(marks.count, others.marks.count) {
      marks[place] &= others.marks[place] ^ flip
    }
  }

  mutating func remove(_ row: Int) { marks[row] = 0 }

  /// Ascending.
  var rows: [Int] { marks.indices.filter { marks[$0] != 0 } }
}
