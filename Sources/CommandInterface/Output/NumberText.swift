/// Numbers as people read them, the same in every language setting.
package enum NumberText {
  /// A number with a fixed count of decimals, rounded to nearest (ties to even), as C's `%.*f`.
  /// NaN and infinity are `nan`, `inf` and `-inf`.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    precondition((0...12).contains(decimals), "\(decimals) decimals are not between 0 and 12")
    guard value.isFinite else { return value.description }
    let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    let product = value.magnitude * scale
    var rounded = product.rounded(.toNearestOrEven)
    // The product itself was rounded: where it looks like a tie, what was lost decides.
    if (product - product.rounded(.down)) == 0.5 {
      let lost = (-product).addingProduct(value.magnitude, scale)
      if lost != 0 { rounded = product.rounded(lost > 0 ? .up : .down) }
    }
    // Beyond 2^53 a number has no decimals to show.
    guard rounded < 0x1p63, let digits = Int(exactly: rounded) else { return value.description }
    let text = String(digits)
    let sign = value.sign == .minus && digits != 0 ? "-" : ""
    if decimals == 0 { return sign + text }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - text.utf8.count)) + text
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// A whole number with a comma between thousands: `1,234,567`.
  package static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = value < 0 ? "-" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.utf8.count - place) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// A count with its noun: `1 track`, `1,234 tracks`.
  package static func count(_ value: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(grouped(value)) \(value == 1 ? singular : plural ?? singular + "s")"
  }

  /// The length of a track: `4:05`, `1:02:03`.
  package static func clock(seconds: Double) -> String {
    guard let whole = wholeSeconds(seconds) else { return "?" }
    let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
    if minutes < 60 { return "\(minutes):\(twoDigits(rest))" }
    return "\(minutes / 60):\(twoDigits(minutes % 60)):\(twoDigits(rest))"
  }

  /// A span of time: `12 s`, `3 min 05 s`, `1 h 03 min`, `2 d 04 h`.
  package static func duration(seconds: Double) -> String {
    guard let whole = wholeSeconds(seconds) else { return "?" }
    let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
    let (hours, minute) = minutes.quotientAndRemainder(dividingBy: 60)
    if hours >= 24 { return "\(grouped(hours / 24)) d \(twoDigits(hours % 24)) h" }
    if hours > 0 { return "\(hours) h \(twoDigits(minute)) min" }
    return minutes > 0 ? "\(minutes) min \(twoDigits(rest)) s" : "\(rest) s"
  }

  /// A size in bytes with a decimal unit: `999 B`, `1.4 MB`.
  package static func bytes(_ count: Int) -> String {
    var value = Double(count)
    var unit = 0
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    // What would be rounded to 1000.0 is one of the next unit.
    while value.magnitude >= 999.95, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return unit == 0 ? "\(count) B" : "\(fixed(value, decimals: 1)) \(units[unit])"
  }

  /// How many in a second: `0.25/s`, `45.2/s`, `1,234/s`, or with a noun `45.2 tracks/s`.
  package static func rate(_ perSecond: Double, of noun: String = "") -> String {
    let number =
      switch perSecond {
      case 100..<0x1p53: grouped(Int(perSecond.rounded()))
      case 1..<100: fixed(perSecond, decimals: 1)
      default: fixed(perSecond, decimals: 2)
      }
    return number + (noun.isEmpty ? "" : " \(noun)") + "/s"
  }

  /// A share of 1 as whole percent, rounded down so that only the whole is 100 %.
  package static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "?" }
    return "\(Int((min(max(share, 0), 1) * 100).rounded(.down))) %"
  }

  private static func wholeSeconds(_ seconds: Double) -> Int? {
    guard seconds >= 0, seconds < 0x1p53 else { return nil }
    return Int(seconds.rounded())
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
