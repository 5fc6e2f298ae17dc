import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import LatentSpace
import MusicLibrary
import Plotting
import Recommendation

/// `earshot playlist cluster`: groups of tracks that sound alike, a list for each.
enum PlaylistClusterCommand {
  @Sendable static func run(_ context: CommandContext) throws -> ExitStatus {
    try checkOptions(context.arguments)
    try PictureOptions.checkLook(context.arguments, without: "plot")
    let catalogue = try context.openLibrary()
    try context.protect(context.libraryFiles, from: "plot")
    try context.protectLibrary(catalogue, from: "plot")
    let model = try context.modelRecord(for: catalogue)
    let recommender = try Recommender(
      catalogue: catalogue, location: context.location, model: model)
    if recommender.isEmpty { throw CommandError.emptyLibrary }
    var query = Query(vector: [])
    try context.applyFilters(to: &query, catalogue: catalogue)
    let found = try recommender.clusters(
      by: method(context), query, seed: UInt64(context.arguments.integer("seed")))
    let lists = try found.clusters.map { cluster in
      (
        cluster: cluster,
        items: try recommender.listed(cluster.tracks).map { PlaylistDraft.Item($0) }
      )
    }
    if let folder = context.arguments.path("folder") {
      try write(lists.map { ($0.cluster.name, $0.items.map(\.entry)) }, into: folder, context)
    }
    if context.arguments.flag("json") {
      context.writeLine(json(found, lists.map(\.items), model))
    } else {
      let table = table(found, lists.map(\.items))
      if !lists.isEmpty {
        context.output.write(Array(table.text(width: context.output.terminalWidth).utf8))
      }
      tell(found, context)
    }
    try draw(found, context)
    try context.remember(found.clusters.flatMap(\.tracks))
    return .success
  }

  /// An option of the other method would be passed over in silence.
  private static func checkOptions(_ arguments: ParsedArguments) throws {
    let method = arguments.choice("method")
    let others = method == "dbscan" ? ["clusters"] : ["radius", "min-points"]
    for option in others where arguments.isGiven(option) {
      throw arguments.usageError(.unsuitable(option: "--" + option, for: "--method \(method)"))
    }
    guard arguments.isGiven("plot") else { return }
    if method == "dbscan" {
      throw arguments.usageError(.unsuitable(option: "--plot", for: "--method dbscan"))
    }
    if arguments.isGiven("clusters") {
      throw arguments.usageError(.exclusiveOptions("--clusters", "--plot"))
    }
  }

  private static func method(_ context: CommandContext) -> TrackClusters.Method {
    let arguments = context.arguments
    if arguments.choice("method") == "dbscan" {
      return .density(
        radius: arguments.numberIfGiven("radius"), minPoints: arguments.integer("min-points"))
    }
    return .kMeans(count: arguments.integerIfGiven("clusters"))
  }

  /// Draws how good each number of groups was.
  private static func draw(_ found: TrackClusters, _ context: CommandContext) throws {
    guard let options = PictureOptions(context, "plot") else { return }
    let figure = CurvePanelsFigure(
      title: "How many groups?",
      subtitle: "The line stands at the number that was chosen: \(found.clusters.count)",
      horizontalLabel: "Groups",
      panels: [
        .init(
          title: "Silhouette (more is better)",
          points: found.curve.compactMap { trial in
            trial.silhouette.map { (x: trial.count, y: $0) }
          }, chosen: found.clusters.count),
        .init(
          title: "Inertia (less is tighter)",
          points: found.curve.map { (x: $0.count, y: $0.inertia) }, chosen: found.clusters.count),
      ])
    try options.write(standardSize: CurvePanelsFigure.standardSize) {
      try figure.render(size: $0, format: $1, theme: $2)
    }
  }

  private static func tell(_ found: TrackClusters, _ context: CommandContext) {
    var facts: [String] = []
    if let silhouette = found.silhouette {
      facts.append("silhouette \(NumberText.fixed(silhouette, decimals: 3))")
    }
    if let radius = found.radius {
      facts.append("radius \(NumberText.fixed(radius, decimals: 3))")
    }
    if !found.loners.isEmpty {
      facts.append("\(NumberText.count(found.loners.count, "track")) in no group")
    }
    context.messages.say(
      ([NumberText.count(found.clusters.count, "group")] + facts).joined(separator: ", "))
  }

  /// Writes the lists as `01 dark acoustic.m3u8` and so on.
  private static func write(
    _ lists: [(name: String, entries: [Playlist.Entry])], into folder: FilePath,
    _ context: CommandContext
  ) throws {
    try FolderEntry.createFolders(folder)
    let home = folder.absolute(in: FolderEntry.currentFolder)
    let format = context.arguments.choice("format")
    var written: Set<FilePath> = []
    for (place, list) in lists.enumerated() {
      var playlist = Playlist(title: list.name, entries: list.entries)
      if context.arguments.flag("relative") { playlist = playlist.relative(to: home) }
      let number = place < 9 ? "0\(place + 1)" : "\(place + 1)"
      let path = folder.appending("\(number) \(fileName(list.name)).\(format)")
      try WrittenFile.replace(path, with: format == "xspf" ? playlist.xspf : playlist.m3u8)
      written.insert(path.lastComponent)
    }
    let others = try FolderEntry.names(in: folder).count {
      $0.fileExtension == format && !written.contains($0)
    }
    if others > 0 {
      context.messages.say(
        "the folder holds \(NumberText.count(others, "other list")), perhaps of an earlier run",
        about: folder.string)
    }
  }

  /// A name that any file system takes: a genre may have any characters.
  private static func fileName(_ name: String) -> String {
    let forbidden = "/\\:*?\"<>|".unicodeScalars
    let safe = TerminalText.clean(name).unicodeScalars.map { scalar in
      forbidden.contains(scalar) ? "-" : String(scalar)
    }
    return String(safe.joined().prefix(60))
  }

  private static func json(
    _ found: TrackClusters, _ items: [[PlaylistDraft.Item]], _ model: ModelRecord
  ) -> JSONObject {
    var object = JSONObject.versioned
    object["model"] = .object(JSONObject(model))
    object["silhouette"] = found.silhouette.map { .double($0) } ?? .null
    object["radius"] = found.radius.map { .double($0) } ?? .null
    object["curve"] = .array(
      found.curve.map { trial in
        [
          "clusters": .integer(trial.count),
          "silhouette": trial.silhouette.map { .double($0) } ?? .null,
          "inertia": .double(trial.inertia),
        ]
      })
    object["loners"] = .integer(found.loners.count)
    object["clusters"] = .array(
      zip(found.clusters, items).map { cluster, items in
        [
          "name": .string(cluster.name),
          "tracks": .array(items.compactMap(\.track).map { .object(JSONObject($0)) }),
        ]
      })
    return object
  }

  private static func table(_ found: TrackClusters, _ items: [[PlaylistDraft.Item]]) -> TextTable {
    var table = TextTable([
      .init(title: "", alignment: .right), .init(title: "Tracks", alignment: .right),
      .init(title: "Name", isFlexible: true), .init(title: "In its middle", isFlexible: true),
    ])
    for (place, cluster) in found.clusters.enumerated() {
      let middle = items[place].prefix(2).compactMap(\.track).map(TrackTable.name)
      table.append([
        String(place + 1), NumberText.grouped(items[place].count), cluster.name,
        middle.joined(separator: "; "),
      ])
    }
    return table
  }
}
