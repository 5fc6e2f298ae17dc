import Catalogue
import CommandInterface
import FileAccess
import Plotting
import Recommendation

/// The picture of `--plot-descriptors`: how descriptors of the answers are spread, beside those of what was
/// asked about and of the whole library.
struct DescriptorPicture {
  private static let descriptors: [Descriptor] = [
    .tempo, .loudness, .centroid, .energy, .valence, .acousticness, .instrumentalness,
  ]

  private let options: PictureOptions
  private let figure: BoxFigure

  /// Reads what is drawn; nil where no picture is wanted.
  init?(_ context: CommandContext, _ gathered: SeedGatherer.Gathered, _ answer: Answer) throws {
    guard let options = PictureOptions(context, "plot-descriptors") else { return nil }
    self.options = options
    let descriptors = Self.descriptors
    let table = try gathered.recommender.descriptorTable(descriptors)
    let own = gathered.seeds.flatMap(\.list)
    let listed = answer.recommendations.map(\.track.number)
    let panels = descriptors.enumerated().map { column, descriptor in
      let mark =
        own.isEmpty
        ? Self.mean(gathered.seeds.flatMap(\.characters).compactMap { $0.value(of: descriptor) })
        : Self.mean(table.values(column, ofTracks: own))
      return BoxFigure.Panel(
        title: DescriptorName.long(descriptor),
        groups: [
          table.values(column, ofTracks: listed), table.values(column, ofTracks: nil),
        ], mark: mark)
    }
    figure = BoxFigure(
      title: TerminalText.clean("Like \(gathered.names)"),
      subtitle:
        "Descriptors of \(NumberText.count(listed.count, "answer")), of the whole library, and "
        + "of what was asked about",
      names: ["answers", "library"], markName: "asked about", panels: panels)
  }

  func write() throws {
    try options.write(standardSize: figure.standardSize) {
      try figure.render(size: $0, format: $1, theme: $2)
    }
  }

  private static func mean(_ values: [Double]) -> Double? {
    let known = values.filter(\.isFinite)
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }
}

extension SoundCharacter {
  /// What it says of a descriptor; nil where it says nothing.
  fileprivate func value(of descriptor: Descriptor) -> Double? {
    switch descriptor {
    case .tempo: tempo
    case .loudness: loudness
    case .centroid: brightness
    case .energy: energy
    default: nil
    }
  }
}
