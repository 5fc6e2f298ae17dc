import Glibc
import Synchronization

/// How far a long piece of work is: a bar on a terminal, a line now and then elsewhere, or nothing.
package final class ProgressLine: Sendable {
  /// How it is shown.
  package enum Style: String, Sendable, CaseIterable {
    /// A bar that is drawn again in place.
    case bar
    /// A line every few seconds, for logs.
    case plain
    /// Nothing at all.
    case none

    /// The style of `--progress auto|plain|none`.
    package init(option: String, messages: Messages) {
      switch option {
      case "none": self = .none
      case "auto" where messages.isInteractive: self = .bar
      default: self = .plain
      }
    }
  }

  private struct State {
    package var total: Int?
    package var done = 0
    package var note: String?
    package var shownAt: Double?
    package var isFinished = false
    /// Counts of the last seconds, the oldest first; the speed is measured over them.
    package var samples: [(time: Double, done: Int)] = []
  }

  private static let secondsBetweenBars = 0.1
  private static let secondsBetweenLines = 5.0
  private static let secondsOfSpeed = 15.0

  private let style: Style
  private let verb: String
  private let noun: String
  private let messages: Messages
  private let clock: @Sendable () -> Double
  private let start: Double
  private let state: Mutex<State>

  /// Begins.
  /// - Parameters:
  ///   - verb: what is done: `Indexing`.
  ///   - noun: what is counted, in the plural: `tracks`.
  ///   - total: how many there are, nil while unknown.
  ///   - done: how many were done before.
  ///   - clock: seconds from any beginning, never going back.
  package init(
    style: Style, verb: String, noun: String, total: Int?, messages: Messages,
    from done: Int = 0,
    clock: @escaping @Sendable () -> Double = ProgressLine.monotonicSeconds
  ) {
    self.style = style
    self.verb = verb
    self.noun = noun
    self.messages = messages
    self.clock = clock
    start = clock()
    state = Mutex(State(total: total, done: done, samples: [(start, done)]))
  }

  /// Tells how many are done; shown when enough time has gone by since the last showing.
  /// - Parameter note: a few words more, which stand at the end.
  package func update(done: Int, note: String? = nil) {
    change {
      $0.done = done
      $0.note = note
    }
  }

  /// Adds to the number done; from any thread.
  package func advance(by count: Int = 1) { change { $0.done += count } }

  private func change(_ change: (inout State) -> Void) {
    guard style != .none else { return }
    state.withLock { state in
      change(&state)
      let done = state.done
      let now = clock()
      let pause = style == .bar ? Self.secondsBetweenBars : Self.secondsBetweenLines
      let last = state.shownAt ?? (style == .bar ? -.infinity : start)
      guard !state.isFinished, now - last >= pause else { return }
      state.shownAt = now
      state.samples.append((now, done))
      while state.samples.count > 2, now - state.samples[1].time >= Self.secondsOfSpeed {
        state.samples.removeFirst()
      }
      show(state, at: now)
    }
  }

  /// Takes the bar away. The summary that follows is the caller's to say.
  package func finish() {
    state.withLock { $0.isFinished = true }
    if style == .bar { messages.draw(bar: "") }
  }

  /// Seconds since the machine started.
  package static let monotonicSeconds: @Sendable () -> Double = {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private func show(_ state: State, at now: Double) {
    let parts = facts(state, at: now) + [state.note].compactMap { $0 }
    switch style {
    case .none: break
    case .plain: messages.say("\(verb): " + parts.joined(separator: ", "))
    case .bar:
      let width = (messages.terminalWidth ?? 80) - 1
      let text = parts.joined(separator: "  ")
      var line = "\(verb)  \(text)"
      let room = min(30, width - DisplayWidth.of(line) - 4)
      if let total = state.total, total > 0, room >= 5 {
        let filled = min(room, room * state.done / total)
        let bar =
          String(repeating: "#", count: filled) + String(repeating: "-", count: room - filled)
        line = "\(verb)  [\(bar)]  \(text)"
      }
      messages.draw(bar: DisplayWidth.truncate(line, to: width))
    }
  }

  private func facts(_ state: State, at now: Double) -> [String] {
    var parts: [String] = []
    if let total = state.total {
      parts.append("\(NumberText.grouped(state.done)) of \(NumberText.grouped(total)) \(noun)")
      if total > 0 { parts.append(NumberText.percent(Double(state.done) / Double(total))) }
    } else {
      parts.append("\(NumberText.grouped(state.done)) \(noun)")
    }
    guard let oldest = state.samples.first, now - oldest.time >= 1, state.done > oldest.done else {
      return parts
    }
    let speed = Double(state.done - oldest.done) / (now - oldest.time)
    parts.append(NumberText.rate(speed))
    if let total = state.total, total > state.done {
      let seconds = Double(total - state.done) / speed
      parts.append("\(NumberText.duration(seconds: seconds)) left")
    }
    return parts
  }
}
