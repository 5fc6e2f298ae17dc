import AudioDecoding
import CommandInterface
import FileAccess
import Plotting
import SpectralFeatures

/// `earshot spectrogram`: a song as a picture.
enum SpectrogramCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let heard = try PicturedSong(context)
    let options = PictureOptions(context)
    let standard = PictureSize(width: 1_200, height: 500)
    if context.arguments.flag("composite") {
      let figure = composite(heard)
      try options.write(standardSize: standard) {
        try figure.render(size: $0, format: $1, theme: $2)
      }
    } else {
      let figure = figure(of: context.arguments.choice("feature"), heard)
      try options.write(standardSize: standard) {
        try figure.render(size: $0, format: $1, theme: $2)
      }
    }
    return .success
  }

  private static func figure(of feature: String, _ song: PicturedSong) -> SpectrogramFigure {
    switch feature {
    case "mfcc": mfcc(song)
    case "chroma":
      chroma(analysis(song, .chroma).chroma, song, "Chroma, from the spectrogram")
    case "chroma-cqt":
      chroma(
        Chroma.fromConstantQ(samples: song.audio.samples), song,
        "Chroma, from a constant-Q transform")
    case "tonnetz": tonnetz(song)
    default: mel(song)
    }
  }

  private static func analysis(
    _ song: PicturedSong, _ contents: SpectralAnalyzer.Contents
  ) -> SpectralFeatureSet {
    var settings = MelImage.settings
    settings.chromaTuning = .estimated
    return SpectralAnalyzer(settings: settings, contents: contents).analyze(song.audio.samples)
  }

  private static func mel(_ song: PicturedSong) -> SpectrogramFigure {
    let mel = song.mel
    return SpectrogramFigure(
      title: song.caption.title, subtitle: song.caption.subtitle, values: mel.transposed().values,
      rowCount: mel.binCount, columnCount: mel.frameCount, seconds: song.seconds,
      startSeconds: song.start, frequencyTicks: song.melTicks, valueRange: -80...0,
      valueLabel: "dB below the loudest")
  }

  /// Rows differ a hundredfold in size, so each is seen by how far it is from its mean.
  private static func mfcc(_ song: PicturedSong) -> SpectrogramFigure {
    guard let mfcc = analysis(song, .mfcc).mfcc else { preconditionFailure("no MFCC") }
    var values = mfcc.transposed().values
    let count = mfcc.frameCount
    for row in 0..<mfcc.binCount {
      let range = row * count..<(row + 1) * count
      let mean = values[range].reduce(0) { $0 + Double($1) } / Double(max(1, count))
      let square = values[range].reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      let deviation = (square / Double(max(1, count))).squareRoot()
      for place in range {
        values[place] = deviation > 0 ? Float((Double(values[place]) - mean) / deviation) : 0
      }
    }
    return rows(
      values, mfcc, song, "MFCC",
      labels: stride(from: 0, to: mfcc.binCount, by: 2).map { (Double($0), "\($0)") }, -3...3,
      "Deviations from the row's mean", "Coefficient", .difference)
  }

  private static func chroma(
    _ chroma: FeatureMatrix?, _ song: PicturedSong, _ name: String
  ) -> SpectrogramFigure {
    guard let chroma else { preconditionFailure("no chroma") }
    let names = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"]
    return rows(
      chroma.transposed().values, chroma, song, name,
      labels: names.enumerated().map { (Double($0.offset), $0.element) }, 0...1,
      "Share of the strongest", "Pitch class", .ember)
  }

  private static func tonnetz(_ song: PicturedSong) -> SpectrogramFigure {
    guard let tonnetz = analysis(song, .tonnetz).tonnetz else { preconditionFailure("no tonnetz") }
    let names = [
      "Fifths, x", "Fifths, y", "Minor thirds, x", "Minor thirds, y", "Major thirds, x",
      "Major thirds, y",
    ]
    let values = tonnetz.transposed().values
    let largest = values.reduce(Float(0)) { $1.isFinite ? max($0, abs($1)) : $0 }
    let limit = largest > 0 ? largest : 1
    return rows(
      values, tonnetz, song, "Tonnetz",
      labels: names.enumerated().map { (Double($0.offset), $0.element) }, -limit...limit,
      "Place on the circle", "Circle", .difference)
  }

  private static func rows(
    _ values: [Float], _ matrix: FeatureMatrix, _ song: PicturedSong, _ name: String,
    labels: [(row: Double, label: String)], _ range: ClosedRange<Float>, _ valueLabel: String,
    _ verticalLabel: String, _ colours: ColourMap
  ) -> SpectrogramFigure {
    SpectrogramFigure(
      title: song.caption.title,
      subtitle: [name, song.caption.subtitle].compactMap(\.self).joined(separator: ", "),
      values: values, rowCount: matrix.binCount, columnCount: matrix.frameCount,
      seconds: song.seconds, startSeconds: song.start, frequencyTicks: labels, valueRange: range,
      valueLabel: valueLabel, verticalLabel: verticalLabel, colours: colours)
  }

  private static func composite(_ song: PicturedSong) -> CompositeFigure {
    let image = CompositeImage(samples: song.audio.samples)
    let top = Double(CompositeImage.rowCount - 1)
    return CompositeFigure(
      title: song.caption.title, subtitle: song.caption.subtitle, values: image.bytes,
      rowCount: CompositeImage.rowCount, columnCount: image.columnCount, seconds: song.seconds,
      startSeconds: song.start,
      frequencyTicks: song.melTicks.map { (row: top - $0.row, label: $0.label) })
  }
}

/// The song that a command draws.
struct PicturedSong {
  let audio: DecodedAudio
  let caption: PictureCaption

  /// Decodes the command's operand and says what was wrong with it.
  init(_ context: CommandContext) throws {
    try context.protect(context.arguments.paths)
    let path = context.arguments.paths[0]
    let decoder = AudioDecoder(options: DecodingOptions(excerpt: context.excerpt))
    audio = try context.watching(path) { try decoder.decode(path) }
    if let text = ErrorText.text(audio.warnings) { context.messages.say(text, about: path.string) }
    caption = PictureCaption(path, audio.info)
  }

  var start: Double { audio.info.excerptStart }
  var seconds: Double { audio.info.excerptSeconds }

  /// Its mel spectrogram in dB below the loudest.
  var mel: FeatureMatrix {
    let features = SpectralAnalyzer(settings: MelImage.settings, contents: .melDecibels)
      .analyze(audio.samples)
    guard let mel = features.melDecibels else {
      preconditionFailure("a mel spectrogram that was not computed")
    }
    return mel
  }

  var melTicks: [(row: Double, label: String)] {
    SpectrogramFigure.frequencyTicks(
      rowFrequencies: MelFilterBank.centreFrequencies(settings: MelImage.settings).map(Float.init))
  }
}
