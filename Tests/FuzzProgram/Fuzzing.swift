import FuzzTargets
import Glibc

/// `earshot-fuzz --list`, or `EARSHOT_FUZZ_TARGET=NAME earshot-fuzz` with libFuzzer's arguments.
enum Fuzzing {
  /// What is fuzzed: libFuzzer knows but one function without a context.
  private static let target: FuzzTarget = {
    let name = getenv("EARSHOT_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget.named(name) else {
      print("EARSHOT_FUZZ_TARGET is none of \(FuzzTarget.all.map(\.name).joined(separator: " "))")
      exit(64)
    }
    return target
  }()

  static func list() {
    for target in FuzzTarget.all { print(target.name, target.longestInput) }
  }

  static func run() -> CInt {
    _ = target
    let count = UnsafeMutablePointer<CInt>.allocate(capacity: 1)
    count.initialize(to: CommandLine.argc)
    let arguments = UnsafeMutablePointer<CommandLineArguments>.allocate(capacity: 1)
    arguments.initialize(to: CommandLine.unsafeArgv)
    return runFuzzer(count, arguments, check)
  }

  private static let check: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt = { bytes, count in
    do {
      try target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
      fatalError("\(target.name): \(error)")
    }
    return 0
  }
}

typealias CommandLineArguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// libFuzzer's own entry, for a program that has a `main` (llvm.org/docs/LibFuzzer.html).
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<CommandLineArguments>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
