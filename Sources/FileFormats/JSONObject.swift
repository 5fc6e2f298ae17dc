public import FileAccess

/// Named JSON values in the order they were added.
public struct JSONObject: Equatable, Sendable, ExpressibleByDictionaryLiteral {
  /// One name and its value.
  public struct Member: Equatable, Sendable {
    /// The name.
    public let name: String
    /// The value.
    public let value: JSONValue
  }

  /// The members, in order; no name comes twice.
  public private(set) var members: [Member] = []

  /// Makes an empty object.
  public init() {}

  /// Makes an object of pairs; of two with one name the later value stays.
  public init(_ pairs: some Sequence<(String, JSONValue)>) {
    for (name, value) in pairs { self[name] = value }
  }

  /// Makes an object with its members in the order written.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }

  /// The value of a name.
  ///
  /// Setting one that is there replaces its value in place, a new one goes to the end, and nil
  /// takes it out (`.null` is a value like any other). Time grows with the number of members.
  public subscript(name: String) -> JSONValue? {
    get { members.first { $0.name == name }?.value }
    set {
      let place = members.firstIndex { $0.name == name }
      switch (place, newValue) {
      case (let place?, let value?): members[place] = Member(name: name, value: value)
      case (let place?, nil): members.remove(at: place)
      case (nil, let value?): members.append(Member(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Adds a file's name as every answer of Earshot does: `path` as text, and, only where the name
  /// is not UTF-8 and the text loses bytes, `pathBytes` in base64.
  public mutating func append(path: FilePath) {
    self["path"] = .string(path.string)
    if !path.isValidUTF8 { self["pathBytes"] = .string(Base64.encode(path.bytes)) }
  }
}
