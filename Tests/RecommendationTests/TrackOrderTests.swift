import TestSupport
import Testing

@testable import Recommendation

@Suite("The order of a list")
struct TrackOrderTests {
  private static func items(_ count: Int, seed: UInt64) -> [TrackOrder.Item] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      var character = SoundCharacter()
      character.tempo = .random(in: 60...180, using: &random)
      character.energy = .random(in: 0...1, using: &random)
      character.key = MusicalKey(tonic: Int.random(in: 0..<12, using: &random), isMajor: true)
      return TrackOrder.Item(
        vector: SmallLibrary.vector(.random(in: 0..<360, using: &random)), character: character)
    }
  }

  private static func length(_ items: [TrackOrder.Item], _ places: [Int]) -> Float {
    TrackOrder.length(places.map { items[$0] })
  }

  private static func permutations(_ items: [Int]) -> [[Int]] {
    guard items.count > 1 else { return [items] }
    return items.flatMap { first in
      permutations(items.filter { $0 != first }).map { [first] + $0 }
    }
  }

  @Test("is the best of all, or nearly so", arguments: 1...8 as ClosedRange<UInt64>)
  func nearlyBest(seed: UInt64) throws {
    let items = Self.items(7, seed: seed)
    let best = try #require(
      Self.permutations(Array(0..<7)).map { Self.length(items, $0) }.min())
    #expect(Self.length(items, TrackOrder.order(items, keepsFirst: false)) <= 1.03 * best)
  }

  @Test("has each track once, and the first where it is to stay")
  func wholeList() {
    let items = Self.items(120, seed: 3)
    let places = TrackOrder.order(items, keepsFirst: true)
    #expect(places.sorted() == Array(0..<120))
    #expect(places.first == 0)
    #expect(Self.length(items, places) < 0.6 * Self.length(items, Array(0..<120)))
    #expect(TrackOrder.order(items, keepsFirst: true) == places)
  }

  @Test("of a list in which nothing but the tempo differs is that of the tempi")
  func tempi() {
    let tempi: [Double] = [90, 120, 70, 110, 80, 100]
    let items = tempi.map { tempo in
      var character = SoundCharacter()
      (character.tempo, character.energy) = (tempo, 0.5)
      return TrackOrder.Item(vector: [1, 0], character: character)
    }
    let sorted = TrackOrder.order(items, keepsFirst: false).map { tempi[$0] }
    #expect(sorted == tempi.sorted() || sorted == tempi.sorted(by: >))
  }

  @Test("of a track, of two and of none is what it was", arguments: 0...2)
  func short(count: Int) {
    #expect(
      TrackOrder.order(Self.items(count, seed: 1), keepsFirst: false) == Array(0..<count))
  }
}
