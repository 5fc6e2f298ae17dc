extension LabelTable {
  /// At most so many tracks, in their order: whole artists drawn at random, because an artist of whom
  /// one track is left is no query. A track without an artist is drawn by itself. The same table gives
  /// the same tracks.
  /// - Parameter limit: at least 1. An artist with more tracks is taken only where there is none with
  ///   fewer, and then in part.
  public func sampled(_ limit: Int) -> LabelTable {
    guard tracks.count > limit else { return self }
    var members: [String: [Int]] = [:]
    var groups: [[Int]] = []
    var names: [String] = []
    for (number, track) in tracks.enumerated() {
      if track.artist.isEmpty {
        groups.append([number])
      } else {
        if members[track.artist] == nil { names.append(track.artist) }
        members[track.artist, default: []].append(number)
      }
    }
    groups += names.compactMap { members[$0] }
    var order = Array(groups.indices)
    var random = RandomNumbers(seed: Figure.seed)
    random.shuffle(&order)
    var taken: [Int] = []
    for group in order where taken.count + groups[group].count <= limit { taken += groups[group] }
    if taken.isEmpty, let first = order.first { taken = Array(groups[first].prefix(limit)) }
    return LabelTable(taken.sorted().map { (tracks[$0], files[$0]) })
  }
}
