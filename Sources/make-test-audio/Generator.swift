import Glibc

/// Makes the folder of test clips.
enum Generator {
  /// Makes every clip and both lists, and says so line by line.
  /// - Returns: the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    guard arguments.count == 2 else {
      complain("usage: make-test-audio OUTPUT-FOLDER")
      return 64
    }
    let folder = arguments[1]
    mkdir(folder, 0o755)
    do {
      for clip in Catalogue.clips {
        var performance = Performance(clip)
        try Encoder.encode(clip, clip.style.play(&performance), into: folder)
        print(clip.file)
      }
      try Encoder.write(Array(Tables.csv(Catalogue.clips).utf8), to: "\(folder)/clips.csv")
      try Encoder.write(Array(Tables.readme(Catalogue.clips).utf8), to: "\(folder)/README.md")
    } catch GeneratorError.notWritten(let path, let number) {
      complain("\(path): cannot be written (\(String(cString: strerror(number))))")
      return 1
    } catch {
      complain("\(error)")
      return 1
    }
    return 0
  }

  private static func complain(_ line: String) {
    let bytes = Array("make-test-audio: \(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
