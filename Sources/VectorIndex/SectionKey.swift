/// The keys of rows: those of wholes, and those of their sections, which tell both whose section it is
/// and where it begins.
///
/// The lower 40 bits are the key of the whole, those above it the section's start in seconds and one, 0
/// for the whole itself; negative keys are of wholes, too. In a collection the rows of wholes come first.
public enum SectionKey {
  private static let ownerBits: Int64 = 40

  /// The key of a section.
  /// - Parameters:
  ///   - owner: the key of the whole, less than 2⁴⁰.
  ///   - start: in whole seconds, less than 2²³ − 1.
  public static func key(owner: Int64, start: Int) -> Int64 {
    precondition(owner >> ownerBits == 0, "a key of \(owner)")
    precondition((0..<(1 << 23) - 1).contains(start), "a section from \(start) s on")
    return owner | Int64(start + 1) << ownerBits
  }

  /// The key of the whole that a row is of.
  public static func owner(of key: Int64) -> Int64 {
    isSection(key) ? key & (1 << ownerBits - 1) : key
  }

  /// Where the section of a row begins, in seconds; nil where it is a whole.
  public static func start(of key: Int64) -> Int? {
    isSection(key) ? Int(key >> ownerBits) - 1 : nil
  }

  static func isSection(_ key: Int64) -> Bool { key >> ownerBits > 0 }
}
