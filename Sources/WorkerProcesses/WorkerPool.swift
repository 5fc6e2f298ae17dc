public import FileAccess
internal import Synchronization

/// How a worker is started.
public struct WorkerCommand: Sendable {
  /// The program's file.
  public let executable: FilePath
  /// Its words after the name.
  public let arguments: [[UInt8]]
  /// Its variables, each as `NAME=value`: nothing else of this process's environment reaches it.
  public let environment: [[UInt8]]

  /// Puts a command together.
  public init(executable: FilePath, arguments: [[UInt8]], environment: [[UInt8]]) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
  }
}

/// Worker processes that are asked from several threads. Each request has a worker to itself; one that
/// died is replaced by the next request.
public final class WorkerPool: Sendable {
  private let command: WorkerCommand
  private let limits: WorkerLimits
  private let isReady: @Sendable (_ greeting: [UInt8]) -> Bool
  private let isStopping: @Sendable () -> Bool
  private let idle = Mutex<[IdleWorker]>([])

  /// A worker that nobody speaks with.
  ///
  /// Unchecked: whoever takes it out of the list is the only one to use it.
  private struct IdleWorker: @unchecked Sendable {
    let process: WorkerProcess
    let requests: Int
  }

  /// - Parameters:
  ///   - command: how a worker is started.
  ///   - limits: what a request may cost.
  ///   - isReady: whether a worker's first line says that it is the right one and ready.
  ///   - isStopping: whether the work is to end; requests under way then get one second more.
  public init(
    _ command: WorkerCommand, limits: WorkerLimits,
    isReady: @escaping @Sendable (_ greeting: [UInt8]) -> Bool,
    isStopping: @escaping @Sendable () -> Bool
  ) {
    self.command = command
    self.limits = limits
    self.isReady = isReady
    self.isStopping = isStopping
  }

  deinit {
    idle.withLock { workers in
      for worker in workers { worker.process.finish() }
      workers.removeAll()
    }
  }

  /// Sends one request to a worker and waits for the reply, from any thread.
  /// - Parameters:
  ///   - request: one line, without its end.
  ///   - meaning: what a line from the worker is.
  /// - Returns: the reply, without its line end, or how the worker failed.
  /// - Throws: when no worker can be started.
  public func ask(
    _ request: [UInt8], meaning: (_ line: [UInt8]) -> WorkerLine
  ) throws(WorkerStartError) -> Result<[UInt8], WorkerFailure> {
    let free = idle.withLock { $0.popLast() }
    let worker = if let free { free } else { try start() }
    do throws(WorkerFailure) {
      let reply = try worker.process.ask(
        request + [UInt8(ascii: "\n")], seconds: limits.seconds, isStopping: isStopping,
        meaning: meaning)
      giveBack(IdleWorker(process: worker.process, requests: worker.requests + 1))
      return .success(reply)
    } catch {
      return .failure(error)
    }
  }

  private func start() throws(WorkerStartError) -> IdleWorker {
    let process = WorkerProcess(
      try ChildProcess(
        command.executable, arguments: [command.executable.bytes] + command.arguments,
        environment: command.environment))
    do throws(WorkerFailure) {
      // A model that is large is read and unpacked first, whatever time a file may take.
      let seconds = max(limits.seconds, Self.secondsToStart)
      _ = try process.ask([], seconds: seconds, isStopping: isStopping) { greeting in
        isReady(greeting) ? .reply : .garbled
      }
    } catch {
      throw .notReady(error)
    }
    return IdleWorker(process: process, requests: 0)
  }

  /// So long a worker may take to get ready, on a machine that has much else to do.
  private static let secondsToStart = 60.0

  private static let requestsBetweenLooks = 16

  private func giveBack(_ worker: IdleWorker) {
    if worker.requests % Self.requestsBetweenLooks == 0,
      worker.process.residentBytes > limits.residentBetweenFiles
    {
      worker.process.finish()
      return
    }
    idle.withLock { $0.append(worker) }
  }
}
