import CommandInterface
import Evaluation
import FileAccess
import FileFormats

/// What an evaluation found, as tables or JSON.
struct EvaluationAnswer {
  let labels: [FilePath]
  let trackCount: Int
  let failedCount: Int
  let rows: [EvaluationRow]

  /// A figure that has a column.
  struct Column: Sendable {
    let title: String
    let name: String
    /// The title where no section's title stands above it.
    var longTitle: String { EvaluationAnswer.longTitle(name) ?? title }
    let figure: @Sendable (RetrievalReport) -> Figure?
  }

  private struct Section: Sendable {
    let title: String
    let columns: [Column]
  }

  private static let sections = [
    Section(
      title: "Same artist",
      columns: [
        Column(title: "P@1", name: "artist_p1") { $0.artist[.all]?.precision(at: 1) },
        Column(title: "P@5", name: "artist_p5") { $0.artist[.all]?.precision(at: 5) },
        Column(title: "MAP", name: "artist_map") { $0.artist[.all]?.meanAveragePrecision },
        Column(title: "MAP within source, recordings", name: "artist_same_recordings_map") {
          $0.artistSame[.recordings]?.meanAveragePrecision
        },
        Column(title: "P@5, other albums", name: "artist_other_album_p5") {
          $0.artistOtherAlbum[.all]?.precision(at: 5)
        },
      ]),
    Section(
      title: "Same genre (evidence only), and how fairly neighbours are spread",
      columns: [
        Column(title: "P@10, other artists", name: "genre_artist_p10") {
          $0.genre[.artist]?.precision(at: 10)
        },
        Column(title: "kNN, other artists", name: "genre_artist_knn") { $0.genre[.artist]?.knn },
        Column(title: "kNN, other sources", name: "genre_source_knn") { $0.genre[.source]?.knn },
        Column(title: "Skewness", name: "skewness") { $0.hubness.skewness },
        Column(title: "Orphans", name: "orphans") { $0.hubness.orphans },
      ]),
    Section(
      title: "The same recording, changed: found in the first place",
      columns: ["part", "noise", "equaliser", "mp3_64k", "gain"].map { copy in
        Column(title: Self.title(ofCopy: copy), name: "\(copy)_top1") { report in
          report.copies.first { $0.name == copy }?.figures.top1
        }
      }),
  ]

  private static func title(ofCopy name: String) -> String {
    switch name {
    case "part": "Different part"
    case "noise": "Noise"
    case "equaliser": "Equaliser"
    case "mp3_64k": "64 kbit/s"
    default: "Gain"
    }
  }

  // MARK: - Text

  /// Tables for people: each figure with its 95 % interval, chance and ceiling below.
  func text(width: Int?) -> String {
    var text =
      NumberText.count(trackCount, "track")
      + (failedCount > 0 ? ", \(NumberText.grouped(failedCount)) could not be heard" : "") + "\n"
    for section in Self.sections {
      let columns = section.columns.filter { column in
        rows.contains { column.figure($0.report)?.value != nil }
      }
      guard !columns.isEmpty else { continue }
      var table = TextTable(
        [.init(title: "", isFlexible: true)]
          + columns.map { .init(title: $0.title, alignment: .right) })
      for row in rows {
        table.append([row.name] + columns.map { Self.cell($0.figure(row.report)) })
      }
      if let first = rows.first {
        let figures = columns.map { $0.figure(first.report) }
        for (name, value) in [("chance", \Figure.chance), ("ceiling", \Figure.ceiling)]
        where figures.contains(where: { $0?[keyPath: value] != nil }) {
          table.append([name] + figures.map { Self.number($0?[keyPath: value]) })
        }
        table.append(["queries"] + figures.map { $0.map { NumberText.grouped($0.count) } ?? "" })
      }
      text += "\n\(section.title)\n" + table.text(width: width)
    }
    return text + differenceText(width: width) + listText(width: width)
  }

  /// What the lists and paths of the models are like.
  private func listText(width: Int?) -> String {
    let rows = rows.compactMap { row in row.lists.map { (name: row.name, lists: $0) } }
    guard !rows.isEmpty else { return "" }
    func table(_ figures: (RecommendationFigures) -> [RecommendationFigures.Named]) -> String {
      let columns = figures(rows[0].lists).enumerated().filter { place, _ in
        rows.contains { figures($0.lists)[place].figure.value != nil }
      }
      var table = TextTable(
        [.init(title: "", isFlexible: true)]
          + columns.map { .init(title: $0.element.title, alignment: .right) })
      for row in rows {
        let named = figures(row.lists)
        table.append([row.name] + columns.map { Self.cell(named[$0.offset].figure) })
      }
      return columns.isEmpty ? "" : table.text(width: width)
    }
    var text =
      "\nLists of \(RecommendationTrial.listLength), at most three of an artist, hubs damped\n"
      + table(\.lists)
    for row in rows {
      guard let gain = row.lists.dampingGain else { continue }
      text +=
        "\(row.name): damping hubs adds \(Self.cell(gain.value, gain.interval)) to P@10 of other "
        + "artists\n"
    }
    return text
      + "\nPaths of \(RecommendationTrial.pathLength) tracks between two, steps in degrees\n"
      + table(\.paths)
  }

  private func differenceText(width: Int?) -> String {
    guard let first = rows.first, rows.count > 1 else { return "" }
    var text = ""
    for section in Self.sections {
      let columns = section.columns.filter { column in
        rows.dropFirst().contains { difference(column, first, $0) != nil }
      }
      guard !columns.isEmpty else { continue }
      var table = TextTable(
        [.init(title: "less", isFlexible: true)]
          + columns.map { .init(title: $0.title, alignment: .right) })
      for row in rows.dropFirst() {
        table.append(
          [row.name]
            + columns.map { column in
              difference(column, first, row).map { Self.cell($0.value, $0.interval) } ?? ""
            })
      }
      text += "\n\(section.title): \(first.name) less the others, on the same queries\n"
      text += table.text(width: width)
    }
    return text
  }

  private static func longTitle(_ name: String) -> String? {
    switch name {
    case "artist_p5": "artist P@5"
    case "artist_same_recordings_map": "artist MAP within source"
    case "artist_other_album_p5": "artist P@5, other albums"
    case "genre_artist_p10": "genre P@10, other artists"
    case "part_top1": "different part"
    case "skewness": "skewness (hubs)"
    default: nil
    }
  }

  /// The columns that a picture has panels for.
  static var plotted: [Column] {
    let names = [
      "artist_p5", "artist_same_recordings_map", "artist_other_album_p5", "genre_artist_p10",
      "part_top1", "noise_top1", "equaliser_top1", "skewness",
    ]
    let columns = sections.flatMap(\.columns)
    return names.compactMap { name in columns.first { $0.name == name } }
  }

  private func difference(
    _ column: Column, _ first: EvaluationRow, _ second: EvaluationRow
  ) -> PairedDifference? {
    guard let left = column.figure(first.report), let right = column.figure(second.report) else {
      return nil
    }
    return PairedDifference(left, minus: right)
  }

  private static func number(_ value: Double?) -> String {
    value.map { NumberText.fixed($0, decimals: 3) } ?? ""
  }

  private static func cell(_ figure: Figure?) -> String {
    guard let figure, let value = figure.value else { return "" }
    return cell(value, figure.interval)
  }

  private static func cell(_ value: Double, _ interval: ClosedRange<Double>?) -> String {
    guard let interval else { return number(value) }
    return "\(number(value)) [\(number(interval.lowerBound)), \(number(interval.upperBound))]"
  }

  // MARK: - JSON

  /// Everything that was measured.
  var json: JSONObject {
    var object = JSONObject.versioned
    object["labels"] = .array(labels.map { .string($0.string) })
    object["tracks"] = .integer(trackCount)
    object["failed"] = .integer(failedCount)
    object["rows"] = .array(
      rows.map { row in
        var entry: JSONObject = ["name": .string(row.name)]
        if row.models.count > 1 {
          entry["models"] = .array(row.models.map { .object(JSONObject($0)) })
        } else if let model = row.models.first {
          entry["model"] = .object(JSONObject(model))
        }
        entry["report"] = .object(row.report.json)
        if let lists = row.lists { entry["lists"] = .object(lists.json) }
        return .object(entry)
      })
    object["differences"] = .array(differencesJSON)
    return object
  }

  private var differencesJSON: [JSONValue] {
    guard let first = rows.first else { return [] }
    return rows.dropFirst().map { row in
      var figures = JSONObject()
      for column in Self.sections.flatMap(\.columns) {
        guard let difference = difference(column, first, row) else { continue }
        figures[column.name] = [
          "value": .double(difference.value), "low": .double(difference.interval.lowerBound),
          "high": .double(difference.interval.upperBound),
        ]
      }
      return [
        "first": .string(first.name), "second": .string(row.name),
        "figures": .object(figures),
      ]
    }
  }
}
