internal import CFFTW
internal import CVectorKernels
import Synchronization

/// Room for floats with the alignment that FFTW's plans rely on.
final class FloatBuffer {
  let start: UnsafeMutablePointer<Float>
  let count: Int

  /// `count` zeros.
  init(count: Int) {
    guard let start = fftwf_alloc_real(max(count, 1)) else {
      preconditionFailure("no memory for \(count) floats")
    }
    self.start = start
    self.count = count
    start.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { fftwf_free(start) }
}

/// The discrete Fourier transform of an even number of real samples, by FFTW in single precision.
///
/// The samples go through a complex transform of half the length as pairs, and are taken apart by a
/// kernel of ours: about twice as fast as the real transform of an FFTW built for SSE2 and AVX, as
/// Debian's is.
final class RealFourierTransform: Sendable {
  /// The number of samples.
  let length: Int

  private nonisolated(unsafe) let plan: fftwf_plan
  private let cosines: [Float]
  private let sines: [Float]

  /// FFTW's planner is the one part of it that threads must not share; plans are few, and kept.
  private static let plans = Mutex<[Int: RealFourierTransform]>([:])

  /// The transform of a length, planned once in a process.
  static func ofLength(_ length: Int) -> RealFourierTransform {
    plans.withLock { plans in
      if let known = plans[length] { return known }
      let made = RealFourierTransform(length: length)
      plans[length] = made
      return made
    }
  }

  private init(length: Int) {
    precondition(
      length >= 4 && length.isMultiple(of: 2), "a Fourier transform of length \(length)")
    let samples = FloatBuffer(count: length)
    let spectrum = FloatBuffer(count: length + 2)
    guard
      let plan = fftwf_plan_dft_1d(
        CInt(length / 2), Self.complex(samples.start), Self.complex(spectrum.start),
        FFTW_FORWARD, FFTW_ESTIMATE | FFTW_DESTROY_INPUT)
    else { preconditionFailure("no Fourier transform of length \(length)") }
    self.length = length
    self.plan = plan
    let angles = (0...length / 4).map { 2 * Double.pi * Double($0) / Double(length) }
    cosines = angles.map { Float(cosine($0)) }
    sines = angles.map { Float(sine($0)) }
  }

  deinit { fftwf_destroy_plan(plan) }

  /// Writes length / 2 + 1 complex numbers, each real part followed by its imaginary part. Both
  /// buffers begin where a ``FloatBuffer`` begins; the samples are not kept.
  func transform(_ samples: FloatBuffer, into spectrum: FloatBuffer) {
    precondition(
      samples.count >= length && spectrum.count >= 2 * (length / 2 + 1),
      "buffers of \(samples.count) and \(spectrum.count) for a transform of length \(length)")
    fftwf_execute_dft(plan, Self.complex(samples.start), Self.complex(spectrum.start))
    cvk_unpack_real(spectrum.start, cosines, sines, length / 2)
  }

  private static func complex(
    _ start: UnsafeMutablePointer<Float>
  ) -> UnsafeMutablePointer<fftwf_complex> {
    UnsafeMutableRawPointer(start).assumingMemoryBound(to: fftwf_complex.self)
  }
}

/// The C libraries that this module uses.
public enum SpectralLibraries {
  /// Each library's name and the version in use at run time, such as ("FFTW", "3.3.10").
  public static var versions: [(name: String, version: String)] {
    // "fftw-3.3.10-sse2-avx"
    let parts = String(cString: cfftw_version()).split(separator: "-")
    return [(name: "FFTW", version: parts.count > 1 ? String(parts[1]) : "unknown")]
  }
}
