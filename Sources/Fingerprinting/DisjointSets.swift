/// Numbers in sets that are joined one after the other.
struct DisjointSets {
  private var parents: [Int]

  /// So many numbers, each in a set of its own.
  init(count: Int) { parents = Array(0..<count) }

  mutating func areJoined(_ left: Int, _ right: Int) -> Bool { root(of: left) == root(of: right) }

  mutating func join(_ left: Int, _ right: Int) {
    let (left, right) = (root(of: left), root(of: right))
    // The smaller number leads, so that the result does not depend on the order of joining.
    if left != right { parents[max(left, right)] = min(left, right) }
  }

  /// The sets of more than one, their numbers and the sets in growing order.
  var groups: [[Int]] {
    var copy = self
    var members: [Int: [Int]] = [:]
    for number in parents.indices { members[copy.root(of: number), default: []].append(number) }
    return members.sorted { $0.key < $1.key }.map(\.value).filter { $0.count > 1 }
  }

  private mutating func root(of number: Int) -> Int {
    var number = number
    while parents[number] != number {
      // Each step halves the way for the next time.
      parents[number] = parents[parents[number]]
      number = parents[number]
    }
    return number
  }
}
