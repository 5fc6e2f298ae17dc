internal import NeuralNetwork

/// Changes of one tile, each in plain numbers; ``MelAugmentation`` draws them at random.
///
/// They are done to the picture, in this order, as they would be done to the sound: speed and pitch
/// resample its axes; equaliser, low-pass and gain move decibels; mixing and noise add powers; then
/// decibels are counted from the new loudest place of the whole image and cut at 80 below, as the
/// image was made; masks come last.
///
/// What a picture cannot know stays unknown: a pixel of 0 stays 0 under every change of level, phases
/// do not cancel, and pitch and speed move the picture by linear interpolation, which is true to a
/// pixel for the few per cent that are used here and would not be for a fifth.
struct MelChanges: Sendable {
  /// How fast it is played; 1.02 makes it shorter by a fiftieth. Moves time alone.
  var tempo = 1.0
  /// What frequencies are multiplied with.
  var pitch = 1.0
  /// Decibels for each row, the highest band first; none is no change.
  var rowGains: [Float] = []
  /// Decibels by which the tile's end is louder than its start.
  var slope: Float = 0
  /// White noise, so many decibels below the sound of the whole image.
  var noise: Float?
  /// Another sound, so many decibels below where it would be equally loud.
  var mixed: (crop: MelCrop, decibels: Float)?
  /// Columns and rows that are silenced.
  var silentColumns = 0..<0
  var silentRows = 0..<0

  /// The changed tile.
  /// - Parameters:
  ///   - crop: at least 128 columns; where `tempo` asks for more than there are, the last is repeated.
  ///   - generator: of the noise.
  /// - Returns: 128 x 128 values from 0 to 1, row after row.
  func apply(to crop: MelCrop, using generator: inout SeededGenerator) -> [Float] {
    let side = MelBands.count
    let sources = rowSources
    let gains = rowGains.isEmpty ? [Float](repeating: 0, count: side) : rowGains
    precondition(gains.count == side && crop.columnCount >= side, "a change that does not fit")
    // The loudest place of the whole image, before and after the change. It is a little below 0,
    // because columns are means over frames, and so it stays.
    let before = Float(crop.facts.peaks.max() ?? 0) * MelCrop.decibelsPerPixel - MelCrop.range
    var loudest = -Float.infinity
    for row in 0..<side where crop.facts.peaks[sources[row].near] > 0 {
      let peak = Float(crop.facts.peaks[sources[row].near]) * MelCrop.decibelsPerPixel
      loudest = max(loudest, peak - MelCrop.range + gains[row])
    }
    if !loudest.isFinite { loudest = before }
    let noisePower = noise.map { powerRatio(decibels: crop.facts.level - $0) } ?? 0
    let other = mixed?.crop
    let otherGain = mixed.map { crop.facts.level - $0.crop.facts.level - $0.decibels } ?? 0
    let added = noise != nil || mixed != nil
    var tile = [Float](repeating: 0, count: side * side)
    for column in 0..<side {
      let place = min(Double(column) * tempo, Double(crop.columnCount - 1))
      let left = Int(place)
      let right = min(left + 1, crop.columnCount - 1)
      let share = Float(place - Double(left))
      let drift = slope * (Float(column) / Float(side - 1) - 0.5)
      for row in 0..<side {
        let source = sources[row]
        let near = Self.between(
          crop.pixels[left * side + source.near], crop.pixels[right * side + source.near], share)
        let far = Self.between(
          crop.pixels[left * side + source.far], crop.pixels[right * side + source.far], share)
        let pixel = near + (far - near) * source.share
        var level = -Float.infinity
        if pixel > 0 {
          level = pixel * MelCrop.decibelsPerPixel - MelCrop.range + gains[row] + drift
        }
        if added {
          var sum = level.isFinite ? powerRatio(decibels: level) : 0
          if let other {
            let byte = other.pixels[column * side + row]
            if byte > 0 {
              sum += powerRatio(
                decibels: Float(byte) * MelCrop.decibelsPerPixel - MelCrop.range + otherGain)
            }
          }
          if noisePower > 0 {
            sum += noisePower * Self.fluctuation(bins: MelBands.noiseBins[row], using: &generator)
          }
          level = sum > 0 ? decibels(ofPower: sum) : -.infinity
        }
        tile[row * side + column] = level
        loudest = max(loudest, level)
      }
    }
    let moved = loudest - before
    for place in tile.indices {
      // Minus infinity is silence, whatever is loudest.
      tile[place] = max(0, min(1, (MelCrop.range + tile[place] - moved) / MelCrop.range))
    }
    for row in 0..<side {
      for column in silentColumns { tile[row * side + column] = 0 }
    }
    for row in silentRows {
      for column in 0..<side { tile[row * side + column] = 0 }
    }
    return tile
  }

  /// For each row, the two old rows between which it lies after the change of pitch.
  private var rowSources: [(near: Int, far: Int, share: Float)] {
    (0..<MelBands.count).map { row in
      guard pitch != 1 else { return (row, row, 0) }
      let place = MelBands.row(ofFrequency: MelBands.frequencies[row] / pitch)
      let near = Int(place)
      return (near, min(near + 1, MelBands.count - 1), Float(place - Double(near)))
    }
  }

  @inline(__always)
  private static func between(_ left: UInt8, _ right: UInt8, _ share: Float) -> Float {
    // Half-way to silence would be a level that nothing had.
    if left == 0 || right == 0 { return share < 0.5 ? Float(left) : Float(right) }
    return Float(left) + (Float(right) - Float(left)) * share
  }

  /// The power of noise in a band of so many bins, 1 on average: a mean of exponential numbers.
  @inline(__always)
  private static func fluctuation(bins: Int, using generator: inout SeededGenerator) -> Float {
    var product = 1.0
    for _ in 0..<bins { product *= Double(generator.next() >> 40 | 1) / 16_777_217 }
    return Float(-naturalLogarithm(product) / Double(bins))
  }
}
