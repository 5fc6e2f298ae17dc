public import FileFormats

extension Figure {
  /// `value`, `low`, `high`, `n`, and `chance` and `ceiling` where they are known.
  public var json: JSONObject {
    var object: JSONObject = ["value": JSONValue(value)]
    if let interval {
      object["low"] = .double(interval.lowerBound)
      object["high"] = .double(interval.upperBound)
    }
    object["n"] = .integer(count)
    if let chance { object["chance"] = .double(chance) }
    if let ceiling { object["ceiling"] = .double(ceiling) }
    return object
  }
}

extension RetrievalFigures {
  /// `p1`, `p5`, …, `map`, and where labels vote `knn`, `knn_macro` and `p10_macro`.
  public var json: JSONObject {
    var object = JSONObject()
    for (depth, figure) in precision { object["p\(depth)"] = .object(figure.json) }
    object["map"] = .object(meanAveragePrecision.json)
    if let knn { object["knn"] = .object(knn.json) }
    if let knnMacro { object["knn_macro"] = .object(knnMacro.json) }
    if let precisionMacro, let depth = precision.map(\.depth).max() {
      object["p\(depth)_macro"] = .object(precisionMacro.json)
    }
    return object
  }
}

extension CopyFigures {
  /// `top1`, `mrr` and `missing`.
  public var json: JSONObject {
    [
      "top1": .object(top1.json), "mrr": .object(meanReciprocalRank.json),
      "missing": .integer(missingCount),
    ]
  }
}

extension HubnessFigures {
  /// `skewness`, `orphans`, `largest` and `source_p5`.
  public var json: JSONObject {
    [
      "skewness": .object(skewness.json), "orphans": .object(orphans.json),
      "largest": .object(largest.json), "source_p5": .object(sourcePrecision.json),
    ]
  }
}

extension RetrievalReport {
  /// All figures: `tracks`, `artist`, `artist_other`, `artist_same`,
  /// `artist_other_album`, `genre`, `labels`, `hubness`
  /// and `queries`, each as its own type writes it.
  public var json: JSONObject {
    let byGroup = { (figures: [Group: RetrievalFigures]) in
      JSONValue.object(
        JSONObject(
          Group.allCases.compactMap { group in
            figures[group].map { (group.rawValue, .object($0.json)) }
          }))
    }
    return [
      "tracks": .integer(trackCount), "artist": byGroup(artist),
      "artist_other": byGroup(artistOther), "artist_same": byGroup(artistSame),
      "artist_other_album": byGroup(artistOtherAlbum),
      "genre": .object(
        JSONObject(
          Filter.allCases.compactMap { filter in
            genre[filter].map { (filter.rawValue, .object($0.json)) }
          })),
      "labels": .object(
        JSONObject(labels.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })),
      "hubness": .object(hubness.json),
      "queries": .object(JSONObject(copies.map { ($0.name, .object($0.figures.json)) })),
    ]
  }
}
