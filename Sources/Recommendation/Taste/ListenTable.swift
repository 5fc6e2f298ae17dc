internal import FileAccess
public import FileFormats
internal import FoundationEssentials

/// Listens as other programs write them down.
public struct ListenTable: Equatable, Sendable {
  /// One of them, or a number of them.
  public struct Row: Equatable, Sendable {
    /// The file, where the table names files.
    public var path: String?
    /// Who played.
    public var artist: String
    /// What was played.
    public var title: String
    /// From which album, empty where that is not told.
    public var album: String
    /// When, in seconds since 1970; 0 where that is not told.
    public var time: Int64
    /// How often.
    public var count: Int

    /// Makes a row.
    public init(
      path: String? = nil, artist: String = "", title: String = "", album: String = "",
      time: Int64 = 0, count: Int = 1
    ) {
      self.path = path
      self.artist = artist
      self.title = title
      self.album = album
      self.time = time
      self.count = count
    }
  }

  /// What was written down.
  public private(set) var rows: [Row] = []
  /// How many rows or lines tell of no listen.
  public private(set) var unreadable = 0

  /// The longest file that is read.
  public static let longest = 1 << 30

  /// Reads an export of ListenBrainz (JSON: an array, or an object on each line), one of Last.fm (CSV:
  /// artist, album, title and day without a head, or with one that has `uts`), or any table with a head
  /// that names `path`, or `artist` and `title` or `track`; besides, if they are there, `album`,
  /// `plays`, `playcount`, `play_count` or `count`, and `uts`, `time`, `timestamp` or `listened_at` in
  /// seconds since 1970.
  /// - Throws: `FileFormatError` where it is none of these.
  public init(_ bytes: [UInt8]) throws(FileFormatError) {
    let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    switch first {
    case UInt8(ascii: "["):
      guard let listens = try? JSONDecoder().decode([Listen].self, from: Data(bytes)) else {
        throw FileFormatError(.notThisFormat)
      }
      for listen in listens { take(listen) }
    case UInt8(ascii: "{"):
      for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
        guard let listen = try? JSONDecoder().decode(Listen.self, from: Data(line)) else {
          unreadable += 1
          continue
        }
        take(listen)
      }
    default: try read(CSVTable(bytes: bytes))
    }
  }

  private struct Listen: Decodable {
    struct Track: Decodable {
      let artist_name: String?
      let track_name: String?
      let release_name: String?
    }

    let listened_at: Int64?
    let track_metadata: Track?
  }

  private mutating func take(_ listen: Listen) {
    guard let artist = listen.track_metadata?.artist_name,
      let title = listen.track_metadata?.track_name
    else {
      unreadable += 1
      return
    }
    rows.append(
      Row(
        artist: artist, title: title, album: listen.track_metadata?.release_name ?? "",
        time: max(0, listen.listened_at ?? 0)))
  }

  private mutating func read(_ table: CSVTable) throws(FileFormatError) {
    let names = table.columns.map { $0.lowercased() }
    let place = { (known: [String]) in names.firstIndex(where: known.contains) }
    let (path, artist, title) = (place(["path"]), place(["artist"]), place(["title", "track"]))
    guard path != nil || artist != nil && title != nil else {
      // Last.fm's own exports have no head.
      guard names.count == 4, DayTime(table.columns[3]) != nil else {
        throw FileFormatError(.missingColumn("artist"))
      }
      for row in [table.columns] + table.rows { take(lastFM: row) }
      return
    }
    let album = place(["album"])
    let count = place(["plays", "playcount", "play_count", "count"])
    let time = place(["uts", "time", "timestamp", "listened_at"])
    for cells in table.rows {
      var row = Row()
      row.path = path.map { cells[$0] }
      row.artist = artist.map { cells[$0] } ?? ""
      row.title = title.map { cells[$0] } ?? ""
      row.album = album.map { cells[$0] } ?? ""
      let plays = count.map { Int(cells[$0]) } ?? 1
      let when = time.map { cells[$0].isEmpty ? 0 : Int64(cells[$0]) } ?? 0
      guard let plays, let when, (0...1_000_000_000).contains(plays), when >= 0 else {
        unreadable += 1
        continue
      }
      (row.count, row.time) = (plays, when)
      // What was never played says nothing.
      if plays > 0 { rows.append(row) }
    }
  }

  private mutating func take(lastFM cells: [String]) {
    guard let time = DayTime(cells[3]) else {
      unreadable += 1
      return
    }
    rows.append(
      Row(artist: cells[0], title: cells[2], album: cells[1], time: time.secondsSince1970))
  }
}

/// A day and time as Last.fm writes it: `26 Nov 2026 18:30`, in universal time.
private struct DayTime {
  let secondsSince1970: Int64

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  init?(_ text: String) {
    let parts = text.lowercased().split { $0 == " " || $0 == "," }
    guard parts.count == 4, let day = Int(parts[0]), (1...31).contains(day),
      let month = Self.months.firstIndex(where: { parts[1].hasPrefix($0) }),
      let year = Int(parts[2]), (1970...9_999).contains(year)
    else { return nil }
    let clock = parts[3].split(separator: ":").map { Int($0) }
    guard clock.count == 2, let hours = clock[0], let minutes = clock[1],
      (0..<24).contains(hours), (0..<60).contains(minutes)
    else { return nil }
    let calendar = DateComponents(
      timeZone: TimeZone(secondsFromGMT: 0), year: year, month: month + 1, day: day, hour: hours,
      minute: minutes)
    guard let date = Calendar(identifier: .gregorian).date(from: calendar) else { return nil }
    secondsSince1970 = Int64(date.timeIntervalSince1970)
  }
}
