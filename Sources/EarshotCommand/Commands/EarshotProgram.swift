import AudioDecoding
import Catalogue
import Embedding
import FileAccess
import Glibc
import Plotting
import Training
import VectorIndex

/// The programs `earshot` and `embed`.
public enum EarshotProgram {
  /// Runs a program with the words it was started with and ends the process.
  /// - Parameter name: `earshot` or `embed`.
  public static func run(_ name: String) -> Never {
    ProcessOutput.ignoreBrokenPipes()
    let status = run(
      name, arguments: ProcessArguments.words, output: StandardOutput(),
      messages: Messages(name: name))
    exit(status.rawValue)
  }

  /// Runs a program and says how it ended.
  static func run(
    _ name: String, arguments: [[UInt8]], output: StandardOutput, messages: Messages
  ) -> ExitStatus {
    var status: ExitStatus
    do {
      switch try CommandTable.parser(program: name).parse(arguments) {
      case .help(let command):
        output.write(HelpPage(command: command, program: name, width: Terminal.helpWidth).text)
        status = .success
      case .version:
        output.write(VersionText.text(program: name))
        status = .success
      case .run(let arguments):
        status = try run(
          CommandContext(arguments: arguments, output: output, messages: messages))
      }
    } catch {
      status = report(error, messages)
    }
    do {
      try output.finish()
    } catch {
      messages.say("the results could not be written: \(systemText(error.systemCode))")
      return .internalError
    }
    return status
  }

  private static func run(_ context: CommandContext) throws -> ExitStatus {
    let path = context.arguments.command.path
    guard let command = commands[path] else {
      preconditionFailure("a command of the table that nobody runs: \(path)")
    }
    return try command(context)
  }

  private static let commands: [[String]: @Sendable (CommandContext) throws -> ExitStatus] = [
    ["embed"]: EmbedCommand.run,
    ["features"]: FeaturesCommand.run,
    // ["spectrogram"]: SpectrogramCommand.run,
    ["index"]: IndexCommand.run,
    ["query"]: QueryCommand.run,
    ["similar"]: SimilarCommand.run,
    ["search"]: SearchCommand.run,
    ["train"]: TrainCommand.run,
    ["library", "status"]: LibraryStatusCommand.run,
    ["library", "failures"]: LibraryFailuresCommand.run,
    ["completions"]: CompletionsCommand.run,
    ["manual"]: ManualCommand.run,
  ]

  /// Says what went wrong, in one line, and tells the shell.
  private static func report(_ error: any Error, _ messages: Messages) -> ExitStatus {
    switch error {
    case let error as UsageError:
      for line in error.text.split(separator: "\n") { messages.sayPlainly(String(line)) }
      return .usage
    case let error as AudioDecodingError:
      messages.say(ErrorText.text(error), about: error.path.string)
      return .someFailed
    case let error as CommandError:
      messages.say(error.text)
      return .someFailed
    case let error as FileAccessError:
      messages.say(ErrorText.text(error))
      return .someFailed
    case let error as CatalogueError:
      messages.say(ErrorText.text(error))
      return .internalError
    case let error as SearchFileError:
      messages.say(ErrorText.text(error))
      return .internalError
    case let error as ModelError:
      messages.say(ErrorText.text(error))
      return .internalError
    case let error as TrainingError:
      messages.say(ErrorText.text(error))
      return .someFailed
    case let error as PlottingError:
      messages.say(ErrorText.text(error))
      return .internalError
    default:
      messages.say("internal error: \(error)")
      return .internalError
    }
  }
}
