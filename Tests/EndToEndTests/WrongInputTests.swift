import FileAccess
import Glibc
import TestSupport
import Testing

/// A file that holds no music to use, and what is said of it.
struct WrongInput: CustomTestStringConvertible, Sendable {
  let name: String
  let code: String
  /// A part of the reason given.
  let reason: String
  /// Makes it at a path.
  let make: @Sendable (FilePath) throws -> Void

  var testDescription: String { "\(name): \(code)" }

  private static func file(
    _ name: String, _ code: String, _ reason: String,
    _ bytes: @escaping @Sendable () throws -> [UInt8]
  ) -> WrongInput {
    WrongInput(name: name, code: code, reason: reason) {
      try WrittenFile.replace($0, with: try bytes())
    }
  }

  /// A WAV file of a second of 16-bit samples that claims another format.
  private static func claiming(rate: Int, channels: Int, tag: Int = 1, bits: Int = 16) -> [UInt8] {
    let format = Sounds.wavFormat(tag: tag, rate: rate, channels: channels, bits: bits)
    let data = (0..<88_200).map { UInt8(truncatingIfNeeded: $0 * 7) }
    return Sounds.riff(
      Sounds.chunk("fmt ", format + (tag == 1 ? [] : [0, 0])) + Sounds.chunk("data", data))
  }

  static let missing = WrongInput(
    name: "missing.mp3", code: "not-found", reason: "there is no such file", make: { _ in })

  static let notRegular: [WrongInput] = [
    WrongInput(
      name: "folder.mp3", code: "unreadable", reason: "folder",
      make: { try FolderEntry.createFolders($0) }),
    WrongInput(
      name: "pipe.mp3", code: "unreadable", reason: "pipe",
      make: { path in try #require(path.withCString { mkfifo($0, 0o600) } == 0) }),
  ]

  static let files: [WrongInput] = [
    file("empty.mp3", "no-samples", "the file is empty") { [] },
    file("text.mp3", "not-audio", "this is text") { Array("Dear diary,\nno song today.\n".utf8) },
    file("page.mp3", "not-audio", "web page (HTML)") {
      Array("<!DOCTYPE html>\n<html><head><title>404</title></head></html>\n".utf8)
    },
    file("one-frame.mp3", "no-samples", "single MPEG frame") { try Sounds.mpegFrame() },
    file("short.wav", "too-short", "at least 1 s is needed") {
      Sounds.wav(Sounds.music(seed: 1, seconds: 0.9))
    },
    file("silent.wav", "silent", "it is silent") {
      Sounds.wav([Float](repeating: 0, count: 44_100))
    },
    file("nan.wav", "corrupt", "is not a number") {
      var samples = Sounds.music(seed: 2, seconds: 1.5)
      samples[20_000] = .nan
      return Sounds.wav(samples, .float32)
    },
    file("1-hertz.wav", "limit-exceeded", "a sample rate of 1 Hz") {
      claiming(rate: 1, channels: 1)
    },
    file("1024-channels.wav", "limit-exceeded", "1,024 channels") {
      claiming(rate: 44_100, channels: 1_024)
    },
    file("adpcm.wav", "unsupported-format", "ADPCM in WAV") {
      claiming(rate: 44_100, channels: 1, tag: 2, bits: 4)
    },
    file("itunes.m4a", "unsupported-format", "MP4") {
      [0, 0, 0, 32] + Array("ftypM4A ".utf8) + [UInt8](repeating: 0, count: 1_000)
    },
    file("windows.wma", "unsupported-format", "WMA") {
      [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9, 0, 0xAA, 0, 0x62, 0xCE, 0x6C]
        + [UInt8](repeating: 0, count: 1_000)
    },
    file("flac.ogg", "unsupported-format", "FLAC in Ogg") {
      Array("OggS".utf8) + [0, 2] + [UInt8](repeating: 0, count: 20) + [1, 51, 0x7F]
        + Array("FLAC".utf8) + [1, 0, 0, 1] + Array("fLaC".utf8)
        + [UInt8](repeating: 0, count: 1_000)
    },
  ]

  static let all = [missing] + notRegular + files
}

/// Another account, for what the administrator's rights hide.
private enum OtherAccount {
  /// The words that start a program without rights; none are needed without rights.
  static let prefix =
    geteuid() == 0
    ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"] : []

  static let canRun: Bool = {
    let model = Repository.models.appending("feature-statistics.safetensors").string
    return Command.run(prefix + [Program.embed.path.string, "--version"]) == 0
      && Command.run(prefix + ["test", "-r", model]) == 0
  }()
}

@Suite("Wrong input has its code, one line and exit status 1")
struct WrongInputTests {
  let place = Workplace()

  private func make(_ inputs: [WrongInput]) throws {
    for input in inputs { try input.make(place.path.appending(input.name)) }
  }

  @Test("alone, as text, npy and JSON", arguments: WrongInput.all)
  func alone(input: WrongInput) throws {
    try make([input])
    let line = "embed: \(input.name): "
    let text = try place.embed(input.name)
    #expect(text.status == 1)
    #expect(text.output == [])
    try #require(text.messages.count == 1)
    #expect(text.messages[0].hasPrefix(line))
    #expect(text.messages[0].hasSuffix(" [\(input.code)]"))
    #expect(text.messages[0].contains(input.reason), "\(text.messages[0])")
    let array = try place.embed("--format", "npy", input.name)
    #expect(array.status == 1)
    #expect(array.output == [])
    #expect(array.messages == text.messages)
    let json = try place.embed("--json", input.name)
    #expect(json.status == 1)
    #expect(json.messages == text.messages)
    let object = try json.object()
    #expect(object.names == ["schema", "path", "error"])
    #expect(object["path"] == .string(input.name))
    #expect(object["error"]?["code"] == .string(input.code))
    #expect(
      object["error"]?["message"]?.text.map { "\(line)\($0) [\(input.code)]" } == text.messages[0])
  }

  @Test("every command that takes a song says the same and writes nothing")
  func otherCommands() throws {
    try make(WrongInput.files)
    for input in [WrongInput.missing, WrongInput.files[0], WrongInput.files[1]] {
      for words in [["features"], ["spectrogram", "-o", "picture.png"]] {
        let ended = try place.run(.earshot, words + [input.name])
        #expect(ended.status == 1)
        #expect(ended.output == [])
        #expect(ended.messages.count == 1)
        #expect(ended.messages.first?.hasPrefix("earshot: \(input.name): ") == true)
        #expect(ended.messages.first?.hasSuffix(" [\(input.code)]") == true)
      }
    }
    #expect((try? FolderEntry(at: place.path.appending("picture.png"), followLinks: true)) == nil)
  }

  @Test("a file of an earlier run is not replaced by nothing")
  func output() throws {
    let kept = try place.folder.write([1, 2, 3], as: "kept")
    for format in ["text", "npy"] {
      let ended = try place.embed("--format", format, "--output", "kept", "missing.mp3")
      #expect(ended.status == 1)
      #expect(ended.output == [])
      #expect(try ReadableFile(kept).contents(limit: 100) == [1, 2, 3])
    }
  }

  @Test("a batch does the rest, in order, with a line for each failure")
  func batch() throws {
    try make(WrongInput.all)
    let song = Sounds.wav(Sounds.music(seed: 3, seconds: 1.5))
    try place.folder.write(song, as: "first.wav")
    try place.folder.write(song, as: "last.wav")
    let names = ["first.wav"] + WrongInput.all.map(\.name) + ["last.wav"]
    let json = try place.run(.embed, ["--json"] + names)
    #expect(json.status == 1)
    let objects = try json.objects()
    #expect(objects.map { $0["path"]?.text } == names)
    #expect(
      objects.map { $0["error"]?["code"]?.text } == [nil] + WrongInput.all.map(\.code) + [nil])
    #expect(objects.first?["embedding"]?.elements.count == 256)
    #expect(objects.last?["embedding"] == objects.first?["embedding"])
    #expect(json.messages.count == WrongInput.all.count)
    let text = try place.run(.embed, names)
    #expect(text.status == 1)
    #expect(text.lines.map { $0.prefix { $0 != "\t" } } == ["first.wav", "last.wav"])
  }

  @Test("a file that may not be read", .enabled(if: OtherAccount.canRun))
  func noPermission() throws {
    let song = Sounds.wav(Sounds.music(seed: 3, seconds: 1.5))
    let secret = try place.folder.write(song, as: "secret.wav")
    try place.folder.write(song, as: "open.wav")
    #expect(chmod(secret.string, 0) == 0)
    #expect(chmod(place.path.string, 0o755) == 0)
    let ended = try place.run(
      .embed, ["secret.wav", "open.wav"], as: OtherAccount.prefix)
    #expect(ended.status == 1)
    #expect(
      ended.messages == ["embed: secret.wav: permission to read it was denied [unreadable]"])
    #expect(ended.lines.count == 1)
    #expect(ended.lines.first?.hasPrefix("open.wav\t") == true)
  }

  @Test("an MP3 cut in the middle is embedded, with a warning")
  func truncated() throws {
    let whole = try Sounds.bytes(ofClip: "rock-1-copper-wire.mp3")
    try place.folder.write(Array(whole[..<(whole.count / 2)]), as: "cut.mp3")
    let ended = try place.embed("--json", "cut.mp3")
    #expect(ended.status == 0)
    try #require(ended.messages.count == 1)
    #expect(ended.messages[0].hasPrefix("embed: cut.mp3: warning: the file is cut off at 1"))
    let object = try ended.object()
    #expect(object["embedding"]?.elements.count == 256)
    let heard = object["audio"]?["excerpt"]?["seconds"]?.double ?? 0
    #expect(heard > 13 && heard < 16)
  }

  @Test("index keeps each failure with its code, tells it once and does not try again")
  func index() throws {
    try make(WrongInput.notRegular + WrongInput.files)
    try place.folder.write(Sounds.wav(Sounds.music(seed: 3, seconds: 1.5)), as: "song.wav")
    try place.folder.write(Array("shopping list\n".utf8), as: "list.txt")
    try place.folder.write(Array("no ending, no music\n".utf8), as: "LICENSE")
    let first = try place.earshot("index", "--json", "--progress", "none", ".")
    #expect(first.status == 1)
    let failed = WrongInput.files.count
    let counts = try first.object()
    #expect(counts["analysed"]?.integer == 1)
    #expect(counts["failed"]?.integer == failed)
    #expect(first.messages.count == failed)
    let second = try place.earshot("index", "--json", "--progress", "none", ".")
    #expect(second.status == 0)
    #expect(second.messages == [])
    #expect(try second.object()["analysed"]?.integer == 0)
    #expect(try second.object()["failed"]?.integer == 0)
    #expect(try second.object()["failedBefore"]?.integer == failed)
    try failuresAreListed()
    // A file that changed is tried again.
    try place.folder.write(Sounds.wav(Sounds.music(seed: 4, seconds: 1.5)), as: "empty.mp3")
    let third = try place.earshot("index", "--json", "--progress", "none", ".")
    #expect(third.status == 0)
    #expect(try third.object()["analysed"]?.integer == 1)
    #expect(try third.object()["failedBefore"]?.integer == failed - 1)
    let again = try place.earshot("index", "--retry-failed", "--progress", "none", ".")
    #expect(again.status == 1)
    #expect(again.output == [])
  }

  private func failuresAreListed() throws {
    let expected = WrongInput.files.sorted { FilePath($0.name) < FilePath($1.name) }
    let json = try place.earshot("library", "failures", "--json")
    #expect(json.status == 0)
    let objects = try json.objects()
    #expect(objects.allSatisfy { $0.names == ["schema", "path", "error"] })
    #expect(
      objects.map { $0["path"]?.text } == expected.map { place.path.appending($0.name).string })
    #expect(objects.map { $0["error"]?["code"]?.text } == expected.map(\.code))
    #expect(
      zip(objects, expected).allSatisfy {
        $0["error"]?["message"]?.text?.contains($1.reason) == true
      })
    let csv = try place.earshot("library", "failures", "--format", "csv")
    let rows = try CSVTable(csv.output).rows
    #expect(rows.first == ["path", "code", "message"])
    #expect(
      rows.dropFirst().map { Array($0.prefix(2)) }
        == expected.map { [place.path.appending($0.name).string, $0.code] })
    let table = try place.earshot("library", "failures")
    #expect(table.lines.count == expected.count + 1)
    #expect(zip(table.lines.dropFirst(), expected).allSatisfy { $0.hasPrefix($1.code + " ") })
  }
}
