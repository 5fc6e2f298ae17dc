import Testing

@testable import Plotting

@Suite("Waveforms, matrices and boxes")
struct WaveformFigureTests {
  @Test(
    "zooms end at the wanted length, each within the one before",
    arguments: [0, 9, 330_000, 661_499])
  func zooms(centre: Int) {
    let windows = WaveformFigure.zooms(
      into: 0..<661_500, around: centre, sampleRate: 22_050, shortestSeconds: 0.01)
    #expect(windows.map(\.count) == [66_150, 6_615, 221])
    var outer = 0..<661_500
    for window in windows {
      #expect(outer.contains(window.lowerBound) && window.upperBound <= outer.upperBound)
      #expect(window.contains(centre))
      outer = window
    }
  }

  @Test("a sound that is short already has no zooms")
  func short() {
    #expect(
      WaveformFigure.zooms(into: 0..<200, around: 3, sampleRate: 22_050, shortestSeconds: 0.01)
        .isEmpty)
  }

  @Test(
    "draws what is not finite as silence, and a single sample",
    arguments: [[Float.nan], [1, .infinity, -1]])
  func strange(samples: [Float]) throws {
    let figure = WaveformFigure(title: "Sound", samples: samples, sampleRate: 22_050)
    let picture = try DecodedPicture(png: figure.render(format: .png))
    #expect(picture.marksAtEdges(width: 2, on: Theme.light.background) == 0)
  }

  @Test("quartiles are those of R's type 7, NumPy's default")
  func quartiles() throws {
    let box = try #require(Quartiles([1, 2, 3, 4, 5, 6, 7, 8, 9, 30]))
    #expect((box.first, box.median, box.third) == (3.25, 5.5, 7.75))
    #expect((box.lower, box.upper, box.outliers) == (1, 9, [30]))
    #expect(Quartiles([]) == nil)
    #expect(Quartiles([4])?.median == 4)
  }
}
