import TestSupport
import Testing

@testable import VectorIndex

@Suite("The best of very many scores")
struct CandidateRowsTests {
  @Test(
    "are those that sorting finds, of equal ones the first", arguments: [1, 2, 3, 16, 100, 1_000])
  func likeSorting(capacity: Int) {
    var random = SplitMix64(seed: UInt64(capacity))
    for (count, kinds) in [(1, 1), (37, 5), (999, 1), (5_000, 40), (5_000, 1 << 20)] {
      let scores = (0..<count).map { _ in Float(random.next() % UInt64(kinds)) - 3 }
      // In any order: what came late may have a small number.
      let numbers = (0..<count).shuffled(using: &random)
      var rows = CandidateRows(capacity: capacity)
      for number in numbers { rows.offer(scores[number], number) }
      let expected = (0..<count).sorted {
        scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1
      }.prefix(capacity)
      #expect(rows.sorted.map(\.number) == Array(expected))
      #expect(rows.sorted.map(\.score) == expected.map { scores[$0] })
    }
  }

  @Test("do not hold what is no number")
  func notANumber() {
    var rows = CandidateRows(capacity: 2)
    for (number, score) in [Float.nan, 1, .nan, 3, 2, .nan].enumerated() {
      rows.offer(score, number)
    }
    #expect(rows.sorted.map(\.number) == [3, 4])
  }
}
