import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("An index run that is stopped")
struct InterruptionTests {
  let place = Workplace()
  private static let songCount = 200

  private func writeSongs(into place: Workplace) throws {
    for seed in 0..<UInt64(Self.songCount) {
      let samples = Sounds.music(seed: seed, seconds: 2, rate: 8_000)
      let song = Sounds.wav(samples, rate: 8_000, .unsigned8)
      try place.folder.write(song, as: "music/\(seed % 7)/\(seed).wav")
    }
  }

  private func start(_ words: String...) throws -> RunningProgram {
    let all = ["index", "--json", "--progress", "none", "--workers", "1"] + words + ["music"]
    return try place.start(.earshot, all.map { Array($0.utf8) })
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
    let whole = try unbroken.earshot(
      "index", "--json", "--progress", "none", "--workers", "2", "music")
    #expect(whole.status == 0)
    func tracks(_ place: Workplace) throws -> [[UInt8]: HeldTrack] {
      let held = try place.heldTracks()
      return Dictionary(
        uniqueKeysWithValues: held.map { ($0.key.bytes.dropFirst(place.path.bytes.count) + [], $0.value) })
    }
    let expected = try tracks(unbroken)
    #expect(expected.count == Self.songCount)
    #expect(Set(expected.values.map(\.identity)).count == Self.songCount)
    #expect(try tracks(place) == expected)
    // The answers too, and they come from the search file.
    let answers = try [place, unbroken].map { place in
      try place.earshot("similar", "--json", "-k", "20", "music/3/3.wav").object()["results"]?
        .elements.map { [$0["trackID"], $0["similarity"], $0["percentile"]] }
    }
    #expect(answers[0]?.count == 20)
    #expect(answers[0] == answers[1])
  }
}
