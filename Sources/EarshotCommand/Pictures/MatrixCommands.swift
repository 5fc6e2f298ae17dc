import Catalogue
import CommandInterface
import FileAccess
import MusicLibrary
import Plotting
import Recommendation

/// `earshot matrix descriptors`: which descriptors go together.
enum MatrixDescriptorsCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    try context.protect(context.libraryFiles)
    let catalogue = try context.openLibrary()
    try context.protectLibrary(catalogue)
    let model = try context.modelRecord(for: catalogue)
    let recommender = try Recommender(
      catalogue: catalogue, location: context.location, model: model)
    // The numbers of keys go round: they correlate with nothing.
    let table = try recommender.descriptorTable(Descriptor.allCases.filter { $0 != .key })
    let trackCount = table.knownCount
    guard trackCount > 1 else { throw CommandError.noDescriptors }
    let figure = MatrixFigure(
      title: "Which descriptors go together",
      subtitle: "Correlations over \(NumberText.count(trackCount, "track"))",
      labels: table.descriptors.map(DescriptorName.short),
      values: table.correlations.map { Float($0) },
      scale: .correlation, valueLabel: "Correlation")
    let options = PictureOptions(context)
    try options.write(standardSize: figure.standardSize) {
      try figure.render(size: $0, format: $1, theme: $2)
    }
    return .success
  }
}

/// `earshot matrix tracks`: how alike tracks are, each with each.
enum MatrixTracksCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    let gathered = try SeedGatherer(
      context: context, kind: nil, withFingerprints: false, withCharacters: false
    ).gather()
    var songs = gathered.seeds.map { (name: $0.name, vector: $0.vector) }
    if context.arguments.paths.isEmpty {
      songs = try gathered.recommender.someTracks(context.arguments.integer("limit")).map {
        (TrackTable.name(of: $0.track), $0.vector)
      }
    }
    guard songs.count > 1 else { throw CommandError.matrixNeedsTwo }
    let order = SimilarityTable.order(of: songs.map(\.vector))
    let ordered = order.map { songs[$0] }
    let figure = MatrixFigure(
      title: "How alike \(NumberText.count(songs.count, "track")) are",
      subtitle: "Cosines of the vectors of the model \(gathered.model.name)",
      labels: ordered.map { TerminalText.clean($0.name) },
      values: SimilarityTable.cosines(of: ordered.map(\.vector)), scale: .rising,
      valueLabel: "Similarity (cosine)")
    let options = PictureOptions(context)
    try options.write(standardSize: figure.standardSize) {
      try figure.render(size: $0, format: $1, theme: $2)
    }
    return gathered.hasFailures ? .someFailed : .success
  }
}

/// What descriptors are called in pictures.
enum DescriptorName {
  static func short(_ descriptor: Descriptor) -> String {
    switch descriptor {
    case .centroid: "brightness"
    case .zeroCrossingRate: "zero crossings"
    case .rms: "RMS"
    default: descriptor.rawValue
    }
  }

  /// With the unit.
  static func long(_ descriptor: Descriptor) -> String {
    switch descriptor {
    case .tempo: "Tempo (BPM)"
    case .loudness: "Loudness (LUFS)"
    case .centroid: "Brightness (Hz)"
    default:
      descriptor.rawValue.prefix(1).uppercased() + descriptor.rawValue.dropFirst() + " (estimate)"
    }
  }
}
