import Glibc
import Synchronization

/// What is said to people: lines on standard error that begin with the program's name.
///
/// A progress bar shares the stream: it is taken away before a message and drawn again after it.
package final class Messages: Sendable {
  /// The name each message begins with: `earshot` or `embed`.
  package let name: String
  private let descriptor: Int32
  private let bar = Mutex("")

  /// Makes the stream of a descriptor, which stays open.
  package init(name: String, descriptor: Int32 = STDERR_FILENO) {
    self.name = name
    self.descriptor = descriptor
  }

  /// Whether a progress bar can be drawn.
  package var isInteractive: Bool { Terminal.isInteractive(descriptor) }

  /// The columns of the terminal, nil when there is none.
  package var terminalWidth: Int? { Terminal.width(descriptor) }

  /// Says one line, cleaned for the terminal, after the program's name and a colon.
  package func say(_ message: String) { sayPlainly("\(name): \(message)") }

  /// Says one line about a file: `embed: song.mp3: …`.
  package func say(_ message: String, about path: String) { say("\(path): \(message)") }

  /// Says one line, cleaned for the terminal, without the program's name.
  package func sayPlainly(_ line: String) {
    bar.withLock { bar in
      let (before, after) = bar.isEmpty ? ("", "") : (Self.eraseLine, bar)
      put(before + TerminalText.clean(line) + "\n" + after)
    }
  }

  /// Draws a progress bar in place of the last one; an empty text takes it away.
  package func draw(bar text: String) {
    bar.withLock { bar in
      if bar.isEmpty, text.isEmpty { return }
      bar = TerminalText.clean(text)
      put(Self.eraseLine + bar)
    }
  }

  /// Goes to the line's beginning and empties it (ECMA-48: CR, EL).
  private static let eraseLine = "\r\u{1B}[K"

  private func put(_ text: String) {
    var text = text
    // Nobody can be told when standard error itself fails.
    text.withUTF8 { _ = writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
  }
}
