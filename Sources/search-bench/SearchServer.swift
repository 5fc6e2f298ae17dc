import FileAccess
import Glibc
import VectorIndex

/// Answers lines of standard input, each with the milliseconds it took and the rows it found:
///
/// - `resident N`, `streamed N`: the neighbours of query N, with the compact rows in memory or read
///   again from the file.
/// - `among SHARE N`: those among the allowed rows, in memory.
/// - `filter SHARE`: making the set of these rows out of their keys.
/// - `read`: reading as many bytes of memory as a scan does.
final class SearchServer {
  private let resident: SearchFile
  private let streamed: SearchFile
  private let queries: [[Float]]
  private let allowed: [Int: RowSet]
  private let memory: PlainRead

  init(_ folder: FilePath) throws {
    let path = folder.appending("file.vectors")
    resident = try SearchFile(path, resident: true)
    streamed = try SearchFile(path, resident: false)
    let file = try ReadableFile(folder.appending("queries.f32"))
    let values = try file.bytes(at: 0, count: file.size).withUnsafeBytes {
      Array($0.bindMemory(to: Float.self))
    }
    let dimension = VectorSource.dimension
    queries = stride(from: 0, to: values.count, by: dimension).map {
      Array(values[$0..<($0 + dimension)])
    }
    let count = resident.count
    allowed = Dictionary(
      uniqueKeysWithValues: BenchmarkData.shares.map {
        ($0, BenchmarkData.allowed($0, of: count))
      })
    memory = PlainRead(byteCount: count * (dimension / 4 + 4))
  }

  func serve() throws {
    print("ready \(memory.byteCount)")
    fflush(nil)
    while let line = readLine() {
      let words = line.split(separator: " ")
      let numbers = words.dropFirst().compactMap { Int($0) }
      let start = ContinuousClock.now
      var found: [Neighbour] = []
      switch (words.first, numbers.count) {
      case ("resident", 1): found = try nearest(numbers[0], in: resident)
      case ("streamed", 1): found = try nearest(numbers[0], in: streamed)
      case ("among", 2): found = try nearest(numbers[1], in: resident, among: allowed[numbers[0]])
      case ("filter", 1):
        let keys = allowed[numbers[0]]?.rows.map { Int64($0) } ?? []
        let start = ContinuousClock.now
        let rows = try resident.rows(of: keys)
        answer(ContinuousClock.now - start, ["\(rows.count)"])
        continue
      case ("read", 0): memory.read()
      default: preconditionFailure("no such question: \(line)")
      }
      answer(ContinuousClock.now - start, found.map { "\($0.key)" })
    }
  }

  private func nearest(
    _ query: Int, in file: SearchFile, among rows: RowSet? = nil
  ) throws -> [Neighbour] {
    try file.nearest(to: queries[query], count: BenchmarkData.wanted, among: rows)
  }

  private func answer(_ time: Duration, _ found: [String]) {
    print(time / .milliseconds(1), found.joined(separator: " "))
    fflush(nil)
  }
}
