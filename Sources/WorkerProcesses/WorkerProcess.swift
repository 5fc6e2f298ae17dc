import Glibc

/// What a line from a worker is.
public enum WorkerLine: Sendable {
  /// A question, and what to send back, without a line end.
  case question(answer: [UInt8])
  /// The reply to the request.
  case reply
  /// Nothing that a worker in good order says: it is killed.
  case garbled
}

/// A conversation with one worker, line by line. Used by one thread at a time.
final class WorkerProcess {
  private let child: ChildProcess
  private var received: [UInt8] = []
  /// How much of ``received`` is known to hold no line end.
  private var searched = 0

  /// A reply that is longer than this is none.
  static let longestLine = 4 << 20

  init(_ child: ChildProcess) { self.child = child }

  /// Sends a request and waits for the reply. After a failure the worker is dead.
  /// - Parameters:
  ///   - request: with its line end; empty when the worker speaks first.
  ///   - seconds: how long the whole may take.
  ///   - isStopping: asked now and then; once true, the reply is waited for no longer than
  ///     ``secondsToStop``.
  ///   - meaning: what a line from the worker is.
  func ask(
    _ request: [UInt8], seconds: Double, isStopping: () -> Bool, meaning: ([UInt8]) -> WorkerLine
  ) throws(WorkerFailure) -> [UInt8] {
    let start = Self.now
    var last = start + seconds
    var isLast = false
    if !request.isEmpty, !child.send(request) { throw failure() }
    while true {
      if let line = nextLine() {
        switch meaning(line) {
        case .reply: return line
        case .garbled: throw end(.garbled)
        case .question(let answer):
          if !child.send(answer + [UInt8(ascii: "\n")]) { throw failure() }
          continue
        }
      }
      if received.count > Self.longestLine { throw end(.garbled) }
      let now = Self.now
      if !isLast, isStopping() {
        isLast = true
        last = min(last, now + Self.secondsToStop)
      }
      guard now < last else { throw end(isLast ? .stopped : .timedOut(seconds: seconds)) }
      try receive(waiting: min(last - now, Self.secondsBetweenLooks))
    }
  }

  /// How long a file under way may still take when the work is being stopped.
  static let secondsToStop = 1.0
  private static let secondsBetweenLooks = 0.1

  /// Bytes in memory now.
  var residentBytes: Int { child.residentBytes }

  /// Lets the worker end by itself and waits for that.
  func finish() {
    child.closeInput()
    // It has nothing left to do but to leave.
    var event = pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)
    _ = poll(&event, 1, 1_000)
  }

  private func nextLine() -> [UInt8]? {
    guard let place = received[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
      searched = received.count
      return nil
    }
    let line = Array(received[..<place])
    received.removeSubrange(...place)
    searched = 0
    return line
  }

  private func receive(waiting seconds: Double) throws(WorkerFailure) {
    var event = pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)
    let found = poll(&event, 1, Int32((seconds * 1_000).rounded(.up)))
    guard found > 0 else { return }
    let old = received.count
    var count = 0
    received.append(contentsOf: repeatElement(0, count: Self.pieceSize))
    received.withUnsafeMutableBytes { buffer in
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer[old...])
      count = read(child.output, room.baseAddress, room.count)
    }
    received.removeLast(Self.pieceSize - max(0, count))
    if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) { throw failure() }
  }

  private static let pieceSize = 1 << 14

  /// Kills the worker for a reason.
  private func end(_ failure: WorkerFailure) -> WorkerFailure {
    child.kill()
    _ = child.wait()
    return failure
  }

  /// What became of a worker that neither reads nor writes any more.
  private func failure() -> WorkerFailure {
    // It closed its pipes because it is dying; one that only closed them is no use either.
    for _ in 0..<200 {
      if let status = child.statusIfEnded() { return Self.meaning(of: status) }
      usleep(5_000)
    }
    return end(.garbled)
  }

  private static func meaning(of status: Int32) -> WorkerFailure {
    let signal = status & 0x7F
    if signal != 0 { return .crashed(signal: signal) }
    let code = status >> 8 & 0xFF
    return code == ProcessLimits.exhaustedStatus ? .exhausted : .ended(status: code)
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
