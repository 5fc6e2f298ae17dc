import SpectralFeatures
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Filters of the second order")
struct BiquadTests {
  /// What a filter makes of a tone of some frequency, in dB.
  private func gain(_ filter: Biquad, at frequency: Double) -> Double {
    var filter = filter
    var (before, after) = (0.0, 0.0)
    for place in 0..<44_100 {
      let sample = sin(2 * Double.pi * frequency * Double(place) / 22_050)
      let output = filter.process(sample)
      // The first half swings in.
      if place >= 22_050 {
        before += sample * sample
        after += output * output
      }
    }
    return 10 * log10(after / before)
  }

  @Test("a bell has its gain at its frequency and none far from it", arguments: [-5.0, 4])
  func bell(decibels: Double) {
    let filter = Biquad(bell: decibels, frequency: 1_000, sampleRate: 22_050, quality: 1)
    #expect(abs(gain(filter, at: 1_000) - decibels) < 0.02)
    #expect(abs(gain(filter, at: 50)) < 0.1 && abs(gain(filter, at: 9_000)) < 0.3)
  }

  @Test("shelves have their gain beyond the corner, half of it there, none on the other side")
  func shelves() {
    let low = Biquad(shelf: .low, decibels: 6, frequency: 300, sampleRate: 22_050)
    #expect(abs(gain(low, at: 20) - 6) < 0.1 && abs(gain(low, at: 300) - 3) < 0.1)
    #expect(abs(gain(low, at: 6_000)) < 0.1)
    let high = Biquad(shelf: .high, decibels: -8, frequency: 2_000, sampleRate: 22_050)
    #expect(abs(gain(high, at: 10_000) + 8) < 0.2 && abs(gain(high, at: 2_000) + 4) < 0.2)
    #expect(abs(gain(high, at: 50)) < 0.1)
  }

  @Test("a low pass loses 3 dB at its corner and 12 dB an octave beyond")
  func lowPass() {
    let filter = Biquad(lowPass: 500, sampleRate: 22_050)
    #expect(abs(gain(filter, at: 500) + 3.01) < 0.05)
    #expect(abs(gain(filter, at: 2_000) - gain(filter, at: 1_000) + 12) < 0.7)
    #expect(abs(gain(filter, at: 50)) < 0.02)
  }
}
