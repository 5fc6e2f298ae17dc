import CDNNL

/// In what precision the layers with weights multiply while they are trained.
///
/// Weights, gradients, activations between layers, statistics and losses are always kept in 32 bits;
/// inference always multiplies in 32 bits, so that vectors do not depend on it.
public enum ComputePrecision: Sendable, Hashable {
  /// 32 bits.
  case float32

  /// Factors of 16 bits (bfloat16: 8 bits of precision), summed in 32 bits: about twice as fast. Where
  /// the processor cannot, 32 bits are taken instead; ``isSupported`` tells.
  case bfloat16

  /// The precision for the present task: `ComputePrecision.$training.withValue(.bfloat16) { … }`.
  @TaskLocal public static var training = ComputePrecision.float32

  /// Whether this processor can.
  public var isSupported: Bool { self == .float32 || cdnnl_has_bf16() != 0 }

  /// The type that a pass reads.
  static func factors(training: Bool) -> dnnl_data_type_t {
    training && Self.training == .bfloat16 && Self.training.isSupported ? dnnl_bf16 : dnnl_f32
  }
}
