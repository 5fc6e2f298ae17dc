import CommandInterface
import FileAccess
import MusicLibrary

extension CommandContext {
  /// Shows how far listening to tracks once more is, and stops it when the user wants that.
  func watchRelistening<Summary>(
    _ work: ((RelisteningEvent) -> Bool) throws -> Summary
  ) throws -> Summary {
    let style = ProgressLine.Style(option: arguments.choice("progress"), messages: messages)
    var progress: ProgressLine?
    defer { progress?.finish() }
    return try work { event in
      switch event {
      case .started(let pending):
        progress = ProgressLine(
          style: style, verb: "Listening", noun: "tracks", total: pending, messages: messages)
      case .failed(let path, let message, let code):
        messages.say("\(message) [\(code)]", about: path.string)
      case .progressed(let done): progress?.update(done: done)
      }
      return !Interruption.isWanted
    }
  }
}
