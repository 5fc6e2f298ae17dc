import Glibc

/// What the system started this program with.
package enum ProcessArguments {
  /// The words after the program's name as raw bytes; Swift's own `arguments` repairs what is not
  /// UTF-8 and so loses names of files.
  package static var words: [[UInt8]] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { place in
      guard let word = CommandLine.unsafeArgv[place] else { return nil }
      return Array(UnsafeRawBufferPointer(start: word, count: strlen(word)))
    }
  }
}
