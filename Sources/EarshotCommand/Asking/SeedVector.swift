import Catalogue
import CommandInterface
import FileAccess
import FoundationEssentials
import Hashing
import WorkerProcesses

/// Reads a vector that somebody hands in.
enum SeedVector {
  /// The longest text that is read.
  private static let longest = 1 << 22

  /// The vector in a file or, as `-`, on standard input: numbers between spaces, after a name and a tab
  /// if there is one, or a line of JSON from `embed`.
  /// - Returns: a unit vector.
  /// - Throws: ``CommandError`` where it is none of the model's, `FileAccessError`.
  static func read(_ path: FilePath, for model: ModelRecord) throws -> [Float] {
    let bytes: [UInt8]
    if path == FilePath("-") {
      var lines: [[UInt8]] = []
      let input = LineReader(separator: UInt8(ascii: "\n"), longest: longest)
      while case .bytes(let line)? = input.next() {
        if !line.isEmpty { lines.append(line) }
        if lines.count > 1 { break }
      }
      bytes = lines.count == 1 ? lines[0] : []
    } else {
      bytes = try ReadableFile(path).contents(limit: longest)
    }
    let name = path == FilePath("-") ? "standard input" : path.string
    guard let values = try numbers(bytes, for: model), values.count == model.dimension,
      values.allSatisfy(\.isFinite)
    else { throw CommandError.notAVector(name, dimension: model.dimension) }
    let length = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard length > 1e-12, length.isFinite else {
      throw CommandError.notAVector(name, dimension: model.dimension)
    }
    return values.map { Float(Double($0) / length) }
  }

  private struct Line: Decodable {
    struct Model: Decodable {
      let id: String
      let name: String
    }

    let embedding: [Float]
    let model: Model?
  }

  private static func numbers(_ bytes: [UInt8], for model: ModelRecord) throws -> [Float]? {
    switch bytes.first {
    case UInt8(ascii: "{"):
      guard let line = try? JSONDecoder().decode(Line.self, from: Data(bytes)) else { return nil }
      if let made = line.model, made.id != model.identity.hexadecimal {
        throw CommandError.modelMismatch(library: model.name, asked: made.name)
      }
      return line.embedding
    case UInt8(ascii: "["): return try? JSONDecoder().decode([Float].self, from: Data(bytes))
    default:
      let tab = bytes.lastIndex(of: UInt8(ascii: "\t")).map { $0 + 1 } ?? 0
      let words = bytes[tab...].split { [0x20, 0x0A, 0x0D].contains($0) }
      let values = words.compactMap { Float(String(decoding: $0, as: UTF8.self)) }
      return values.count == words.count ? values : nil
    }
  }
}
