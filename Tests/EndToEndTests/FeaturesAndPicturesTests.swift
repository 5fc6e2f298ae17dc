import AudioDecoding
import FileAccess
import FileFormats
import SpectralFeatures
import TestSupport
import Testing

private let song = Sounds.clip("house-1-harbour-lights.mp3")
private let excerpt = ["--excerpt", "2-4"]

@Suite("features and spectrogram")
struct FeaturesAndPicturesTests {
  let place = Workplace()

  private func settings() -> SpectrogramSettings {
    var settings = SpectrogramSettings()
    settings.chromaTuning = .estimated
    return settings
  }

  /// What the module makes of the same excerpt.
  private func features(_ contents: SpectralAnalyzer.Contents) throws -> SpectralFeatureSet {
    let decoder = AudioDecoder(options: DecodingOptions(excerpt: .range(start: 2, end: 4)))
    let samples = try decoder.decode(FilePath(song)).samples
    return SpectralAnalyzer(settings: settings(), contents: contents).analyze(samples)
  }

  @Test("every feature has its shape, and every number is finite")
  func json() throws {
    let ended = try place.run(.earshot, ["features"] + excerpt + [song])
    #expect(ended.status == 0)
    let object = try ended.object()
    #expect(
      object.names == ["schema", "path", "audio", "settings", "features", "descriptors"])
    let rows = [
      "mel": 128, "mel-db": 128, "mfcc": 20, "delta": 20, "chroma": 12, "chroma-cqt": 12,
      "tonnetz": 6, "contrast": 7,
    ]
    let lines = [
      "centroid", "bandwidth", "rolloff", "flatness", "zero-crossing-rate", "rms", "onset-strength",
    ]
    let values = try #require(object["features"])
    #expect(Set(values.names) == Set(rows.keys).union(lines))
    for (name, count) in rows {
      let matrix = values[name]?.elements.map { $0.elements.compactMap(\.float) }
      #expect(matrix?.count == count, "\(name)")
      #expect(matrix?.allSatisfy { $0.count == 87 } == true, "\(name)")
    }
    for name in lines {
      #expect(values[name]?.elements.compactMap(\.float).count == 87, "\(name)")
    }
    let descriptors = try #require(object["descriptors"])
    #expect(
      descriptors.names == [
        "version", "tempo", "key", "mode", "loudness", "centroid", "bandwidth", "rolloff",
        "flatness", "zeroCrossingRate", "rms", "energy", "valence", "acousticness",
        "instrumentalness",
      ])
  }

  @Test("the mel spectrogram is the module's, as JSON and as npy, with frames along the last axis")
  func mel() throws {
    let mel = try #require(features(.melPower).melPower)
    let json = try place.run(.earshot, ["features", "--feature", "mel"] + excerpt + [song])
    let told = try json.object()["features"]?["mel"]?.elements
      .flatMap { $0.elements.compactMap(\.float) }
    #expect(told == mel.transposed().values)
    let file = place.path.appending("mel.npy")
    let ended = try place.run(
      .earshot,
      ["features", "--feature", "mel", "--format", "npy", "-o", file.string] + excerpt + [song])
    #expect(ended.status == 0)
    #expect(ended.output == [])
    let array = try FileFormats.NumPyArray(
      bytes: ReadableFile(file).contents(limit: 1 << 20))
    #expect(array.shape == [128, 87])
    #expect(array.values == mel.transposed().values)
  }

  @Test("npy takes exactly one array")
  func oneArray() throws {
    for words in [[], ["--feature", "mel", "--feature", "mfcc"], ["--feature", "descriptors"]] {
      let ended = try place.run(
        .earshot, ["features", "--format", "npy"] + words + excerpt + [song])
      #expect(ended.status == 64)
      #expect(ended.output == [])
    }
    let ended = try place.run(
      .earshot, ["features", "--format", "npy", "--feature", "rms"] + excerpt + [song])
    #expect(try FileFormats.NumPyArray(bytes: ended.output).shape == [87])
  }

  private func picture(_ name: String, _ words: String...) throws -> [UInt8] {
    let file = place.path.appending(name)
    let ended = try place.run(
      .earshot, ["spectrogram", "-o", file.string] + words + excerpt + [song])
    #expect(ended.status == 0, "\(ended.messages)")
    #expect(ended.output == [])
    #expect(ended.messages == [])
    return try ReadableFile(file).contents(limit: 1 << 26)
  }

  @Test("a PNG picture has the size asked for, and the composite is another")
  func png() throws {
    func size(_ bytes: [UInt8]) throws -> [Int] {
      try #require(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
      try #require(bytes.count > 2_000 && bytes[12..<16].elementsEqual("IHDR".utf8))
      #expect(bytes.suffix(8).starts(with: "IEND".utf8))
      return [16, 20].map { start in bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    }
    let plain = try picture("plain.png")
    #expect(try size(plain) == [1_200, 500])
    let small = try picture("small.png", "--width", "640", "--height", "360", "--theme", "dark")
    #expect(try size(small) == [640, 360])
    let composite = try picture("composite.png", "--composite")
    #expect(try size(composite) == [1_200, 500])
    #expect(composite != plain)
    #expect(try picture("again.png") == plain)
  }

  @Test("SVG and PDF pictures")
  func vectors() throws {
    let svg = String(decoding: try picture("picture.svg"), as: UTF8.self)
    #expect(svg.hasPrefix("<?xml ") && svg.contains("<svg "))
    #expect(svg.hasSuffix("</svg>\n"))
    let pdf = try picture("picture.pdf", "--composite")
    #expect(pdf.starts(with: "%PDF-".utf8))
    #expect(pdf.suffix(8).contains { $0 == UInt8(ascii: "E") })
  }

  @Test("a picture with another ending is wrong usage")
  func wrongEnding() throws {
    for name in ["picture.jpg", "picture"] {
      let ended = try place.earshot("spectrogram", "-o", name, song)
      #expect(ended.status == 64)
      #expect(ended.messages.first?.contains("ends in .png, .svg or .pdf") == true)
    }
    #expect(try place.earshot("spectrogram", song).status == 64)
  }

  @Test(
    "completions and manual come from the table of commands", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let ended = try place.earshot("completions", shell)
    #expect(ended.status == 0)
    for command in ["index", "query", "similar", "search", "spectrogram"] {
      #expect(ended.text.contains(command))
    }
    if Command.exists(shell) {
      let script = try place.folder.write(ended.output, as: "script")
      let words =
        shell == "fish" ? [shell, "--no-execute", script.string] : [shell, "-n", script.string]
      #expect(Command.run(words) == 0)
    }
    let manual = try place.earshot("manual")
    #expect(manual.lines.contains { $0.hasPrefix(".TH ") })
    for words in [["index"], ["query"], ["library", "status"], ["embed"]] {
      let help = try place.run(.earshot, words + ["--help"])
      #expect(help.status == 0)
      #expect(help.text.contains("earshot \(words.joined(separator: " "))"))
      #expect(help.lines.allSatisfy { $0.count <= 80 })
    }
  }
}
