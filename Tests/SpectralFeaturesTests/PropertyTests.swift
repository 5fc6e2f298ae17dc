import Glibc
import SpectralFeatures
import Testing

@Suite("Spectra")
struct SpectrumTests {
  @Test(arguments: [16, 64, 250, 512])
  func transformEqualsTheDefinition(frameLength: Int) {
    let samples = noise(3 * frameLength, seed: 1)
    let spectrum = ShortTimeFourierTransform(frameLength: frameLength, hopLength: frameLength)
      .spectrogram(of: samples)
    let n = Double(frameLength)
    for frame in 0..<spectrum.real.frameCount {
      for bin in 0...frameLength / 2 {
        var (real, imaginary) = (0.0, 0.0)
        for place in 0..<frameLength {
          let at = frame * frameLength - frameLength / 2 + place
          guard samples.indices.contains(at) else { continue }
          let angle = 2 * Double.pi * Double(place) / n
          let weighted = Double(samples[at]) * (0.5 - 0.5 * cos(angle))
          real += weighted * cos(angle * Double(bin))
          imaginary -= weighted * sin(angle * Double(bin))
        }
        #expect(abs(real - Double(spectrum.real[frame, bin])) < 1e-4)
        #expect(abs(imaginary - Double(spectrum.imaginary[frame, bin])) < 1e-4)
      }
    }
  }

  @Test func energyIsKept() {
    // Parseval: the sum of |X|^2 over all bins is the frame's length times its energy.
    let samples = noise(8192, seed: 2)
    let power = ShortTimeFourierTransform().powerSpectrogram(of: samples)
    for frame in 0..<power.frameCount {
      let bins = power.frame(frame).map(Double.init)
      let both = 2 * bins.reduce(0, +) - bins[0] - bins[1024]
      var energy = 0.0
      for place in 0..<2048 {
        let at = frame * 512 - 1024 + place
        guard samples.indices.contains(at) else { continue }
        let window = 0.5 - 0.5 * cos(2 * Double.pi * Double(place) / 2048)
        energy += Double(samples[at]) * Double(samples[at]) * window * window
      }
      #expect(abs(both / (2048 * energy) - 1) < 1e-5)
    }
  }

  @Test func shiftByOneHopShiftsFrames() {
    let samples = noise(20_000, seed: 3)
    let here = ShortTimeFourierTransform().powerSpectrogram(of: samples)
    let later = ShortTimeFourierTransform().powerSpectrogram(
      of: [Float](repeating: 0, count: 512) + samples)
    #expect(later.frameCount == here.frameCount + 1)
    for frame in 0..<here.frameCount { #expect(later.frame(frame + 1) == here.frame(frame)) }
  }

  @Test(arguments: [0, 1, 511, 512, 1500])
  func inputsShorterThanAFrameHaveCentredFrames(count: Int) {
    let power = ShortTimeFourierTransform().powerSpectrogram(of: noise(count, seed: 6))
    #expect(power.frameCount == 1 + count / 512)
    #expect(power.values.allSatisfy { $0.isFinite })
  }

  @Test func toneIsInItsBin() {
    // 100 * 22050 / 2048 Hz: the hundredth bin exactly.
    let power = ShortTimeFourierTransform().powerSpectrogram(
      of: tone(100 * 22_050 / 2048.0, seconds: 1))
    let frame = Array(power.frame(20))
    #expect(frame.firstIndex(of: frame.max() ?? 0) == 100)
    // A sine of amplitude 1 under a Hann window: (2048 / 4)^2.
    #expect(abs(frame[100] / 262_144 - 1) < 1e-4)
  }

  @Test func nonsenseTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = ShortTimeFourierTransform(frameLength: 2047, hopLength: 512)
    }
    await #expect(processExitsWith: .failure) {
      _ = ShortTimeFourierTransform(frameLength: 2048, hopLength: 0)
    }
    await #expect(processExitsWith: .failure) {
      var settings = SpectrogramSettings()
      settings.maximumFrequency = 12_000
      _ = MelFilterBank(settings: settings)
    }
    await #expect(processExitsWith: .failure) {
      _ = MelFrequencyCepstrum(coefficientCount: 129)
    }
    await #expect(processExitsWith: .failure) {
      _ = FeatureMatrix(frameCount: 2, binCount: 3, values: [0])
    }
  }
}

@Suite("Mel filters, decibels and cepstrum")
struct MelTests {
  @Test func trianglesHaveAreaOne() {
    let matrix = MelFilterBank(settings: SpectrogramSettings()).matrix
    // Narrow bands are sampled too coarsely for their area to be exact.
    for band in 60..<128 {
      let area = matrix.frame(band).reduce(0, +) * 22_050 / 2048
      #expect(abs(area - 1) < 0.02, "band \(band)")
    }
    #expect(matrix.values.allSatisfy { $0 >= 0 })
  }

  @Test func trianglesPeakAtTheirCentres() {
    var settings = SpectrogramSettings()
    settings.melNormalization = .none
    settings.melScale = .htk
    settings.melBandCount = 40
    let matrix = MelFilterBank(settings: settings).matrix
    let top = MelScale.htk.mel(ofFrequency: 8000)
    for band in 0..<40 {
      let row = Array(matrix.frame(band))
      let peak = row.max() ?? 0
      #expect(peak > 0.5 && peak <= 1)
      let center = MelScale.htk.frequency(ofMel: top * Double(band + 1) / 41)
      let place = Double(row.firstIndex(of: peak) ?? 0)
      #expect(abs(place - center * 2048 / 22_050) <= 1)
    }
  }

  @Test func neighbouringTrianglesAddUpToOne() {
    var settings = SpectrogramSettings()
    settings.melNormalization = .none
    let matrix = MelFilterBank(settings: settings).matrix
    // Between the first band's peak and the last one's.
    for bin in 12..<720 {
      let sum = (0..<128).reduce(Float(0)) { $0 + matrix[$1, bin] }
      #expect(abs(sum - 1) < 1e-5, "bin \(bin)")
    }
  }

  @Test(arguments: [MelScale.slaney, .htk])
  func scaleTurnsBack(scale: MelScale) {
    for frequency in [0.0, 20, 440, 999, 1000, 1001, 8000, 22_050] {
      let back = scale.frequency(ofMel: scale.mel(ofFrequency: frequency))
      #expect(abs(back - frequency) <= 1e-9 * max(1, frequency))
    }
    #expect(abs(MelScale.htk.mel(ofFrequency: 1000) - 999.99) < 0.01)
    #expect(MelScale.slaney.mel(ofFrequency: 1000) == 15)
  }

  @Test func logarithmIsAccurate() {
    let values = noise(10_000, seed: 8).map { Float(exp(60 * Double($0))) }
    let decibels = Decibels.fromPower(
      FeatureMatrix(frameCount: 1, binCount: values.count, values: values),
      minimum: .leastNormalMagnitude, topDecibels: nil)
    for (value, result) in zip(values, decibels.values) {
      let expected = 10 * log10(Double(value))
      #expect(abs(Double(result) - expected) <= 1e-6 * max(1, abs(expected)))
    }
  }

  @Test func decibelsAreLimited() {
    let matrix = FeatureMatrix(frameCount: 1, binCount: 4, values: [0, 1e-9, 1, 100])
    #expect(Decibels.fromPower(matrix).values.map { $0.rounded() } == [-60, -60, 0, 20])
    let wide = Decibels.fromPower(matrix, reference: .maximum, topDecibels: nil)
    #expect(wide.values.map { $0.rounded() } == [-120, -110, -20, 0])
  }

  @Test func cosineTransformIsOrthonormal() {
    let whole = MelFrequencyCepstrum(coefficientCount: 40, bandCount: 40)
    var unit = FeatureMatrix(frameCount: 40, binCount: 40)
    for place in 0..<40 { unit[place, place] = 1 }
    let basis = whole.coefficients(melDecibels: unit)
    for a in 0..<40 {
      for b in 0..<40 {
        let product = zip(basis.frame(a), basis.frame(b)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (a == b ? 1 : 0)) < 1e-5)
      }
    }
  }

  @Test func silenceHasOneCoefficient() {
    let features = SpectralAnalyzer(settings: SpectrogramSettings(), contents: .mfcc)
      .analyze([Float](repeating: 0, count: 10_000))
    guard let mfcc = features.mfcc else {
      Issue.record("no cepstrum")
      return
    }
    for frame in 0..<mfcc.frameCount {
      // -100 dB in each of 128 bands.
      #expect(abs(mfcc[frame, 0] + 100 * Float(128).squareRoot()) < 0.01)
      #expect(mfcc.frame(frame).dropFirst().allSatisfy { $0 == 0 })
    }
  }

  @Test func deltaOfALineIsItsSlope() {
    let line = FeatureMatrix(frameCount: 12, binCount: 1, values: (0..<12).map { 3 * Float($0) })
    #expect(Delta.delta(of: line).values.allSatisfy { abs($0 - 3) < 1e-4 })
    #expect(Delta.delta(of: line, order: 2).values.allSatisfy { abs($0) < 1e-4 })
    let parabola = FeatureMatrix(
      frameCount: 12, binCount: 1, values: (0..<12).map { Float($0 * $0) })
    #expect(Delta.delta(of: parabola, order: 2).values.allSatisfy { abs($0 - 2) < 1e-4 })
  }
}

@Suite("Silence and one pass")
struct AnalyzerTests {
  @Test(arguments: [0, 1, 700, 30_000])
  func silenceIsFinite(count: Int) throws {
    var settings = SpectrogramSettings()
    settings.chromaTuning = .estimated
    let samples = [Float](repeating: 0, count: count)
    let features = SpectralAnalyzer(settings: settings, contents: .all).analyze(samples)
    #expect(features.frameCount == 1 + count / 512)
    let matrices = [
      features.melPower, features.melDecibels, features.mfcc, features.chroma, features.tonnetz,
      features.contrast,
    ]
    for matrix in matrices {
      let matrix = try #require(matrix)
      #expect(matrix.frameCount == features.frameCount)
      #expect(matrix.values.allSatisfy { $0.isFinite })
    }
    let scalars = [
      features.centroid, features.bandwidth, features.rolloff, features.flatness,
      features.zeroCrossingRate, features.rms, features.onsetStrength,
    ]
    for scalar in scalars {
      let scalar = try #require(scalar)
      #expect(scalar.count == features.frameCount)
      #expect(scalar.allSatisfy { $0.isFinite })
    }
    #expect(KeyEstimate(chroma: try #require(features.chroma)) == nil)
    #expect(Tempo(onsetStrength: try #require(features.onsetStrength)) == nil)
    #expect(Loudness.integrated(of: samples, sampleRate: 22_050) == nil)
    #expect(MelImage(samples: samples).pixels.allSatisfy { $0 > 0.9999 && $0 <= 1 })
    #expect(CompositeImage(samples: samples).columnCount >= 128)
  }

  @Test func severalThreadsGetTheSame() async {
    let analyzer = SpectralAnalyzer(settings: SpectrogramSettings(), contents: .all)
    let samples = Reference.signal
    let expected = analyzer.analyze(samples)
    await withTaskGroup(of: SpectralFeatureSet.self) { group in
      for _ in 0..<8 { group.addTask { analyzer.analyze(samples) } }
      for await features in group { #expect(features == expected) }
    }
  }

  @Test func otherSettingsWork() {
    var settings = SpectrogramSettings()
    settings.sampleRate = 44_100
    settings.frameLength = 4096
    settings.hopLength = 1000
    settings.melBandCount = 80
    settings.maximumFrequency = 16_000
    settings.mfccCount = 33
    let features = SpectralAnalyzer(settings: settings, contents: .all)
      .analyze(noise(44_100, seed: 9))
    #expect(features.mfcc?.binCount == 33 && features.melPower?.binCount == 80)
    #expect(features.contrast?.values.allSatisfy { $0.isFinite } == true)
    // Half of white noise's magnitudes lie below a quarter of the sample rate.
    let centroid = mean(Array((features.centroid ?? []).dropFirst(4).dropLast(4)))
    #expect(abs(centroid / 11_025 - 1) < 0.03)
  }

  @Test func noiseIsFlatAndAToneIsNot() {
    let flat = SpectralAnalyzer(settings: SpectrogramSettings(), contents: .flatness)
    let ofNoise = mean(flat.analyze(noise(22_050, seed: 10)).flatness ?? [])
    let ofTone = flat.analyze(tone(1000, seconds: 1)).flatness?[20] ?? 1
    // The mean logarithm of exponentially distributed power: e^-0.5772.
    #expect(abs(ofNoise - 0.5615) < 0.02)
    #expect(ofTone < 0.001)
  }

  @Test func librariesHaveVersions() {
    #expect(SpectralLibraries.versions.contains { $0.name == "FFTW" && $0.version.hasPrefix("3.") })
  }
}
