import FileAccess
import NeuralNetwork
import TestSupport
import Testing

@testable import Training

@Suite("The survey of a trained network")
struct NetworkSurveyTests {
  let folder = TemporaryFolder()

  @Test("gives mean and deviation of the tracks' vectors, and the percentiles of their errors")
  func figures() throws {
    // The last is over 30 s: its middle is looked at.
    let cache = try TrainingData.cache(folder.path.appending("cache"), seconds: [8, 16, 9, 40])
    let tracks = try TrainingData.tracks(cache, count: 4)
    let network = TrainingData.smallNetwork()
    var done: [Int] = []
    let survey = try #require(
      try NetworkSurvey(
        network, tracks: tracks, members: [0, 2, 3], starts: { [0, $0 - 128] },
        report: {
          done.append($0)
          return true
        }))
    let stopped = try NetworkSurvey(
      network, tracks: tracks, members: [0, 2], starts: { _ in [0] }, report: { _ in false })
    #expect(stopped == nil)
    #expect(done == [1, 2, 3])
    var vectors: [[Float]] = []
    var errors: [Float] = []
    let decoder = try #require(network.decoder)
    for number in [0, 2, 3] {
      let columns = tracks.tracks[number].columnCount
      let used = min(columns, 512)
      var sum = [Float](repeating: 0, count: 16)
      var error: Float = 0
      for start in [(columns - used) / 2, (columns - used) / 2 + used - 128] {
        let tile = try tracks.crop(start..<(start + 128), of: number).tile()
        let vector = network.encoder.forward(
          Tensor(shape: [1, 128, 128], values: tile), training: false)
        for (place, value) in vector.values.enumerated() { sum[place] += value / 2 }
        let drawn = decoder.forward(vector, training: false).values
        error +=
          zip(drawn, tile).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Float(tile.count) / 2
      }
      vectors.append(sum)
      errors.append(error)
    }
    for place in 0..<16 {
      let column = vectors.map { Double($0[place]) }
      let mean = column.reduce(0, +) / 3
      let deviation = (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3).squareRoot()
      #expect(abs(Double(survey.mean[place]) - mean) < 1e-5)
      #expect(abs(Double(survey.deviation[place]) - (deviation > 1e-6 ? deviation : 1)) < 1e-5)
    }
    for (found, wanted) in zip(survey.errors, errors.sorted()) {
      #expect(abs(found - wanted) < 1e-5)
    }
    #expect(survey.error(percentile: 50) == survey.errors[1])
    #expect(survey.error(percentile: 99) == survey.errors[2])
  }
}
