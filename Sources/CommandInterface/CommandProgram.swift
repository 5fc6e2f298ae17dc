import AudioDecoding
import Embedding
import FileAccess
import Glibc
import WorkerProcesses

/// A program made of commands: from the words of a command line to an exit status.
package struct CommandProgram: Sendable {
  /// Does what a command is for.
  package typealias Command = @Sendable (CommandContext) throws -> ExitStatus

  /// What is said of an error that only some commands can meet, and what the shell is told.
  package typealias Description = @Sendable (any Error) -> (text: String, status: ExitStatus)?

  private let name: String
  private let commands: [[String]: Command]
  private let libraries: @Sendable () -> [(name: String, version: String)]
  private let describe: Description

  /// - Parameters:
  ///   - name: `earshot` or `embed`.
  ///   - commands: by their path in the table of commands.
  ///   - libraries: names and run-time versions of the linked libraries.
  ///   - describe: words for the errors that this module does not know.
  package init(
    name: String, commands: [[String]: Command],
    libraries: @escaping @Sendable () -> [(name: String, version: String)],
    describe: @escaping Description = { _ in nil }
  ) {
    self.name = name
    self.commands = commands
    self.libraries = libraries
    self.describe = describe
  }

  /// Runs with the words the process was started with, and ends the process.
  package func runProcess() -> Never {
    ProcessOutput.ignoreSignalsOfWriting()
    let status = run(
      ProcessArguments.words, output: StandardOutput(), messages: Messages(name: name))
    exit(status.rawValue)
  }

  /// Runs and says how it ended.
  package func run(
    _ words: [[UInt8]], output: StandardOutput, messages: Messages
  ) -> ExitStatus {
    var status = ExitStatus.success
    do {
      switch try CommandTable.parser(program: name).parse(words) {
      case .help(let command):
        output.write(HelpPage(command: command, program: name, width: Terminal.helpWidth).text)
      case .version:
        output.write(
          VersionText.text(
            program: name, libraries: libraries(), confinement: Confinement.offered.names))
      case .run(let arguments):
        guard let command = commands[arguments.command.path] else {
          preconditionFailure("a command of the table that nobody runs: \(arguments.command.path)")
        }
        status = try command(
          CommandContext(arguments: arguments, output: output, messages: messages))
      }
    } catch {
      status = report(error, messages)
    }
    do throws(OutputError) {
      try output.finish()
    } catch {
      messages.say("the results could not be written: \(systemText(error.systemCode))")
      return .internalError
    }
    return status
  }

  /// Says what went wrong, in one line (two for wrong usage), and tells the shell.
  private func report(_ error: any Error, _ messages: Messages) -> ExitStatus {
    switch error {
    case let error as UsageError:
      for line in error.text.split(separator: "\n") { messages.sayPlainly(String(line)) }
      return .usage
    case let error as AudioDecodingError:
      messages.say(ErrorText.text(error), about: error.path.string)
      return .someFailed
    case let error as FileAccessError:
      messages.say(ErrorText.text(error))
      return .someFailed
    case let error as ModelError:
      messages.say(ErrorText.text(error))
      return .internalError
    case let error as WorkerStartError:
      messages.say(ErrorText.text(error))
      return .internalError
    default:
      let (text, status) = describe(error) ?? ("internal error: \(error)", .internalError)
      messages.say(text)
      return status
    }
  }
}
