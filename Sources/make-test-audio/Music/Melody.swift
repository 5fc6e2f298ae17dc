/// One note of a tune.
struct Note {
  /// In beats from the start of the clip.
  var beat: Double
  /// In beats.
  var length: Double
  /// The degree of the scale, 0 being the tonic.
  var degree: Int
  /// 0 to 1.
  var velocity: Double
}

/// Writes tunes over chords.
struct MelodyWriter {
  /// The chord of each bar, as degrees, repeated as often as needed.
  var chords: [Int]
  var beatsPerBar: Double
  /// Lengths of notes that fill a bar; negative ones are rests. Bars take turns.
  var rhythms: [[Double]]
  /// The degrees the tune stays within.
  var range: ClosedRange<Int>

  /// A tune in phrases of four bars: the first and third bar are alike, the fourth comes to rest.
  /// Accented notes belong to the bar's chord and the others go by steps.
  func tune(bars: Range<Int>, random: inout SplitMix64) -> [Note] {
    let motifs = (0..<3).map { _ in (0..<16).map { _ in Self.step(&random) } }
    var notes: [Note] = []
    var degree = (range.lowerBound + range.upperBound) / 2
    for bar in bars {
      let place = bar % 4
      let motif = motifs[place == 3 ? 2 : place % 2]
      let rhythm = rhythms[(place == 2 ? 0 : place) % rhythms.count]
      let chord = chords[bar % chords.count]
      var beat = Double(bar) * beatsPerBar
      for (index, length) in rhythm.enumerated() {
        if length > 0 {
          let rests = index == 0 || (place == 3 && index == rhythm.count - 1)
          let next = within(degree + motif[index % motif.count])
          degree = rests ? nearest(to: next, in: chord) : next
          let accent = index == 0 ? 0.9 : 0.72
          notes.append(
            Note(
              beat: beat, length: length, degree: degree,
              velocity: accent + 0.08 * random.noise()))
        }
        beat += abs(length)
      }
    }
    return notes
  }

  private static func step(_ random: inout SplitMix64) -> Int {
    [-2, -1, -1, -1, 1, 1, 1, 2, 2, -3][random.index(10)]
  }

  /// Turns back what would leave the range.
  private func within(_ degree: Int) -> Int {
    if degree > range.upperBound { return max(range.lowerBound, 2 * range.upperBound - degree) }
    if degree < range.lowerBound { return min(range.upperBound, 2 * range.lowerBound - degree) }
    return degree
  }

  private func nearest(to degree: Int, in chord: Int) -> Int {
    let tones = range.filter { [0, 2, 4].contains((($0 - chord) % 7 + 7) % 7) }
    return tones.min { abs($0 - degree) < abs($1 - degree) } ?? degree
  }
}
