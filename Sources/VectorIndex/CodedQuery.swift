internal import CVectorKernels

/// A query as the codes of rows are compared with it: signed bytes and what these are to be multiplied
/// by.
struct CodedQuery {
  /// 4 · rowBytes, zeros where codes are padded.
  let bytes: [Int8]
  /// The bytes of the codes of a row.
  let rowBytes: Int
  /// The same for all rows: it changes no order. 0 for a query of zeros.
  let scale: Float

  /// The nearest signed bytes; the largest magnitude becomes 127.
  init(_ query: [Float]) {
    rowBytes = cvk_code_bytes(query.count)
    var bytes = [Int8](repeating: 0, count: 4 * rowBytes)
    let largest = query.reduce(0) { max($0, abs($1)) }
    scale = largest / 127
    if largest > 0 {
      for (place, value) in query.enumerated() {
        bytes[place] = Int8(max(-127, min(127, (value / scale).rounded())))
      }
    }
    self.bytes = bytes
  }
}
