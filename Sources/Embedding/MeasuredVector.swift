/// The vector of a sound, and how long it was before it was normalised: its length tells how unusual the
/// sound is, its direction in which way.
public struct MeasuredVector: Equatable, Sendable {
  /// A unit vector of the model.
  public let vector: [Float]
  /// The Euclidean length that each half had, standardised and not yet normalised, in the order of the
  /// model's halves; of a vector without halves that of the whole. Finite and not negative; 0 for what
  /// had no direction.
  public let lengths: [Float]

  /// Puts both together.
  public init(vector: [Float], lengths: [Float]) {
    self.vector = vector
    self.lengths = lengths
  }
}
