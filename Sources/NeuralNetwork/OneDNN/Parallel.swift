import CDNNL

/// Work on rows of memory, split among the threads that ``ComputeThreads`` allows: those of OpenMP,
/// which oneDNN uses too, so that both never compete.
enum Parallel {
  /// Fewer numbers than this are not worth waking a thread.
  private static let least = 1 << 16

  private struct Work {
    let parts: Int
    let rows: Int
    let body: (Int, Range<Int>) -> Void
  }

  /// How many parts `forEachPart` makes of so many rows.
  static func partCount(rows: Int, width: Int) -> Int {
    max(1, min(ComputeThreads.count, rows * width / least))
  }

  /// Calls `body` with the number of each part and its rows, on several threads at once.
  ///
  /// - Parameter width: numbers in a row.
  static func forEachPart(rows: Int, width: Int, _ body: (_ part: Int, _ rows: Range<Int>) -> Void)
  {
    let parts = partCount(rows: rows, width: width)
    if parts == 1 { return body(0, 0..<rows) }
    withoutActuallyEscaping(body) { body in
      var work = Work(parts: parts, rows: rows, body: body)
      withUnsafeMutablePointer(to: &work) { work in
        cdnnl_parallel(Int32(parts), work) { part, context in
          guard let work = context?.assumingMemoryBound(to: Work.self).pointee else { return }
          let part = Int(part)
          work.body(part, part * work.rows / work.parts..<(part + 1) * work.rows / work.parts)
        }
      }
    }
  }
}
