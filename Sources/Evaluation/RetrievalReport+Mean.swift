extension RetrievalFigures {
  /// The means of the figures of several models, at least one, on the same queries.
  init(meanOf figures: [RetrievalFigures]) {
    func mean(_ figure: (RetrievalFigures) -> Figure?) -> Figure? {
      let known = figures.compactMap(figure)
      return known.count == figures.count ? Figure(meanOf: known) : nil
    }
    precision = figures[0].precision.enumerated().map { place, entry in
      (entry.depth, Figure(meanOf: figures.map { $0.precision[place].figure }))
    }
    meanAveragePrecision = Figure(meanOf: figures.map(\.meanAveragePrecision))
    knn = mean(\.knn)
    knnMacro = mean(\.knnMacro)
    precisionMacro = mean(\.precisionMacro)
  }
}

extension RetrievalReport {
  /// The means of several reports on the same tracks, such as of models that differ by the seed of
  /// their training only: of each query the mean over the models, of the skewness the mean of theirs.
  /// - Parameter reports: at least one; of the same tracks in the same order and the same copies.
  public init(meanOf reports: [RetrievalReport]) {
    precondition(!reports.isEmpty, "the mean of no reports")
    let first = reports[0]
    precondition(
      reports.allSatisfy {
        $0.trackCount == first.trackCount && $0.labels == first.labels
          && $0.copies.map(\.name) == first.copies.map(\.name)
      }, "the mean of reports on different tracks")
    func mean<Key>(
      _ path: KeyPath<RetrievalReport, [Key: RetrievalFigures]>
    ) -> [Key: RetrievalFigures] {
      var means: [Key: RetrievalFigures] = [:]
      for key in first[keyPath: path].keys {
        means[key] = RetrievalFigures(meanOf: reports.compactMap { $0[keyPath: path][key] })
      }
      return means
    }
    trackCount = first.trackCount
    labels = first.labels
    artist = mean(\.artist)
    artistOther = mean(\.artistOther)
    artistSame = mean(\.artistSame)
    artistOtherAlbum = mean(\.artistOtherAlbum)
    genre = mean(\.genre)
    hubness = HubnessFigures(meanOf: reports.map(\.hubness))
    copies = first.copies.enumerated().map { place, copy in
      (copy.name, CopyFigures(meanOf: reports.map { $0.copies[place].figures }))
    }
  }
}
