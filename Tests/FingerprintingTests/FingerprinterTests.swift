import FileAccess
import Foundation
import Testing

@testable import Fingerprinting

@Suite("Fingerprints of sound")
struct FingerprinterTests {
  private let fingerprinter: Fingerprinter

  init() throws { fingerprinter = try Fingerprinter() }

  private func reference(_ rate: Int) throws -> [UInt32] {
    let path = try #require(
      Bundle.module.path(forResource: "tune-\(rate)", ofType: "txt", inDirectory: "Fixtures"))
    let text = String(
      decoding: try ReadableFile(FilePath(path)).contents(limit: 1 << 20), as: UTF8.self)
    return text.split { $0 == "," || $0.isWhitespace }.compactMap { UInt32($0) }
  }

  @Test("at Chromaprint's own rate they are those of fpcalc, bit for bit")
  func sameRate() throws {
    let ours = try fingerprinter.fingerprint(of: Tune.samples(rate: 11_025), sampleRate: 11_025)
    let theirs = try reference(11_025)
    #expect(theirs.count == 67)
    #expect(ours.items == theirs)
    #expect(ours.algorithm == Fingerprint.currentAlgorithm)
  }

  @Test("at 22,050 Hz, halved here, they are those of fpcalc but for a few bits")
  func halvedRate() throws {
    let ours = try fingerprinter.fingerprint(of: Tune.samples(rate: 22_050), sampleRate: 22_050)
    let theirs = Fingerprint(
      algorithm: Fingerprint.currentAlgorithm, items: try reference(22_050))
    #expect(ours.items.count == theirs.items.count)
    let match = try #require(ours.match(theirs, offsets: -3...3, leastOverlap: 60))
    #expect(match.offset == 0)
    #expect(match.agreement > 0.99, "\(match.agreement)")
  }

  @Test("softer sound has the same fingerprint but for a few bits")
  func gain() throws {
    let samples = Tune.samples(rate: 22_050)
    let loud = try fingerprinter.fingerprint(of: samples, sampleRate: 22_050)
    let soft = try fingerprinter.fingerprint(of: samples.map { $0 / 4 }, sampleRate: 22_050)
    let match = try #require(loud.match(soft, offsets: 0...0, leastOverlap: 60))
    #expect(match.agreement > 0.99, "\(match.agreement)")
  }

  @Test("another tune agrees in no more bits than chance lets it")
  func otherSound() throws {
    let one = try fingerprinter.fingerprint(of: Tune.samples(rate: 22_050), sampleRate: 22_050)
    let other = try fingerprinter.fingerprint(
      of: Tune.samples(rate: 22_050, seed: 7), sampleRate: 22_050)
    let match = try #require(one.match(other, offsets: -16...16, leastOverlap: 48))
    #expect((0.4...0.7).contains(match.agreement), "\(match.agreement)")
  }

  @Test("what begins later is found at its offset")
  func shifted() throws {
    let samples = Tune.samples(rate: 22_050)
    let whole = try fingerprinter.fingerprint(of: samples, sampleRate: 22_050)
    // Ten steps of 2 × 1,365 samples.
    let later = try fingerprinter.fingerprint(of: Array(samples[27_300...]), sampleRate: 22_050)
    let match = try #require(whole.match(later, offsets: -30...30, leastOverlap: 40))
    #expect(match.offset == -10)
    #expect(match.overlap == whole.items.count - 10)
    #expect(match.agreement > 0.98, "\(match.agreement)")
    let back = try #require(later.match(whole, offsets: -30...30, leastOverlap: 40))
    #expect(back.offset == 10)
    #expect(back.agreement == match.agreement)
  }

  @Test("sound that is too short, or none, has no items")
  func short() throws {
    for count in [0, 1, 2, 5_000, 50_000] {
      let samples = [Float](repeating: 0.5, count: count)
      #expect(try fingerprinter.fingerprint(of: samples, sampleRate: 22_050).items == [])
    }
  }

  @Test("samples beyond full scale are cut, not wrapped")
  func clipped() {
    #expect(SixteenBits.rounded(4) == 32_767)
    #expect(SixteenBits.rounded(-4) == -32_768)
    #expect(SixteenBits.rounded(1) == 32_767)
    #expect(SixteenBits.rounded(-1) == -32_768)
    for value in [-32_768, -32_767, -1, 0, 1, 12_345, 32_767] {
      #expect(SixteenBits.rounded(Float(value) / 32_768) == Int16(value))
    }
    #expect(SixteenBits.rounded(0.6 / 32_768) == 1)
    #expect(SixteenBits.rounded(-0.6 / 32_768) == -1)
  }

  @Test("several threads at once make the same")
  func concurrent() async throws {
    let samples = Tune.samples(rate: 11_025, seconds: 6)
    let expected = try fingerprinter.fingerprint(of: samples, sampleRate: 11_025)
    let fingerprinter = fingerprinter
    try await withThrowingTaskGroup(of: Fingerprint.self) { group in
      for _ in 0..<8 {
        group.addTask { try fingerprinter.fingerprint(of: samples, sampleRate: 11_025) }
      }
      for try await other in group { #expect(other == expected) }
    }
  }

  @Test("the library says which it is")
  func version() {
    let versions = FingerprintingLibraries.versions
    #expect(versions.map(\.name) == ["Chromaprint"])
    #expect(versions.first?.version.split(separator: ".").count == 3)
  }
}

@Suite("Halving the sample rate")
struct HalvedRateTests {
  /// The level of a sine after halving, in decibels against what went in.
  private func level(hertz: Double) -> Double {
    let samples = (0..<22_050).map { Float(0.5 * sin(2 * .pi * hertz * Double($0) / 22_050)) }
    // Without the ends, where the sound is cut off.
    let halved = HalvedRate.samples(samples)[100..<10_900]
    let power =
      halved.reduce(0) { $0 + Double($1) * Double($1) } / Double(halved.count) / 32_768 / 32_768
    return 10 * log10(max(power, 1e-12) / 0.125)
  }

  @Test("what Chromaprint looks at passes", arguments: [30, 440, 1_000, 2_000, 3_520])
  func passBand(hertz: Double) {
    #expect(abs(level(hertz: hertz)) < 0.02, "\(level(hertz: hertz))")
  }

  @Test("what would fold into it is 59 dB down", arguments: [7_505, 8_000, 9_000, 10_500])
  func stopBand(hertz: Double) { #expect(level(hertz: hertz) < -59, "\(level(hertz: hertz))") }

  @Test("a constant stays what it is, and counts are halved upwards")
  func constant() {
    for count in [1, 2, 3, 100, 101] {
      let halved = HalvedRate.samples([Float](repeating: 0.25, count: count))
      #expect(halved.count == (count + 1) / 2)
      if halved.count > 24 { #expect(halved[12..<halved.count - 12].allSatisfy { $0 == 8_192 }) }
    }
  }
}
