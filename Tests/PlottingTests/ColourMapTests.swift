import Testing

@testable import Plotting

@Suite("The colours of values")
struct ColourMapTests {
  private let colours = ColourMap.ember.colours

  @Test("are 256, from dark to light")
  func ends() throws {
    try #require(colours.count == 256)
    #expect(Oklab(colours[0]).lightness < 0.2)
    #expect(Oklab(colours[255]).lightness > 0.95)
  }

  @Test("grow lighter at every few steps, for grey paper and colour-blind eyes")
  func lightness() {
    for i in 4..<256 {
      #expect(Oklab(colours[i]).lightness > Oklab(colours[i - 4]).lightness, "step \(i)")
    }
  }

  @Test("lie at equal distances, as far as 8 bits can tell")
  func evenness() {
    // Over eight steps, so that rounding to 8 bits matters little.
    let distances = (8..<256).map { Oklab(colours[$0]).distance(to: Oklab(colours[$0 - 8])) }
    let mean = distances.reduce(0, +) / Double(distances.count)
    for (index, distance) in distances.enumerated() {
      #expect(abs(distance / mean - 1) < 0.2, "from \(index)")
    }
  }

  @Test("are looked up by rounding, and held at the ends")
  func lookup() {
    let map = ColourMap.ember
    #expect(map.colour(0.5) == colours[128])
    #expect(map.colour(-3) == colours[0])
    #expect(map.colour(.nan) == colours[0])
    #expect(map.colour(-.infinity) == colours[0])
    #expect(map.colour(.infinity) == colours[255])
    #expect(map.colour(1) == colours[255])
  }

  @Test("survive the way to Oklab and back", arguments: [0x000000, 0xFFFFFF, 0x123456, 0xFF8000])
  func conversion(rgb: UInt32) {
    #expect(Oklab(Colour(rgb)).colour == Colour(rgb))
  }

  @Test("agree with the published Oklab values of white and red")
  func published() {
    let white = Oklab(Colour(0xFFFFFF))
    #expect(abs(white.lightness - 1) < 1e-6)
    #expect(abs(white.a) + abs(white.b) < 1e-6)
    let red = Oklab(Colour(0xFF0000))
    #expect(abs(red.lightness - 0.627_955) < 1e-5)
    #expect(abs(red.a - 0.224_863) < 1e-5)
    #expect(abs(red.b - 0.125_846) < 1e-5)
  }
}
