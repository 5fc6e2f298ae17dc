/// What the first layer of a network looks for.
public struct FilterBank: Sendable {
  /// The part of the network: `time`, `frequency`, or empty where it is one.
  public let part: String
  /// How many filters there are.
  public let count: Int
  /// The rows of each: what it weighs together, as mel bands are, or the height of a filter over images.
  public let rowCount: Int
  /// The columns of each: along what it slides.
  public let columnCount: Int
  /// count × rowCount × columnCount weights.
  public let weights: [Float]
}

extension EmbeddingModel {
  /// The filters of the first convolution of each part of the network; none where there is no network.
  public var firstFilters: [FilterBank] {
    file.tensors.compactMap { name, tensor in
      let parts = name.split(separator: ".").map(String.init)
      guard parts.first != "decoder", parts.suffix(2) == ["conv1", "weight"],
        (3...4).contains(tensor.shape.count)
      else { return nil }
      let shape = tensor.shape
      // Filters over images are of one channel.
      guard shape.count == 3 || shape[1] == 1 else { return nil }
      return FilterBank(
        part: parts.first { $0 == "time" || $0 == "frequency" } ?? "", count: shape[0],
        rowCount: shape[shape.count - 2], columnCount: shape[shape.count - 1],
        weights: tensor.values)
    }
  }
}
