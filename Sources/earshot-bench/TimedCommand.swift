import Glibc

/// One run of a program: how long it took by the clock and on the processor.
struct Timing {
  /// Milliseconds from start to end.
  let wall: Double
  /// Milliseconds of processor time.
  let processor: Double
}

/// A command line that is timed. Its output goes nowhere.
struct TimedCommand {
  let words: [String]
  var environment: [String] = []

  /// Runs it once; nil when it cannot be started or fails.
  func run() -> Timing? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    }
    let arguments = words.map { strdup($0) } + [nil]
    let variables = (Self.inherited + environment).map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process = pid_t()
    let start = Clock.milliseconds
    guard posix_spawnp(&process, words[0], &actions, nil, arguments, variables) == 0 else {
      return nil
    }
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(process, &status, 0, &usage) == process, status == 0 else { return nil }
    let times = [usage.ru_utime, usage.ru_stime]
    return Timing(
      wall: Clock.milliseconds - start,
      processor: times.reduce(0) { $0 + Double($1.tv_sec) * 1e3 + Double($1.tv_usec) / 1e3 })
  }

  private static var inherited: [String] {
    let names: [String] = ["PATH", "HOME"]
    return names.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
  }
}

/// Time that never goes back.
enum Clock {
  static var milliseconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }
}

/// Commands that do the same work, run in turns so that what disturbs one disturbs all.
struct Race {
  /// The name and the command of each.
  let runners: [(name: String, command: TimedCommand)]

  /// Runs all of them `rounds` times after one unmeasured round; nil for one that fails.
  func run(rounds: Int) -> [(name: String, median: Timing?)] {
    var timings = runners.map { _ in [Timing]() }
    for round in 0...rounds {
      for (place, runner) in runners.enumerated() where round == 0 || !timings[place].isEmpty {
        guard let timing = runner.command.run() else { continue }
        timings[place].append(timing)
      }
    }
    return zip(runners, timings).map { runner, timings in
      // The first round warms the caches.
      let counted = timings.dropFirst()
      guard counted.count == rounds else { return (runner.name, nil) }
      return (
        runner.name,
        Timing(wall: median(counted.map(\.wall)), processor: median(counted.map(\.processor)))
      )
    }
  }
}

/// The middle value.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
