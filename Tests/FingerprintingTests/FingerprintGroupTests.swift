import TestSupport
import Testing

@testable import Fingerprinting

@Suite("Fingerprints that are alike")
struct FingerprintGroupTests {
  private static func noise(_ count: Int, seed: UInt64) -> [UInt32] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt32.random(in: .min ... .max, using: &random) }
  }

  /// Turns each bit over with a chance.
  private static func disturbed(_ items: [UInt32], chance: Double, seed: UInt64) -> [UInt32] {
    var random = SplitMix64(seed: seed)
    return items.map { item in
      (0..<32).reduce(item) {
        Double.random(in: 0..<1, using: &random) < chance ? $0 ^ (1 << UInt32($1)) : $0
      }
    }
  }

  private func groups(
    _ collection: FingerprintCollection, confirm: (Int64, Int64) -> Bool = { _, _ in true }
  ) -> [[Int64]] {
    collection.groups { (left, right) throws(Never) -> Bool in confirm(left, right) }
  }

  @Test("agreement is the share of equal bits, at the best offset")
  func agreement() throws {
    let left = Fingerprint(algorithm: 1, items: [0xFFFF_FFFF, 0, 0xF0F0_F0F0, 1])
    let right = Fingerprint(algorithm: 1, items: [7, 0xFFFF_FFFF, 3, 0xF0F0_F0F0])
    let match = try #require(left.match(right, offsets: -2...2, leastOverlap: 3))
    #expect(match == FingerprintMatch(agreement: 1 - 2.0 / 96, offset: 1, overlap: 3))
    #expect(left.match(right, offsets: -2...2, leastOverlap: 5) == nil)
    #expect(left.match(right, offsets: 4...9, leastOverlap: 1) == nil)
    let other = Fingerprint(algorithm: 2, items: right.items)
    #expect(left.match(other, offsets: -2...2, leastOverlap: 1) == nil)
  }

  @Test("lengths may differ by two seconds or a hundredth")
  func lengths() {
    let rule = FingerprintRule()
    #expect(rule.isNear(100, 102) && rule.isNear(102, 100))
    #expect(!rule.isNear(100, 102.1))
    #expect(rule.isNear(596, 600) && !rule.isNear(593, 600))
  }

  @Test("copies with changed bits and shifted beginnings are found, strangers are not")
  func copies() {
    var collection = FingerprintCollection()
    for key in 1...60 as ClosedRange<Int64> {
      collection.append(
        key: key, items: Self.noise(220, seed: UInt64(key)), start: 60, seconds: 150)
    }
    let third = Self.noise(220, seed: 3)
    // The excerpt begins half a second later in the sound: four items earlier in the fingerprint.
    collection.append(
      key: 103, items: Array(Self.disturbed(third, chance: 0.08, seed: 900)[4...]), start: 60.5,
      seconds: 151)
    collection.append(
      key: 203, items: Self.disturbed(third, chance: 0.05, seed: 901), start: 60, seconds: 150)
    let ninth = Self.noise(220, seed: 9)
    collection.append(key: 109, items: ninth, start: 60, seconds: 152.5)
    collection.append(key: 209, items: ninth, start: 63, seconds: 150)
    collection.append(
      key: 309, items: Self.disturbed(ninth, chance: 0.25, seed: 902), start: 60, seconds: 150)
    #expect(groups(collection) == [[3, 103, 203]])
  }

  @Test("what is not confirmed stays apart, and is asked about once")
  func confirmation() {
    var collection = FingerprintCollection()
    let items = Self.noise(220, seed: 1)
    for key in 1...4 as ClosedRange<Int64> {
      collection.append(key: key, items: items, start: 0, seconds: 30)
    }
    var asked: [[Int64]] = []
    let found = groups(collection) { left, right in
      asked.append([left, right])
      return left != 1
    }
    #expect(found == [[2, 3, 4]])
    #expect(Set(asked).count == asked.count)
    #expect(asked.allSatisfy { $0[0] < $0[1] })
  }

  @Test("short fingerprints tell nothing")
  func short() {
    var collection = FingerprintCollection()
    let items = Self.noise(23, seed: 1)
    collection.append(key: 1, items: items, start: 0, seconds: 5)
    collection.append(key: 2, items: items, start: 0, seconds: 5)
    collection.append(key: 3, items: [], start: 0, seconds: 5)
    #expect(groups(collection) == [])
    #expect(groups(FingerprintCollection()) == [])
  }

  @Test("several rounds find what one round finds")
  func rounds() {
    var collection = FingerprintCollection()
    for key in 0..<300 as Range<Int64> {
      let items = Self.noise(120, seed: UInt64(key % 290))
      collection.append(
        key: key, items: Self.disturbed(items, chance: 0.01, seed: UInt64(5_000 + key)), start: 0,
        seconds: 20)
    }
    let expected = (0..<10 as Range<Int64>).map { [$0, $0 + 290] }
    #expect(groups(collection) == expected)
    collection.itemsPerRound = 4_000
    #expect(groups(collection) == expected)
  }
}
