import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite("Changes of a sound")
struct SoundTransformTests {
  private static let rate = 44_100.0

  private func tone(_ frequency: Double, seconds: Double = 1) -> [Float] {
    (0..<Int(Self.rate * seconds)).map {
      Float(0.5 * sin(2 * Double.pi * frequency * Double($0) / Self.rate))
    }
  }

  private func rms(_ samples: some Collection<Float>) -> Double {
    (samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)).squareRoot()
  }

  private func decibels(_ transform: SoundTransform, at frequency: Double) -> Double {
    let samples = tone(frequency)
    let changed = transform.apply(to: samples, sampleRate: Self.rate, seed: 1)
    // The filters take a moment to settle.
    return 20 * log10(rms(changed[22_050...]) / rms(samples[22_050...]))
  }

  @Test("Gain is 12 dB at every frequency", arguments: [60.0, 1_000, 12_000])
  func gain(frequency: Double) {
    #expect(abs(decibels(.gain, at: frequency) + 12) < 1e-4)
  }

  @Test(
    "The equaliser does to each frequency what ffmpeg's bass and treble do",
    // ffmpeg 5.1.9: volume=-6dB,bass=g=6:f=200:w=0.7,treble=g=-6:f=4000:w=0.7 on tones at 44.1 kHz.
    arguments: [
      (50.0, 0.1728), (200.0, -2.9929), (1000.0, -5.9492), (4000.0, -9.0071), (12000.0, -12.1789),
    ])
  func equaliser(point: (frequency: Double, decibels: Double)) {
    #expect(abs(decibels(.equaliser, at: point.frequency) - point.decibels) < 0.01)
  }

  @Test("Noise is white, 20 dB under the RMS, and the same for the same seed")
  func noise() {
    let samples = tone(440)
    let noisy = SoundTransform.noise.apply(to: samples, sampleRate: Self.rate, seed: 7)
    let noise = zip(noisy, samples).map { $0 - $1 }
    #expect(abs(20 * log10(rms(noise) / rms(samples)) + 20) < 0.1)
    let neighbours = zip(noise, noise.dropFirst()).reduce(0.0) { $0 + Double($1.0 * $1.1) }
    #expect(abs(neighbours) < 0.03 * noise.reduce(0.0) { $0 + Double($1 * $1) })
    #expect(noisy == SoundTransform.noise.apply(to: samples, sampleRate: Self.rate, seed: 7))
    #expect(noisy != SoundTransform.noise.apply(to: samples, sampleRate: Self.rate, seed: 8))
  }

  @Test("The halves are the sound, cut in two", arguments: [0, 1, 2, 1_001])
  func halves(count: Int) {
    let samples = (0..<count).map(Float.init)
    let first = SoundTransform.firstHalf.apply(to: samples, sampleRate: Self.rate, seed: 0)
    let second = SoundTransform.secondHalf.apply(to: samples, sampleRate: Self.rate, seed: 0)
    #expect(first + second == samples)
    #expect(second.count - first.count <= 1)
  }

  @Test(
    "Every change of silence, of nothing and at every rate is finite",
    arguments: [4_000.0, 8_000, 768_000] as [Double])
  func extremes(rate: Double) {
    for transform in SoundTransform.allCases {
      for samples in [[], [Float](repeating: 0, count: 100), [Float](repeating: 1, count: 5_000)] {
        let changed = transform.apply(to: samples, sampleRate: rate, seed: 3)
        #expect(changed.allSatisfy { $0.isFinite })
      }
    }
  }
}
