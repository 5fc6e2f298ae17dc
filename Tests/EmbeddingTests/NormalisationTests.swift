import Testing

@testable import Embedding

@Suite("Bringing vectors to a length")
struct NormalisationTests {
  @Test("tells how long they were")
  func lengths() {
    var vector: [Float] = [9, 3, -4, 9]
    #expect(vector.normalise(1..<3, to: 1) == 5)
    #expect(vector == [9, 0.6, -0.8, 9])
  }

  @Test("gives what has no direction a fixed one, and the length 0", arguments: [0, Float.nan])
  func noDirection(value: Float) {
    var vector = [value, value]
    #expect(vector.normalise(0..<2, to: 0.5) == 0)
    #expect(vector == [0.5, 0])
  }

  @Test("the half of a vector is told as it was before")
  func half() {
    let (half, length) = EarshotJoin.measured([4, 7], centre: [1, 3], map: [1, 0, 0, 1])
    #expect(length == 5)
    #expect(abs(half[0] - 0.6 * Float(0.5).squareRoot()) < 1e-6)
    #expect(EarshotJoin.finished([4, 7], centre: [1, 3], map: [1, 0, 0, 1]) == half)
  }
}
