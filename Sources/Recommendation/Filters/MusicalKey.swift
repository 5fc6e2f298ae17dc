/// A key, or only whether it is major.
public struct MusicalKey: Equatable, Sendable {
  /// The tonic, 0 = C to 11 = B; nil where only the mode counts.
  public let tonic: Int?
  /// Whether it is major.
  public let isMajor: Bool

  /// A key.
  public init(tonic: Int?, isMajor: Bool) {
    self.tonic = tonic
    self.isMajor = isMajor
  }

  /// Reads a key: a note and a mode (`C`, `F# minor`, `Bbm`), a place on the wheel
  /// that disc jockeys use (`8A` is A minor, `8B` C major), or `major` or `minor` alone.
  public init?(_ text: String) {
    let words = text.lowercased().replacing("♯", with: "#").replacing("♭", with: "b")
    if words == "major" || words == "minor" {
      self.init(tonic: nil, isMajor: words == "major")
      return
    }
    if let last = words.last, last == "a" || last == "b", let place = Int(words.dropLast()),
      (1...12).contains(place)
    {
      // A step on the wheel is a fifth. 8B is C major; 8A, beside it, A minor.
      let isMajor = last == "b"
      let tonic = ((place - 8) * 7 + (isMajor ? 0 : 9)) % 12
      self.init(tonic: (tonic + 12) % 12, isMajor: isMajor)
      return
    }
    let notes: [Character: Int] = ["c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11]
    guard let first = words.first, var tonic = notes[first] else { return nil }
    var rest = words.dropFirst()
    if let sign = rest.first, sign == "#" || sign == "b" {
      tonic += sign == "#" ? 1 : 11
      rest = rest.dropFirst()
    }
    let mode = rest.drop { $0 == " " || $0 == "-" }
    switch mode {
    case "", "major", "maj": self.init(tonic: tonic % 12, isMajor: true)
    case "m", "minor", "min": self.init(tonic: tonic % 12, isMajor: false)
    default: return nil
    }
  }

  /// The name in English, such as "F# minor".
  public var name: String {
    let notes = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
    let mode = isMajor ? "major" : "minor"
    return tonic.map { "\(notes[$0]) \(mode)" } ?? mode
  }

  /// How many steps lie between two keys on the wheel of fifths, where a minor key is beside the major
  /// key of the same notes: 0 for the same, 1 for neighbours (a fifth up or down, or the same notes in
  /// the other mode), 7 at the most.
  static func distance(_ left: MusicalKey, _ right: MusicalKey) -> Int? {
    guard let first = left.place, let second = right.place else { return nil }
    let apart = abs(first - second)
    return min(apart, 12 - apart) + (left.isMajor == right.isMajor ? 0 : 1)
  }

  /// Fifths up from C, of the major key of the same notes.
  private var place: Int? { tonic.map { (($0 + (isMajor ? 0 : 3)) * 7) % 12 } }
}
