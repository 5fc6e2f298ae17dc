import Hashing
import TestSupport
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  private func digest(_ bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.digest().hexadecimal
  }

  /// NIST's examples for FIPS 180-4 and, for one block of 64 bytes and its neighbours, the values of
  /// `sha256sum`.
  @Test(
    "gives the published values",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
          + "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
    ])
  func published(text: String, wanted: String) {
    #expect(digest(Array(text.utf8)) == wanted)
    var hash = SHA256()
    hash.update(text)
    #expect(hash.digest().description == wanted)
  }

  @Test("of a million times a is the published value")
  func million() {
    var hash = SHA256()
    for _ in 0..<1_000 { hash.update([UInt8](repeating: 0x61, count: 1_000)) }
    #expect(
      hash.digest().hexadecimal
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("does not depend on the pieces")
  func pieces() {
    var random = SplitMix64(seed: 9)
    let bytes = (0..<1_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let wanted = digest(bytes)
    for _ in 0..<50 {
      var hash = SHA256()
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = min(rest.count, Int.random(in: 0...150, using: &random))
        hash.update(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
      #expect(hash.digest().hexadecimal == wanted)
    }
  }

  @Test("goes on from a copy without touching the first")
  func copies() {
    var first = SHA256()
    first.update("ab")
    var second = first
    second.update("c")
    first.update("x")
    #expect(second.digest().hexadecimal == digest(Array("abc".utf8)))
    #expect(first.digest().hexadecimal == digest(Array("abx".utf8)))
  }

  @Test("values are read from hexadecimal and bytes, and from nothing else")
  func reading() throws {
    let text = "BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    let digest = try #require(Digest(hexadecimal: text))
    #expect(digest.hexadecimal == text.lowercased())
    #expect(Digest(bytes: digest.bytes) == digest)
    #expect(Digest(hexadecimal: text.dropLast()) == nil)
    #expect(Digest(hexadecimal: text + "0") == nil)
    #expect(Digest(hexadecimal: "g" + text.dropFirst()) == nil)
    #expect(Digest(hexadecimal: "é" + text.dropFirst(2)) == nil)
    #expect(Digest(hexadecimal: "+1" + text.dropFirst(2)) == nil)
    #expect(Digest(hexadecimal: "") == nil)
    #expect(Digest(bytes: [UInt8](repeating: 0, count: 31)) == nil)
    #expect(Digest(bytes: [UInt8](repeating: 0, count: 33)) == nil)
  }
}
