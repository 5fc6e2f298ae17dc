import Glibc
import Synchronization

/// Why results could not be written.
package struct OutputError: Error, Equatable, Sendable {
  /// The system's error number.
  package let systemCode: Int32
}

/// The stream of results: bytes gathered and written in large pieces.
///
/// A reader that goes away (`earshot query … | head -1`) is no error: what follows is dropped,
/// ``isOpen`` turns false so that long work can stop, and ``finish()`` succeeds. Any other trouble,
/// such as a full disk, is remembered and thrown by ``finish()``.
///
/// `SIGPIPE` must be ignored: see ``ProcessOutput/ignoreSignalsOfWriting()``.
package final class StandardOutput: Sendable {
  private struct State {
    package var buffer: [UInt8] = []
    package var failure: Int32 = 0
  }

  private static let capacity = 1 << 16
  private let descriptor: Int32
  private let state = Mutex(State())

  /// Makes the stream of a descriptor, which stays open.
  package init(descriptor: Int32 = STDOUT_FILENO) { self.descriptor = descriptor }

  /// Whether anybody still reads what is written.
  package var isOpen: Bool { state.withLock { $0.failure == 0 } }

  /// The columns of the terminal, nil when the results go to a file or another program.
  package var terminalWidth: Int? { Terminal.width(descriptor) }

  /// Adds bytes. One call's bytes are never mixed with another's.
  package func write(_ bytes: [UInt8]) {
    state.withLock { state in
      guard state.failure == 0 else { return }
      state.buffer += bytes
      if state.buffer.count >= Self.capacity { flush(&state) }
    }
  }

  /// Adds text as UTF-8.
  package func write(_ text: String) { write(Array(text.utf8)) }

  /// Brings what was added so far to the reader: after each result of a slow stream.
  package func flush() { state.withLock { flush(&$0) } }

  /// Writes the rest.
  /// - Throws: the first trouble met since the beginning, except that the reader went away.
  package func finish() throws(OutputError) {
    flush()
    let failure = state.withLock { $0.failure }
    if failure != 0, failure != EPIPE { throw OutputError(systemCode: failure) }
  }

  private func flush(_ state: inout State) {
    guard state.failure == 0, !state.buffer.isEmpty else { return }
    state.failure = state.buffer.withUnsafeBytes { writeAll($0, to: descriptor) }
    state.buffer.removeAll(keepingCapacity: true)
  }
}
