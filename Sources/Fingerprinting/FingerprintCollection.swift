/// The fingerprints of many sounds, laid out so that those alike are found without comparing each
/// with each.
public struct FingerprintCollection: Sendable {
  /// One sound.
  struct Sound: Sendable {
    let key: Int64
    /// Where its fingerprint begins in the sound, in seconds.
    let start: Double
    /// The length of the whole sound, in seconds.
    let seconds: Double
    /// Its items among ``items``.
    let range: Range<Int>
  }

  private(set) var sounds: [Sound] = []
  private(set) var items: [UInt32] = []
  private let rule: FingerprintRule

  /// Makes an empty collection.
  public init(rule: FingerprintRule = FingerprintRule()) { self.rule = rule }

  /// How many sounds there are.
  public var count: Int { sounds.count }

  /// Adds the fingerprint of a sound; all of a collection are of one algorithm.
  /// - Parameters:
  ///   - key: what the sound is called by.
  ///   - start: where the fingerprint begins in the sound, in seconds.
  ///   - seconds: the length of the whole sound.
  public mutating func append(key: Int64, items new: [UInt32], start: Double, seconds: Double) {
    let range = items.count..<items.count + new.count
    items += new
    sounds.append(Sound(key: key, start: start, seconds: seconds, range: range))
  }

  /// The groups of sounds that are alike: each is like another of its group by the rule, and confirmed.
  ///
  /// Two sounds are compared when one item of both begins with the same bits at the same time in the
  /// sound, within the rule's tolerance. Items are taken in several rounds, which bounds memory.
  /// - Parameter confirm: whether two sounds, by their keys, that are alike by the rule belong
  ///   together.
  /// - Returns: keys in growing order, groups in the order of their smallest keys.
  public func groups<Failure: Error>(
    confirm: (Int64, Int64) throws(Failure) -> Bool
  ) throws(Failure) -> [[Int64]] {
    var sets = DisjointSets(count: sounds.count)
    var refused: Set<Pair> = []
    let rounds = max(1, items.count / itemsPerRound)
    for round in 0..<rounds {
      let places = places(round: round, of: rounds)
      var start = 0
      while start < places.count {
        var end = start + 1
        while end < places.count, places[end].bits == places[start].bits { end += 1 }
        if end - start > 1 {
          try join(places[start..<end], &sets, &refused, confirm)
        }
        start = end
      }
    }
    return sets.groups.map { $0.map { sounds[$0].key }.sorted() }
      .sorted { ($0.first ?? 0) < ($1.first ?? 0) }
  }

  /// Some two million at a time: 32 MB.
  var itemsPerRound = 1 << 21
  /// So many upper bits of two items must be the same.
  static let commonBits: UInt32 = 28
  /// One item is looked at together with so many others at the most: what is in more sounds than that
  /// says little of any.
  static let mostNeighbours = 128

  /// An item in its sound, in the order of ``groups(confirm:)``.
  private struct Place {
    /// The upper bits of the item.
    let bits: UInt32
    /// When it is in the sound, in items from the sound's beginning.
    let time: Int32
    let sound: UInt32
    /// Which item of the sound's it is.
    let item: UInt32

    var order: UInt64 { UInt64(bits) << 32 | UInt64(UInt32(bitPattern: time)) }
  }

  private struct Pair: Hashable {
    let left: UInt32
    let right: UInt32
  }

  /// The items of one round in the order of bits and time; of several in a row with the same bits, as
  /// in silence and long tones, only the first.
  private func places(round: Int, of rounds: Int) -> [Place] {
    var places: [Place] = []
    places.reserveCapacity(items.count / rounds + items.count / (8 * rounds))
    let shift = 32 - Self.commonBits
    items.withUnsafeBufferPointer { items in
      for (number, sound) in sounds.enumerated() where sound.range.count >= rule.leastOverlap {
        let first = Int32((sound.start / Fingerprint.secondsPerItem).rounded())
        var last: UInt32?
        for place in sound.range {
          let bits = items[place] >> shift
          defer { last = bits }
          // Multiplied, so that rounds are of about the same size.
          guard bits != last, Int(bits &* 0x9E37_79B1 >> 8) % rounds == round else { continue }
          let item = place - sound.range.lowerBound
          places.append(
            Place(
              bits: bits, time: first + Int32(item), sound: UInt32(number), item: UInt32(item)))
        }
      }
    }
    places.sort { $0.order < $1.order }
    return places
  }

  /// Joins the sounds that have an item with the same bits at the same time and are alike.
  private func join<Failure: Error>(
    _ places: ArraySlice<Place>, _ sets: inout DisjointSets, _ refused: inout Set<Pair>,
    _ confirm: (Int64, Int64) throws(Failure) -> Bool
  ) throws(Failure) {
    for place in places.indices {
      let left = places[place]
      let sound = sounds[Int(left.sound)]
      let latest = left.time + Int32(rule.tolerance(of: sound.seconds) / Fingerprint.secondsPerItem)
      let end = min(places.endIndex, place + 1 + Self.mostNeighbours)
      for other in place + 1..<end {
        let right = places[other]
        guard right.time <= latest else { break }
        guard left.sound != right.sound,
          rule.isNear(sound.seconds, sounds[Int(right.sound)].seconds),
          !sets.areJoined(Int(left.sound), Int(right.sound)),
          isAlike(left, right)
        else { continue }
        let pair = Pair(
          left: min(left.sound, right.sound), right: max(left.sound, right.sound))
        guard !refused.contains(pair) else { continue }
        if try confirm(sounds[Int(pair.left)].key, sounds[Int(pair.right)].key) {
          sets.join(Int(left.sound), Int(right.sound))
        } else {
          refused.insert(pair)
        }
      }
    }
  }

  private func isAlike(_ left: Place, _ right: Place) -> Bool {
    items.withUnsafeBufferPointer { items in
      let match = FingerprintItems.match(
        UnsafeBufferPointer(rebasing: items[sounds[Int(left.sound)].range]),
        UnsafeBufferPointer(rebasing: items[sounds[Int(right.sound)].range]),
        offset: Int(right.item) - Int(left.item), leastOverlap: rule.leastOverlap)
      return rule.isAlike(match)
    }
  }
}
