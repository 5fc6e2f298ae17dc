import Glibc

/// A thread that runs one closure.
public final class Thread: Sendable {
  private let handle: pthread_t

  /// Starts the thread.
  public init(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Body(body))
    var handle = pthread_t()
    let status = pthread_create(
      &handle, nil,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    precondition(status == 0, "the system refused a thread: error \(status)")
    self.handle = handle
  }

  /// Waits for its end. To be called once.
  public func join() { pthread_join(handle, nil) }

  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
