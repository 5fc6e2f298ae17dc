import Glibc

/// Runs one function over many inputs on several threads and hands the results back one at a time.
///
/// Threads, not tasks: each piece of work blocks its thread inside C libraries for milliseconds.
/// Inputs are drawn only as fast as results are taken, so memory is bounded by the width.
public enum ParallelWork {
  /// The number of processors that are switched on, at least 1.
  public static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Works through `inputs` on `width` threads.
  ///
  /// - Parameters:
  ///   - inputs: drawn one by one on the calling thread.
  ///   - width: how many threads work, at least 1.
  ///   - ordered: whether `receive` sees results in the order of the inputs, or as they end.
  ///   - work: called on the threads.
  ///   - receive: called on the calling thread; false stops: no further input is drawn, results
  ///     still under way are waited for and dropped.
  public static func run<Input: Sendable, Output: Sendable>(
    _ inputs: some Sequence<Input>, width: Int, ordered: Bool,
    work: @escaping @Sendable (Input) -> Output,
    receive: (Input, Output) throws -> Bool
  ) rethrows {
    precondition(width > 0, "work needs at least one thread, not \(width)")
    let queue = WorkQueue<Input, Output>(work: work)
    // A system that is short of threads gives fewer; one is enough.
    let threads = (0..<width).compactMap { _ in WorkThread { queue.serve() } }
    precondition(!threads.isEmpty, "the system refused the first of \(width) threads")
    defer {
      queue.close()
      for thread in threads { thread.join() }
    }
    var iterator = inputs.makeIterator()
    var drawn = 0
    var taken = 0
    var exhausted = false
    while true {
      // Twice the width keeps every thread busy while a result is being received.
      while !exhausted && drawn - taken < 2 * width {
        guard let input = iterator.next() else {
          exhausted = true
          break
        }
        queue.submit(input, number: drawn)
        drawn += 1
      }
      if taken == drawn { return }
      let (input, output) = queue.take(number: ordered ? taken : nil)
      taken += 1
      guard try receive(input, output) else { return }
    }
  }
}

/// Jobs waiting, jobs done, and the threads that wait for either.
///
/// Unchecked: every field is read and written between `lock` and `unlock` only.
private final class WorkQueue<Input: Sendable, Output: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var waiting: [(number: Int, input: Input)] = []
  private var done: [(number: Int, input: Input, output: Output)] = []
  private var closed = false
  private let work: @Sendable (Input) -> Output

  init(work: @escaping @Sendable (Input) -> Output) {
    self.work = work
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(changed)
    mutex.deallocate()
    changed.deallocate()
  }

  func submit(_ input: Input, number: Int) {
    pthread_mutex_lock(mutex)
    waiting.append((number, input))
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }

  func take(number: Int?) -> (Input, Output) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let place = done.firstIndex(where: { number == nil || $0.number == number }) {
        let job = done.remove(at: place)
        return (job.input, job.output)
      }
      pthread_cond_wait(changed, mutex)
    }
  }

  func close() {
    pthread_mutex_lock(mutex)
    closed = true
    waiting.removeAll()
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }

  func serve() {
    while let job = next() {
      let output = work(job.input)
      pthread_mutex_lock(mutex)
      done.append((job.number, job.input, output))
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
  }

  private func next() -> (number: Int, input: Input)? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while waiting.isEmpty && !closed { pthread_cond_wait(changed, mutex) }
    return waiting.isEmpty ? nil : waiting.removeFirst()
  }
}

/// A thread that runs one closure and can be waited for.
private struct WorkThread {
  private let handle: pthread_t

  init?(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(ThreadBody(body))
    var handle = pthread_t()
    // Decoders keep large frames on the stack; 8 MiB is what the main thread has.
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 8 << 20)
    defer { pthread_attr_destroy(&attributes) }
    let status = pthread_create(
      &handle, &attributes,
      { argument in
        if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    guard status == 0 else {
      box.release()
      return nil
    }
    self.handle = handle
  }

  func join() { pthread_join(handle, nil) }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
