internal import Catalogue

/// What a long run will take, judged by the first files of it.
public struct IndexEstimate: Equatable, Sendable {
  /// Files to listen to.
  public let files: Int
  /// Seconds of music in them, by the size of their bytes.
  public let musicSeconds: Double
  /// Files that are through in a second on this machine.
  public let filesPerSecond: Double
  /// Seconds until the end.
  public let secondsLeft: Double
}

/// A sample of the files of a run, spread evenly over all, which is listened to first: what it takes tells
/// what the rest will.
struct IndexSample {
  /// Shorter runs are over before an estimate is worth reading.
  static let fewestFiles = 200
  private static let wantedFiles = 32

  /// All files, those of the sample first.
  let files: [FileStamp]
  private let wanted: Int
  private let bytes: Int
  private let start: Double
  private var heard = 0
  private var heardSeconds = 0.0
  private var heardBytes = 0

  /// - Parameters:
  ///   - files: what is to be listened to, in order.
  ///   - start: the time now, in seconds.
  init(_ files: [FileStamp], start: Double) {
    self.start = start
    bytes = files.reduce(0) { $0 + $1.size }
    guard files.count >= Self.fewestFiles else {
      self.files = files
      wanted = 0
      return
    }
    wanted = Self.wantedFiles
    let chosen = (0..<Self.wantedFiles).map { $0 * files.count / Self.wantedFiles }
    let isChosen = Set(chosen)
    self.files =
      chosen.map { files[$0] } + files.indices.filter { !isChosen.contains($0) }.map { files[$0] }
  }

  /// Takes the outcome of one more file in.
  /// - Parameters:
  ///   - seconds: the length of its music; nil where there was none to listen to.
  ///   - now: the time, in seconds.
  /// - Returns: the estimate, once, when enough is known.
  mutating func take(
    _ stamp: FileStamp, seconds: Double?, now: Double
  ) -> IndexEstimate? {
    guard heard < wanted else { return nil }
    heard += 1
    if let seconds {
      heardSeconds += seconds
      heardBytes += stamp.size
    }
    guard heard == wanted, heardBytes > 0, now > start else { return nil }
    let rate = Double(heard) / (now - start)
    return IndexEstimate(
      files: files.count, musicSeconds: heardSeconds / Double(heardBytes) * Double(bytes),
      filesPerSecond: rate, secondsLeft: Double(files.count - heard) / rate)
  }
}
