import Catalogue
import FileAccess
import Hashing
import Recommendation
import TestSupport
import Testing

@Suite("What a person means by a text")
struct TrackReferenceTests {
  let library: SmallLibrary

  init() throws { library = try SmallLibrary(angles: [0, 10, 20, 30]) }

  /// The places of the tracks meant; nil when one was expected and there are several.
  private func resolve(
    _ text: String, in folder: String = "/"
  ) throws -> (numbers: [Int], isAmbiguous: Bool) {
    try resolve(FilePath(text), in: folder)
  }

  private func resolve(
    _ text: FilePath, in folder: String = "/"
  ) throws -> (numbers: [Int], isAmbiguous: Bool) {
    let found = try TrackReference.resolve(
      text, in: library.catalogue, relativeTo: FilePath(folder))
    let place = { (track: Int64) in library.tracks.firstIndex(of: track) ?? -1 }
    switch found {
    case .track(let track): return ([place(track)], false)
    case .ambiguous(let tracks): return (tracks.map(place), true)
    case .none: return ([], false)
    }
  }

  @Test("a path, from the root or from where one is")
  func path() throws {
    #expect(try resolve("/music/2.mp3") == ([2], false))
    #expect(try resolve("2.mp3", in: "/music") == ([2], false))
    #expect(try resolve("../music/./3.mp3", in: "/other") == ([3], false))
    try library.lose([1])
    #expect(try resolve("/music/1.mp3") == ([1], false), "missing files are still known")
  }

  @Test("an identity, or enough of its beginning to tell it from the others")
  func identity() throws {
    #expect(try resolve(library.identity(2).hexadecimal) == ([2], false))
    #expect(try resolve("10030000") == ([3], false))
    #expect(try resolve("100300000") == ([3], false), "an odd number of digits")
    #expect(try resolve(library.identity(1).hexadecimal.uppercased()) == ([1], false))
    #expect(try resolve("10090000") == ([], false))
    #expect(try resolve("1003000") == ([], false), "seven digits are words or a year")
  }

  @Test("a beginning that several share is ambiguous, and they are named")
  func ambiguous() throws {
    let other = try library.catalogue.record(
      SoundRecord(
        identity: SmallLibrary.digest(0x10, 3), codec: "mp3", sampleRate: 44_100, channels: 2,
        seconds: 30))
    #expect(other == library.tracks[3], "the same sound is the same track")
    var bytes = [UInt8](repeating: 0, count: 32)
    (bytes[0], bytes[1], bytes[4]) = (0x10, 0x03, 0x01)
    let twin = try library.catalogue.record(
      SoundRecord(
        identity: try #require(Digest(bytes: bytes)), codec: "mp3", sampleRate: 44_100,
        channels: 2, seconds: 30))
    guard
      case .ambiguous(let tracks) = try TrackReference.resolve(
        FilePath("10030000"), in: library.catalogue, relativeTo: FilePath("/"))
    else {
      Issue.record("10030000 is the beginning of two identities")
      return
    }
    #expect(tracks == [library.tracks[3], twin])
    #expect(try resolve("1003000000") == ([3], false))
  }

  @Test("words of the tags, one track or several")
  func text() throws {
    #expect(try resolve("piece 2") == ([2], false))
    #expect(Set(try resolve("early").numbers) == [0, 1])
    #expect(try resolve("early").isAmbiguous)
    #expect(try resolve("LATE band 3") == ([3], false))
    #expect(try resolve("nothing like it") == ([], false))
    #expect(try resolve("") == ([], false))
    #expect(try resolve("\"' OR * NEAR( -") == ([], false))
  }

  @Test("a word of hexadecimal digits is also looked for as a word")
  func hexadecimalWord() throws {
    try library.catalogue.record(
      FileStamp(path: library.path(2), size: 1, modified: 2), holding: library.tracks[2],
      tags: TagRecord(title: "Decade"))
    #expect(try resolve("decade") == ([2], false))
  }

  @Test("a name that is no text is a path or nothing")
  func bytes() throws {
    let path = FilePath(bytes: Array("/music/".utf8) + [0xFF, 0xFE])
    #expect(try resolve(path) == ([], false))
    try library.catalogue.record(
      FileStamp(path: path, size: 1, modified: 2), holding: library.tracks[1], tags: TagRecord())
    #expect(try resolve(path) == ([1], false))
  }
}
