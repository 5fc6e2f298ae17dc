/// A row whose coarse codes score well.
struct Candidate {
  let coarse: Float
  /// How long the error of its coarse codes is.
  let error: Float
  let row: Int
}

/// A row by all its codes.
struct RefinedRow {
  let candidate: Candidate
  let score: Float
  /// How long the error is that all codes leave.
  let error: Float
}

/// The rows that can be among the nearest, gathered while coarse codes are scanned.
///
/// A row scores well enough if it is no further behind the best found so far than its codes can err
/// (``CodeErrors``). Whether they err as expected is measured on the first rows, all of which are
/// compared by their fine codes, too, and in the end on the best. Scores are in the unit of the scan:
/// cosines without the query's scale.
struct Shortlist {
  /// On so many rows errors are measured, at least.
  private static let sampleSize = 512
  /// The scan leaves room, because the errors of the best are not known yet.
  private static let scanMargin: Float = 1.25

  private let fine: FineCodes
  private let dimension: Int
  private let scale: Float
  private let leastFactor: Float
  private var refined: [RefinedRow] = []
  private var best: BestScores
  /// The best few hundred, for measuring errors and for comparing in full: the most that they can score, and
  /// their place in ``refined``.
  private var top: CandidateRows
  private var pending: [Candidate] = []
  /// Room for ``take(_:of:lengths:behind:)``.
  private var chosen: [Candidate] = []
  /// How many times as large as expected errors are; nil until that is measured.
  private var factor: Float?

  /// What a row must be able to score to be taken.
  private(set) var threshold = -Float.infinity
  /// What a row can score more than its coarse codes say, for each unit of its error's length.
  private(set) var slack: Float = 0

  /// - Parameters:
  ///   - wanted: how many are wanted, one at least.
  ///   - room: how many are kept for comparing in full.
  ///   - scale: of the query.
  ///   - leastFactor: by which errors are larger than expected, as an earlier scan measured it.
  init(
    _ fine: FineCodes, dimension: Int, wanted: Int, room: Int, scale: Float, leastFactor: Float
  ) {
    self.fine = fine
    self.dimension = dimension
    self.scale = max(scale, .leastNormalMagnitude)
    self.leastFactor = leastFactor
    best = BestScores(capacity: wanted)
    top = CandidateRows(capacity: room)
  }

  /// How many rows were compared by all their codes.
  var count: Int { refined.count }

  /// The best rows, those that can score most first, with their cosines by all codes and the most that these
  /// can be.
  /// - Parameter room: how many at the most; nil for as many as were kept at first.
  func candidates(room: Int? = nil) -> [FullCandidate] {
    var top = top
    if let room {
      top = CandidateRows(capacity: room)
      for (place, row) in refined.enumerated() { top.offer(most(row), place) }
    }
    return top.sorted.map { entry in
      let row = refined[entry.number]
      return FullCandidate(
        score: row.score * scale, error: row.error, most: entry.score * scale,
        row: row.candidate.row)
    }
  }

  /// Takes rows behind those taken so far, in ascending order, that can reach ``threshold``.
  /// - Parameters:
  ///   - places: of the rows among the scores.
  ///   - scores: what they can score, with ``slack``.
  ///   - lengths: of their errors.
  /// - Throws: `damaged` or `file`.
  mutating func take(
    _ places: ArraySlice<UInt32>, of scores: [Float], lengths: (Int) -> Float, behind first: Int
  ) throws(SearchFileError) {
    guard !places.isEmpty else { return }
    // Those that look like one of the best raise the threshold; the others can wait till it is highest.
    let bound = factor == nil ? -.infinity : best.threshold
    chosen.removeAll(keepingCapacity: true)
    for place in places {
      let error = lengths(Int(place))
      let row = Candidate(
        coarse: scores[Int(place)] - slack * error, error: error, row: first + Int(place))
      if row.coarse >= bound { chosen.append(row) } else { pending.append(row) }
    }
    guard !chosen.isEmpty else { return }
    try refine(chosen)
    if factor == nil, refined.count >= Self.sampleSize, best.isFull {
      factor = Self.scanMargin * max(leastFactor, try measuredFactor(refined.indices))
    }
    if let factor {
      threshold = lowestScore
      slack = slack(factor)
    }
  }

  /// Compares by all codes what can still be among the best.
  /// - Returns: nil if nothing was left out that can be, else by which factor errors are larger than
  ///   expected, for a new scan.
  /// - Throws: `damaged` or `file`.
  mutating func settle() throws(SearchFileError) -> Float? {
    guard let scanned = factor else { return nil }  // Every row was compared.
    var factor = scanned / Self.scanMargin
    while true {
      let (threshold, slack) = (lowestScore, slack(factor))
      try refine(pending.filter { $0.coarse + slack * $0.error >= threshold })
      pending.removeAll { $0.coarse + slack * $0.error >= threshold }
      let measured = try measuredFactor(top.kept.map(\.number))
      if measured <= factor { return nil }
      if measured > scanned { return measured }
      factor = measured
    }
  }

  /// How many times as large as expected errors of the coarse codes are, by places in ``refined``.
  private func measuredFactor(_ places: some Sequence<Int>) throws(SearchFileError) -> Float {
    var errors = CodeErrors(dimension: dimension)
    for place in places {
      let row = refined[place]
      errors.add(
        (row.candidate.coarse - row.score) * scale, length: row.candidate.error,
        at: row.score * scale)
    }
    // With such errors no row could be told from another.
    guard errors.factor.isFinite else { throw fine.damaged }
    return errors.factor
  }

  /// What a row must be able to score: as much as the last of the best, less what its scale errs, which
  /// is rounded to a 256th.
  private var lowestScore: Float { best.threshold - abs(best.threshold) / 256 }

  private func slack(_ factor: Float) -> Float {
    factor * CodeErrors.slack(at: best.threshold * scale, dimension: dimension) / scale
  }

  /// What a row can score, as far as errors are as expected.
  private func most(_ row: RefinedRow) -> Float {
    row.score
      + row.error * CodeErrors.slack(at: row.score * scale, dimension: dimension) / scale
  }

  private mutating func refine(_ rows: [Candidate]) throws(SearchFileError) {
    for row in try fine.refined(rows) {
      best.offer(row.score, row.candidate.row)
      top.offer(most(row), refined.count)
      refined.append(row)
    }
  }
}

/// A row that is to be compared in full: its cosine by codes, how long the error of these is, and the most
/// that the cosine can be.
struct FullCandidate {
  let score: Float
  let error: Float
  let most: Float
  let row: Int
}
