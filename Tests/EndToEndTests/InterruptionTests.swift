import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("An index run that is stopped")
struct InterruptionTests {
  let place = Workplace()
  /// Results are kept in batches of 64: so many songs that two batches leave a good part of the work.
  private static let songCount = 240
  /// Short pieces of one long one, no two alike.
  private static let songs: [[UInt8]] = {
    let music = Sounds.music(seed: 5, seconds: 30, rate: 8_000)
    return (0..<songCount).map { number in
      Sounds.wav(Array(music[(number * 947)...].prefix(9_600)), rate: 8_000, .unsigned8)
    }
  }()

  private func writeSongs(into place: Workplace) throws {
    for (number, song) in Self.songs.enumerated() {
      try place.folder.write(song, as: "music/\(number % 7)/\(number).wav")
    }
  }

  private static let indexing = [
    "index", "--json", "--progress", "none", "--descriptors", "none",
  ]

  private func start() throws -> RunningProgram {
    let words = Self.indexing + ["--workers", "1", "music"]
    return try place.start(.earshot, words.map { Array($0.utf8) })
  }

  /// Waits until the library holds so many tracks.
  private func wait(_ program: RunningProgram, forTracks count: Int) throws {
    try #require(program.wait { place.trackCount() >= count })
  }

  @Test("by SIGINT or SIGTERM ends soon and soundly, and the next one goes on")
  func signals() throws {
    try writeSongs(into: place)
    var known = 0
    for (signal, status) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
      let program = try start()
      try wait(program, forTracks: known + 1)
      program.send(signal)
      let ended = try program.end(seconds: 2)
      #expect(ended.status == status)
      #expect(ended.messages == [])
      let counts = try ended.object()
      #expect(counts["interrupted"] == .bool(true))
      #expect(counts["unchanged"]?.integer == known)
      known += counts["analysed"]?.integer ?? 0
      #expect(known < Self.songCount)
      #expect(place.trackCount() == known)
      // What is there can be asked.
      let answer = try place.earshot("query", "--json", "-k", "3", "music/0/0.wav")
      #expect(answer.status == 0)
      #expect(try answer.object()["results"]?.elements.count == 3)
    }
    let rest = try start().end().object()
    #expect(rest["interrupted"] == .bool(false))
    #expect(rest["unchanged"]?.integer == known)
    #expect(rest["analysed"]?.integer == Self.songCount - known)
    #expect(place.trackCount() == Self.songCount)
  }

  @Test("by kill -9 is finished by the next one, as if nothing had been")
  func killed() throws {
    try writeSongs(into: place)
    for share in [1, 100] {
      let program = try start()
      try wait(program, forTracks: share)
      program.send(SIGKILL)
      #expect(try program.end().status == 128 + SIGKILL)
      let status = try place.earshot("library", "status", "--json")
      #expect(status.status == 0)
      #expect((try status.object()["tracks"]?.integer ?? 0) >= share)
      #expect(try place.earshot("query", "music/0/0.wav").status == 0)
    }
    let rest = try start().end()
    #expect(rest.status == 0)
    #expect((try rest.object()["unchanged"]?.integer ?? 0) >= 100)
    let unbroken = Workplace()
    try writeSongs(into: unbroken)
    let whole = try unbroken.run(.earshot, Self.indexing + ["--workers", "2", "music"])
    #expect(whole.status == 0)
    func tracks(_ place: Workplace) throws -> [[UInt8]: HeldTrack] {
      let held = try place.heldTracks()
      return Dictionary(
        uniqueKeysWithValues: held.map {
          ($0.key.bytes.dropFirst(place.path.bytes.count) + [], $0.value)
        })
    }
    let expected = try tracks(unbroken)
    #expect(expected.count == Self.songCount)
    #expect(Set(expected.values.map(\.identity)).count == Self.songCount)
    #expect(try tracks(place) == expected)
    // The answers too, and they come from the search file. Percentiles of so many pairs are sampled
    // in the order in which tracks came in, so they agree only nearly.
    let answers = try [place, unbroken].map { place in
      try place.earshot("similar", "--json", "-k", "20", "music/3/3.wav").object()["results"]?
        .elements ?? []
    }
    #expect(answers[0].count == 20)
    for (mended, whole) in zip(answers[0], answers[1]) {
      #expect(mended["trackID"] == whole["trackID"])
      #expect(mended["similarity"] == whole["similarity"])
      let percentiles = [mended, whole].compactMap { $0["percentile"]?.double }
      #expect(percentiles.count == 2 && abs(percentiles[0] - percentiles[1]) < 1)
    }
  }
}
