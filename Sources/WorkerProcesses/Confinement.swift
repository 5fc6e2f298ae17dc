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
