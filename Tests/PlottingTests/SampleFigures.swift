import Glibc

@testable import Plotting

/// A figure of each kind, of made-up data, in the size it has by itself.
enum SampleFigures {
  typealias Drawing = @Sendable (PictureFormat, Theme) throws -> [UInt8]

  static let names = all.keys.sorted()

  static func render(_ name: String, _ format: PictureFormat, _ theme: Theme) throws -> [UInt8] {
    guard let drawing = all[name] else { preconditionFailure("no figure \(name)") }
    return try drawing(format, theme)
  }

  private static let ticks: [(row: Double, label: String)] = [
    (3, "100"), (12, "500"), (20, "1000"), (28, "4000"),
  ]

  /// A wave that rises in pitch over the columns.
  private static func image(_ rows: Int, _ columns: Int) -> [Float] {
    (0..<rows).flatMap { row in
      (0..<columns).map { column in
        Float(0.5 + 0.5 * sin(Double(row * column) / 90 + Double(row) / 4))
      }
    }
  }

  private static func points(_ count: Int, _ dimensions: Int) -> [Float] {
    (0..<count).flatMap { number -> [Float] in
      let (angle, radius) = (Double(number) * 2.399963, Double(number % 7) + 0.3)
      return [
        Float(radius * cos(angle)), Float(radius * sin(angle)), Float(number % 5),
      ].prefix(dimensions).map { $0 }
    }
  }

  private static let waves: [Float] = (0..<66_150).map { sample in
    let time = Double(sample) / 22_050
    return Float(0.7 * sin(440 * time * 6.283) * exp(-3 * fmod(time, 0.5)))
  }

  private static func groups(_ number: Int) -> [[Double]] {
    let step = Double(7 * (number + 1))
    return [(0..<10).map { 100 + step * Double($0) } + [400], (0..<60).map { 80 + 3 * Double($0) }]
  }

  private static let correlations: [Float] = (0..<25).map { place -> Float in
    let (row, column) = (place / 5, place % 5)
    return row == column ? 1 : Float((row + column) % 5) / 2 - 1
  }

  private static let similarities: [Float] = (0..<1_600).map { place -> Float in
    let steps: Int = abs(place / 40 - place % 40)
    return 1 / (1 + Float(steps) / 6)
  }

  private static let kinds = ["folk", "house", "classical", "ambient"]

  private static let all: [String: Drawing] = {
    var figures: [String: Drawing] = [:]
    figures["spectrogram"] = { format, theme in
      try SpectrogramFigure(
        title: "A song", subtitle: "by somebody", values: image(32, 300).map { $0 * 80 - 80 },
        rowCount: 32, columnCount: 300, seconds: 30, frequencyTicks: ticks, valueRange: -80...0,
        valueLabel: "dB below the loudest"
      ).render(format: format, theme: theme)
    }
    figures["tonnetz"] = { format, theme in
      try SpectrogramFigure(
        title: "A song", subtitle: "Tonnetz", values: image(6, 200).map { $0 - 0.5 }, rowCount: 6,
        columnCount: 200, seconds: 100, startSeconds: 50,
        frequencyTicks: (0..<6).map { (Double($0), "Minor thirds, \($0)") }, valueRange: -0.5...0.5,
        valueLabel: "Place on the circle", verticalLabel: "Circle", colours: .difference
      ).render(format: format, theme: theme)
    }
    figures["composite"] = { format, theme in
      try CompositeFigure(
        title: "A song", subtitle: "by somebody",
        values: image(32, 600).map { UInt8($0 * 255) }, rowCount: 32, columnCount: 200, seconds: 30,
        frequencyTicks: ticks
      ).render(format: format, theme: theme)
    }
    figures["curves"] = { format, theme in
      try CurveFigure(
        title: "Loss of a training", subtitle: "50 epochs",
        curves: ["training", "validation"].enumerated().map { number, name in
          .init(
            name: name,
            points: (1...50).map {
              (x: Double($0), y: 0.01 * Double(number + 1) + exp(-Double($0) / 9))
            })
        }, horizontalLabel: "Epoch", verticalLabel: "Mean squared error", isLogarithmic: true
      ).render(format: format, theme: theme)
    }
    figures["curve panels"] = { format, theme in
      try CurvePanelsFigure(
        title: "How many groups?", subtitle: "8 were chosen", horizontalLabel: "Groups",
        panels: [
          .init(
            title: "Silhouette (more is better)",
            points: (2...24).map { ($0, 0.2 - pow(Double($0 - 8) / 40, 2)) }, chosen: 8),
          .init(
            title: "Inertia (less is tighter)", points: (2...24).map { ($0, 900 / Double($0)) },
            chosen: 8),
        ]
      ).render(format: format, theme: theme)
    }
    figures["intervals"] = { format, theme in
      try IntervalFigure(
        title: "Figures of five models", subtitle: "with intervals of 95 %",
        rows: ["earshot", "contrastive-cnn", "feature-statistics", "PCA", "random"],
        highlighted: [0],
        panels: (0..<6).map { panel in
          .init(
            title: "Figure \(panel)",
            values: (0..<5).map {
              let value = 0.8 - 0.1 * Double($0 + panel % 3)
              return .init(value, interval: (value - 0.04)...(value + 0.05))
            }, marks: [(0.2, "chance")])
        }
      ).render(format: format, theme: theme)
    }
    figures["match"] = { format, theme in
      let songs = (0..<2).map { number in
        MatchFigure.Song(
          title: "Song \(number)", values: image(32, 200).map { $0 * 80 - 80 }, rowCount: 32,
          columnCount: 200, seconds: 30, startSeconds: Double(60 * number))
      }
      let figure = MatchFigure(
        title: "Like a song", subtitle: "Boxes with the same number sound most alike",
        pairs: [.init(left: songs[0], right: songs[1], spans: [(2...10, 70...78)])],
        frequencyTicks: ticks, valueRange: -80...0, valueLabel: "dB below the loudest")
      return try figure.render(size: figure.standardSize, format: format, theme: theme)
    }
    figures["reconstruction"] = { format, theme in
      let figure = ReconstructionFigure(
        title: "A song", subtitle: "mean squared error 0.01", original: image(32, 200),
        reconstruction: image(32, 200).map { 0.2 + $0 * 0.6 }, rowCount: 32, columnCount: 200,
        seconds: 30, frequencyTicks: ticks)
      return try figure.render(size: figure.standardSize, format: format, theme: theme)
    }
    figures["waveform"] = { format, theme in
      try WaveformFigure(
        title: "A song", subtitle: "by somebody", samples: waves, sampleRate: 22_050,
        startSeconds: 12,
        windows: WaveformFigure.zooms(
          into: waves.indices, around: 11_200, sampleRate: 22_050, shortestSeconds: 0.01)
      ).render(format: format, theme: theme)
    }
    figures["waveform and mel"] = { format, theme in
      try WaveformFigure(
        title: "A song", subtitle: "by somebody", samples: waves, sampleRate: 22_050,
        mel: .init(
          values: image(32, 200).map { $0 * 80 - 80 }, rowCount: 32, columnCount: 200,
          frequencyTicks: ticks, valueRange: -80...0, valueLabel: "dB below the loudest")
      ).render(format: format, theme: theme)
    }
    figures["correlations"] = { format, theme in
      try MatrixFigure(
        title: "Which descriptors go together", subtitle: "Correlations over 26 tracks",
        labels: ["tempo", "loudness", "brightness", "energy", "instrumentalness"],
        values: correlations,
        scale: .correlation, valueLabel: "Correlation"
      ).render(format: format, theme: theme)
    }
    figures["similarities"] = { format, theme in
      try MatrixFigure(
        title: "How alike 40 tracks are", subtitle: "Cosines",
        labels: (0..<40).map { "Track number \($0) by somebody" },
        values: similarities, scale: .rising,
        valueLabel: "Similarity (cosine)"
      ).render(format: format, theme: theme)
    }
    figures["boxes"] = { format, theme in
      try BoxFigure(
        title: "Like a song", subtitle: "Descriptors", names: ["answers", "library"],
        markName: "asked about",
        panels: ["Tempo (BPM)", "Loudness (LUFS)", "Energy (estimate)"].enumerated().map {
          .init(title: $0.element, groups: groups($0.offset), mark: 130)
        }
      ).render(format: format, theme: theme)
    }
    figures["filters"] = { format, theme in
      try FilterFigure(
        title: "What a model looks for first", subtitle: "Filters",
        banks: [
          .init(
            title: "Time: 16 filters of 64 × 5", count: 16, rowCount: 64, columnCount: 5,
            weights: image(64, 80).map { $0 - 0.5 }),
          .init(
            title: "12 filters of 3 × 3", count: 12, rowCount: 3, columnCount: 3,
            weights: image(9, 12).map { $0 - 0.5 }),
        ]
      ).render(format: format, theme: theme)
    }
    figures["map of kinds"] = { format, theme in
      try MapFigure(
        title: "200 tracks by their sound", subtitle: "UMAP", places: points(200, 2), dimensions: 2,
        colouring: .kinds(
          title: "Genre", names: kinds, of: (0..<200).map { $0 % 9 < 4 ? $0 % 9 : nil },
          others: "others, or not known")
      ).render(format: format, theme: theme)
    }
    figures["map of values"] = { format, theme in
      try MapFigure(
        title: "A song among 200 tracks", subtitle: "Principal components", places: points(200, 2),
        dimensions: 2,
        colouring: .values((0..<200).map { Float(60 + $0 % 120) }, label: "Tempo (BPM)"),
        axes: ["Component 1 (16 % of the variance)", "Component 2 (10 % of the variance)"],
        query: .init(place: [3, 3], name: "A song"),
        neighbours: (0..<10).map {
          .init(place: [Float($0) - 5, Float($0 % 3) * 2], name: "Neighbour \($0)")
        }
      ).render(format: format, theme: theme)
    }
    figures["map in space"] = { format, theme in
      try MapFigure(
        title: "200 tracks by their sound", places: points(200, 3), dimensions: 3,
        colouring: .kinds(
          title: "Genre", names: kinds, of: (0..<200).map { $0 % 4 }, others: "others")
      ).render(format: format, theme: theme)
    }
    figures["map of many"] = { format, theme in
      let count = MapFigure.densityCount
      return try MapFigure(
        title: "20,000 tracks by their sound", places: points(count, 2), dimensions: 2,
        colouring: .kinds(
          title: "Genre", names: kinds, of: (0..<count).map { $0 % 4 }, others: "others")
      ).render(format: format, theme: theme)
    }
    return figures
  }()
}
