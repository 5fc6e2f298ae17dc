internal import VectorIndex

/// Orders tracks so that each goes well after the one before: by sound, tempo, key and energy.
///
/// It looks for the shortest way through all of them: from each end the nearest next, then turning
/// pieces round and moving short ones as long as that makes the way shorter (2-opt and or-opt). The
/// result is as short as these moves can make it, not always the shortest there is.
public struct TrackOrder {
  /// Of a track what its place depends on.
  public struct Item: Sendable {
    /// A unit vector.
    public let vector: [Float]
    /// What a person hears in it.
    public let character: SoundCharacter

    /// Makes an item.
    public init(vector: [Float], character: SoundCharacter) {
      self.vector = vector
      self.character = character
    }
  }

  /// Tables grow with the square of the number.
  public static let largestCount = 3_000

  /// How much each aspect counts beside the sound, which counts 2.
  public static let weights: [Aspect: Float] = [.tempo: 1, .key: 0.5, .energy: 1]

  /// How badly one track follows another, 0 to the sum of the weights: for the sound the angle's share
  /// of a right one, for each aspect how far apart two are, and half of the farthest where that is not
  /// known.
  public static func step(_ left: Item, _ right: Item) -> Float {
    let angle = TrackPath.angle(left.vector, right.vector)
    return weights.reduce(2 * min(1, angle / (.pi / 2))) { sum, entry in
      let distance = entry.key.distance(left.character, right.character) ?? 0.5
      return sum + entry.value * Float(min(1, distance))
    }
  }

  /// The items' places in their new order.
  /// - Parameters:
  ///   - items: ``largestCount`` at most.
  ///   - keepsFirst: whether the first stays first.
  public static func order(_ items: [Item], keepsFirst: Bool) -> [Int] {
    precondition(items.count <= largestCount, "\(items.count) items to order")
    guard items.count > 2 else { return Array(items.indices) }
    var way = Way(items, isFixed: keepsFirst)
    way.shorten()
    return way.places
  }

  /// The sum of the steps of items in an order.
  public static func length(_ items: [Item]) -> Float {
    zip(items, items.dropFirst()).reduce(0) { $0 + step($1.0, $1.1) }
  }
}

/// A way through all items.
private struct Way {
  private let count: Int
  /// The step from each to each, count × count.
  private var table: [Float]
  /// The first place that may change.
  private let first: Int
  private(set) var places: [Int]

  init(_ items: [TrackOrder.Item], isFixed: Bool) {
    count = items.count
    first = isFixed ? 1 : 0
    table = [Float](repeating: 0, count: items.count * items.count)
    for left in items.indices {
      for right in items.indices where right > left {
        let step = TrackOrder.step(items[left], items[right])
        table[left * items.count + right] = step
        table[right * items.count + left] = step
      }
    }
    places = []
    // Of all beginnings the best, where the first is free; few need to be tried.
    let starts = isFixed ? [0] : Array(Set((0..<min(8, count)).map { $0 * count / min(8, count) }))
    var best = Float.infinity
    for start in starts.sorted() {
      let way = nearestFirst(from: start)
      let length = zip(way, way.dropFirst()).reduce(0) { $0 + step($1.0, $1.1) }
      if length < best { (best, places) = (length, way) }
    }
  }

  private func step(_ left: Int, _ right: Int) -> Float { table[left * count + right] }

  private func nearestFirst(from start: Int) -> [Int] {
    var way = [start]
    var left = Set(0..<count)
    left.remove(start)
    while let last = way.last, !left.isEmpty {
      let next = left.min { (step(last, $0), $0) < (step(last, $1), $1) }
      guard let next else { break }
      left.remove(next)
      way.append(next)
    }
    return way
  }

  /// Makes the way shorter as long as a move does.
  mutating func shorten() {
    // Enough for any list that somebody listens to; each pass looks at all pairs.
    for _ in 0..<50 {
      let (turned, moved) = (turnPieces(), movePieces())
      if !turned, !moved { return }
    }
  }

  /// The step between two places of the way, 0 past its ends.
  private func gap(_ left: Int, _ right: Int) -> Float {
    left < 0 || right >= count ? 0 : step(places[left], places[right])
  }

  private mutating func turnPieces() -> Bool {
    var isShorter = false
    for start in first..<count {
      for end in (start + 1)..<max(start + 1, count) {
        let now = gap(start - 1, start) + gap(end, end + 1)
        let before = start > 0 ? step(places[start - 1], places[end]) : 0
        let after = end + 1 < count ? step(places[start], places[end + 1]) : 0
        guard before + after < now - 1e-5 else { continue }
        places[start...end].reverse()
        isShorter = true
      }
    }
    return isShorter
  }

  /// Moves pieces of one to three tracks to where they fit better.
  private mutating func movePieces() -> Bool {
    var isShorter = false
    for length in 1...3 where count > length + first {
      for start in first...(count - length) {
        if move(start, length) { isShorter = true }
      }
    }
    return isShorter
  }

  private mutating func move(_ start: Int, _ length: Int) -> Bool {
    let end = start + length - 1
    let piece = Array(places[start...end])
    let bridge = start > 0 && end + 1 < count ? step(places[start - 1], places[end + 1]) : 0
    let gain = gap(start - 1, start) + gap(end, end + 1) - bridge
    var rest = places
    rest.removeSubrange(start...end)
    for place in first...rest.count where place != start {
      let open =
        place > 0 && place < rest.count ? step(rest[place - 1], rest[place]) : 0
      let before = place > 0 ? step(rest[place - 1], piece[0]) : 0
      let after = place < rest.count ? step(piece[length - 1], rest[place]) : 0
      guard before + after - open < gain - 1e-5 else { continue }
      rest.insert(contentsOf: piece, at: place)
      places = rest
      return true
    }
    return false
  }
}
