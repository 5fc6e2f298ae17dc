import FileAccess
import Glibc
import TestSupport
import Testing

@Suite("A second model for a library")
struct AddModelTests {
  let place = Workplace()

  private func answer(_ words: String...) throws -> JSON {
    let ended = try place.run(.earshot, ["similar", "--json", "music/0.wav"] + words)
    try #require(ended.status == 0, "\(ended.messages)")
    return try ended.object()
  }

  private func addModel(_ words: [String] = []) throws -> Ended {
    try place.run(
      .earshot, ["library", "add-model", "--json", "feature-statistics"] + words)
  }

  private func fill(_ count: Int) throws {
    for number in 0..<count {
      let song = Sounds.wav(Sounds.music(seed: UInt64(number), seconds: 1.5))
      try place.folder.write(song, as: "music/\(number).wav")
    }
    let ended = try place.earshot("index", "--descriptors", "none", "music")
    try #require(ended.status == 0)
  }

  @Test("answers when it is complete, and the old one still does when it is named")
  func complete() throws {
    try fill(4)
    let before = try answer()
    #expect(before["model"]?["name"]?.text == "earshot")
    // One file is gone, one holds another sound.
    #expect(unlink(place.path.appending("music/3.wav").string) == 0)
    _ = try place.earshot("index", "--descriptors", "none", "music")
    try place.folder.write(Sounds.wav(Sounds.music(seed: 9, seconds: 1.5)), as: "music/2.wav")
    let added = try addModel()
    #expect(added.status == 1)
    let summary = try added.object()
    #expect(summary["added"]?.integer == 2)
    #expect(summary["failed"]?.integer == 1)
    #expect(summary["missing"]?.integer == 1)
    #expect(summary["main"] == .bool(true))
    let after = try answer()
    #expect(after["model"]?["name"]?.text == "feature-statistics")
    #expect(after["results"]?.elements.count == 1)
    let old = try answer("--model", "earshot")
    #expect(old["results"]?.elements == before["results"].map { Array($0.elements.dropLast()) })
    // What comes later is listened to with the model that answers.
    let index = try place.earshot("index", "--json", "--descriptors", "none", "music")
    #expect(try index.object()["model"]?["name"]?.text == "feature-statistics")
    #expect(try index.object()["analysed"]?.integer == 1)
    #expect(try answer()["results"]?.elements.count == 2)
  }

  @Test("that is stopped goes on where it was, and the old one answers meanwhile")
  func stopped() throws {
    try fill(150)
    let program = try place.start(
      .earshot,
      ["library", "add-model", "--json", "--workers", "1", "feature-statistics"].map {
        Array($0.utf8)
      })
    let isUnderWay = program.wait {
      let status = try? place.earshot("library", "status", "--json").object()
      let counts = status?["models"]?.elements.compactMap { $0["vectors"]?.integer } ?? []
      return counts.count == 2 && counts[1] > 0
    }
    try #require(isUnderWay)
    program.send(SIGINT)
    let ended = try program.end(seconds: 3)
    #expect(ended.status == 130)
    let done = try #require(try ended.object()["added"]?.integer)
    #expect(try ended.object()["main"] == .bool(false))
    #expect(try answer()["model"]?["name"]?.text == "earshot")
    let rest = try addModel().object()
    #expect(rest["present"]?.integer == done)
    #expect(rest["added"]?.integer == 150 - done)
    #expect(try answer()["model"]?["name"]?.text == "feature-statistics")
  }

  @Test("needs a library, and a model that there is")
  func wrong() throws {
    #expect(try addModel().status == 70)
    try fill(1)
    let ended = try place.earshot("library", "add-model", "nowhere")
    #expect(ended.status == 70)
    #expect(ended.messages.count == 1)
  }
}
