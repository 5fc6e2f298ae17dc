import AudioDecoding
import CommandInterface
import FileAccess
import Plotting
import SpectralFeatures

/// `earshot spectrogram`: a song as a picture.
enum SpectrogramCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let arguments = context.arguments
    try context.protect(arguments.paths)
    let path = arguments.paths[0]
    guard let output = arguments.path("output"),
      let format = output.fileExtension.flatMap(PictureFormat.init(fileExtension:))
    else { preconditionFailure("a picture without a name that says its format") }
    let decoder = AudioDecoder(options: DecodingOptions(excerpt: context.excerpt))
    let audio = try context.watching(path) { try decoder.decode(path) }
    if let text = ErrorText.text(audio.warnings) { context.messages.say(text, about: path.string) }
    let caption = PictureCaption(path, audio.info)
    let size = PictureSize(width: arguments.integer("width"), height: arguments.integer("height"))
    let theme = arguments.choice("theme") == "dark" ? Theme.dark : .light
    let picture =
      arguments.flag("composite")
      ? try composite(audio, caption).render(size: size, format: format, theme: theme)
      : try spectrogram(audio, caption).render(size: size, format: format, theme: theme)
    try WrittenFile.replace(output, with: picture)
    return .success
  }

  private static func spectrogram(
    _ audio: DecodedAudio, _ caption: PictureCaption
  ) -> SpectrogramFigure {
    let settings = MelImage.settings
    let features = SpectralAnalyzer(settings: settings, contents: .melDecibels)
      .analyze(audio.samples)
    guard let mel = features.melDecibels else {
      preconditionFailure("a mel spectrogram that was not computed")
    }
    return SpectrogramFigure(
      title: caption.title, subtitle: caption.subtitle, values: mel.transposed().values,
      rowCount: mel.binCount, columnCount: mel.frameCount, seconds: audio.info.excerptSeconds,
      startSeconds: audio.info.excerptStart, frequencyTicks: ticks(settings),
      valueRange: -80...0, valueLabel: "dB below the loudest")
  }

  private static func composite(_ audio: DecodedAudio, _ caption: PictureCaption) -> CompositeFigure
  {
    let image = CompositeImage(samples: audio.samples)
    let top = Double(CompositeImage.rowCount - 1)
    return CompositeFigure(
      title: caption.title, subtitle: caption.subtitle, values: image.bytes,
      rowCount: CompositeImage.rowCount, columnCount: image.columnCount,
      seconds: audio.info.excerptSeconds, startSeconds: audio.info.excerptStart,
      frequencyTicks: ticks(MelImage.settings).map { (row: top - $0.row, label: $0.label) })
  }

  private static func ticks(_ settings: SpectrogramSettings) -> [(row: Double, label: String)] {
    SpectrogramFigure.frequencyTicks(
      rowFrequencies: MelFilterBank.centreFrequencies(settings: settings).map(Float.init))
  }
}
