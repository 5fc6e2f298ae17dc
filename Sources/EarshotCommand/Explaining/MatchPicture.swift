import AudioDecoding
import CommandInterface
import FileAccess
import Plotting
import Recommendation
import SpectralFeatures

/// The picture of `--plot`: what was asked about beside the tracks of the answer.
struct MatchPicture {
  private let context: CommandContext
  private let title: String
  private let options: PictureOptions

  /// The most tracks that are drawn.
  static let mostPairs = 5
  private static let levels: ClosedRange<Float> = -80...0

  /// Nil where no picture is wanted.
  init?(_ context: CommandContext, title: String) {
    guard let options = PictureOptions(context, "plot") else { return nil }
    (self.context, self.title, self.options) = (context, title, options)
  }

  /// Draws the first tracks of an answer that were heard.
  /// - Returns: whether there was anything to draw.
  func write(_ answer: Answer, _ reasons: AnswerReasons) throws -> Bool {
    let pairs = zip(answer.recommendations, reasons.tracks).compactMap { found, reason in
      reason.match.flatMap { pair(found, $0) }
    }
    guard let settings = reasons.songs.first?.settings, !pairs.isEmpty else {
      context.messages.say("there is nothing to draw: no song could be compared part by part")
      return false
    }
    let figure = MatchFigure(
      title: TerminalText.clean(title),
      subtitle: "Boxes with the same number sound most alike, 1 the most",
      pairs: Array(pairs.prefix(Self.mostPairs)),
      frequencyTicks: SpectrogramFigure.frequencyTicks(
        rowFrequencies: MelFilterBank.centreFrequencies(settings: settings).map(
          Float.init)),
      valueRange: Self.levels, valueLabel: "dB below the loudest")
    try options.write(standardSize: figure.standardSize) {
      try figure.render(size: $0, format: $1, theme: $2)
    }
    return true
  }

  private func pair(_ found: Recommendation, _ match: AnswerReasons.Match) -> MatchFigure.Pair? {
    guard
      let left = song(match.heard, match.heard.path.lastComponent.string),
      let right = song(
        match.track,
        "\(found.rank). \(TrackTable.name(of: found.track)), "
          + NumberText.fixed(Double(found.similarity), decimals: 3))
    else { return nil }
    return MatchFigure.Pair(
      left: left, right: right,
      spans: match.parts.map { (match.heard.span($0.first), match.track.span($0.second)) })
  }

  private func song(_ heard: SongHearing, _ name: String) -> MatchFigure.Song? {
    // A file may claim to begin or to last as long as it likes.
    guard heard.info.excerptStart <= 1e8, heard.info.excerptSeconds <= 1e8,
      heard.info.excerptSeconds > 0
    else { return nil }
    return heard.mel.map { mel in
      MatchFigure.Song(
        title: TerminalText.clean(name), values: mel.transposed().values,
        rowCount: mel.binCount, columnCount: mel.frameCount, seconds: heard.info.excerptSeconds,
        startSeconds: heard.info.excerptStart)
    }
  }
}
