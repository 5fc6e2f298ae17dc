import Glibc

/// 256 colours for the values of a picture.
///
/// The path is laid through control points of our own in Oklab (Björn Ottosson 2020, "A perceptual
/// color space for image processing"), where equal distances look about equally different. The 256
/// colours are then set at equal distances along the path, so no step of the data looks larger than
/// another.
public struct ColourMap: Sendable {
  /// From the lowest value to the highest; 256 of them.
  public let colours: [Colour]

  /// The map of every spectrogram: from near black through violet, red and orange to pale yellow. The
  /// lightness only rises, which keeps the order for colour-blind eyes and on grey paper.
  public static let ember = ColourMap(path: [
    // Lightness, chroma and hue (degrees). The chroma stays inside what sRGB can show at each place.
    (0.12, 0.02, 285), (0.28, 0.13, 288), (0.42, 0.17, 318), (0.55, 0.19, 5),
    (0.68, 0.185, 38), (0.81, 0.15, 72), (0.92, 0.12, 95), (0.98, 0.05, 105),
  ])

  /// For dots on white and on near black: from violet through blue and green to yellow. Its ends stand
  /// out from both.
  public static let tide = ColourMap(path: [
    (0.36, 0.13, 292), (0.47, 0.11, 258), (0.57, 0.09, 215), (0.67, 0.12, 160), (0.78, 0.15, 125),
    (0.86, 0.15, 100),
  ])

  /// For differences: blue below, white in the middle, red above, each side the mirror of the other.
  public static let difference = ColourMap(path: [
    (0.38, 0.13, 265), (0.58, 0.13, 260), (0.8, 0.07, 255), (0.98, 0, 255),
    (0.8, 0.07, 35), (0.58, 0.13, 30), (0.38, 0.13, 25),
  ])

  private init(path: [(lightness: Double, chroma: Double, hue: Double)]) {
    // Hues go on past 360, so that neighbours are near each other.
    var hues = path.map(\.hue)
    for i in 1..<hues.count where hues[i] < hues[i - 1] - 180 {
      for k in i..<hues.count { hues[k] += 360 }
    }
    let points = zip(path, hues).map { point, hue in
      let angle = hue * Double.pi / 180
      return Oklab(
        lightness: point.lightness, a: point.chroma * cos(angle), b: point.chroma * sin(angle))
    }
    let fine = 64
    var line: [Oklab] = []
    for i in 0..<(points.count - 1) {
      for k in 0..<fine { line.append(Self.curve(points, i, Double(k) / Double(fine))) }
    }
    line.append(points[points.count - 1])
    colours = Self.evenly(line).map(\.colour)
  }

  /// The colour of a value from 0 to 1; values outside and NaN are drawn as the nearest end, NaN as
  /// the lowest.
  public func colour(_ value: Float) -> Colour {
    guard value > 0 else { return colours[0] }
    return colours[Int(min(1, value) * 255 + 0.5)]
  }

  /// A smooth line through the control points (Catmull and Rom 1974).
  private static func curve(_ points: [Oklab], _ i: Int, _ t: Double) -> Oklab {
    let before = points[max(0, i - 1)]
    let after = points[min(points.count - 1, i + 2)]
    func blend(_ part: KeyPath<Oklab, Double>) -> Double {
      let (p, q, r, s) = (
        before[keyPath: part], points[i][keyPath: part], points[i + 1][keyPath: part],
        after[keyPath: part]
      )
      let square = 2 * p - 5 * q + 4 * r - s
      let cube = 3 * q - p - 3 * r + s
      return q + 0.5 * t * (r - p + t * (square + t * cube))
    }
    return Oklab(lightness: blend(\.lightness), a: blend(\.a), b: blend(\.b))
  }

  /// 256 points at equal distances along a line of many.
  private static func evenly(_ line: [Oklab]) -> [Oklab] {
    var lengths = [0.0]
    for i in 1..<line.count {
      lengths.append(lengths[i - 1] + line[i].distance(to: line[i - 1]))
    }
    let whole = lengths[line.count - 1]
    var place = 0
    return (0..<256).map { index in
      let wanted = whole * Double(index) / 255
      while place < line.count - 2 && lengths[place + 1] < wanted { place += 1 }
      let part = (wanted - lengths[place]) / (lengths[place + 1] - lengths[place])
      return line[place].mixed(with: line[place + 1], part: min(1, part))
    }
  }
}

/// A colour as lightness, green-red and blue-yellow.
struct Oklab {
  var lightness: Double
  var a: Double
  var b: Double

  init(lightness: Double, a: Double, b: Double) {
    self.lightness = lightness
    self.a = a
    self.b = b
  }

  /// The coordinates of an sRGB colour.
  init(_ colour: Colour) {
    func linear(_ value: UInt8) -> Double {
      let x = Double(value) / 255
      return x <= 0.040_45 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4)
    }
    let (r, g, b) = (linear(colour.red), linear(colour.green), linear(colour.blue))
    let l = cbrt(0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b)
    let m = cbrt(0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b)
    let s = cbrt(0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b)
    self.init(
      lightness: 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s,
      a: 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s,
      b: 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s)
  }

  /// The nearest colour that sRGB has.
  var colour: Colour {
    func encoded(_ x: Double) -> UInt8 {
      let y = x <= 0.003_130_8 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055
      return UInt8(max(0, min(255, (255 * y).rounded())))
    }
    let l = lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b
    let m = lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b
    let s = lightness - 0.089_484_177_5 * a - 1.291_485_548 * b
    let (l3, m3, s3) = (l * l * l, m * m * m, s * s * s)
    return Colour(
      red: encoded(4.076_741_662_1 * l3 - 3.307_711_591_3 * m3 + 0.230_969_929_2 * s3),
      green: encoded(-1.268_438_004_6 * l3 + 2.609_757_401_1 * m3 - 0.341_319_396_5 * s3),
      blue: encoded(-0.004_196_086_3 * l3 - 0.703_418_614_7 * m3 + 1.707_614_701 * s3))
  }

  /// How different two colours look.
  func distance(to other: Oklab) -> Double {
    let (x, y, z) = (lightness - other.lightness, a - other.a, b - other.b)
    return (x * x + y * y + z * z).squareRoot()
  }

  func mixed(with other: Oklab, part: Double) -> Oklab {
    Oklab(
      lightness: lightness + part * (other.lightness - lightness), a: a + part * (other.a - a),
      b: b + part * (other.b - b))
  }
}
