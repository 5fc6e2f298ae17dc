import Embedding
import Recommendation
import Testing

@Suite("Parts of two songs that sound alike")
struct PartMatchTests {
  /// Parts of 4 s, 2 s apart, that point in these directions of the plane.
  private func parts(_ degrees: [Float]) -> [EmbeddedPart] {
    degrees.enumerated().map { place, angle in
      let turn = angle / 180 * Float.pi
      return EmbeddedPart(start: 2 * Double(place), seconds: 4, vector: [cosine(turn), sine(turn)])
    }
  }

  // Good to six digits, which is enough here.
  private func sine(_ x: Float) -> Float { x - x * x * x / 6 + x * x * x * x * x / 120 }
  private func cosine(_ x: Float) -> Float { (1 - sine(x) * sine(x)).squareRoot() }

  @Test("are the nearest, and no two share a moment of either song")
  func best() {
    let matches = PartMatch.best(parts([0, 20, 40, 60]), parts([60.5, 43, 22, 4]))
    #expect(matches.map(\.first) == [3, 1])
    #expect(matches.map(\.second) == [0, 2])
    #expect(matches[0].similarity > matches[1].similarity && matches[0].similarity <= 1)
  }

  @Test("are as many as asked for, and as there are")
  func count() {
    let many = parts([0, 10, 20, 30, 40, 50, 60])
    #expect(PartMatch.best(many, many, count: 1).count == 1)
    #expect(PartMatch.best(many, many, count: 9).count == 4)
    #expect(PartMatch.best(many, []).isEmpty)
    #expect(
      PartMatch.best(parts([5]), parts([5])) == [PartMatch(first: 0, second: 0, similarity: 1)])
  }

  @Test("of pairs that are as near the earlier comes first")
  func ties() {
    let same = parts([30, 30, 30])
    #expect(PartMatch.best(same, same).map(\.first) == [0, 2])
    #expect(PartMatch.best(same, same).map(\.second) == [0, 2])
  }
}
