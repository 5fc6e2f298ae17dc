/// An opaque colour in sRGB.
public struct Colour: Hashable, Sendable {
  /// 0 to 255.
  public var red: UInt8
  /// 0 to 255.
  public var green: UInt8
  /// 0 to 255.
  public var blue: UInt8

  /// Makes a colour.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Makes a colour of the number that HTML writes as `#RRGGBB`.
  init(_ rgb: UInt32) {
    red = UInt8(truncatingIfNeeded: rgb >> 16)
    green = UInt8(truncatingIfNeeded: rgb >> 8)
    blue = UInt8(truncatingIfNeeded: rgb)
  }

  /// As HTML writes it: `#RRGGBB`.
  public var html: String {
    let digits = Array("0123456789ABCDEF".utf8)
    return [red, green, blue].reduce("#") {
      $0 + String(decoding: [digits[Int($1 >> 4)], digits[Int($1 & 15)]], as: UTF8.self)
    }
  }

  /// The word that cairo keeps for an opaque pixel.
  var pixel: UInt32 {
    0xFF00_0000 | UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
  }
}

/// The colours around the data.
public struct Theme: Hashable, Sendable {
  /// Behind everything.
  public var background: Colour
  /// Titles.
  public var text: Colour
  /// Numbers at ticks, units, subtitles.
  public var quietText: Colour
  /// Frames and ticks.
  public var line: Colour
  /// Lines behind data.
  public var grid: Colour
  /// What stands out.
  public var accent: Colour

  /// Makes a theme.
  public init(
    background: Colour, text: Colour, quietText: Colour, line: Colour, grid: Colour,
    accent: Colour
  ) {
    self.background = background
    self.text = text
    self.quietText = quietText
    self.line = line
    self.grid = grid
    self.accent = accent
  }

  /// Dark letters on white, for paper.
  public static let light = Theme(
    background: Colour(0xFFFFFF), text: Colour(0x1A1D21), quietText: Colour(0x51585F),
    line: Colour(0x8A9199), grid: Colour(0xE6E9EC), accent: Colour(0xC2410C))

  /// Light letters on near black, for screens.
  public static let dark = Theme(
    background: Colour(0x111418), text: Colour(0xECEFF2), quietText: Colour(0xA9B1BA),
    line: Colour(0x6B747D), grid: Colour(0x262C33), accent: Colour(0xFB923C))
}
