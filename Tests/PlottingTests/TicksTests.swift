import Testing

@testable import Plotting

@Suite("Ticks")
struct TicksTests {
  @Test("of numbers are multiples of 1, 2 or 5 inside the range")
  func numbers() {
    #expect(
      Ticks.numbers(-80...0, atMost: 8).map(\.label) == [
        "\u{2212}80", "\u{2212}70", "\u{2212}60", "\u{2212}50", "\u{2212}40", "\u{2212}30",
        "\u{2212}20", "\u{2212}10", "0",
      ])
    #expect(
      Ticks.numbers(0...1, atMost: 5).map(\.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(Ticks.numbers(0.013...0.019, atMost: 3).map(\.label) == ["0.014", "0.016", "0.018"])
    #expect(Ticks.numbers(3...3, atMost: 5).isEmpty)
  }

  @Test(
    "are never more than asked for, but for the ends",
    arguments: [0.001...0.0013, -1...1, 0...999, 12_345...1e9, -1e-9...2e-9])
  func count(range: ClosedRange<Double>) {
    for most in 1...20 {
      let ticks = Ticks.numbers(range, atMost: most)
      #expect(ticks.count <= most + 1)
      let slack = 1e-6 * (range.upperBound - range.lowerBound)
      let wide = (range.lowerBound - slack)...(range.upperBound + slack)
      #expect(ticks.allSatisfy { wide.contains($0.value) })
    }
  }

  @Test("of times are seconds, or minutes and seconds when long")
  func times() {
    #expect(Ticks.times(0...30, step: 10, long: false).map(\.label) == ["0", "10", "20", "30"])
    #expect(
      Ticks.times(0...0.3, step: 0.1, long: false).map(\.label) == ["0.0", "0.1", "0.2", "0.3"])
    #expect(
      Ticks.times(50...250, step: 60, long: true).map(\.label) == ["1:00", "2:00", "3:00", "4:00"])
    #expect(Ticks.clock(3_725) == "1:02:05")
  }

  @Test("of frequencies lie between the rows around them")
  func frequencies() {
    let ticks = SpectrogramFigure.frequencyTicks(rowFrequencies: [50, 150, 250, 600, 900])
    #expect(ticks.map(\.label) == ["50", "100", "200", "500"])
    let rows = ticks.map(\.row)
    for (row, wanted) in zip(rows, [0, 0.5, 1.5, 2 + 250.0 / 350]) {
      #expect(abs(row - wanted) < 1e-6)
    }
    #expect(SpectrogramFigure.frequencyTicks(rowFrequencies: []).isEmpty)
  }
}
