import CommandInterface
import FileAccess
import FileFormats
import FoundationEssentials

extension FuzzTarget {
  /// What is typed, and names that strangers gave.
  static let texts: [FuzzTarget] = [commandLine, fileName]

  /// Both programs' parsers; making one takes longer than using it.
  private static let parsers = ["earshot", "embed"].map { CommandTable.parser(program: $0) }

  /// The first byte chooses the program, zeros separate the words.
  private static let commandLine = FuzzTarget("command-line", longestInput: 160) { input in
    var input = FuzzInput(input)
    let parser = parsers[Int(input.byte() & 1)]
    let words = input.rest.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
    do {
      guard case .run(let arguments) = try parser.parse(words) else { return }
      for option in arguments.command.allOptions {
        let count = arguments.values[option.name, default: []].count
        try hold(count <= 1 || option.isRepeatable, "\(count) values of \(option.name)")
      }
    } catch let error as UsageError {
      let text = error.text
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      try hold(lines.count == 2, "an error of \(lines.count) lines")
      try hold(
        text.unicodeScalars.allSatisfy {
          $0 == "\n" || $0.properties.generalCategory != .control
        },
        "a control character in an error")
    }
  }

  /// Whatever bytes a file is named by, they are told exactly and do no harm where they are shown.
  private static let fileName = FuzzTarget("file-name", longestInput: 96) { input in
    let path = FilePath(bytes: input)
    try hold(path.bytes == Array(input.prefix { $0 != 0 }), "other bytes")
    let root = path.absolute(in: FilePath("/music/here"))
    try hold(root.absolute(in: FilePath("/elsewhere")) == root, "an absolute path that moves")
    try hold(path.isValidUTF8 == (String(validating: path.bytes, as: UTF8.self) != nil), "no UTF-8")
    let shown = TerminalText.clean(path)
    try hold(
      shown.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
      "a control character on the terminal")

    var object = JSONObject()
    object.append(path: path)
    let line = JSONValue.object(object).line
    try hold(line.count { $0 == 0x0A } == 1, "JSON of several lines")
    let told = try JSONDecoder().decode(Told.self, from: Data(line))
    if let exact = told.pathBytes {
      try hold(Data(base64Encoded: exact).map(Array.init) == path.bytes, "other bytes in base64")
    } else {
      try hold(Array(told.path.utf8) == path.bytes, "other bytes in JSON")
    }

    try checkTables(path)
  }

  private struct Told: Decodable {
    let path: String
    let pathBytes: String?
  }

  private static func checkTables(_ path: FilePath) throws {
    let text = path.string
    let list = Playlist(
      title: text, entries: [Playlist.Entry(path: path, title: text, artist: text)])
    let lines = list.m3u8.split(separator: 0x0A, omittingEmptySubsequences: false)
    try hold(lines.count == 5 && lines[4].isEmpty, "a playlist of \(lines.count) lines")
    try hold(lines[3].first != UInt8(ascii: "#"), "a path that is a comment")
    try hold(!lines[1...3].contains { $0.contains(0x0D) }, "a line end within a line")

    let table = try CSVTable(
      bytes: CSVRow.bytes([.text("name")]) + CSVRow.bytes([.text(text)]))
    // A row of one empty cell is an empty line.
    guard let cell = table.rows.first?.first, !text.isEmpty else {
      return try hold(text.isEmpty, "a row that is lost")
    }
    try hold(cell == text || cell == "'" + text, "another text in a table")
    try hold(!["=", "@", "\t", "\r"].contains(cell.prefix(1)), "a formula in a table")
  }
}
