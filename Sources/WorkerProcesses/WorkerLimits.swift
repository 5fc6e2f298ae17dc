/// What one file may cost a worker.
public struct WorkerLimits: Equatable, Sendable {
  /// Seconds by the clock until a file is given up.
  public var seconds: Double
  /// Bytes of address space that a worker may take.
  public var addressSpace: Int
  /// Bytes in memory between two files over which a worker is replaced by a new one: a decoder that
  /// leaks costs no more than this.
  public var residentBetweenFiles: Int

  /// The defaults are 60 s, 1 GiB and 300 MB.
  public init(
    seconds: Double = 60, addressSpace: Int = 1 << 30, residentBetweenFiles: Int = 300_000_000
  ) {
    self.seconds = seconds
    self.addressSpace = addressSpace
    self.residentBetweenFiles = residentBetweenFiles
  }
}

/// Why a worker gave no reply to a request.
public enum WorkerFailure: Error, Equatable, Sendable {
  /// A signal killed it: a fault in a decoder, or somebody's `kill`.
  case crashed(signal: Int32)
  /// It ended by itself, which it never does in good order.
  case ended(status: Int32)
  /// It wanted more memory than it may have.
  case exhausted
  /// The time for the request was over; the worker was killed.
  case timedOut(seconds: Double)
  /// It said more than a reply can be; it was killed.
  case garbled
  /// The work is being stopped and the worker did not end in time; it was killed.
  case stopped
}

extension WorkerFailure {
  /// The reason as a code that other programs read.
  public var code: String {
    switch self {
    case .exhausted: "limit-exceeded"
    case .timedOut: "timed-out"
    case .crashed, .ended, .garbled, .stopped: "crashed"
    }
  }
}

/// Why there is no worker to ask.
public enum WorkerStartError: Error, Equatable, Sendable {
  /// The system did not start the program; its error number.
  case notStarted(systemCode: Int32)
  /// The program ended, or said something else, before it said that it is ready.
  case notReady(WorkerFailure)
}
