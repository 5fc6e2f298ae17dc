import CommandInterface
import Embedding
import FileAccess
import Recommendation

/// Why a track is recommended, in words.
struct ExplanationText {
  let found: Recommendation
  let reason: AnswerReasons.Reason
  /// Whether more than one song was asked about.
  let hasManySongs: Bool
  /// How many columns there are.
  let width: Int

  /// Lines for a terminal, ending with a line break.
  var text: String {
    let name = TerminalText.clean(TrackTable.name(of: found.track))
    let heading = "\(found.rank). \(name), similarity \(number(found.similarity))"
    let lines = [halves, agreements, parts, shares].compactMap { $0 }
    return heading + "\n" + lines.map { TextWrap.text($0, width: width, indent: 3) }.joined()
  }

  // MARK: - Sentences

  private var halves: String? {
    guard let time = found.halfSimilarities[.time],
      let frequency = found.halfSimilarities[.frequency]
    else { return nil }
    let (moves, sounds) = (
      "how it moves (time, \(number(time)))",
      "what it sounds like (frequency, \(number(frequency)))"
    )
    return time >= frequency
      ? "Nearer in \(moves) than in \(sounds)." : "Nearer in \(sounds) than in \(moves)."
  }

  private var agreements: String? {
    let explanation = reason.explanation
    let different = explanation.different
    let between = explanation.order.filter {
      !explanation.alike.contains($0) && !different.contains($0)
    }
    let sentences = [
      ("Alike in", explanation.alike), ("Somewhat alike in", between),
      ("Different in", Array(different.reversed())),
    ].filter { !$0.1.isEmpty }
    return sentences.isEmpty
      ? nil : sentences.map { "\($0.0) \(list($0.1.map(values)))." }.joined(separator: " ")
  }

  private var parts: String? {
    guard let match = reason.match, let best = match.parts.first else { return nil }
    let song =
      hasManySongs ? TerminalText.clean(match.heard.path.lastComponent.string) : "the query"
    return "\(clock(match.heard.span(best.first))) of \(song) sounds most like "
      + "\(clock(match.track.span(best.second))) of it (\(number(best.similarity)))."
  }

  private var shares: String? {
    guard let shares = reason.explanation.shares else { return nil }
    // What is printed adds up, too.
    func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }
    var rest = rounded(Double(found.similarity)) - rounded(shares.base)
    let aspects = Aspect.allCases.compactMap { aspect in
      shares.aspects[aspect].map { share in
        rest -= rounded(share)
        return "\(aspect.rawValue) \(signed(share))"
      }
    }
    return
      "\(number(found.similarity)) = \(number(Float(shares.base))), the mean of any two tracks here; "
      + (aspects + ["what else is heard \(signed(rest))"]).joined(separator: ", ") + "."
  }

  // MARK: - Words

  private func values(_ aspect: Aspect) -> String {
    let pair = [reason.explanation.query, reason.explanation.track].compactMap {
      Self.value(aspect, of: $0)
    }
    let unit = Self.unit(aspect).map { " \($0)" } ?? ""
    let isSame = pair.count == 2 && pair[0] == pair[1]
    return "\(aspect.rawValue) (\(isSame ? pair[0] : pair.joined(separator: " and "))\(unit))"
  }

  /// What a person hears in a song in one aspect, as a number without its unit or a name.
  private static func value(_ aspect: Aspect, of character: SoundCharacter) -> String? {
    switch aspect {
    case .tempo: character.tempo.map { NumberText.fixed($0, decimals: 0) }
    case .key: character.key?.name
    case .loudness: character.loudness.map { NumberText.fixed($0, decimals: 1) }
    case .brightness: character.brightness.map { NumberText.grouped(Int($0.rounded())) }
    case .energy: character.energy.map { NumberText.fixed($0, decimals: 2) }
    }
  }

  private static func unit(_ aspect: Aspect) -> String? {
    switch aspect {
    case .tempo: "BPM"
    case .loudness: "LUFS"
    case .brightness: "Hz"
    case .key, .energy: nil
    }
  }

  private func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }

  private func number(_ value: Float) -> String { NumberText.fixed(Double(value), decimals: 3) }

  private func signed(_ value: Double) -> String {
    let text = NumberText.fixed(abs(value), decimals: 3)
    return (value < 0 && text != "0.000" ? "-" : "+") + text
  }

  private func clock(_ span: ClosedRange<Double>) -> String {
    NumberText.clock(seconds: span.lowerBound) + " to "
      + NumberText.clock(seconds: span.upperBound)
  }
}
