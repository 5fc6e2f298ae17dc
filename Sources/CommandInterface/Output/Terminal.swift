import Glibc

/// What stands at the other end of a descriptor.
package enum Terminal {
  /// Whether a descriptor is a terminal that understands cursor movement.
  package static func isInteractive(_ descriptor: Int32) -> Bool {
    guard isatty(descriptor) == 1 else { return false }
    guard let kind = getenv("TERM") else { return false }
    return !String(cString: kind).isEmpty && strcmp(kind, "dumb") != 0
  }

  /// The columns of the terminal at a descriptor, or nil when it is none.
  package static func width(_ descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// The columns that help is wrapped to: 80, or as many as the terminal has between 40 and 100.
  package static var helpWidth: Int { min(max(width(STDOUT_FILENO) ?? 80, 40), 100) }
}

/// Settings of the whole process for writing.
package enum ProcessOutput {
  /// Makes writing to a closed pipe, or beyond the size that a file may have, an error to be met quietly
  /// instead of a signal that kills. Called once, first of all.
  package static func ignoreSignalsOfWriting() {
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
  }
}

/// Writes all of the bytes; returns the system's error number, 0 when all went well.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
  var rest = bytes
  while !rest.isEmpty {
    let count = write(descriptor, rest.baseAddress, rest.count)
    if count >= 0 {
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    } else if errno == EAGAIN || errno == EWOULDBLOCK {
      // The reader made the pipe non-blocking: wait until it takes more.
      var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&event, 1, -1)
    } else if errno != EINTR {
      return errno
    }
  }
  return 0
}
