internal import CSandbox

/// What a process gives up before it reads what strangers made.
public enum Confinement {
  /// The means by which the system takes rights from a process.
  public struct Means: OptionSet, Sendable {
    /// The bits of ``systemCalls`` and ``files``.
    public let rawValue: Int32

    /// Takes bits.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// A filter of system calls: seccomp(2).
    public static let systemCalls = Means(rawValue: Int32(csandbox_system_calls.rawValue))
    /// No writing, no starting of programs and, since Linux 6.7, no network: landlock(7).
    public static let files = Means(rawValue: Int32(csandbox_files.rawValue))

    /// The names people know them by, in a fixed order.
    public var names: [String] {
      (contains(.systemCalls) ? ["seccomp"] : []) + (contains(.files) ? ["Landlock"] : [])
    }
  }

  /// What this system offers.
  public static var offered: Means { Means(rawValue: csandbox_offered()) }

  /// Gives up, for this thread and those it starts, all that decoding does not need: writing files,
  /// starting programs, the network, other processes. Reading files stays.
  /// - Returns: what is in force now.
  public static func apply() -> Means { Means(rawValue: csandbox_confine()) }
}

/// The limits on memory and time of the process itself.
public enum ProcessLimits {
  /// What a worker that ran out of memory tells its parent.
  static let exhaustedStatus: Int32 = 101

  /// Limits the address space, and lets a death for want of it be told from any other.
  /// - Parameters:
  ///   - bytes: the most that is allowed.
  ///   - message: what is written to standard error then, at most 1 KiB; a worker says nothing.
  ///   - status: what the process ends with then.
  public static func limitMemory(to bytes: Int, message: String = "", status: Int32? = nil) {
    _ = csandbox_limit_address_space(UInt64(bytes))
    var message = message
    message.withUTF8 { text in
      text.withMemoryRebound(to: CChar.self) {
        csandbox_report_exhaustion(
          UInt64(bytes), $0.baseAddress, $0.count, status ?? exhaustedStatus)
      }
    }
  }

  /// Ends the process by a signal in so many seconds, unless it is called again before; 0 takes that
  /// back. For workers whose parent, which counts the time, may be gone.
  public static func end(inSeconds seconds: Int) {
    csandbox_end_in(UInt32(clamping: max(0, seconds)))
  }
}
