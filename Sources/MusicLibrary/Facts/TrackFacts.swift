public import Catalogue
package import FileAccess

/// What filters and rankings ask of all tracks of a library, in columns: to look at one number of a
/// hundred thousand tracks in less time than the search itself takes.
///
/// Rows are the tracks that a file holds which is there, ascending. It is kept beside the library in a
/// file that is made again whenever it is out of step. Of descriptors only those of
/// ``TrackDescriptors/version`` count.
public final class TrackFacts {
  /// The columns of the table, in the order of the file. Behind them stand the descriptors.
  package enum Column: Int, CaseIterable {
    case track, seconds, year, added, plays, artist, album, genre, folder, name
    case artists, albums, genres, folders, names
  }

  static let columnCount = Column.allCases.count + Descriptor.allCases.count

  private static let descriptorNumbers = Dictionary(
    uniqueKeysWithValues: zip(Descriptor.allCases, Column.allCases.count...))

  /// The column of a descriptor.
  static func number(of descriptor: Descriptor) -> Int {
    guard let number = descriptorNumbers[descriptor] else { preconditionFailure("no column") }
    return number
  }

  /// Where the columns are.
  private enum Store {
    case file(FactsFile)
    case memory([[UInt8]])
  }

  private var store: Store
  /// How often the file was found to be damaged and made again.
  package private(set) var renewals = 0
  private let renew: () throws(CatalogueError) -> Store
  /// The columns of the file that were read and found sound.
  private var sound: Set<Int> = []
  private var numbers: [Int: [Float]] = [:]
  private var labels: [Column: [UInt32]] = [:]
  private var tables: [Column: NameTable] = [:]
  private var allTracks: [Int64]?
  private var times: [Int64]?
  private var names: [UInt8]?

  /// The revision of the library that the facts are of.
  public let revision: Int
  /// Whether every column that was read is kept, for many questions.
  private let isResident: Bool

  /// Opens the facts of a library, made anew where they are missing, damaged or out of step.
  /// - Parameter resident: whether they are kept in memory, for many questions, or read again for each,
  ///   which is quicker for one.
  /// - Throws: `CatalogueError`.
  public init(
    catalogue: Catalogue, location: LibraryLocation, resident: Bool = false
  ) throws(CatalogueError) {
    renew = { () throws(CatalogueError) in try Self.made(catalogue: catalogue, location: location) }
    isResident = resident
    revision = try catalogue.revision()
    if let file = FactsFile(location.factsFile, columnCount: Self.columnCount),
      file.revision == revision
    {
      store = .file(file)
    } else {
      store = try renew()
    }
  }

  /// Opens a file of facts by itself, whatever library it is of; nil where it is none.
  /// - Throws: `damaged` where that is found out later.
  package init?(file path: FilePath) throws(CatalogueError) {
    guard let file = FactsFile(path, columnCount: Self.columnCount) else { return nil }
    renew = { () throws(CatalogueError) in throw CatalogueError(code: .damaged, path: path) }
    isResident = false
    revision = file.revision
    store = .file(file)
  }

  /// Writes the file when it is out of step with the library.
  static func refresh(catalogue: Catalogue, location: LibraryLocation) throws(CatalogueError) {
    let file = FactsFile(location.factsFile, columnCount: Self.columnCount)
    if let file, file.revision == (try catalogue.revision()) { return }
    _ = try made(catalogue: catalogue, location: location)
  }

  /// How many tracks there are.
  public var count: Int {
    switch store {
    case .file(let file): file.rowCount
    case .memory(let columns): columns[Column.track.rawValue].count / MemoryLayout<Int64>.size
    }
  }

  /// The tracks, ascending.
  public func tracks() throws(CatalogueError) -> [Int64] {
    if let known = allTracks { return known }
    let read = try whole(.track, as: Int64.self)
    if isResident { allTracks = read }
    return read
  }

  /// A descriptor of all tracks, NaN where one has none.
  public func values(of descriptor: Descriptor) throws(CatalogueError) -> [Float] {
    try numbers(Self.number(of: descriptor))
  }

  package func labels(_ column: Column) throws(CatalogueError) -> [UInt32] {
    if let known = labels[column] { return known }
    let read = try whole(column, as: UInt32.self)
    labels[column] = read
    return read
  }

  /// Takes everything from the library again, and nothing of what was read before.
  private func renewStore() throws(CatalogueError) {
    store = try renew()
    renewals += 1
    sound = []
    (numbers, labels, tables) = ([:], [:], [:])
    (allTracks, times, names) = (nil, nil, nil)
  }

  package func table(_ column: Column) throws(CatalogueError) -> NameTable {
    if let known = tables[column] { return known }
    var table = NameTable(try bytes(column.rawValue))
    if table == nil {
      try renewStore()
      table = NameTable(try bytes(column.rawValue))
    }
    guard let table else { preconditionFailure("a table of names that was made just now") }
    tables[column] = table
    return table
  }

  private func numbers(_ column: Int) throws(CatalogueError) -> [Float] {
    if let known = numbers[column] { return known }
    let read = try whole(column, as: Float.self)
    numbers[column] = read
    return read
  }

  private func whole<Number: BitwiseCopyable>(
    _ column: Column, as type: Number.Type
  ) throws(CatalogueError) -> [Number] {
    try whole(column.rawValue, as: type)
  }

  /// A column of numbers, one for each row.
  private func whole<Number: BitwiseCopyable>(
    _ column: Int, as type: Number.Type
  ) throws(CatalogueError) -> [Number] {
    switch store {
    case .memory(let columns):
      return FactsFile.numbers(columns[column], as: type)
    case .file(let file):
      if hasWidth(file, column), let numbers = file.column(column, as: type) {
        sound.insert(column)
        return numbers
      }
      try renewStore()
      return try whole(column, as: type)
    }
  }

  /// Passes a column of numbers in parts, in order, without keeping it.
  ///
  /// Where the file turns out to be damaged, what was passed counts for nothing, which
  /// ``renewals`` tells.
  private func forEachPart<Number: BitwiseCopyable>(
    of column: Int, as type: Number.Type,
    _ body: (_ first: Int, _ numbers: UnsafeBufferPointer<Number>) -> Void
  ) throws(CatalogueError) {
    if case .file(let file) = store {
      if hasWidth(file, column), file.forEachPart(ofColumn: column, as: type, body) {
        sound.insert(column)
        return
      }
      try renewStore()
      return
    }
    try whole(column, as: type).withUnsafeBufferPointer { body(0, $0) }
  }

  /// Passes the numbers of the tracks in parts; after that ``renewals`` has to be what it was.
  package func forEachPart(
    of column: Column, _ body: (_ first: Int, _ values: UnsafeBufferPointer<Float>) -> Void
  ) throws(CatalogueError) {
    try forEachNumber(of: column.rawValue, body)
  }

  /// Passes a descriptor of the tracks in parts; after that ``renewals`` has to be what it was.
  package func forEachPart(
    of descriptor: Descriptor, _ body: (_ first: Int, _ values: UnsafeBufferPointer<Float>) -> Void
  ) throws(CatalogueError) {
    try forEachNumber(of: Self.number(of: descriptor), body)
  }

  /// Passes a column of numbers in parts; after that ``renewals`` has to be what it was.
  func forEachNumber(
    of column: Int, _ body: (_ first: Int, _ values: UnsafeBufferPointer<Float>) -> Void
  ) throws(CatalogueError) {
    if isResident || numbers[column] != nil {
      return try numbers(column).withUnsafeBufferPointer { body(0, $0) }
    }
    try forEachPart(of: column, as: Float.self, body)
  }

  /// Passes the years of the tracks in parts, 0 where one says none; after that ``renewals`` has to be
  /// what it was.
  package func forEachYear(
    _ body: (_ first: Int, _ years: UnsafeBufferPointer<Int32>) -> Void
  ) throws(CatalogueError) {
    // As many bits as a label has.
    try forEachLabel(of: .year) { first, years in
      years.withMemoryRebound(to: Int32.self) { body(first, $0) }
    }
  }

  /// Passes when the library first heard the tracks in parts, in seconds since 1970, 0 where that is
  /// not known; after that ``renewals`` has to be what it was.
  package func forEachAdded(
    _ body: (_ first: Int, _ times: UnsafeBufferPointer<Int64>) -> Void
  ) throws(CatalogueError) {
    if let times { return times.withUnsafeBufferPointer { body(0, $0) } }
    guard isResident else {
      return try forEachPart(of: Column.added.rawValue, as: Int64.self, body)
    }
    let read = try whole(.added, as: Int64.self)
    times = read
    read.withUnsafeBufferPointer { body(0, $0) }
  }

  /// The numbers of a few rows, without reading the rest of a column that was read before; nil where it
  /// was not, or where that would not be quicker.
  func fewNumbers(_ column: Int, ofRows rows: [Int]) -> [Float]? {
    guard case .file(let file) = store, sound.contains(column), numbers[column] == nil,
      rows.count <= count / Self.rowsReadForOne
    else { return nil }
    return file.numbers(column, ofRows: rows, as: Float.self)
  }

  /// So many rows are read one behind the other while one is read by itself.
  private static let rowsReadForOne = 512

  /// Passes the tracks in parts, ascending; after that ``renewals`` has to be what it was.
  func forEachTrack(
    _ body: (_ first: Int, _ tracks: UnsafeBufferPointer<Int64>) -> Void
  ) throws(CatalogueError) {
    guard isResident else {
      return try forEachPart(of: Column.track.rawValue, as: Int64.self, body)
    }
    try tracks().withUnsafeBufferPointer { body(0, $0) }
  }

  /// Passes the bytes of the names of files in parts; after that ``renewals`` has to be what it was.
  func forEachNameByte(
    _ body: (_ first: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Void
  ) throws(CatalogueError) {
    guard isResident else {
      return try forEachPart(of: Column.names.rawValue, as: UInt8.self, body)
    }
    if names == nil { names = try bytes(Column.names.rawValue) }
    names?.withUnsafeBufferPointer { body(0, $0) }
  }

  /// Passes the numbers of labels in parts; after that ``renewals`` has to be what it was.
  package func forEachLabel(
    of column: Column, _ body: (_ first: Int, _ numbers: UnsafeBufferPointer<UInt32>) -> Void
  ) throws(CatalogueError) {
    if isResident || labels[column] != nil {
      return try labels(column).withUnsafeBufferPointer { body(0, $0) }
    }
    try forEachPart(of: column.rawValue, as: UInt32.self, body)
  }

  private func hasWidth(_ file: FactsFile, _ column: Int) -> Bool {
    let width = Column(rawValue: column).map(\.width) ?? 4
    return width.map { file.size(ofColumn: column) == $0 * file.rowCount } ?? true
  }

  private func bytes(_ column: Int) throws(CatalogueError) -> [UInt8] {
    try whole(column, as: UInt8.self)
  }

  /// Reads everything from the library, and writes the file where that is possible.
  private static func made(
    catalogue: Catalogue, location: LibraryLocation
  ) throws(CatalogueError) -> Store {
    let (builder, revision) = try catalogue.snapshot { () throws(CatalogueError) in
      var builder = FactsBuilder(plays: try catalogue.plays())
      try catalogue.forEachTrackFacts { builder.append($0) }
      return (builder, try catalogue.revision())
    }
    let columns = builder.columns
    try? FactsFile.write(
      columns, rowCount: builder.count, revision: revision, to: location.factsFile)
    return .memory(columns)
  }
}

extension TrackFacts.Column {
  /// The bytes of each row, nil where it is no column of numbers.
  fileprivate var width: Int? {
    switch self {
    case .track, .added: 8
    case .artists, .albums, .genres, .folders, .names: nil
    default: 4
    }
  }
}

/// Gathers the columns.
private struct FactsBuilder {
  private let plays: [Int64: Int]
  private(set) var count = 0
  private var numbers: [[UInt8]]
  private var artists = NameTable.Builder()
  private var albums = NameTable.Builder()
  private var genres = NameTable.Builder()
  private var folders = NameTable.Builder()
  private var names: [UInt8] = []

  init(plays: [Int64: Int]) {
    self.plays = plays
    numbers = [[UInt8]](repeating: [], count: TrackFacts.columnCount)
  }

  mutating func append(_ facts: TrackFactRecord) {
    count += 1
    append(facts.track, to: .track)
    append(Float(facts.seconds), to: .seconds)
    append(Int32(clamping: facts.year ?? 0), to: .year)
    append(facts.added ?? 0, to: .added)
    append(plays[facts.track].map { Float($0) } ?? .nan, to: .plays)
    append(artists.number(of: facts.artist), to: .artist)
    append(albums.number(of: facts.album), to: .album)
    append(genres.number(of: facts.genre), to: .genre)
    append(folders.number(of: facts.path.parent.bytes), to: .folder)
    names += facts.path.lastComponent.bytes
    append(UInt32(names.count), to: .name)
    let isCurrent = facts.descriptors?.version == TrackDescriptors.version
    for (place, descriptor) in Descriptor.allCases.enumerated() {
      let value = isCurrent ? facts.descriptors?[descriptor] : nil
      numbers[TrackFacts.Column.allCases.count + place].append(
        number: (value.map { Float($0) } ?? .nan).bitPattern)
    }
  }

  /// All columns, in the order of the file.
  var columns: [[UInt8]] {
    var columns = numbers
    columns[TrackFacts.Column.artists.rawValue] = artists.bytes
    columns[TrackFacts.Column.albums.rawValue] = albums.bytes
    columns[TrackFacts.Column.genres.rawValue] = genres.bytes
    columns[TrackFacts.Column.folders.rawValue] = folders.bytes
    columns[TrackFacts.Column.names.rawValue] = names
    return columns
  }

  private mutating func append(_ number: some FixedWidthInteger, to column: TrackFacts.Column) {
    numbers[column.rawValue].append(number: number)
  }

  private mutating func append(_ number: Float, to column: TrackFacts.Column) {
    append(number.bitPattern, to: column)
  }
}
