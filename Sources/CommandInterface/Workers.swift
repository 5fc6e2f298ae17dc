import AnalysisLines
import Embedding
package import FileAccess
import FileFormats
package import Hashing
package import WorkerProcesses

/// What the workers of a command do.
package struct WorkerTask: Sendable {
  /// The model's file, absolute.
  package let model: FilePath
  /// The identity that the model must have.
  package let identity: Digest
  /// The part of each song that is listened to.
  package let excerpt: ExcerptOption
  /// Whether descriptors are measured too.
  package let descriptors: Bool
  /// Whether long songs get sections.
  package let sections: Bool
  /// Whether it is measured how well the model draws each song again.
  package let reconstructions: Bool

  package init(
    model: FilePath, identity: Digest, excerpt: ExcerptOption, descriptors: Bool,
    sections: Bool = false, reconstructions: Bool = false
  ) {
    self.model = model
    self.identity = identity
    self.excerpt = excerpt
    self.descriptors = descriptors
    self.sections = sections
    self.reconstructions = reconstructions
  }
}

extension CommandContext {
  /// Workers that are started when they are first asked: `earshot worker --direct`.
  /// - Parameter isStopping: whether the work is to end.
  /// - Throws: `WorkerStartError` when the program that they run is not there.
  package func workerPool(
    for task: WorkerTask, limits: WorkerLimits, isStopping: @escaping @Sendable () -> Bool
  ) throws(WorkerStartError) -> WorkerPool {
    var arguments: [[UInt8]] = [
      Array("worker".utf8), Array("--direct".utf8),
      Array("--model".utf8), task.model.bytes,
      Array("--excerpt".utf8), Array(task.excerpt.text.utf8),
      Array("--descriptors".utf8), Array((task.descriptors ? "all" : "none").utf8),
      Array("--memory-limit".utf8), Array(String(limits.addressSpace >> 20).utf8),
      Array("--time-limit".utf8), Array(String(limits.seconds).utf8),
    ]
    if task.sections { arguments.append(Array("--sections".utf8)) }
    if task.reconstructions { arguments.append(Array("--reconstructions".utf8)) }
    let command = WorkerCommand(
      executable: try Self.workerProgram(), arguments: arguments, environment: Self.workerVariables)
    let identity = task.identity
    return WorkerPool(
      command, limits: limits, isReady: { WorkerGreeting.isReady($0, model: identity) },
      isStopping: isStopping)
  }

  /// The program `earshot`: this one, or, for `embed`, the one beside it.
  private static func workerProgram() throws(WorkerStartError) -> FilePath {
    guard let own = ProcessEnvironment.executable else { throw .notStarted(systemCode: 0) }
    if own.lastComponent == FilePath("earshot") { return own }
    return own.parent.appending("earshot")
  }

  /// What a worker needs of the environment: where libraries lie, what the sanitizers and the
  /// arithmetic libraries are told. Arithmetic has one thread in each worker.
  private static var workerVariables: [[UInt8]] {
    let kept = [
      "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS",
      "MALLOC_PERTURB_", "TZ",
    ]
    let given = kept.compactMap { name in
      ProcessEnvironment.variable(name).map { Array("\(name)=".utf8) + $0.bytes }
    }
    return given + [Array("OMP_NUM_THREADS=1".utf8), Array("OPENBLAS_NUM_THREADS=1".utf8)]
  }
}

extension CommandContext {
  /// Runs work on one stranger's file in this process, under the limits that a worker has. When it takes
  /// more, the process tells of a failed file and ends.
  /// - Parameter saysJSON: whether the failure is also an object on standard output.
  package func watching<Result, Failure>(
    _ song: FilePath, saysJSON: Bool = false, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let limits = WorkerLimits()
    return try ProcessLimits.watching(
      limits, exhausted: words(for: .exhausted, song, saysJSON: saysJSON),
      late: words(for: .timedOut(seconds: limits.seconds), song, saysJSON: saysJSON),
      status: ExitStatus.someFailed.rawValue, work)
  }

  private func words(
    for failure: WorkerFailure, _ song: FilePath, saysJSON: Bool
  ) -> ProcessLimits.Words {
    let reason = ErrorText.reason(failure)
    let line = AnalysisLine(
      path: song, content: .failed(AnalysisFailure(code: failure.code, message: reason)))
    let message = TerminalText.clean(
      "\(messages.name): \(song.string): \(reason) [\(failure.code)]")
    return ProcessLimits.Words(
      error: message + "\n",
      output: saysJSON ? String(decoding: JSONValue.object(line.object).line, as: UTF8.self) : "")
  }
}

extension ParsedArguments {
  /// What one file may cost a worker, by `--time-limit` and `--memory-limit`.
  package var workerLimits: WorkerLimits {
    WorkerLimits(
      seconds: number("time-limit"), addressSpace: integer("memory-limit") << 20)
  }
}

extension ErrorText {
  /// How a worker failed, without the file's name.
  package static func reason(_ failure: WorkerFailure) -> String {
    switch failure {
    case .crashed(let signal):
      "the decoder crashed (signal \(signal), \(signalText(signal))); the file may be made to attack"
    case .ended(let status): "the worker ended without a word (status \(status))"
    case .exhausted: "it needs more memory than a file may have"
    case .timedOut(let seconds):
      "it was not through after \(NumberText.fixed(seconds, decimals: 0)) s"
    case .garbled: "the worker answered with nonsense"
    case .stopped: "the work was stopped"
    }
  }

  /// Why there are no workers.
  package static func text(_ error: WorkerStartError) -> String {
    let remedy = "'earshot worker --direct' tells more"
    return switch error {
    case .notStarted(let number):
      "no worker could be started: \(systemText(number)); the program earshot must lie beside embed"
    case .notReady(.timedOut): "a worker did not get ready in time; \(remedy)"
    case .notReady(let failure):
      "a worker did not get ready: \(reason(failure)); \(remedy)"
    }
  }
}
