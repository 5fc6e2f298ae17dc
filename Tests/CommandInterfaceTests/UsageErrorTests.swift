import Testing

@testable import CommandInterface

@Suite("Wrong usage")
struct UsageErrorTests {
  /// Words, and the first line of what is said of them.
  static let cases: [(words: [String], message: String)] = [
    (
      [],
      "earshot: which command? One of index, query, similar, playlist, search, map, library, taste, "
        + "embed, features, spectrogram, waveform, matrix, filters, train, losses, reconstruct, evaluate, worker, completions, manual or help"
    ),
    (["qurey", "a"], #"earshot: unknown command "qurey"; did you mean "query"?"#),
    (["song.mp3"], #"earshot: unknown command "song.mp3""#),
    (["help", "serach"], #"earshot: unknown command "serach"; did you mean "search"?"#),
    (
      ["library"],
      "earshot library: which command? One of status, failures, duplicates, add-model, "
        + "verify, prune, export or import"
    ),
    (
      ["library", "--json"],
      "earshot library: which command? One of status, failures, duplicates, add-model, "
        + "verify, prune, export or import"
    ),
    (["library", "stat"], #"earshot library: unknown command "stat"; did you mean "status"?"#),
    (["--bogus"], #"earshot: unknown option "--bogus""#),
    (
      ["query", "--formt", "x"],
      #"earshot query: unknown option "--formt"; did you mean "--format"?"#
    ),
    (
      ["query", "-format", "x"],
      #"earshot query: unknown option "-format"; did you mean "--format"?"#
    ),
    (["query", "-z", "x"], #"earshot query: unknown option "-z""#),
    (["features", "--library", "x", "a"], #"earshot features: unknown option "--library""#),
    (["query", "a", "--count"], #"earshot query: "--count" needs a value"#),
    (["query", "-k", "--json", "a"], #"earshot query: "--count" needs a value"#),
    (["query", "--output=", "a"], #"earshot query: "--output" needs a value"#),
    (
      ["query", "--json=yes", "a"], #"earshot query: "--json" takes no value, but was given "yes""#
    ),
    (
      ["query", "-kten", "a"],
      #"earshot query: "--count" takes a whole number from 1 to 100,000, not "ten""#
    ),
    (
      ["query", "-k", "-3", "a"],
      #"earshot query: "--count" takes a whole number from 1 to 100,000, not "-3""#
    ),
    (
      ["query", "-k", "99999999999999999999", "a"],
      #"earshot query: "--count" takes a whole number from 1 to 100,000, not "99999999999999999999""#
    ),
    (
      ["search", "--limit", "-1", "a"],
      #"earshot search: "--limit" takes a whole number from 1 to 100,000, not "-1""#
    ),
    (
      ["query", "--format", "jsno", "a"],
      #"earshot query: "--format" takes table, json, m3u8, xspf or csv, not "jsno"; "#
        + #"did you mean "json"?"#
    ),
    (
      ["query", "--weight", "time=0,frequency=0", "a"],
      #"earshot query: "--weight" takes NAME=N,NAME=N with names of time, frequency, tempo, key, "#
        + #"loudness, brightness or energy, numbers from 0 on, of time and frequency not both 0, "#
        + #"not "time=0,frequency=0""#
    ),
    (
      ["similar", "--weight", "pitch=1", "a"],
      #"earshot similar: "--weight" takes NAME=N,NAME=N with names of time, frequency, tempo, key, "#
        + #"loudness, brightness or energy, numbers from 0 on, of time and frequency not both 0, "#
        + #"not "pitch=1""#
    ),
    (
      ["embed", "--excerpt", "60-30", "a"],
      #"earshot embed: "--excerpt" takes start, middle, full or START-END in seconds, not "60-30""#
    ),
    (
      ["spectrogram", "a", "-o", "a.jpg"],
      #"earshot spectrogram: "--output" takes a name that ends in .png, .svg or .pdf, not "a.jpg""#
    ),
    (["spectrogram", "a"], #"earshot spectrogram: missing option "--output""#),
    (["query", "--json"], "earshot query: missing SONG"),
    (["features", "a", "b"], #"earshot features: "b" is one name too many"#),
    (["library", "status", "x"], #"earshot library status: "x" is one name too many"#),
    (["query", "-k1", "--count", "2", "a"], #"earshot query: "--count" is given twice"#),
    (
      ["query", "--json", "--format", "csv", "a"],
      #"earshot query: "--json" and "--format" exclude one another"#
    ),
    (
      ["similar", "--genre", "--artist", "a"],
      #"earshot similar: "--artist" and "--genre" exclude one another"#
    ),
    (
      ["completions", "csh"],
      #"earshot completions: "SHELL" takes bash, zsh or fish, not "csh"; did you mean "zsh"?"#
    ),
    (["query", "--\u{1B}[31m"], "earshot query: unknown option \"--\u{FFFD}[31m\""),
  ]

  @Test("is told in one line with the word that was meant", arguments: cases)
  func messages(words: [String], message: String) {
    let error = #expect(throws: UsageError.self) {
      try CommandTable.parser(program: "earshot").parse(words.map { Array($0.utf8) })
    }
    #expect(error?.text.split(separator: "\n").first.map(String.init) == message)
    #expect(error?.text.split(separator: "\n").count == 2)
  }

  @Test("is followed by the right usage and where to read more")
  func usageLine() {
    let earshot = #expect(throws: UsageError.self) {
      try CommandTable.parser(program: "earshot").parse([Array("spectrogram".utf8)])
    }
    #expect(
      earshot?.text.split(separator: "\n").last
        == "Usage: earshot spectrogram [options] -o PICTURE SONG  (earshot spectrogram --help)")
    let embed = #expect(throws: UsageError.self) {
      try CommandTable.parser(program: "embed").parse([])
    }
    #expect(embed?.text == "embed: missing SONG\nUsage: embed [options] SONG…  (embed --help)")
  }

  @Test("An option that is not UTF-8 is unknown, not a crash")
  func invalidOption() {
    for word in [[0x2D, 0xFF], [0x2D, 0x2D, 0xFF, 0x3D, 0xFE], [0x2D, 0xC3, 0xA9]] as [[UInt8]] {
      #expect(throws: UsageError.self) {
        try CommandTable.parser(program: "embed").parse([word, [0x61]])
      }
    }
  }

  @Test(
    "The distance of two words counts letters to insert, delete, change or swap",
    arguments: [
      ("", "", 0), ("abc", "abc", 0), ("", "abc", 3), ("qurey", "query", 1), ("formt", "format", 1),
      ("formatt", "format", 1), ("kitten", "sitting", 3), ("ca", "abc", 3), ("ab", "ba", 1),
    ])
  func distances(left: String, right: String, expected: Int) {
    #expect(EditDistance.between(left, right) == expected)
    #expect(EditDistance.between(right, left) == expected)
  }

  @Test(
    "Only a word that is near is suggested",
    arguments: [
      ("jsn", "json"), ("JSON", "json"), ("out", "output"), ("include", "include-self"),
      ("xyzzy", nil), ("", nil), (String(repeating: "json", count: 40), nil),
    ] as [(String, String?)])
  func suggestions(typed: String, expected: String?) {
    let words = ["json", "output", "include-self", "library", "count"]
    #expect(EditDistance.nearest(to: typed, among: words) == expected)
  }
}
