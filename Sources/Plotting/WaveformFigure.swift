/// A sound as the movement of the air, in panels one under the other: each looks closer into the one above,
/// or shows the same time as a mel spectrogram.
public struct WaveformFigure: Sendable {
  /// Levels of mel bands over the time of the sound.
  public struct Mel: Sendable {
    let matrix: Matrix
    let frequencyTicks: [(row: Double, label: String)]
    let valueRange: ClosedRange<Float>
    let valueLabel: String

    /// Makes levels; all as ``SpectrogramFigure`` takes them.
    public init(
      values: [Float], rowCount: Int, columnCount: Int,
      frequencyTicks: [(row: Double, label: String)], valueRange: ClosedRange<Float>,
      valueLabel: String
    ) {
      precondition(
        rowCount >= 1 && columnCount >= 1 && values.count == rowCount * columnCount,
        "\(values.count) values for \(rowCount) x \(columnCount) cells")
      matrix = Matrix(values: values, rowCount: rowCount, columnCount: columnCount)
      self.frequencyTicks = frequencyTicks
      self.valueRange = valueRange
      self.valueLabel = valueLabel
    }
  }

  private let title: String
  private let subtitle: String?
  private let samples: [Float]
  private let sampleRate: Double
  private let startSeconds: Double
  private let windows: [Range<Int>]
  private let mel: Mel?

  /// Makes a figure.
  /// - Parameters:
  ///   - title: what it shows; shortened where it is too long.
  ///   - subtitle: a second, quieter line.
  ///   - samples: full scale 1; at least one. What is not finite is drawn as 0.
  ///   - sampleRate: in Hz.
  ///   - startSeconds: when the first sample is heard.
  ///   - windows: the samples of each panel below the first, which has all; each lies in the one above it.
  ///   - mel: drawn below, over the time of all samples.
  public init(
    title: String, subtitle: String? = nil, samples: [Float], sampleRate: Double,
    startSeconds: Double = 0, windows: [Range<Int>] = [], mel: Mel? = nil
  ) {
    precondition(!samples.isEmpty && sampleRate > 0, "\(samples.count) samples at \(sampleRate) Hz")
    precondition(
      startSeconds >= 0 && startSeconds <= 1e8 && Double(samples.count) / sampleRate <= 1e8,
      "a sound from \(startSeconds) s")
    self.windows = [samples.indices] + windows
    for (outer, inner) in zip(self.windows, windows) {
      precondition(
        inner.count > 1 && inner.lowerBound >= outer.lowerBound
          && inner.upperBound <= outer.upperBound, "samples \(inner) of \(outer)")
    }
    self.title = title
    self.subtitle = subtitle
    self.samples = samples.map { $0.isFinite ? $0 : 0 }
    self.sampleRate = sampleRate
    self.startSeconds = startSeconds
    self.mel = mel
  }

  /// Windows around a place, each a tenth of the one above, down to a length.
  public static func zooms(
    into samples: Range<Int>, around centre: Int, sampleRate: Double, shortestSeconds: Double
  ) -> [Range<Int>] {
    var windows: [Range<Int>] = []
    var outer = samples
    let shortest = max(2, Int((shortestSeconds * sampleRate).rounded()))
    while outer.count > shortest {
      // A step of less than three would show hardly more than the last.
      let tenth = outer.count / 10
      let count = tenth < 3 * shortest ? shortest : tenth
      let start = min(max(outer.lowerBound, centre - count / 2), outer.upperBound - count)
      outer = start..<(start + count)
      windows.append(outer)
    }
    return windows
  }

  private static let panelHeight = 130.0
  private static let melHeight = 220.0
  /// Between panels: ticks, their numbers and the lines that lead from one to the next.
  private static let gap = 54.0

  /// The size in which everything is as large as it should be.
  public var standardSize: PictureSize {
    let below = Double(windows.count - 1) * (Self.panelHeight + Self.gap)
    let mel = mel == nil ? 0 : Self.melHeight + Self.gap
    return PictureSize(
      width: 1_200, height: min(16_384, Int(64 + Self.panelHeight + below + mel + 52)))
  }

  /// The picture's bytes.
  /// - Throws: as ``SpectrogramFigure/render(size:format:theme:)``.
  public func render(
    size: PictureSize? = nil, format: PictureFormat, theme: Theme = .light
  ) throws(PlottingError) -> [UInt8] {
    let canvas = try Canvas(size: size ?? standardSize, format: format)
    let bar = mel.map { ColourBar(range: $0.valueRange, label: $0.valueLabel, canvas: canvas) }
    let frame = try FigureFrame(
      canvas, theme: theme, title: title, subtitle: subtitle,
      verticalTicks: (mel?.frequencyTicks ?? [])
        + windows.flatMap(amplitudeTicks).map {
          ($0.value, $0.label)
        },
      rightMargin: bar?.width ?? 0)
    let shares = windows.map { _ in Self.panelHeight } + (mel == nil ? [] : [Self.melHeight])
    let room = frame.plot.height - Self.gap * Double(shares.count - 1)
    let unit = room / shares.reduce(0, +)
    guard unit * Self.panelHeight >= 30 else {
      throw PlottingError(code: .sizeOutOfRange, context: .draw)
    }
    var top = frame.plot.y
    var panels: [FigureFrame] = []
    for share in shares {
      let height = (share * unit).rounded(.down)
      panels.append(
        frame.part(
          Rectangle(x: frame.plot.x, y: top, width: frame.plot.width, height: height)))
      top = (top + height + Self.gap).rounded()
    }
    for (number, window) in windows.enumerated() {
      draw(window, in: panels[number], isLast: number == panels.count - 1)
      if number + 1 < windows.count {
        lead(from: window, to: windows[number + 1], panels[number], panels[number + 1])
      }
    }
    if let mel, let bar, let panel = panels.last {
      let (width, height) = panel.rasterSize
      let (low, span) = (
        mel.valueRange.lowerBound,
        Double(mel.valueRange.upperBound)
          - Double(mel.valueRange.lowerBound)
      )
      let raster = Raster.resampled(mel.matrix, width: width, height: height) { value in
        ColourMap.ember.colour(span > 0 ? Float((Double(value) - Double(low)) / span) : 0)
      }
      try canvas.draw(raster, in: panel.plot)
      panel.outline(panel.plot)
      panel.verticalAxis(
        mel.frequencyTicks, rowCount: mel.matrix.rowCount, fromTop: false, label: "Frequency (Hz)")
      panel.timeAxis(start: startSeconds, seconds: Double(samples.count) / sampleRate)
      try bar.draw(in: panel)
    }
    return try canvas.finish()
  }

  /// The largest amplitude of a panel; 1 where there is silence.
  private func peak(of window: Range<Int>) -> Float {
    let peak = window.reduce(Float(0)) { max($0, abs(samples[$1])) }
    return peak > 0 ? peak : 1
  }

  private func amplitudeTicks(_ window: Range<Int>) -> [Tick] {
    let peak = Double(peak(of: window))
    return Ticks.numbers(-peak...peak, atMost: 3)
  }

  private func draw(_ window: Range<Int>, in frame: FigureFrame, isLast: Bool) {
    let (canvas, plot, theme) = (frame.canvas, frame.plot, frame.theme)
    let peak = peak(of: window)
    func y(_ value: Float) -> Double {
      plot.y + plot.height / 2 - Double(value / peak) * plot.height * 0.46
    }
    canvas.fill(
      Rectangle(x: plot.x, y: (y(0) - 0.5).rounded(), width: plot.width, height: 1), theme.grid)
    let colour = MapSymbol(kind: 0).colour
    let columns = Int(plot.width)
    if window.count > 2 * columns {
      // More samples than can be told apart: from the lowest to the highest of each column.
      for (column, cell) in Raster.cells(window.count, to: columns).enumerated() {
        var (low, high) = (Float.infinity, -Float.infinity)
        for sample in cell {
          low = min(low, samples[window.lowerBound + sample])
          high = max(high, samples[window.lowerBound + sample])
        }
        canvas.fill(
          Rectangle(
            x: plot.x + Double(column), y: y(high), width: 1, height: max(1, y(low) - y(high))),
          colour)
      }
    } else {
      let step = plot.width / Double(max(1, window.count - 1))
      let points = window.enumerated().map { (x: plot.x + Double($0) * step, y: y(samples[$1])) }
      canvas.stroke(points, width: 1.5, colour)
      if step >= 5 {
        for point in points { canvas.dot(x: point.x, y: point.y, radius: 2, colour) }
      }
    }
    frame.outline(plot)
    for tick in amplitudeTicks(window) {
      let place = y(Float(tick.value))
      guard place > plot.y + 4, place < plot.bottom - 4 else { continue }
      let half = FigureFrame.tickStyle.size * FigureFrame.figureHeight / 2
      canvas.fill(
        Rectangle(
          x: plot.x - FigureFrame.tickLength, y: (place - 0.5).rounded(),
          width: FigureFrame.tickLength, height: 1), theme.line)
      canvas.write(
        tick.label, FigureFrame.tickStyle, theme.quietText, x: plot.x - FigureFrame.tickLength - 4,
        y: place + half, anchor: .end)
    }
    frame.verticalLabel("Amplitude")
    frame.timeAxis(
      start: startSeconds + Double(window.lowerBound) / sampleRate,
      seconds: Double(window.count) / sampleRate, isLabelled: isLast)
  }

  /// Shows where a panel looks into the one above.
  private func lead(
    from outer: Range<Int>, to inner: Range<Int>, _ upper: FigureFrame, _ lower: FigureFrame
  ) {
    let (plot, canvas, colour) = (upper.plot, upper.canvas, upper.theme.accent)
    func x(_ sample: Int) -> Double {
      plot.x + Double(sample - outer.lowerBound) / Double(outer.count) * plot.width
    }
    let (left, right) = (x(inner.lowerBound), max(x(inner.upperBound), x(inner.lowerBound) + 1))
    for side in [left, right] {
      canvas.stroke([(side, plot.y), (side, plot.bottom)], width: 1, colour)
    }
    let faint = upper.theme.background.mixed(with: colour, share: 0.5)
    // The numbers of the axis lie between; the lines begin below them.
    let start = plot.bottom + 22
    canvas.stroke([(left, start), (lower.plot.x, lower.plot.y - 2)], width: 1, faint)
    canvas.stroke([(right, start), (lower.plot.right, lower.plot.y - 2)], width: 1, faint)
  }
}
