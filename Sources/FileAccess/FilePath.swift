/// The name of a file as the system has it: bytes, in no promised encoding.
///
/// Most names are UTF-8, but Linux allows any byte except NUL, so two names that look alike may
/// differ and a name may not be text at all. The bytes are kept exactly; ``string`` is for showing.
public struct FilePath: Hashable, Sendable {
  /// The bytes, without the closing NUL.
  public let bytes: [UInt8]

  /// Makes a path of bytes; they end at the first NUL, which no path can hold.
  public init(bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes.prefix { $0 != 0 })
  }

  /// Makes a path of text, encoded as UTF-8.
  public init(_ string: String) {
    self.init(bytes: string.utf8)
  }

  /// The path as text; bytes that are not UTF-8 become U+FFFD.
  public var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether ``string`` is the path exactly.
  public var isValidUTF8: Bool { string.utf8.elementsEqual(bytes) }

  /// Whether the path begins at the root.
  public var isAbsolute: Bool { bytes.first == Self.slash }

  /// The part after the last slash; trailing slashes do not count.
  public var lastComponent: FilePath {
    let trimmed = bytes.reversed().drop { $0 == Self.slash }
    return FilePath(bytes: trimmed.prefix { $0 != Self.slash }.reversed())
  }

  /// The path without its last component: `/` for a name in the root, `.` for a bare name.
  public var parent: FilePath {
    let trimmed = bytes.reversed().drop { $0 == Self.slash }
    let rest = trimmed.drop { $0 != Self.slash }.drop { $0 == Self.slash }
    if rest.isEmpty { return FilePath(isAbsolute ? "/" : ".") }
    return FilePath(bytes: rest.reversed())
  }

  /// The letters after the last dot of the last component, lower case ASCII, or nil.
  public var fileExtension: String? {
    let name = lastComponent.bytes
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return nil }
    return String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased()
  }

  /// The path of an entry of this folder.
  public func appending(_ component: FilePath) -> FilePath {
    if bytes.isEmpty { return component }
    let separator = bytes.last == Self.slash ? [] : [Self.slash]
    return FilePath(bytes: bytes + separator + component.bytes)
  }

  /// The path of an entry of this folder.
  public func appending(_ component: String) -> FilePath { appending(FilePath(component)) }

  /// The path seen from `folder` when relative, with `.`, `..` and doubled slashes taken out by
  /// their text alone: no link is followed and nothing needs to exist.
  public func absolute(in folder: FilePath) -> FilePath {
    let whole = isAbsolute ? self : folder.appending(self)
    var parts: [ArraySlice<UInt8>] = []
    for part in whole.bytes.split(separator: Self.slash) {
      if part.elementsEqual(".".utf8) { continue }
      if part.elementsEqual("..".utf8) {
        _ = parts.popLast()
      } else {
        parts.append(part)
      }
    }
    return FilePath(bytes: [Self.slash] + parts.joined(separator: [Self.slash]))
  }

  /// The path seen from a folder, by their text alone; a relative path, and one that has nothing in
  /// common with the folder but the root, stays as it is.
  /// - Parameter folder: absolute; neither has `.`, `..` or doubled slashes.
  public func relative(to folder: FilePath) -> FilePath {
    guard isAbsolute, folder.isAbsolute else { return self }
    let parts = bytes.split(separator: Self.slash)
    let base = folder.bytes.split(separator: Self.slash)
    let common = zip(parts.dropLast(), base).prefix { $0 == $1 }.count
    guard common > 0 || base.isEmpty else { return self }
    let up = [ArraySlice<UInt8>](repeating: Array("..".utf8)[...], count: base.count - common)
    return FilePath(bytes: Array((up + parts[common...]).joined(separator: [Self.slash])))
  }

  /// Whether this path is `folder` or lies under it, by text; slashes that close `folder` do not
  /// count.
  public func isInside(_ folder: FilePath) -> Bool {
    guard let last = folder.bytes.lastIndex(where: { $0 != Self.slash }) else {
      // Nothing but slashes is the root; nothing at all is no folder.
      return folder.isAbsolute ? isAbsolute : bytes.isEmpty
    }
    guard bytes.starts(with: folder.bytes[...last]) else { return false }
    return bytes.count == last + 1 || bytes[last + 1] == Self.slash
  }

  static let slash = UInt8(ascii: "/")
}

extension FilePath: CustomStringConvertible {
  /// The path as text, repaired where it is not UTF-8.
  public var description: String { string }
}

extension FilePath: Comparable {
  /// Orders by bytes.
  public static func < (left: FilePath, right: FilePath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
