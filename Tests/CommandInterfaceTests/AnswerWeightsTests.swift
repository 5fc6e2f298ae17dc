import Testing

@testable import CommandInterface

@Suite("Weights of answers")
struct AnswerWeightsTests {
  @Test(
    "weights are read in any order; what is not named is not known",
    arguments: [
      ("time=2,frequency=1", 2, 1, [:]), ("frequency=0.5,time=3", 3, 0.5, [:]),
      ("time=0", 0, nil, [:]), ("frequency=1e3", nil, 1000, [:]),
      ("tempo=2,time=1,key=0.5", 1, nil, ["tempo": 2, "key": 0.5]),
      (
        "loudness=1,brightness=2,energy=3", nil, nil, ["loudness": 1, "brightness": 2, "energy": 3]
      ),
      ("tempo=0", nil, nil, [:]),
    ] as [(String, Float?, Float?, [String: Float])])
  func read(_ text: String, time: Float?, frequency: Float?, aspects: [String: Float]) throws {
    let weights = try #require(AnswerWeights(text))
    #expect((weights.time, weights.frequency) == (time, frequency))
    #expect(weights.aspects == aspects)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "time", "time=", "=1", "time=1=2", "time=-1", "time=nan", "time=inf", "time=1e7",
      "time=1,time=2", "time=1,", "pitch=1", "time=0,frequency=0", "time=1 frequency=2", "1,2",
      "tempo=1,tempo=1", "tempo", "time=0,frequency=0,tempo=1", "key=Am",
    ])
  func refused(_ text: String) { #expect(AnswerWeights(text) == nil) }
}
