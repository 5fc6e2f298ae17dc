import AnalysisLines
import Catalogue
import FileAccess
import Hashing
import WorkerProcesses

extension FuzzTarget {
  /// What goes between `index` and its workers, and what `library import` reads.
  static let workerLines: [FuzzTarget] = [workerRequest, workerReply, lineReader]

  /// What is read is written again and read to the same.
  private static let workerRequest = FuzzTarget("worker-request", longestInput: 512) { input in
    if let request = AnalysisRequest(input) {
      try hold(!request.path.bytes.isEmpty, "a request without a path")
      try hold(AnalysisRequest(request.bytes) == request, "another request after writing")
    }
    if let answer = AnalysisAnswer.isWanted(input) {
      let written = AnalysisAnswer.bytes(isWanted: answer)
      try hold(AnalysisAnswer.isWanted(written) == answer, "another answer after writing")
    }
    _ = WorkerGreeting.isReady(input, model: SHA256().digest())
  }

  /// What is read has only numbers that a library may hold, and is written again and read to the same.
  private static let workerReply = FuzzTarget("worker-reply", longestInput: 2_048) { input in
    guard let line = try? AnalysisLine(input) else { return }
    try hold(!line.bytes.contains(0x0A), "a line of several lines")
    if case .analysed(let analysis, let model) = line.content {
      let vector = analysis.embedding.vector
      try hold(vector.count == model.dimension, "\(vector.count) numbers of \(model.dimension)")
      let length = vector.reduce(0) { $0 + Double($1) * Double($1) }
      try hold(abs(length - 1) < 0.01, "a vector of the length \(length.squareRoot())")
      for section in analysis.sections ?? [] {
        try hold(section.fault(dimension: model.dimension) == nil, "a section that is none")
      }
      try hold(analysis.sound.seconds.isFinite, "\(analysis.sound.seconds) seconds")
    }
    let second = try AnalysisLine(line.bytes)
    try hold(
      second.content == line.content && second.path == line.path, "another line after writing")
  }

  /// However the bytes come in, lines are what stands between separators, and none is too long.
  private static let lineReader = FuzzTarget("line-reader", longestInput: 1_024) { input in
    let longest = 64
    try withFile(of: input) { file in
      let reader = LineReader(descriptor: file.descriptor, separator: 0x0A, longest: longest)
      var parts = input.split(separator: 0x0A, omittingEmptySubsequences: false)
      if parts.last?.isEmpty ?? false { parts.removeLast() }
      for part in parts {
        let wanted: LineReader.Line = part.count > longest ? .tooLong : .bytes(Array(part))
        let line = reader.next()
        try hold(line == wanted, "the line \(String(describing: line)), not \(wanted)")
      }
      try hold(reader.next() == nil, "a line behind the last")
    }
  }
}
