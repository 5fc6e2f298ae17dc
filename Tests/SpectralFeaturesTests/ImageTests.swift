import SpectralFeatures
import Testing

@Suite("Mel and composite images")
struct ImageTests {
  private func shareWithinOne(_ ours: [UInt8], _ fixture: String) -> Double {
    let theirs = Reference.array(fixture)
    precondition(ours.count == theirs.count, "\(ours.count) pixels against \(theirs.count)")
    let near = zip(ours, theirs).count { abs(Float($0) - $1) <= 1 }
    return Double(near) / Double(ours.count)
  }

  @Test func melImageAgreesWithScikitImage() {
    let image = MelImage(samples: Reference.thirtySeconds)
    #expect(image.columnCount == 512)
    #expect(shareWithinOne(image.bytes, "image_mel") >= 0.999)
  }

  @Test func compositeAgreesWithScikitImage() {
    let image = CompositeImage(samples: Reference.thirtySeconds)
    #expect(image.columnCount == 512)
    func channel(_ place: Int) -> [UInt8] {
      stride(from: place, to: image.bytes.count, by: 3).map { image.bytes[$0] }
    }
    #expect(channel(0) == MelImage(samples: Reference.thirtySeconds).bytes)
    #expect(shareWithinOne(channel(1), "image_mfcc") >= 0.999)
    let chroma = Reference.array("image_chroma")
    #expect(correlation(channel(2).map(Float.init), chroma) >= 0.99)
  }

  @Test(arguments: [
    (661_500, 512), (661_500 + 11_000, 512), (661_500 - 11_000, 512), (1_323_000, 1024),
    (330_750, 256), (110_250, 128), (22_050, 128),
  ])
  func columnsFollowTime(sampleCount: Int, columns: Int) {
    #expect(MelImage(samples: noise(sampleCount, seed: 4)).columnCount == columns)
  }

  @Test func shortPictureIsRepeatedFromItsStart() {
    let image = MelImage(samples: noise(44_100, seed: 5))
    // 87 frames are 34 columns.
    #expect(image.columnCount == 128)
    for row in 0..<128 {
      for column in 34..<128 { #expect(image[row, column] == image[row, column - 34]) }
    }
  }

  @Test func highFrequenciesAreOnTop() {
    let image = MelImage(samples: tone(7000, seconds: 30))
    let top = (0..<20).map { image[$0, 256] }.max() ?? 0
    let bottom = (108..<128).map { image[$0, 256] }.max() ?? 1
    #expect(top > 0.9 && bottom < 0.2)
  }

  @Test func valuesLieBetweenZeroAndOne() {
    let image = MelImage(samples: Reference.signal)
    #expect(image.pixels.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(image.pixels.max().map { $0 > 0.9 } == true)
  }
}
