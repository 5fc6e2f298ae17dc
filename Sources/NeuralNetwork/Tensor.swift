/// An array of numbers with a shape: contiguous, the last axis fastest.
///
/// A value: a copy shares the numbers until one of the two is written to. Images and sequences
/// hold their channels last: (batch, steps, channels), (batch, height, width, channels).
public struct Tensor: Sendable {
  /// The length of each axis; an empty shape is one number.
  public private(set) var shape: [Int]

  private var storage: TensorStorage

  /// A tensor of zeros.
  public init(zeros shape: [Int]) {
    self.init(repeating: 0, shape: shape)
  }

  /// A tensor of equal numbers.
  public init(repeating value: Float, shape: [Int]) {
    self.init(uninitialized: shape)
    storage.numbers.initialize(repeating: value)
  }

  /// A tensor of given numbers, the last axis fastest; as many as the shape holds.
  public init(shape: [Int], values: some Collection<Float>) {
    self.init(uninitialized: shape)
    precondition(
      values.count == count, "\(values.count) values do not fill the shape \(shape)")
    _ = storage.numbers.initialize(from: values)
  }

  /// A tensor whose numbers `body` writes, every one of them, the last axis fastest.
  public init<Failure>(
    shape: [Int], writtenBy body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    self.init(uninitialized: shape)
    try body(storage.numbers)
  }

  /// A tensor whose numbers have yet to be written, every one of them.
  init(uninitialized shape: [Int]) {
    precondition(shape.allSatisfy { $0 >= 0 }, "no axis is of negative length: \(shape)")
    self.shape = shape
    storage = TensorStorage(count: shape.reduce(1, *))
  }

  /// Stands for a gradient that a layer does not give; layers before that one are not asked for theirs.
  public static var notAskedFor: Tensor { Tensor(zeros: [0]) }

  /// Whether it is ``notAskedFor``.
  var isNotAskedFor: Bool { shape == [0] }

  init(shape: [Int], storage: TensorStorage) { (self.shape, self.storage) = (shape, storage) }

  /// How many numbers it holds.
  public var count: Int { storage.numbers.count }

  /// The numbers, the last axis fastest.
  public var values: [Float] { Array(storage.numbers) }

  /// The same numbers in another shape of as many.
  public func reshaped(_ shape: [Int]) -> Tensor {
    precondition(
      shape.reduce(1, *) == count, "the shape \(shape) does not hold \(count) numbers")
    var result = self
    result.shape = shape
    return result
  }

  /// Calls `body` with the numbers.
  public func withNumbers<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(storage) { try body(UnsafeBufferPointer(storage.numbers)) }
  }

  /// Calls `body` with the numbers, to be changed in place.
  public mutating func withMutableNumbers<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    if storage.isShared || !isKnownUniquelyReferenced(&storage) {
      let own = TensorStorage(count: count)
      _ = own.numbers.initialize(from: storage.numbers)
      storage = own
    }
    return try withExtendedLifetime(storage) { try body(storage.numbers) }
  }
}
