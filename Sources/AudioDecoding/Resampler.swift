internal import CSoxr

/// A stream of samples brought to another rate by libsoxr in its HQ quality, which is librosa's
/// `soxr_hq`: the same samples, up to the order of additions.
final class Resampler {
  private let state: OpaquePointer
  private let ratio: Double
  private var taken = 0
  private var given = 0
  private var scratch: [Float] = []

  /// - Parameters:
  ///   - from: the rate of the samples taken, in Hz.
  ///   - to: the rate of the samples given, in Hz.
  init(from: Int, to: Int) {
    var quality = soxr_quality_spec(CUnsignedLong(SOXR_HQ), 0)
    var format = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
    var runtime = soxr_runtime_spec(1)
    var failure: soxr_error_t?
    guard
      let state = soxr_create(
        Double(from), Double(to), 1, &failure, &format, &quality, &runtime)
    else { preconditionFailure("no resampler from \(from) to \(to) Hz") }
    self.state = state
    ratio = Double(to) / Double(from)
  }

  deinit { soxr_delete(state) }

  /// Takes samples and appends what they complete.
  func process(_ input: UnsafeBufferPointer<Float>, into output: inout [Float]) {
    var rest = input
    taken += input.count
    while !rest.isEmpty {
      let used = step(rest, into: &output).used
      rest = UnsafeBufferPointer(rebasing: rest[used...])
    }
  }

  /// Appends what is left, so that `n` samples taken are `ceil(n * ratio)` given, librosa's length.
  func finish(into output: inout [Float]) {
    while step(nil, into: &output).made > 0 {}
    let wanted = Int((Double(taken) * ratio).rounded(.up))
    if given > wanted {
      output.removeLast(given - wanted)
    } else if given < wanted {
      output.append(contentsOf: repeatElement(0, count: wanted - given))
    }
    given = wanted
  }

  private func step(
    _ input: UnsafeBufferPointer<Float>?, into output: inout [Float]
  ) -> (used: Int, made: Int) {
    let count = input?.count ?? 0
    let room = max(Int(Double(count) * ratio) + 64, 4_096)
    if scratch.count < room { scratch = [Float](repeating: 0, count: room) }
    var used = 0
    var made = 0
    scratch.withUnsafeMutableBufferPointer { target in
      let failure = soxr_process(
        state, input?.baseAddress, count, &used, target.baseAddress, target.count, &made)
      precondition(failure == nil, "libsoxr refused a block of \(count) samples")
    }
    output.append(contentsOf: scratch[..<made])
    given += made
    return (used, made)
  }
}
