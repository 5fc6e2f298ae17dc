import AudioDecoding
import CommandInterface
import FileAccess
import MusicLibrary
import ParallelWork
import Training

/// Brings a cache in step with the music of a training: what is not in it is listened to.
enum CacheFilling {
  /// Listens to what is missing.
  /// - Parameters:
  ///   - missing: the files.
  ///   - hear: on several threads at once.
  ///   - add: nil is added for a file that holds no music.
  /// - Returns: how many files that promised music gave none, or nil when told to stop.
  static func fill<Heard: Sendable>(
    _ missing: [FilePath], _ context: CommandContext,
    hear: @escaping @Sendable (FilePath) throws(AudioDecodingError) -> Heard,
    add: (FilePath, Heard?) throws -> Void
  ) throws -> Int? {
    guard !missing.isEmpty else { return 0 }
    let style = ProgressLine.Style(
      option: context.arguments.choice("progress"), messages: context.messages)
    let progress = ProgressLine(
      style: style, verb: "Listening", noun: "tracks", total: missing.count,
      messages: context.messages)
    defer { progress.finish() }
    var failed = 0
    var isStopped = false
    try ParallelWork.run(
      missing, width: ParallelWork.processorCount, ordered: true,
      work: { path in
        Result { () throws(AudioDecodingError) in try hear(path) }
      },
      receive: { path, result in
        var heard: Heard?
        switch result {
        case .success(let made): heard = made
        case .failure(let error):
          if !MusicNames.isNoMusic(path, code: error.code.rawValue) {
            context.messages.say(ErrorText.text(error), about: path.string)
            failed += 1
          }
          // What may be there another time is tried again, the rest is not.
          if [.notFound, .unreadable].contains(error.code) {
            progress.advance()
            return true
          }
        }
        try add(path, heard)
        progress.advance()
        isStopped = Interruption.isWanted
        return !isStopped
      })
    return isStopped ? nil : failed
  }

  /// What is said and returned when told to stop before a training began.
  static func stopped(_ context: CommandContext) -> ExitStatus {
    context.messages.say("stopped; run the same command again to go on")
    return Interruption.exitStatus
  }
}

/// The mel images of networks of tiles.
struct FeatureCacheFilling {
  /// The images.
  let path: FilePath
  /// The images of re-encoded copies, where they are wanted.
  let copies: FilePath?

  /// As ``CacheFilling/fill(_:_:hear:add:)``.
  func fill(from files: [FilePath], _ context: CommandContext) throws -> Int? {
    let writer = try FeatureCacheWriter(path)
    let copyWriter = try copies.map { try FeatureCacheWriter($0) }
    let listener = TrainingListener(withCopies: copies != nil)
    let failed = try CacheFilling.fill(
      files.filter { !writer.contains($0) || copyWriter?.contains($0) == false }, context,
      hear: { path throws(AudioDecodingError) in try listener.images(of: path) },
      add: { path, images in
        if !writer.contains(path) { try writer.add(path, images?.image) }
        if let copyWriter, !copyWriter.contains(path) { try copyWriter.add(path, images?.copy) }
      })
    try writer.close()
    try copyWriter?.close()
    return failed
  }
}

/// The windows of the model `earshot`.
struct WindowCacheFilling {
  let path: FilePath

  /// As ``CacheFilling/fill(_:_:hear:add:)``.
  func fill(from files: [FilePath], _ context: CommandContext) throws -> Int? {
    let writer = try WindowCacheWriter(path)
    let listener = WindowListener()
    let failed = try CacheFilling.fill(
      files.filter { !writer.contains($0) }, context,
      hear: { path throws(AudioDecodingError) in try listener.windows(of: path) },
      add: { path, windows in try writer.add(path, windows) })
    try writer.close()
    return failed
  }
}
