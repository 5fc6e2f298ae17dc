import AudioDecoding
import CommandInterface
import Embedding
import FileAccess
import FileFormats
import Recommendation

extension AnswerReasons.Reason {
  /// As JSON has it under `explanation`.
  /// - Parameter found: the track that it explains.
  func json(of found: Recommendation) -> JSONObject {
    [
      "nearerHalf": nearerHalf(found).map { .string($0.rawValue) } ?? .null,
      "aspects": .object(
        JSONObject(Aspect.allCases.map { ($0.rawValue, .object(json($0))) })),
      "mostAlike": explanation.alike.first.map { .string($0.rawValue) } ?? .null,
      "mostDifferent": explanation.different.last.map { .string($0.rawValue) } ?? .null,
      "parts": match.map(Self.json) ?? .null,
      "shares": explanation.shares.map(Self.json) ?? .null,
    ]
  }

  private func nearerHalf(_ found: Recommendation) -> VectorHalf.Axis? {
    guard let time = found.halfSimilarities[.time],
      let frequency = found.halfSimilarities[.frequency]
    else { return nil }
    return time >= frequency ? .time : .frequency
  }

  private func json(_ aspect: Aspect) -> JSONObject {
    [
      "query": Self.value(aspect, of: explanation.query),
      "track": Self.value(aspect, of: explanation.track),
      "agreement": explanation.agreements[aspect].map { .float($0) } ?? .null,
    ]
  }

  private static func value(_ aspect: Aspect, of character: SoundCharacter) -> JSONValue {
    switch aspect {
    case .tempo: JSONValue(character.tempo)
    case .key: JSONValue(character.key?.name)
    case .loudness: JSONValue(character.loudness)
    case .brightness: JSONValue(character.brightness)
    case .energy: JSONValue(character.energy)
    }
  }

  private static func json(_ match: AnswerReasons.Match) -> JSONValue {
    .array(
      match.parts.map { part in
        var query = JSONObject()
        query.append(path: match.heard.path)
        for member in json(match.heard.span(part.first)).members {
          query[member.name] = member.value
        }
        return [
          "query": .object(query), "track": .object(json(match.track.span(part.second))),
          "similarity": .float(part.similarity),
        ]
      })
  }

  private static func json(_ span: ClosedRange<Double>) -> JSONObject {
    ["start": .double(span.lowerBound), "end": .double(span.upperBound)]
  }

  private static func json(_ shares: SimilarityShares) -> JSONValue {
    var object: JSONObject = ["base": .double(shares.base)]
    for aspect in Aspect.allCases {
      object[aspect.rawValue] = JSONValue(shares.aspects[aspect])
    }
    object["rest"] = .double(shares.rest)
    return .object(object)
  }
}

extension AnswerReasons {
  /// What was heard of the songs, as JSON has it under `heard`.
  var json: JSONValue {
    .array(
      songs.map { song in
        var object = JSONObject()
        object.append(path: song.path)
        object["audio"] = .object(JSONObject(song.info))
        object["reconstruction"] = song.strangeness.map { .object($0.json) } ?? .null
        return .object(object)
      })
  }
}

extension SongHearing.Strangeness {
  /// As JSON has it under `reconstruction`.
  var json: JSONObject {
    [
      "model": .string(model.name), "meanSquaredError": .float(meanSquaredError),
      "trainingMedian": .float(known.median), "trainingPercentile99": .float(known.percentile99),
      "isUnlikeTraining": .bool(isUnlikeTraining),
    ]
  }
}
