/// A reader of bytes that strangers made, with what must hold whatever it is given.
///
/// Two programs run these: the fuzzer, which looks for inputs that break something, and the tests,
/// which give each target the inputs that were kept (Tests/FuzzCorpora, docs/fuzzing.md). A target
/// is used from several threads at once.
public struct FuzzTarget: Sendable {
  /// Its name on the command line, and that of its folder of inputs.
  public let name: String
  /// Inputs are not made longer than this, in bytes: longer ones cost time and find no more.
  public let longestInput: Int
  private let body: @Sendable ([UInt8]) throws -> Void

  init(
    _ name: String, longestInput: Int, _ body: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.name = name
    self.longestInput = longestInput
    self.body = body
  }

  /// Gives the reader an input. That it refuses the input is as good as that it reads it.
  /// - Throws: ``BrokenProperty`` where something does not hold, or an error that the reader was not
  ///   expected to throw.
  public func run(_ input: [UInt8]) throws { try body(input) }

  /// All targets, in the order of the document.
  public static let all: [FuzzTarget] =
    sound + [tags] + models + [searchFile, factsFile] + caches + tables + texts + lists
    + workerLines

  /// The target of a name.
  public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// What should have held and did not.
public struct BrokenProperty: Error, CustomStringConvertible {
  /// What it was.
  public let description: String
}

/// Goes on only where `condition` holds.
func hold(_ condition: Bool, _ what: @autoclosure () -> String) throws(BrokenProperty) {
  guard condition else { throw BrokenProperty(description: what()) }
}
