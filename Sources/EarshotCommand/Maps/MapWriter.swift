import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import Hashing
import LatentSpace
import Plotting
import Recommendation

/// Writes a map: as a picture, a page, or numbers.
struct MapWriter {
  let context: CommandContext
  let contents: MapContents
  /// Nil where all points look alike.
  let colours: MapColours?
  let marks: MapMarks?
  let gathered: SeedGatherer.Gathered

  func write(_ format: String) throws {
    switch format {
    case "csv": try context.deliver(csv())
    case "json": try context.deliver(JSONValue.object(json()).line)
    case "html": try context.deliver(page())
    default:
      guard let format = PictureFormat(rawValue: format) else {
        preconditionFailure("a picture of no known format")
      }
      try context.deliver(picture(format))
    }
  }

  private var map: TrackMap { contents.map }

  // MARK: - Pictures

  private func picture(_ format: PictureFormat) throws -> [UInt8] {
    let arguments = context.arguments
    let figure = MapFigure(
      title: title, subtitle: subtitle, places: contents.places, dimensions: map.dimensions,
      colouring: colouring, axes: axes,
      query: marks.map { .init(place: $0.query.place, name: TerminalText.clean($0.query.name)) },
      neighbours: (marks?.neighbours ?? []).map {
        .init(place: $0.place, name: TerminalText.clean($0.name))
      })
    return try figure.render(
      size: PictureSize(width: arguments.integer("width"), height: arguments.integer("height")),
      format: format, theme: arguments.choice("theme") == "dark" ? .dark : .light)
  }

  var title: String {
    let tracks = NumberText.count(contents.tracks.count, "track")
    guard let marks else { return "\(tracks) by their sound" }
    return "\(TerminalText.clean(marks.query.name)) among \(tracks)"
  }

  /// How many others each track has.
  private var others: Int { max(0, map.tracks.count - 1) }

  var subtitle: String {
    switch map.settings.method {
    case .principalComponents:
      "Principal components of the model \(gathered.model.name); the axes hold "
        + map.varianceShares.map(NumberText.percent).joined(separator: ", ") + " of the variance"
    case .stochasticNeighbours(let settings):
      "t-SNE of the model \(gathered.model.name), perplexity "
        + "\(NumberText.fixed(min(settings.perplexity, Double(others) / 3), decimals: 0)): near means alike, far means nothing"
    case .uniformManifold(let settings):
      "UMAP of the model \(gathered.model.name), \(min(settings.neighbours, others + 1)) neighbours: near means "
        + "alike, the axes mean nothing"
    }
  }

  private var axes: [String] {
    map.varianceShares.enumerated().map {
      "Component \($0.offset + 1) (\(NumberText.percent($0.element)) of the variance)"
    }
  }

  private var colouring: MapFigure.Colouring {
    switch colours {
    case nil: .none
    case .kinds(let names, let kinds):
      .kinds(
        title: contents.colour.label, names: names.map(TerminalText.clean), of: kinds,
        others: contents.colour.others)
    case .values(let values): .values(values, label: contents.colour.label)
    }
  }

  // MARK: - Numbers

  private static let axisNames = ["x", "y", "z"]

  private func tracks() throws -> [TrackRecord?] {
    try contents.tracks.map { try gathered.catalogue.track($0) }
  }

  private func csv() throws -> [UInt8] {
    var names = ["trackID", "path", "title", "artist", "album", "genre"]
    names += Self.axisNames.prefix(map.dimensions)
    // The genre and the artist stand there already.
    let hasOwnColumn = !["genre", "artist", "none"].contains(contents.colour.name)
    if hasOwnColumn { names.append(contents.colour.name) }
    var bytes = CSVRow.bytes(names.map { .text($0) })
    for (number, track) in try tracks().enumerated() {
      guard let track else { continue }
      var cells: [CSVCell] = [
        .text(track.sound.identity.hexadecimal), .text(track.path.string),
        CSVCell(track.tags.title), CSVCell(track.tags.artist), CSVCell(track.tags.album),
        CSVCell(track.tags.genre),
      ]
      cells += contents.place(number).map { .float($0) }
      if hasOwnColumn {
        switch colours {
        case .kinds(let names, let kinds): cells.append(CSVCell(kinds[number].map { names[$0] }))
        case .values(let values): cells.append(.float(values[number]))
        case nil: cells.append(.empty)
        }
      }
      bytes += CSVRow.bytes(cells)
    }
    return bytes
  }

  private func json() throws -> JSONObject {
    var object = JSONObject.versioned
    object["model"] = .object(JSONObject(gathered.model))
    object["map"] = [
      "method": .string(map.settings.name), "dimensions": .integer(map.dimensions),
      "tracks": .integer(contents.tracks.count), "laterTracks": .integer(map.laterCount),
      "varianceShares": .array(map.varianceShares.map { .double($0) }),
      "colour": .string(contents.colour.name),
    ]
    if let marks {
      object["query"] = gathered.json["seeds"].map { ["seeds": $0] } ?? .null
      object["queryPlace"] = .array(marks.query.place.map { .float($0) })
      let neighbours = try marks.neighbours.compactMap {
        try $0.track.flatMap(gathered.catalogue.track)
      }
      object["neighbours"] = .array(
        neighbours.map { .string($0.sound.identity.hexadecimal) })
    }
    object["points"] = .array(
      try tracks().enumerated().compactMap { number, track in
        track.map { track in
          var point = JSONObject(track)
          point["place"] = .array(contents.place(number).map { .float($0) })
          switch colours {
          case .kinds(let names, let kinds):
            point["kind"] = JSONValue(kinds[number].map { names[$0] })
          case .values(let values):
            point["value"] = values[number].isFinite ? .float(values[number]) : .null
          case nil: break
          }
          return .object(point)
        }
      })
    return object
  }

  // MARK: - The page

  private func page() throws -> [UInt8] {
    MapPage(
      title: title, subtitle: subtitle, dimensions: map.dimensions, places: contents.places,
      tracks: try tracks(), colour: contents.colour, colours: colours, marks: marks,
      numbers: contents.tracks, isDark: context.arguments.choice("theme") == "dark"
    ).html
  }
}
