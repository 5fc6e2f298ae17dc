/// A day of the Gregorian calendar.
package struct CalendarDay: Equatable, Sendable {
  /// When it begins in universal time, in seconds since 1970.
  package let secondsSince1970: Int64

  /// Reads a day as ISO 8601 writes it, `2026-11-26`; nil for anything else and for days that there are
  /// not.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year >= 1970,
      (1...12).contains(month), (1...Self.length(of: month, year)).contains(day)
    else { return nil }
    var days = day - 1
    for earlier in 1970..<year { days += Self.isLeap(earlier) ? 366 : 365 }
    for earlier in 1..<month { days += Self.length(of: earlier, year) }
    secondsSince1970 = Int64(days) * 86_400
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func length(of month: Int, _ year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: isLeap(year) ? 29 : 28
    default: 31
    }
  }
}
