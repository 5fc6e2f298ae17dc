internal import Catalogue
internal import FileAccess
internal import MusicLibrary

/// Finds the tracks that meet conditions, column by column.
struct ConditionCheck {
  let facts: TrackFacts

  /// The rows of the facts that meet all conditions of a query, ascending.
  func rows(for query: Query) throws(CatalogueError) -> [Int] {
    try rows(meeting: query.allConditions, addedSince: query.addedSince)
  }

  /// The rows of the facts that meet all of the conditions, ascending.
  func rows(
    meeting conditions: [TrackCondition], addedSince time: Int64? = nil
  ) throws(CatalogueError) -> [Int] {
    var isAllowed = [Bool](repeating: true, count: facts.count)
    if let time { isAllowed = try facts.added().map { $0 != 0 && $0 >= time } }
    // Paths last: comparing them takes longest, and of few it takes least.
    let ordered = conditions.filter { $0.field != .path } + conditions.filter { $0.field == .path }
    for condition in ordered { try check(condition, &isAllowed) }
    return isAllowed.indices.filter { isAllowed[$0] }
  }

  private func check(
    _ condition: TrackCondition, _ isAllowed: inout [Bool]
  ) throws(CatalogueError) {
    let isNegated = condition.isNegated
    switch condition.test {
    case .label(let name):
      let (column, table) = Self.columns(of: condition.field)
      let numbers = try facts.table(table).numbers { Self.has($0, name) }
      for (row, number) in try facts.labels(column).enumerated() where isAllowed[row] {
        isAllowed[row] = numbers.contains(number) != isNegated
      }
    case .range(let range) where condition.field == .year:
      for (row, year) in try facts.years().enumerated() where isAllowed[row] {
        isAllowed[row] = (year != 0 && range.contains(Double(year))) != isNegated
      }
    case .range(let range):
      let values =
        switch condition.field {
        case .duration: try facts.seconds()
        case .plays: try facts.plays()
        default: try facts.values(of: condition.field.descriptor ?? .tempo)
        }
      let (low, high) = (Float(range.lowerBound), Float(range.upperBound))
      for (row, value) in values.enumerated() where isAllowed[row] {
        // What is not known is no number, and lies in no range.
        isAllowed[row] = (value >= low && value <= high) != isNegated
      }
    case .key(let key):
      let (tonics, modes) = (try facts.values(of: .key), try facts.values(of: .mode))
      for row in isAllowed.indices where isAllowed[row] {
        let fits =
          modes[row] == (key.isMajor ? 1 : 0)
          && (key.tonic.map { tonics[row] == Float($0) } ?? true)
        isAllowed[row] = fits != isNegated
      }
    case .path(let pattern): try check(pattern, isNegated: isNegated, &isAllowed)
    }
  }

  private func check(
    _ pattern: NamePattern, isNegated: Bool, _ isAllowed: inout [Bool]
  ) throws(CatalogueError) {
    let (folders, table) = (try facts.labels(.folder), try facts.table(.folders))
    let (ends, bytes) = try facts.fileNames()
    var verdicts = [NamePattern.FolderVerdict?](repeating: nil, count: table.count + 1)
    let names = bytes.span
    for row in isAllowed.indices where isAllowed[row] {
      let folder = Int(folders[row])
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
          pattern.fits(
            fileName: names.extracting(Int(row > 0 ? ends[row - 1] : 0)..<Int(ends[row])))
        }
      isAllowed[row] = fits != isNegated
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

  /// Whether a label is a name, or one of several that stand in it.
  private static func has(_ label: ArraySlice<UInt8>, _ name: String) -> Bool {
    if label.elementsEqual(name.utf8) { return true }
    let separators = Array(";/,|".utf8)
    guard label.contains(where: separators.contains) else { return false }
    return label.split(whereSeparator: separators.contains).contains { part in
      let space = UInt8(ascii: " ")
      let trimmed = part.drop { $0 == space }.reversed().drop { $0 == space }.reversed()
      return trimmed.elementsEqual(name.utf8)
    }
  }
}
