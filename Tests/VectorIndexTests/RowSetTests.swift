import FileAccess
import TestSupport
import Testing
import VectorIndex

@Suite("Sets of rows")
struct RowSetTests {
  let folder = TemporaryFolder()

  @Test("hold what was put in and not taken out", arguments: [1, 15, 16, 17, 64, 1_000])
  func membership(count: Int) {
    var set = RowSet(rowCount: count)
    var wanted: Set<Int> = []
    var random = SplitMix64(seed: UInt64(count))
    for _ in 0..<(2 * count) {
      let row = Int.random(in: 0..<count, using: &random)
      if Bool.random(using: &random) {
        set.insert(row)
        wanted.insert(row)
      } else {
        set.remove(row)
        wanted.remove(row)
      }
      #expect(set.count == wanted.count)
    }
    #expect(set.rows == wanted.sorted())
    #expect((0..<count).allSatisfy { set.contains($0) == wanted.contains($0) })
    #expect(set == RowSet(rowCount: count, rows: wanted))
    #expect(RowSet(rowCount: count).rows.isEmpty)
    #expect(RowSet(rowCount: count, rows: 0..<count).rows == Array(0..<count))
  }

  @Test("are found by keys, in whatever order keys and rows are")
  func keys() throws {
    var random = SplitMix64(seed: 3)
    let ascending = (0..<700).map { 5 * Int64($0) - 900 }
    let few = [Int64.min, 9, 1 << 40 - 1, 9, -4, 9, .min]
    for keys in [ascending, ascending.reversed(), ascending.shuffled(using: &random), few, []] {
      let vectors = ExactSearch(
        dimension: 1, keys: keys, values: [Float](repeating: 1, count: keys.count))
      let file = try SearchFile(
        vectors.written(to: folder.path.appending("file")), resident: false)
      for share in [0, 1, 10, 300, 5_000] {
        let strangers = (0..<share).map { _ in Int64.random(in: -1_000...3_000, using: &random) }
        let wanted = Set(keys.shuffled(using: &random).prefix(share) + strangers + [.min])
        let rows = keys.indices.filter { wanted.contains(keys[$0]) }
        #expect(vectors.rows(of: wanted).rows == rows)
        #expect(try file.rows(of: wanted).rows == rows)
        #expect(try file.rows(of: Array(wanted) + Array(wanted)).rows == rows)
      }
    }
  }

  @Test("are asked for rows that the collection has")
  func mistakes() async {
    await #expect(processExitsWith: .failure) { _ = RowSet(rowCount: 16).contains(16) }
    await #expect(processExitsWith: .failure) {
      var set = RowSet(rowCount: 3)
      set.insert(-1)
    }
    await #expect(processExitsWith: .failure) {
      let vectors = ExactSearch(dimension: 1, keys: [1], values: [1])
      _ = vectors.nearest(to: [1], count: 1, among: RowSet(rowCount: 2))
    }
  }
}
