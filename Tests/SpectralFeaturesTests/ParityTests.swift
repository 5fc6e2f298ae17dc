import SpectralFeatures
import Testing

@Suite("Agreement with librosa 0.11")
struct ParityTests {
  private let rate = 22_050.0

  private var settings: SpectrogramSettings { SpectrogramSettings() }

  private func expectAgreement(
    _ ours: [Float], _ fixture: String, within limit: Double = 1e-4,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = relativeError(ours, Reference.array(fixture))
    #expect(error <= limit, "\(fixture): \(error)", sourceLocation: sourceLocation)
  }

  @Test func shortTimeFourierTransform() {
    let spectrum = ShortTimeFourierTransform().spectrogram(of: Reference.signal)
    expectAgreement(spectrum.real.every(16), "stft_real_every_16th")
    expectAgreement(spectrum.imaginary.every(16), "stft_imaginary_every_16th")
  }

  @Test func melFilters() {
    expectAgreement(MelFilterBank(settings: settings).matrix.every(8), "mel_filters_every_8th")
  }

  @Test func slaneyMelSpectrogram() {
    let mel = MelFilterBank(settings: settings).melSpectrogram(power: Reference.power)
    expectAgreement(mel.every(4), "mel_every_4th")
  }

  @Test func htkMelSpectrogramWithoutNormalization() {
    var htk = settings
    htk.melScale = .htk
    htk.melNormalization = .none
    htk.melBandCount = 64
    htk.minimumFrequency = 50
    let mel = MelFilterBank(settings: htk).melSpectrogram(power: Reference.power)
    expectAgreement(mel.every(4), "mel_htk_every_4th")
  }

  @Test func decibelsOfPower() {
    let mel = MelFilterBank(settings: settings).melSpectrogram(power: Reference.power)
    let decibels = Decibels.fromPower(mel, reference: .maximum)
    expectAgreement(decibels.every(2), "mel_decibels_every_2nd")
  }

  @Test func decibelsOfAmplitude() {
    let decibels = Decibels.fromAmplitude(
      Reference.magnitude, reference: .value(0.5), minimum: 1e-4, topDecibels: 70)
    expectAgreement(decibels.every(16), "amplitude_decibels_every_16th")
  }

  @Test func cepstrum() {
    let mel = MelFilterBank(settings: settings).melSpectrogram(power: Reference.power)
    let mfcc = MelFrequencyCepstrum().coefficients(melDecibels: Decibels.fromPower(mel))
    expectAgreement(mfcc.values, "mfcc")
    let liftered = MelFrequencyCepstrum(coefficientCount: 13, lifter: 22)
    expectAgreement(
      liftered.coefficients(melDecibels: Decibels.fromPower(mel)).values, "mfcc_lifter")
    expectAgreement(Delta.delta(of: mfcc).values, "mfcc_delta")
    expectAgreement(Delta.delta(of: mfcc, order: 2).values, "mfcc_delta_delta")
  }

  @Test func tuning() {
    let semitones = Tuning.estimate(spectrogram: Reference.power, sampleRate: rate)
    let thirds = Tuning.estimate(
      spectrogram: Reference.magnitude, sampleRate: rate, stepsPerOctave: 36)
    #expect(abs(semitones - Double(Reference.scalars[2])) < 1e-6)
    #expect(abs(thirds - Double(Reference.scalars[3])) < 1e-6)
  }

  @Test func chromaOfSpectrogram() {
    let fixed = Chroma.fromSpectrogram(power: Reference.power, sampleRate: rate)
    expectAgreement(fixed.values, "chroma_fixed")
    let tuning = Tuning.estimate(spectrogram: Reference.power, sampleRate: rate)
    let tuned = Chroma.fromSpectrogram(power: Reference.power, sampleRate: rate, tuning: tuning)
    expectAgreement(tuned.values, "chroma_estimated")
    expectAgreement(Chroma.tonnetz(chroma: fixed).values, "tonnetz")
  }

  @Test func constantQ() {
    let magnitudes = ConstantQTransform().magnitudes(of: Reference.signal)
    let theirs = Reference.array("constant_q_every_16th")
    let ours = magnitudes.every(16)
    #expect(correlation(ours, theirs) >= 0.99)
    #expect(relativeError(ours, theirs) <= 0.02)
    let chroma = Chroma.fromConstantQ(samples: Reference.signal)
    let expected = Reference.array("chroma_constant_q")
    #expect(correlation(chroma.values, expected) >= 0.99)
  }

  @Test func spectralShape() {
    let magnitude = Reference.magnitude
    expectAgreement(
      SpectralShape.centroid(magnitude: magnitude, sampleRate: rate), "centroid")
    expectAgreement(
      SpectralShape.bandwidth(magnitude: magnitude, sampleRate: rate), "bandwidth")
    expectAgreement(SpectralShape.flatness(magnitude: magnitude), "flatness")
    expectAgreement(
      SpectralContrast.contrast(magnitude: magnitude, sampleRate: rate).values, "contrast")
    let rolloff = SpectralShape.rolloff(magnitude: magnitude, sampleRate: rate)
    let expected = Reference.array("rolloff")
    let equal = zip(rolloff, expected).count { abs($0 - $1) < 0.01 }
    #expect(Double(equal) >= 0.999 * Double(expected.count))
  }

  @Test func levels() {
    expectAgreement(SignalLevel.rootMeanSquare(of: Reference.signal), "rms")
    expectAgreement(
      SignalLevel.zeroCrossingRate(of: Reference.signal), "zero_crossing_rate", within: 1e-6)
  }

  @Test func onsetStrength() {
    expectAgreement(OnsetStrength.envelope(of: Reference.signal), "onset_strength")
  }

  @Test func tempo() throws {
    let onsets = OnsetStrength.envelope(of: Reference.thirtySeconds)
    let tempo = try #require(Tempo(onsetStrength: onsets))
    #expect(abs(tempo.beatsPerMinute / Double(Reference.scalars[4]) - 1) < 0.04)
  }

  @Test func loudness() throws {
    let signal = Reference.signal
    let plain = try #require(Loudness.integrated(of: signal, sampleRate: rate))
    let succession = signal + signal.map { $0 / 64 } + signal.map { $0 * 0 } + signal.map { $0 / 4 }
    let gated = try #require(Loudness.integrated(of: succession, sampleRate: rate))
    #expect(abs(plain - Double(Reference.scalars[0])) <= 0.1)
    #expect(abs(gated - Double(Reference.scalars[1])) <= 0.1)
  }

  @Test func analyzerGivesTheSameAsItsParts() throws {
    var settings = settings
    settings.chromaTuning = .estimated
    let all = SpectralAnalyzer(settings: settings, contents: .all).analyze(Reference.signal)
    expectAgreement(try #require(all.melDecibels).every(2), "mel_decibels_every_2nd")
    expectAgreement(try #require(all.melPower).every(4), "mel_every_4th")
    expectAgreement(try #require(all.mfcc).values, "mfcc")
    expectAgreement(try #require(all.chroma).values, "chroma_estimated")
    expectAgreement(try #require(all.contrast).values, "contrast")
    expectAgreement(try #require(all.centroid), "centroid")
    expectAgreement(try #require(all.bandwidth), "bandwidth")
    expectAgreement(try #require(all.flatness), "flatness")
    expectAgreement(try #require(all.rms), "rms")
    expectAgreement(try #require(all.zeroCrossingRate), "zero_crossing_rate")
    expectAgreement(try #require(all.onsetStrength), "onset_strength")
    #expect(
      all.rolloff == SpectralShape.rolloff(magnitude: Reference.magnitude, sampleRate: rate))
    settings.chromaTuning = .fixed(0)
    let fixed = SpectralAnalyzer(settings: settings, contents: [.chroma, .tonnetz])
      .analyze(Reference.signal)
    expectAgreement(try #require(fixed.chroma).values, "chroma_fixed")
    expectAgreement(try #require(fixed.tonnetz).values, "tonnetz")
    #expect(fixed.mfcc == nil && fixed.rms == nil && fixed.contrast == nil)
  }
}
