/// How many threads the arithmetic inside a layer may use.
///
/// One unless said otherwise: a program that embeds many songs at once runs one network on each
/// of its own threads. With more than one, inference gives the same numbers with oneDNN 2, and others
/// in the last digits with oneDNN 3; so may the gradients of a training step, because their sums are
/// split differently.
public enum ComputeThreads {
  /// The number for the present task: `ComputeThreads.$count.withValue(2) { … }`.
  @TaskLocal public static var count = 1
}
