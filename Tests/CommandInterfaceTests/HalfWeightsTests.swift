import Testing

@testable import CommandInterface

@Suite("Weights of halves")
struct HalfWeightsTests {
  @Test(
    "weights are read in either order; a half that is not named counts 1",
    arguments: [
      ("time=2,frequency=1", 2, 1), ("frequency=0.5,time=3", 3, 0.5), ("time=0", 0, 1),
      ("frequency=1e3", 1, 1000),
    ] as [(String, Float, Float)])
  func read(_ text: String, time: Float, frequency: Float) throws {
    let weights = try #require(HalfWeights(text))
    #expect((weights.time, weights.frequency) == (time, frequency))
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "time", "time=", "=1", "time=1=2", "time=-1", "time=nan", "time=inf", "time=1e7",
      "time=1,time=2", "time=1,", "pitch=1", "time=0,frequency=0", "time=1 frequency=2", "1,2",
    ])
  func refused(_ text: String) { #expect(HalfWeights(text) == nil) }
}
