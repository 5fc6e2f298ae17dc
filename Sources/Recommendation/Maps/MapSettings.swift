public import LatentSpace

/// How tracks are laid out on a map.
public struct MapSettings: Equatable, Sendable {
  /// How many dimensions become few.
  public enum Method: Equatable, Sendable {
    /// The directions in which the vectors vary most.
    case principalComponents
    /// Neighbours together, and nothing said of what is far.
    case stochasticNeighbours(TSNE)
    /// Neighbours together, and groups that are alike nearer than others.
    case uniformManifold(UMAP)
  }

  /// How many dimensions become few.
  public let method: Method
  /// 2 or 3.
  public let dimensions: Int

  /// Makes settings; the dimensions of the method's own settings become these.
  public init(method: Method, dimensions: Int = 2) {
    precondition((2...3).contains(dimensions), "a map of \(dimensions) dimensions")
    self.dimensions = dimensions
    switch method {
    case .principalComponents: self.method = method
    case .stochasticNeighbours(var settings):
      settings.dimensions = dimensions
      self.method = .stochasticNeighbours(settings)
    case .uniformManifold(var settings):
      settings.dimensions = dimensions
      self.method = .uniformManifold(settings)
    }
  }

  /// The method's name on the command line.
  public var name: String {
    switch method {
    case .principalComponents: "pca"
    case .stochasticNeighbours: "tsne"
    case .uniformManifold: "umap"
    }
  }

  /// The settings in words that are the same for the same settings: maps are kept under them.
  var key: String {
    let options: [String] =
      switch method {
      case .principalComponents: []
      case .stochasticNeighbours(let settings):
        [
          "perplexity=\(settings.perplexity)", "epochs=\(settings.iterationCount)",
          "early=\(settings.earlyIterationCount)x\(settings.earlyExaggeration)",
          "rate=\(settings.learningRate.map { "\($0)" } ?? "auto")", "angle=\(settings.angle)",
          "momentum=\(settings.momentum)", "seed=\(settings.seed)",
        ]
      case .uniformManifold(let settings):
        [
          "neighbors=\(settings.neighbours)", "min-dist=\(settings.minimumDistance)",
          "spread=\(settings.spread)", "epochs=\(settings.epochCount.map { "\($0)" } ?? "auto")",
          "rate=\(settings.learningRate)", "negatives=\(settings.negativeSampleRate)",
          "seed=\(settings.seed)",
        ]
      }
    return ([name, "dimensions=\(dimensions)"] + options).joined(separator: " ")
  }
}

/// How far the laying out of a map is.
public enum MapStep: Equatable, Sendable {
  /// So many tracks know their neighbours, of so many.
  case neighbours(Int, of: Int)
  /// So many times all were moved, of so many.
  case layout(Int, of: Int)
}
