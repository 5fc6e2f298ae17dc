import Catalogue
import CommandInterface
import FileAccess
import FileFormats
import Plotting
import Recommendation

/// A map as a page that needs nothing but a browser: neither network nor other files.
struct MapPage {
  let title: String
  let subtitle: String
  let dimensions: Int
  let places: [Float]
  let tracks: [TrackRecord?]
  let colour: MapContents.Colour
  let colours: MapColours?
  let marks: MapMarks?
  /// The numbers of the tracks in the library.
  let numbers: [Int64]
  let isDark: Bool

  var html: [UInt8] {
    var text = "<!DOCTYPE html>\n<html lang=\"en\" data-theme=\"\(isDark ? "dark" : "light")\">\n"
    text += "<meta charset=\"utf-8\">\n"
    text += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    // Whatever a tag holds, nothing is fetched and nothing is sent.
    text += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    text += "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
    text += "<title>\(Self.escaped(title))</title>\n<style>\n\(Self.style)</style>\n"
    text += "<header><h1>\(Self.escaped(title))</h1><p>\(Self.escaped(subtitle))</p></header>\n"
    text += Self.body
    var bytes = Array(text.utf8)
    bytes += Array("<script type=\"application/json\" id=\"data\">".utf8)
    // In a script only this sign could end it.
    for byte in JSONValue.object(data).line where byte != UInt8(ascii: "\n") {
      if byte == UInt8(ascii: "<") { bytes += Array("\\u003c".utf8) } else { bytes.append(byte) }
    }
    bytes += Array("</script>\n<script>\n\(Self.script)</script>\n</html>\n".utf8)
    return bytes
  }

  private static func escaped(_ text: String) -> String {
    // Scalars, not characters: some scalars make one character with the sign behind them.
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  private var data: JSONObject {
    var object: JSONObject = [
      "dimensions": .integer(dimensions),
      "places": .string(
        Base64.encode(
          places.flatMap { value in
            withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
          })),
      "tracks": .array(
        tracks.map { track in
          guard let track else { return ["", "", "", ""] }
          let tags = track.tags
          return .array(
            [tags.title ?? track.path.lastComponent.string, tags.artist, tags.album, tags.genre]
              .map { .string($0.map(TerminalText.clean) ?? "") })
        }),
      "label": .string(colour.label), "others": .string(colour.others),
      "palette": .array(MapFigure.kindColours.map { .string($0.html) }),
    ]
    switch colours {
    case .kinds(let names, let kinds):
      object["names"] = .array(names.map { .string(TerminalText.clean($0)) })
      object["kinds"] = .array(kinds.map { .integer($0 ?? -1) })
    case .values(let values):
      object["values"] = .array(values.map { $0.isFinite ? .float($0) : .null })
      object["scale"] = .array(ColourMap.tide.colours.map { .string($0.html) })
    case nil: break
    }
    if let marks {
      let rows = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0) })
      object["query"] = [
        "name": .string(TerminalText.clean(marks.query.name)),
        "place": .array(marks.query.place.map { .float($0) }),
        "neighbours": .array(
          marks.neighbours.compactMap { $0.track.flatMap { rows[$0] } }.map { .integer($0) }),
      ]
    }
    return object
  }
}
