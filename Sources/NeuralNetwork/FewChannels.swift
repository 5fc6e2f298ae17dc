import CVectorKernels

/// The forward pass of a transposed convolution with stride 1 from many channels to one, as a network
/// that draws an image ends with. oneDNN computes sixteen channels to keep one.
enum FewChannels {
  /// Whether a layer with this weight, (inputs, outputs, kernel, kernel), is such a one.
  static func suits(_ weight: Parameter, kernel: [Int], stride: [Int], transposed: Bool) -> Bool {
    transposed && kernel.count == 2 && stride == [1, 1] && weight.value.shape[1] == 1
  }

  /// Writes the output, (batch, height', width', 1).
  ///
  /// - Parameter before: what is cropped at the beginning of both axes.
  static func forward(
    _ input: Tensor, _ weight: Tensor, _ bias: Tensor, before: [Int], _ output: inout Tensor
  ) {
    let kernel = (weight.shape[2], weight.shape[3])
    let channels = input.shape[3]
    // (kernel, kernel turned round, inputs): as the input lies that one row of the kernel meets.
    var turned = [Float](repeating: 0, count: weight.count)
    weight.withNumbers { numbers in
      for channel in 0..<channels {
        for y in 0..<kernel.0 {
          for x in 0..<kernel.1 {
            turned[(y * kernel.1 + kernel.1 - 1 - x) * channels + channel] =
              numbers[(channel * kernel.0 + y) * kernel.1 + x]
          }
        }
      }
    }
    let (height, width) = (output.shape[1], output.shape[2])
    let image = cvk_image(
      height: input.shape[1], width: input.shape[2], channels: channels)
    let bias = bias.values[0]
    input.withNumbers { x in
      output.withMutableNumbers { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        Parallel.forEachPart(rows: input.shape[0] * height, width: width * channels) { _, rows in
          for row in rows {
            cvk_transposed_row(
              y + row * width, width, x + row / height * image.height * image.width * channels,
              image, turned, kernel.0, kernel.1, row % height + before[0], before[1], bias)
          }
        }
      }
    }
  }
}
