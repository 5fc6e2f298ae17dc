/// What is added at the two ends of an axis before a kernel slides along it.
public enum Padding: Sendable, Hashable {
  /// Nothing: the kernel stays inside.
  case valid

  /// TensorFlow's `same`: the output has ceil(length / stride) steps, and of the zeros that this
  /// takes the odd one comes at the end. Kernel 5 with stride 2 on an even length pads 1 before
  /// and 2 after. A transposed convolution crops the mirror of it: its output is length × stride.
  case same

  /// So many zeros before and after, as in PyTorch; a transposed convolution crops them.
  case explicit(before: Int, after: Int)

  /// The zeros before and after for a convolution.
  func ends(length: Int, kernel: Int, stride: Int) -> (before: Int, after: Int) {
    switch self {
    case .valid: return (0, 0)
    case .explicit(let before, let after): return (before, after)
    case .same:
      let outputs = (length + stride - 1) / stride
      let whole = max(0, (outputs - 1) * stride + kernel - length)
      return (whole / 2, whole - whole / 2)
    }
  }

  /// What a transposed convolution crops before and after.
  func crop(length: Int, kernel: Int, stride: Int) -> (before: Int, after: Int) {
    switch self {
    case .valid, .explicit: return ends(length: length, kernel: kernel, stride: stride)
    case .same:
      precondition(
        kernel >= stride, "a transposed convolution with `same` needs a kernel of its stride")
      return ends(length: length * stride, kernel: kernel, stride: stride)
    }
  }
}
