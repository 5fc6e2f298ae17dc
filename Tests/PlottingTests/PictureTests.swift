import Testing

@testable import Plotting

@Suite("Pictures")
struct PictureTests {
  @Test(
    "that are no PNG are refused", arguments: [[], [0x89, 0x50, 0x4E, 0x47], Array("<svg/>".utf8)])
  func notAPicture(bytes: [UInt8]) {
    let error = #expect(throws: PlottingError.self) { try DecodedPicture(png: bytes) }
    #expect(error?.code == .notAPicture)
    #expect(error?.context == .read)
  }

  @Test("cut anywhere are refused")
  func truncated() throws {
    let png = try Figures.spectrogram(values: Array(repeating: 0, count: 80))
      .render(size: PictureSize(width: 320, height: 200), format: .png)
    for count in stride(from: 0, to: png.count - 12, by: 97) {
      #expect(throws: PlottingError.self) { try DecodedPicture(png: Array(png.prefix(count))) }
    }
  }

  @Test("have their format named by the file's ending")
  func endings() {
    #expect(PictureFormat(fileExtension: "PNG") == .png)
    #expect(PictureFormat(fileExtension: "svg") == .svg)
    #expect(PictureFormat(fileExtension: "pdf") == .pdf)
    #expect(PictureFormat(fileExtension: "jpeg") == nil)
  }

  @Test("keep texts to the width they are given")
  func shortening() throws {
    let canvas = try Canvas(size: Figures.size, format: .png)
    let frame = try FigureFrame(
      canvas, theme: .light, title: "", subtitle: nil, verticalTicks: [], rightMargin: 0)
    let style = FigureFrame.titleStyle
    #expect(frame.shortened("Short", style, to: 300) == "Short")
    let long = frame.shortened(String(repeating: "word ", count: 100), style, to: 300)
    #expect(long.hasSuffix("\u{2026}"))
    #expect(canvas.measure(long, style) <= 300)
    #expect(canvas.measure(long, style) > 240)
    #expect(frame.shortened("a\nb\u{0}c", style, to: 300) == "a b c")
    #expect(frame.shortened("anything", style, to: 0) == "\u{2026}")
  }

  @Test("use ASCII where the system has no letters")
  func ascii() {
    #expect(Fonts.ascii("\u{2212}80 – ä…") == "-80 - ?...")
  }

  @Test("come from a library that names its version")
  func version() throws {
    let cairo = try #require(PlottingLibraries.versions.first)
    #expect(cairo.name == "cairo")
    #expect(cairo.version.split(separator: ".").count == 3)
    #expect(cairo.version.hasPrefix("1."))
  }
}
