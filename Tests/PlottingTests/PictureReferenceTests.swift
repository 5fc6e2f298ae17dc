import FileAccess
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Plotting

/// A picture in 48 x 36 cells, each with its mean red, green and blue: what is left of it when one stands
/// far back.
private struct Impression: Equatable {
  static let (columns, rows) = (48, 36)
  let values: [UInt8]

  init(values: [UInt8]) { self.values = values }

  init(of picture: DecodedPicture) {
    var values: [UInt8] = []
    for row in Raster.cells(picture.height, to: Self.rows) {
      for column in Raster.cells(picture.width, to: Self.columns) {
        var (red, green, blue) = (0, 0, 0)
        // Every other pixel is enough.
        let (xs, ys) = (
          stride(from: 0, to: column.count, by: 2), stride(from: 0, to: row.count, by: 2)
        )
        for y in ys.map({ row.lowerBound + $0 }) {
          for x in xs.map({ column.lowerBound + $0 }) {
            let colour = picture.colour(x: x, y: y)
            red += Int(colour.red)
            green += Int(colour.green)
            blue += Int(colour.blue)
          }
        }
        let count = ((row.count + 1) / 2) * ((column.count + 1) / 2)
        values += [red, green, blue].map { UInt8($0 / count) }
      }
    }
    self.values = values
  }

  /// How far two lie apart: the mean over all cells, and the share of cells that differ much.
  func distance(from other: Impression) -> (mean: Double, share: Double) {
    let steps = zip(values, other.values).map { abs(Int($0) - Int($1)) }
    let count = Double(max(1, steps.count))
    return (
      steps.reduce(0.0) { $0 + Double($1) } / count, Double(steps.count { $0 > 24 }) / count
    )
  }

  /// Near enough that letters may be another font's.
  func isLike(_ other: Impression) -> Bool {
    let (mean, share) = distance(from: other)
    return values.count == other.values.count && mean < 1.5 && share < 0.01
  }
}

@Suite("Every picture")
struct PictureReferenceTests {
  /// Made when asked for and where there is none. The picture itself is put into .build/pictures then: look
  /// at it before its impression is committed.
  private func reference(_ name: String, make: () throws -> Impression) throws -> Impression {
    let path = Repository.root.appending("Tests/PlottingTests/Fixtures")
      .appending(name.replacing(" ", with: "-") + ".txt")
    if getenv("EARSHOT_MAKE_FIXTURES") != nil,
      (try? FolderEntry(at: path, followLinks: true)) == nil
    {
      let text = Data(try make().values).base64EncodedString(options: .lineLength76Characters)
      try WrittenFile.replace(path, with: Array(text.utf8) + [10])
      let folder = Repository.root.appending(".build/pictures")
      try FolderEntry.createFolders(folder)
      try WrittenFile.replace(
        folder.appending(name.replacing(" ", with: "-") + ".png"),
        with: SampleFigures.render(name, .png, .light))
    }
    let text = String(
      decoding: try ReadableFile(path).contents(limit: 1 << 20), as: UTF8.self)
    let data = try #require(Data(base64Encoded: text, options: .ignoreUnknownCharacters))
    return Impression(values: Array(data))
  }

  private func impression(_ name: String, _ theme: Theme = .light) throws -> Impression {
    Impression(of: try DecodedPicture(png: SampleFigures.render(name, .png, theme)))
  }

  @Test("looks as it did when somebody looked at it", arguments: SampleFigures.names)
  func looks(name: String) throws {
    let own = try impression(name)
    let reference = try reference(name) { own }
    #expect(own.isLike(reference), "\(own.distance(from: reference))")
    // The measure tells pictures apart: the dark one, and every other one.
    #expect(!(try impression(name, .dark)).isLike(reference))
    for other in SampleFigures.names where other != name {
      let theirs = try self.reference(other) { try impression(other) }
      #expect(!theirs.isLike(reference), "\(other)")
    }
  }

  @Test("has no text over another, and all of it on the page", arguments: SampleFigures.names)
  func texts(name: String) throws {
    for theme in [Theme.light, .dark] {
      let written = Mutex<[(text: String, place: Rectangle)]>([])
      let told: @Sendable (String, Rectangle) -> Void = { text, place in
        written.withLock { $0.append((text, place)) }
      }
      let picture = try Canvas.$onText.withValue(told) {
        try DecodedPicture(png: SampleFigures.render(name, .png, theme))
      }
      let texts = written.withLock { $0 }
      #expect(texts.count >= 3)
      for (number, one) in texts.enumerated() {
        #expect(
          one.place.x >= 0 && one.place.y >= 0 && one.place.right <= Double(picture.width)
            && one.place.bottom <= Double(picture.height), "\(one.text)")
        // Numbers in the rings of neighbours lie where these lie.
        guard !one.text.allSatisfy(\.isNumber) || !name.hasPrefix("map") else { continue }
        for other in texts[(number + 1)...] {
          guard !other.text.allSatisfy(\.isNumber) || !name.hasPrefix("map") else { continue }
          #expect(!one.place.overlaps(other.place), "\(one.text) and \(other.text)")
        }
      }
    }
  }

  @Test("can be drawn in every format", arguments: SampleFigures.names)
  func formats(name: String) throws {
    for format in PictureFormat.allCases {
      #expect(try SampleFigures.render(name, format, .light).count > 1_000)
    }
  }
}

extension Rectangle {
  /// Whether they share more than an edge.
  fileprivate func overlaps(_ other: Rectangle) -> Bool {
    let (across, down) = (
      min(right, other.right) - max(x, other.x), min(bottom, other.bottom) - max(y, other.y)
    )
    return across > 0.5 && down > 0.5
  }
}
