import Glibc
import ParallelWork
import Synchronization
import TestSupport
import Testing

@Suite("Parallel work")
struct OrderedWorkersTests {
  private struct Refusal: Error {}

  /// Work whose length depends on the input, so that results do not end in order.
  @Sendable private static func square(_ input: Int) -> Int {
    usleep(UInt32(truncatingIfNeeded: (input &* 7_919) % 5) * 200)
    return input * input
  }

  @Test("gives each result with its input, in order", arguments: [1, 2, 3, 4, 7, 16, 40])
  func ordered(width: Int) {
    for count in [0, 1, 2, width, 2 * width, 2 * width + 1, 100] {
      var inputs: [Int] = []
      var outputs: [Int] = []
      ParallelWork.run(0..<count, width: width, ordered: true, work: Self.square) {
        inputs.append($0)
        outputs.append($1)
        return true
      }
      #expect(inputs == Array(0..<count))
      #expect(outputs == inputs.map { $0 * $0 })
    }
  }

  @Test("gives each result once, when order does not count", arguments: [1, 2, 5, 16])
  func unordered(width: Int) {
    var pairs: [Int: Int] = [:]
    ParallelWork.run(0..<200, width: width, ordered: false, work: Self.square) { input, output in
      #expect(pairs.updateValue(output, forKey: input) == nil)
      return true
    }
    #expect(pairs.count == 200)
    #expect(pairs.allSatisfy { $1 == $0 * $0 })
  }

  @Test("that need not be in order does not wait for the slowest")
  func overtaking() {
    let gate = Gate()
    var first: Int?
    ParallelWork.run(
      0..<4, width: 2, ordered: false,
      work: { input in
        // The first input is only done when a later one was received.
        if input == 0 { gate.wait() }
        return input
      },
      receive: { input, _ in
        if first == nil { first = input }
        gate.open()
        return true
      })
    #expect(first != 0)
  }

  @Test("runs on as many threads as asked for, and no more", arguments: [1, 2, 4, 8])
  func width(width: Int) {
    let running = SharedNumber()
    let most = SharedNumber()
    let together = Barrier(count: width)
    ParallelWork.run(
      0..<(4 * width), width: width, ordered: true,
      work: { input in
        most.raise(to: running.add(1))
        // As many as the width must be able to meet here.
        if input < width { together.meet() }
        running.add(-1)
        return input
      },
      receive: { _, _ in true })
    #expect(most.value == width)
  }

  @Test("draws no more inputs ahead than twice the width", arguments: [1, 3, 8])
  func drawing(width: Int) {
    let drawn = SharedNumber()
    let inputs = sequence(state: 0) { (state: inout Int) -> Int? in
      guard state < 200 else { return nil }
      drawn.add(1)
      state += 1
      return state - 1
    }
    var taken = 0
    ParallelWork.run(inputs, width: width, ordered: true, work: Self.square) { _, _ in
      taken += 1
      #expect(drawn.value <= taken - 1 + 2 * width)
      return true
    }
    #expect(taken == 200)
  }

  @Test("stops when told to, without drawing on", arguments: [1, 2, 8], [true, false])
  func stopping(width: Int, ordered: Bool) {
    let started = SharedNumber()
    let ended = SharedNumber()
    var received = 0
    // Endless inputs: going on would never end.
    ParallelWork.run(
      0..., width: width, ordered: ordered,
      work: { (input: Int) in
        started.add(1)
        let output = Self.square(input)
        ended.add(1)
        return output
      },
      receive: { _, _ in
        received += 1
        return received < 10
      })
    #expect(received == 10)
    #expect(started.value <= 9 + 2 * width)
    #expect(started.value == ended.value, "nothing runs on afterwards")
  }

  @Test("passes an error on after everything under way has ended", arguments: [1, 2, 8])
  func errors(width: Int) {
    let started = SharedNumber()
    let ended = SharedNumber()
    var received = 0
    #expect(throws: Refusal.self) {
      try ParallelWork.run(
        0..., width: width, ordered: true,
        work: { (input: Int) in
          started.add(1)
          let output = Self.square(input)
          ended.add(1)
          return output
        },
        receive: { input, _ in
          received += 1
          if input == 5 { throw Refusal() }
          return true
        })
    }
    #expect(received == 6)
    #expect(started.value == ended.value)
  }

  @Test("lets go of inputs and outputs")
  func memory() {
    let living = SharedNumber()
    ParallelWork.run(
      (0..<100).lazy.map { _ in Counted(living) }, width: 3, ordered: true,
      work: { _ in Counted(living) },
      receive: { _, _ in
        #expect(living.value <= 2 * (2 * 3 + 1))
        return true
      })
    #expect(living.value == 0)
  }

  @Test("has large stacks, as C libraries want")
  func stack() {
    var sum = 0
    ParallelWork.run(
      0..<2, width: 2, ordered: true,
      work: { _ in
        withUnsafeTemporaryAllocation(byteCount: 6 << 20, alignment: 16) { buffer in
          buffer.initializeMemory(as: UInt8.self, repeating: 1)
          return buffer.count
        }
      },
      receive: {
        sum += $1
        return true
      })
    #expect(sum == 12 << 20)
    #expect(ParallelWork.processorCount >= 1)
  }

  @Test("without a thread is a mistake of the program")
  func noThreads() async {
    await #expect(processExitsWith: .failure) {
      ParallelWork.run(0..<1, width: 0, ordered: true, work: { $0 }, receive: { _, _ in true })
    }
  }
}

private final class Counted: Sendable {
  private let living: SharedNumber

  init(_ living: SharedNumber) {
    self.living = living
    living.add(1)
  }

  deinit { living.add(-1) }
}

private final class Gate: Sendable {
  private let isOpen = Atomic(false)

  func open() { isOpen.store(true, ordering: .sequentiallyConsistent) }

  func wait() {
    while !isOpen.load(ordering: .sequentiallyConsistent) { usleep(200) }
  }
}

/// A number that threads change, atomically: of the locks of `Mutex` the thread sanitizer sees nothing.
private final class SharedNumber: Sendable {
  private let number: Atomic<Int>

  init(_ number: Int = 0) { self.number = Atomic(number) }

  var value: Int { number.load(ordering: .sequentiallyConsistent) }

  @discardableResult
  func add(_ change: Int) -> Int {
    number.add(change, ordering: .sequentiallyConsistent).newValue
  }

  func raise(to value: Int) { number.max(value, ordering: .sequentiallyConsistent) }
}

/// Threads wait here until all have come.
private final class Barrier: Sendable {
  private let missing: SharedNumber

  init(count: Int) { missing = SharedNumber(count) }

  func meet() {
    missing.add(-1)
    while missing.value > 0 { usleep(200) }
  }
}
