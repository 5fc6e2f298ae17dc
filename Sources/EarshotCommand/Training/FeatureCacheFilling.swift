import AudioDecoding
import CommandInterface
import FileAccess
import MusicLibrary
import ParallelWork
import SpectralFeatures
import Training

/// Brings the feature cache in step with the music of a training: what is not in it is listened to.
struct FeatureCacheFilling {
  /// The images.
  let path: FilePath
  /// The images of re-encoded copies, where they are wanted.
  let copies: FilePath?

  /// Listens to what is missing.
  /// - Returns: how many files that promised music gave none, or nil when told to stop.
  func fill(from files: [FilePath], _ context: CommandContext) throws -> Int? {
    let writer = try FeatureCacheWriter(path)
    let copyWriter = try copies.map { try FeatureCacheWriter($0) }
    let missing = files.filter {
      !writer.contains($0) || copyWriter?.contains($0) == false
    }
    guard !missing.isEmpty else { return 0 }
    let style = ProgressLine.Style(
      option: context.arguments.choice("progress"), messages: context.messages)
    let progress = ProgressLine(
      style: style, verb: "Listening", noun: "tracks", total: missing.count,
      messages: context.messages)
    defer { progress.finish() }
    let listener = TrainingListener(withCopies: copies != nil)
    var failed = 0
    var isStopped = false
    try ParallelWork.run(
      missing, width: ParallelWork.processorCount, ordered: true,
      work: { path in
        Result { () throws(AudioDecodingError) in try listener.images(of: path) }
      },
      receive: { path, result in
        var images: (image: MelImage, copy: MelImage?)?
        switch result {
        case .success(let made): images = made
        case .failure(let error):
          if !MusicNames.isNoMusic(path, error) {
            context.messages.say(ErrorText.text(error), about: path.string)
            failed += 1
          }
          // What may be there another time is tried again, the rest is not.
          if [.notFound, .unreadable].contains(error.code) {
            progress.advance()
            return true
          }
        }
        if !writer.contains(path) { try writer.add(path, images?.image) }
        if let copyWriter, !copyWriter.contains(path) { try copyWriter.add(path, images?.copy) }
        progress.advance()
        isStopped = Interruption.isWanted
        return !isStopped
      })
    try writer.close()
    try copyWriter?.close()
    return isStopped ? nil : failed
  }
}
