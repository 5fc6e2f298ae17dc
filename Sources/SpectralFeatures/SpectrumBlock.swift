internal import CVectorKernels

/// Up to `lanes` frames of a spectrogram, turned so that each bin of all frames lies together.
struct SpectrumBlock {
  /// The most frames of a block.
  static let lanes = Int(CVK_LANES)

  /// What the values are.
  enum Kind {
    case power, magnitude
  }

  let firstFrame: Int
  let frameCount: Int
  let binCount: Int

  /// What ``rows`` and ``values`` hold.
  let kind: Kind

  /// The frames as they were, ``binCount`` values each.
  let rows: UnsafePointer<Float>

  /// values[bin * lanes + frame]; frames beyond ``frameCount`` are zero.
  let values: UnsafePointer<Float>

  /// Magnitudes in the order of ``values``, for collectors that need them.
  let magnitudes: UnsafePointer<Float>
}

/// Takes a feature from a spectrogram block after block.
protocol BlockCollector {
  mutating func collect(_ block: SpectrumBlock)
}

extension FeatureMatrix {
  /// Runs a collector over a spectrogram that is already in memory.
  func collect(_ kind: SpectrumBlock.Kind, with collector: inout some BlockCollector) {
    let turned = FloatBuffer(count: binCount * SpectrumBlock.lanes)
    let roots = FloatBuffer(count: kind == .power ? turned.count : 0)
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      for first in stride(from: 0, to: frameCount, by: SpectrumBlock.lanes) {
        let rows = start + first * binCount
        let count = min(SpectrumBlock.lanes, frameCount - first)
        cvk_rows_to_lanes(turned.start, rows, binCount, count, binCount)
        if kind == .power { cvk_square_root(roots.start, turned.start, turned.count) }
        collector.collect(
          SpectrumBlock(
            firstFrame: first, frameCount: count, binCount: binCount, kind: kind, rows: rows,
            values: turned.start, magnitudes: kind == .power ? roots.start : turned.start))
      }
    }
  }
}
