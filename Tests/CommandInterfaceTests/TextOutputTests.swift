import Testing

@testable import CommandInterface

@Suite("Text for people")
struct TextOutputTests {
  @Test(
    "Nothing in a name reaches the terminal that it would obey",
    arguments: [
      ("plain é 日本 👩‍🎤", "plain é 日本 👩‍🎤"), ("\u{1B}]0;x\u{7}", "\u{FFFD}]0;x\u{FFFD}"),
      ("a\u{9B}31mb", "a\u{FFFD}31mb"), ("two\r\nlines\tand\u{2028}more", "two  lines and more"),
      ("abc\u{202E}3pm", "abc\u{FFFD}3pm"), ("\u{2066}x\u{2069}", "\u{FFFD}x\u{FFFD}"),
      ("\0\u{7F}\u{85}", "\u{FFFD}\u{FFFD} "), ("\u{E0041}\u{FEFF}", "\u{FFFD}\u{FFFD}"),
    ])
  func cleaning(text: String, expected: String) {
    #expect(TerminalText.clean(text).unicodeScalars.elementsEqual(expected.unicodeScalars))
  }

  @Test("Bytes that are no text are shown as such")
  func cleaningBytes() {
    #expect(TerminalText.clean(bytes: [0x61, 0xFF, 0x1B] as [UInt8]) == "a\u{FFFD}\u{FFFD}")
  }

  @Test(
    "Letters are counted in columns of the terminal",
    arguments: [
      ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한글", 4), ("ｱ", 1), ("Ａ", 2),
      ("🎵", 2), ("👩‍🎤", 2), ("❤\u{FE0F}", 2), ("…", 1), ("Привет", 6), ("a\u{200D}", 1),
    ])
  func widths(text: String, expected: Int) {
    #expect(DisplayWidth.of(text) == expected)
  }

  @Test(
    "Text is cut between characters and ends with an ellipsis",
    arguments: [
      ("hello", 5, "hello"), ("hello", 4, "hel…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
      ("ab", 1, "…"), ("ab", 0, ""), ("", 0, ""),
    ])
  func truncation(text: String, columns: Int, expected: String) {
    #expect(DisplayWidth.truncate(text, to: columns) == expected)
  }

  @Test("A table stands in columns, whatever its letters")
  func table() {
    var table = TextTable([
      .init(title: "#", alignment: .right), .init(title: "Title", isFlexible: true),
      .init(title: "Like", alignment: .right),
    ])
    table.append(["1", "日本の歌", "0.98"])
    table.append(["10", "A rather long title\u{1B}", "0.9"])
    #expect(
      table.text(width: nil) == """
         #  Title                 Like
         1  日本の歌              0.98
        10  A rather long title\u{FFFD}   0.9

        """)
    #expect(
      table.text(width: 22) == """
         #  Title         Like
         1  日本の歌      0.98
        10  A rather lo…   0.9

        """)
  }

  @Test("A table too narrow for its terminal keeps what it must")
  func narrowTable() {
    var table = TextTable([.init(title: "Path", isFlexible: true), .init(title: "Reason")])
    table.append(["/a/very/long/path", "not-audio"])
    #expect(table.text(width: 5) == "Path      Reason\n/a/very…  not-audio\n")
  }

  @Test("Text is broken at spaces only")
  func wrapping() {
    #expect(TextWrap.lines("one two  three", width: 7) == ["one two", "three"])
    #expect(TextWrap.lines("extraordinary x", width: 5) == ["extraordinary", "x"])
    #expect(TextWrap.lines("日本 語", width: 6) == ["日本", "語"])
    #expect(TextWrap.lines("", width: 5).isEmpty)
    #expect(TextWrap.text("a b", width: 4, indent: 2) == "  a\n  b\n")
  }
}

@Suite("Numbers for people")
struct NumberTextTests {
  @Test(
    "Decimals are rounded as C rounds them",
    arguments: [
      (0, 2, "0.00"), (1.005, 2, "1.00"), (1.115, 2, "1.11"), (2.675, 2, "2.67"), (0.5, 0, "0"),
      (1.5, 0, "2"), (2.5, 0, "2"), (0.125, 2, "0.12"), (0.375, 2, "0.38"), (-1.25, 1, "-1.2"),
      (-0.001, 2, "0.00"), (999.9999, 3, "1000.000"), (1e15, 1, "1000000000000000.0"),
      (0.05, 3, "0.050"), (.nan, 2, "nan"), (-.infinity, 2, "-inf"), (1e300, 2, "1e+300"),
    ])
  func fixed(value: Double, decimals: Int, expected: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == expected)
  }

  @Test("Thousands are set apart, counts have their noun")
  func grouping() {
    #expect(NumberText.grouped(0) == "0")
    #expect(NumberText.grouped(999) == "999")
    #expect(NumberText.grouped(-1000) == "-1,000")
    #expect(NumberText.grouped(1_234_567) == "1,234,567")
    #expect(NumberText.grouped(.min) == "-9,223,372,036,854,775,808")
    #expect(NumberText.count(1, "track") == "1 track")
    #expect(NumberText.count(2000, "copy", "copies") == "2,000 copies")
  }

  @Test(
    "Time is told as a player tells it and as people do",
    arguments: [
      (0, "0:00", "0 s"), (9.6, "0:10", "10 s"), (59.6, "1:00", "1 min 00 s"),
      (245, "4:05", "4 min 05 s"), (3599.7, "1:00:00", "1 h 00 min"),
      (3780, "1:03:00", "1 h 03 min"),
      (190_000, "52:46:40", "2 d 04 h"), (-1, "?", "?"), (.nan, "?", "?"), (.infinity, "?", "?"),
    ])
  func time(seconds: Double, clock: String, duration: String) {
    #expect(NumberText.clock(seconds: seconds) == clock)
    #expect(NumberText.duration(seconds: seconds) == duration)
  }

  @Test("Sizes, speeds and shares have their unit")
  func units() {
    #expect(NumberText.bytes(999) == "999 B")
    #expect(NumberText.bytes(1000) == "1.0 kB")
    #expect(NumberText.bytes(999_949) == "999.9 kB")
    #expect(NumberText.bytes(999_951) == "1.0 MB")
    #expect(NumberText.bytes(.max) == "9.2 EB")
    #expect(NumberText.rate(0.256) == "0.26/s")
    #expect(NumberText.rate(45.23, of: "tracks") == "45.2 tracks/s")
    #expect(NumberText.rate(1234.4) == "1,234/s")
    #expect(NumberText.rate(.nan) == "nan/s")
    #expect(NumberText.percent(0.9999) == "99 %")
    #expect(NumberText.percent(1) == "100 %")
    #expect(NumberText.percent(.nan) == "?")
  }
}
