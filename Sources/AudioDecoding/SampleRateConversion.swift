/// Samples at another rate, as the decoder itself brings them there.
public enum SampleRateConversion {
  /// Converts mono samples.
  /// - Parameters:
  ///   - from: the rate of the samples, in Hz, above 0.
  ///   - to: the rate wanted, in Hz, above 0.
  /// - Returns: `ceil(samples.count * to / from)` samples; the same ones where the rates are equal.
  public static func convert(_ samples: [Float], from: Int, to: Int) -> [Float] {
    precondition(from > 0 && to > 0, "a conversion from \(from) to \(to) Hz")
    guard from != to else { return samples }
    let resampler = Resampler(from: from, to: to)
    var result: [Float] = []
    result.reserveCapacity(samples.count * to / from + 1)
    samples.withUnsafeBufferPointer { resampler.process($0, into: &result) }
    resampler.finish(into: &result)
    return result
  }
}
