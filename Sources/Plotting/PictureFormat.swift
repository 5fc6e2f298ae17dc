/// How a picture is written down.
public enum PictureFormat: String, CaseIterable, Sendable {
  /// Pixels, compressed without loss.
  case png
  /// Lines and letters as XML (the matrix itself stays pixels).
  case svg
  /// The same as a page.
  case pdf

  /// The format that a file name's ending stands for, in any case, or nil.
  public init?(fileExtension: String) { self.init(rawValue: fileExtension.lowercased()) }
}

/// The outer size of a picture: pixels of a PNG, points (1/72 inch) of an SVG or PDF.
public struct PictureSize: Hashable, Sendable {
  /// The widths and heights that can be asked for.
  public static let allowed = 160...16_384

  /// From left to right.
  public var width: Int
  /// From top to bottom.
  public var height: Int

  /// Makes a size. It is checked when something is drawn.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// What 30 s of music look good in: 1200 x 480.
  public static let standard = PictureSize(width: 1200, height: 480)
}
