/// A tonic and a mode: what degrees of the scale sound like.
struct Key {
  enum Mode: String { case major, minor }

  /// 0 is C, 11 is B.
  var tonic: Int
  var mode: Mode

  init(_ name: String, _ mode: Mode) {
    guard let tonic = Self.names.firstIndex(of: name) else { preconditionFailure("no key \(name)") }
    self.tonic = tonic
    self.mode = mode
  }

  static let names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]

  var name: String { Self.names[tonic] }

  /// The MIDI note of a degree of the scale: 0 is the tonic, 7 the tonic an octave up, -1 the degree
  /// below it. Octave 4 holds middle C.
  func note(_ degree: Int, octave: Int) -> Int {
    let steps = mode == .major ? [0, 2, 4, 5, 7, 9, 11] : [0, 2, 3, 5, 7, 8, 10]
    let turn = degree >= 0 ? degree / 7 : (degree - 6) / 7
    return 12 * (octave + 1 + turn) + tonic + steps[degree - 7 * turn]
  }

  /// The chord of thirds upon a degree, close together.
  func chord(_ degree: Int, octave: Int, size: Int = 3) -> [Int] {
    (0..<size).map { note(degree + 2 * $0, octave: octave) }
  }

  /// The chord upon a degree with every tone brought into the octave from `lowest` up, so that
  /// chords that follow each other move little.
  func voicing(_ degree: Int, from lowest: Int, size: Int = 3) -> [Int] {
    chord(degree, octave: 4, size: size)
      .map { note in lowest + (((note - lowest) % 12) + 12) % 12 }
      .sorted()
  }
}
