import CommandInterface
import Embedding
import Evaluation
import FileAccess
import ParallelWork

/// Which rows the table of an evaluation has, and what is listened to for them.
struct EvaluationPlan {
  /// A row of the table.
  struct Row {
    let name: String
    /// The places of its subjects: one, or several of which it is the mean.
    let subjects: [Int]
  }

  private(set) var subjects: [EvaluationSubject] = []
  /// The first is compared with all others.
  private(set) var rows: [Row] = []

  /// The model that needs no training worth the name: a row beside all others.
  private static let statisticsName = "feature-statistics"

  /// The rows of one model.
  init(_ model: EmbeddingModel) { append(.model(model)) }

  /// The means and models that were named, or else all models that came with the program; then, where
  /// baselines are wanted, the statistics, networks that have learnt nothing, and the simple ways to
  /// compare sound.
  /// - Parameter trackCount: how many tracks there are; a baseline that cannot compare so many is
  ///   told of and left out.
  init(_ context: CommandContext, trackCount: Int) throws {
    let (arguments, locator) = (context.arguments, context.models)
    func model(_ name: FilePath) throws -> EmbeddingModel {
      try EmbeddingModel(locator.find(name))
    }
    for group in arguments.namedFiles("mean-of") {
      let place = rows.count
      for (number, file) in group.files.enumerated() {
        append(
          .model(try model(file)), name: "\(group.name), \(number + 1) of \(group.files.count)")
      }
      rows.insert(
        Row(
          name: "\(group.name), mean of \(group.files.count)",
          subjects: Array(subjects.indices.suffix(group.files.count))), at: place)
    }
    for name in arguments.paths("model") { append(.model(try model(name))) }
    if rows.isEmpty {
      let shipped = locator.shippedNames()
      for name in shipped.isEmpty ? [ModelLocator.defaultName] : shipped {
        append(.model(try model(FilePath(name))))
      }
    }
    guard arguments.choice("baselines") == "all" else { return }
    if let path = try? locator.find(FilePath(Self.statisticsName)) {
      let statistics = try EmbeddingModel(path)
      let isThere = subjects.contains {
        if case .model(let model) = $0 { model.identity == statistics.identity } else { false }
      }
      if !isThere { append(.model(statistics)) }
    } else {
      context.messages.say(
        "warning: no row for \(Self.statisticsName): there is no model of this name")
    }
    for architecture in UntrainedNetwork.architectures {
      append(.untrained(try UntrainedNetwork(architecture)))
    }
    for baseline in Baseline.allCases {
      if trackCount <= baseline.mostTracks {
        append(.baseline(baseline))
      } else {
        context.messages.say(
          "no row for \(baseline.rawValue): it compares up to "
            + NumberText.count(baseline.mostTracks, "track"))
      }
    }
  }

  private mutating func append(_ subject: EvaluationSubject, name: String? = nil) {
    rows.append(Row(name: name ?? subject.name, subjects: [subjects.count]))
    subjects.append(subject)
  }

  /// Measures every row that fits the tracks. Each subject is measured once.
  /// - Parameters:
  ///   - withLists: whether lists and paths are made of each model that has a row of its own.
  ///   - advance: called after each subject.
  ///   - failed: called with what keeps lists from being made.
  func measured(
    _ collection: EvaluationCollection, withLists: Bool = false, advance: () -> Void = {},
    failed: (any Error) -> Void = { _ in }
  ) -> [EvaluationRow] {
    let subjects = subjects
    var measured: [Measured] = []
    ParallelWork.run(
      subjects.indices, width: ParallelWork.processorCount, ordered: true,
      work: { number in
        let report = RetrievalReport(subjects[number], number: number, collection)
        guard withLists, let report else { return Measured(report: report) }
        return Measured(
          report: report,
          lists: Result { try subjects[number].lists(number: number, collection, report) })
      },
      receive: { _, result in
        measured.append(result)
        advance()
        return true
      })
    // Lists that cannot be made cost nothing but themselves.
    func told(_ lists: Result<RecommendationFigures?, any Error>) -> RecommendationFigures? {
      switch lists {
      case .success(let figures): return figures
      case .failure(let error):
        failed(error)
        return nil
      }
    }
    return rows.compactMap { row in
      let found = row.subjects.compactMap { measured[$0].report }
      guard let first = found.first, found.count == row.subjects.count else { return nil }
      return EvaluationRow(
        name: row.name,
        models: row.subjects.compactMap {
          if case .model(let model) = subjects[$0] { model } else { nil }
        }, report: found.count == 1 ? first : RetrievalReport(meanOf: found),
        lists: row.subjects.count == 1 ? measured[row.subjects[0]].lists.flatMap(told) : nil)
    }
  }

  /// What was measured of a subject.
  private struct Measured {
    let report: RetrievalReport?
    var lists: Result<RecommendationFigures?, any Error>?
  }
}

extension EvaluationSubject {
  /// Makes lists and paths with a model's vectors; nil for what is no model.
  fileprivate func lists(
    number: Int, _ collection: EvaluationCollection, _ report: RetrievalReport
  ) throws -> RecommendationFigures? {
    guard case .model(let model) = self else { return nil }
    let trial = try RecommendationTrial(
      model, vectors: collection.heard.map { $0[.original]?[number] ?? [] },
      of: collection.tracks, labels: Set(report.labels.keys))
    return try RecommendationFigures(trial)
  }
}

/// All figures of one row.
struct EvaluationRow {
  let name: String
  /// The model, or those of which the figures are the mean; none for a baseline.
  let models: [EmbeddingModel]
  let report: RetrievalReport
  /// Of a single model, where lists were asked for.
  let lists: RecommendationFigures?
}

/// What was heard of the tracks that could be read, in the order of the tables.
struct EvaluationCollection: Sendable {
  var tracks: [LabelledTrack] = []
  var heard: [EvaluationListener.Heard] = []
}

extension RetrievalReport {
  /// Compares all tracks, and all copies with all tracks.
  /// - Parameter number: the subject's place among the values heard.
  /// - Returns: nil for a baseline that does not fit these tracks.
  init?(_ subject: EvaluationSubject, number: Int, _ collection: EvaluationCollection) {
    guard let space = subject.space(collection.heard.map { $0[.original]?[number] ?? [] }) else {
      return nil
    }
    // The tracks of which there is such a copy, and their values.
    func values(_ copy: TrackCopy) -> (tracks: [Int], rows: [[Float]]) {
      var tracks: [Int] = []
      var rows: [[Float]] = []
      for (track, heard) in collection.heard.enumerated() {
        guard let row = heard[copy]?[number] else { continue }
        tracks.append(track)
        rows.append(row)
      }
      return (tracks, rows)
    }
    let original = values(.original)
    let part = values(.transformed(.secondHalf))
    let originals = (tracks: original.tracks, gallery: space.gallery(original.rows))
    let parts = (tracks: part.tracks, gallery: space.gallery(part.rows))
    self.init(collection.tracks, originals.gallery.distances(from: original.rows))
    for (name, copy, candidates) in [
      ("mp3_64k", TrackCopy.encoded, originals), ("gain", .transformed(.gain), originals),
      ("equaliser", .transformed(.equaliser), originals),
      ("noise", .transformed(.noise), originals),
      ("part", .transformed(.firstHalf), parts),
    ] {
      let queries = values(copy)
      guard !queries.rows.isEmpty, !candidates.tracks.isEmpty else { continue }
      copies.append(
        (
          name,
          CopyFigures(
            candidates.gallery.distances(from: queries.rows), copies: queries.tracks,
            gallery: candidates.tracks, tracks: collection.tracks)
        ))
    }
  }
}
