import AudioDecoding
import CommandInterface
import Plotting
import SpectralFeatures

/// `earshot waveform`: the samples of a song.
enum WaveformCommand {
  /// The shortest part that is shown: a hundredth of a second.
  private static let shortestSeconds = 0.01

  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let song = try PicturedSong(context)
    let options = PictureOptions(context)
    let (samples, rate) = (song.audio.samples, Double(song.audio.sampleRate))
    let figure: WaveformFigure
    if context.arguments.flag("mel") {
      let mel = song.mel
      figure = WaveformFigure(
        title: song.caption.title,
        subtitle: [song.caption.subtitle, "from the waveform to the mel spectrogram"]
          .compactMap(\.self).joined(separator: ", "),
        samples: samples, sampleRate: rate, startSeconds: song.start,
        mel: WaveformFigure.Mel(
          values: mel.transposed().values, rowCount: mel.binCount, columnCount: mel.frameCount,
          frequencyTicks: song.melTicks, valueRange: -80...0, valueLabel: "dB below the loudest"))
    } else {
      let windows = WaveformFigure.zooms(
        into: samples.indices, around: try centre(context, song), sampleRate: rate,
        shortestSeconds: shortestSeconds)
      figure = WaveformFigure(
        title: song.caption.title, subtitle: song.caption.subtitle, samples: samples,
        sampleRate: rate, startSeconds: song.start, windows: windows)
    }
    try options.write(standardSize: figure.standardSize) {
      try figure.render(size: $0, format: $1, theme: $2)
    }
    return .success
  }

  /// The sample that is looked into.
  private static func centre(_ context: CommandContext, _ song: PicturedSong) throws -> Int {
    let samples = song.audio.samples
    guard let moment = context.arguments.numberIfGiven("at") else {
      return samples.indices.max { abs(samples[$0]) < abs(samples[$1]) } ?? 0
    }
    let place = (moment - song.start) * Double(song.audio.sampleRate)
    guard place >= 0, place < Double(samples.count) else {
      throw context.arguments.usageError(
        .unsuitable(
          option: "--at",
          for: "the part from \(NumberText.clock(seconds: song.start)) to "
            + NumberText.clock(seconds: song.start + song.seconds)))
    }
    return Int(place)
  }
}
