/// A JSON value (RFC 8259) to be written for other programs.
///
/// Literals make values, so an answer reads as it will look:
/// `["schema": 1, "path": "a.mp3", "results": []]`. The members of an object keep their order.
public enum JSONValue: Equatable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A number, written with the fewest digits that read back as the same `Double`.
  /// JSON has no NaN and no infinity: they are written as `null`.
  case double(Double)
  /// A number, written with the fewest digits that read back as the same `Float`; NaN and
  /// infinity are written as `null`.
  case float(Float)
  /// Text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// A list of numbers, written as ``float(_:)`` does: the quick way for vectors.
  case floats([Float])
  /// Named values in a fixed order.
  case object(JSONObject)
}

extension JSONValue {
  /// Text, or `null` where there is none.
  public init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }

  /// A whole number, or `null` where there is none.
  public init(_ number: Int?) { self = number.map(JSONValue.integer) ?? .null }

  /// A number, or `null` where there is none.
  public init(_ number: Double?) { self = number.map(JSONValue.double) ?? .null }

  /// A number, or `null` where there is none.
  public init(_ number: Float?) { self = number.map(JSONValue.float) ?? .null }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Makes `null`.
  public init(nilLiteral: ()) { self = .null }

  /// Makes `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// Makes a whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }

  /// Makes a number.
  public init(floatLiteral value: Double) { self = .double(value) }

  /// Makes text.
  public init(stringLiteral value: String) { self = .string(value) }

  /// Makes a list.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  /// Makes an object with its members in the order written.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements))
  }
}
