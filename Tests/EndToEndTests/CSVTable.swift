/// A table of comma-separated values (RFC 4180), read strictly.
struct CSVTable {
  struct Malformed: Error {
    let place: Int
  }

  let rows: [[String]]

  init(_ bytes: [UInt8]) throws(Malformed) {
    var rows: [[String]] = []
    var row: [String] = []
    var place = 0
    while place < bytes.count {
      row.append(try Self.cell(bytes, &place))
      if place < bytes.count, bytes[place] == UInt8(ascii: ",") {
        place += 1
        continue
      }
      guard place + 1 < bytes.count, bytes[place] == 0x0D, bytes[place + 1] == 0x0A else {
        throw Malformed(place: place)
      }
      place += 2
      rows.append(row)
      row = []
    }
    guard row.isEmpty else { throw Malformed(place: place) }
    self.rows = rows
  }

  private static func cell(_ bytes: [UInt8], _ place: inout Int) throws(Malformed) -> String {
    var text: [UInt8] = []
    let quote = UInt8(ascii: "\"")
    guard place < bytes.count, bytes[place] == quote else {
      while place < bytes.count, bytes[place] != UInt8(ascii: ","), bytes[place] != 0x0D {
        guard bytes[place] != quote, bytes[place] != 0x0A else { throw Malformed(place: place) }
        text.append(bytes[place])
        place += 1
      }
      return String(decoding: text, as: UTF8.self)
    }
    place += 1
    while place < bytes.count {
      if bytes[place] == quote {
        place += 1
        guard place < bytes.count, bytes[place] == quote else {
          return String(decoding: text, as: UTF8.self)
        }
      }
      text.append(bytes[place])
      place += 1
    }
    throw Malformed(place: place)
  }
}
