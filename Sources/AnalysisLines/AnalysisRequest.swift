public import FileAccess
internal import FileFormats
internal import FoundationEssentials

/// One line that a worker is asked with: a path as it stands, or, when the line begins with `{`, a JSON
/// object (docs/worker.md).
public struct AnalysisRequest: Equatable, Sendable {
  /// The file.
  public var path: FilePath
  /// Whether the name may be a symbolic link.
  public var followLinks = true
  /// Whether the worker is to ask, once it knows the sound's identity, if the sound is wanted.
  public var asks = false

  /// Asks about a file.
  public init(path: FilePath, followLinks: Bool = true, asks: Bool = false) {
    self.path = path
    self.followLinks = followLinks
    self.asks = asks
  }

  /// Reads a line without its end; nil when it begins with `{` and is no request.
  public init?(_ line: [UInt8]) {
    guard line.first == UInt8(ascii: "{") else {
      guard !line.isEmpty, !line.contains(0) else { return nil }
      self.init(path: FilePath(bytes: line))
      return
    }
    guard let form = try? JSONDecoder().decode(Form.self, from: Data(line)) else { return nil }
    let bytes: [UInt8]
    switch (form.path, form.pathBytes) {
    case (_, let text?):
      guard let data = Data(base64Encoded: text) else { return nil }
      bytes = Array(data)
    case (let text?, nil): bytes = Array(text.utf8)
    case (nil, nil): return nil
    }
    guard !bytes.isEmpty, !bytes.contains(0) else { return nil }
    self.init(
      path: FilePath(bytes: bytes), followLinks: form.followLinks ?? true, asks: form.ask ?? false)
  }

  private struct Form: Decodable {
    let path: String?
    let pathBytes: String?
    let followLinks: Bool?
    let ask: Bool?
  }

  /// The request as a line of JSON, without its end.
  public var bytes: [UInt8] {
    var object = JSONObject()
    object.append(path: path)
    object["followLinks"] = .bool(followLinks)
    object["ask"] = .bool(asks)
    return JSONValue.object(object).bytes
  }
}

/// What a worker is told when it asks whether a sound is wanted.
public enum AnalysisAnswer {
  /// The answer as a line of JSON, without its end.
  public static func bytes(isWanted: Bool) -> [UInt8] {
    JSONValue.object(["analyse": .bool(isWanted)]).bytes
  }

  /// Reads an answer; nil when it is none.
  public static func isWanted(_ line: [UInt8]) -> Bool? {
    struct Form: Decodable { let analyse: Bool }
    return (try? JSONDecoder().decode(Form.self, from: Data(line)))?.analyse
  }
}
