public import FileAccess

/// A pattern for the names of files and folders, as shells have them.
///
/// A pattern without a slash is compared with single names, one with a slash with the path from the
/// folder that is walked through; a slash in front only says so, a slash at the end makes it a pattern
/// for folders. `*` stands for any characters of a name, also none and also a dot in front, `?` for
/// one, `[a-z]` for one of those and `[!a-z]` for one of the others, `**` between slashes for any
/// number of folders. A backslash takes the next sign for itself, and so does a `[` that is not closed.
///
/// A name need not be text: a byte that is not UTF-8 is a character of its own, equal to that byte of
/// the pattern alone. Case counts. Comparing only ever goes back to the last star, so no name makes it
/// slow.
public struct NamePattern: Equatable, Sendable {
  private let components: [Component]
  private let isForPaths: Bool
  private let isForFolders: Bool

  private enum Component: Equatable {
    case anyFolders
    case name([Sign])
  }

  private enum Sign: Equatable {
    case anyCharacters
    case anyCharacter
    case character(UInt32)
    case oneOf([ClosedRange<UInt32>], isNegated: Bool)
  }

  /// Reads a pattern; nil when it holds nothing but slashes.
  public init?(_ bytes: [UInt8]) {
    let slash = UInt8(ascii: "/")
    guard let last = bytes.lastIndex(where: { $0 != slash }) else { return nil }
    let body = bytes[...last]
    isForFolders = bytes.last == slash
    isForPaths = body.contains(slash)
    components = body.split(separator: slash).map { part in
      body.contains(slash) && part.elementsEqual("**".utf8)
        ? .anyFolders : .name(Self.signs(Self.characters(part)))
    }
  }

  /// Whether it fits an entry.
  /// - Parameters:
  ///   - names: the entry's path from the folder that is walked through, name by name.
  ///   - isFolder: whether the entry is a folder.
  public func fits(_ names: [FilePath], isFolder: Bool) -> Bool {
    if isForFolders, !isFolder { return false }
    guard isForPaths else { return names.last.map { fits(components[0], $0) } ?? false }
    // Below a folder means at least one name further down.
    if components.last == .anyFolders {
      return names.indices.contains { count in
        count > 0 && matches(Array(components.dropLast()), Array(names[..<count]))
      } || components.count == 1
    }
    return matches(components, names)
  }

  /// A pattern for whole paths: one that does not begin with a slash may begin at any folder, and one
  /// that ends with a slash takes all that lies below.
  package static func forPaths(_ bytes: [UInt8]) -> NamePattern? {
    let slash = UInt8(ascii: "/")
    // The slash makes it a pattern for paths, whatever it is.
    guard let pattern = NamePattern([slash] + bytes) else { return nil }
    let isAnywhere = bytes.first != slash
    return NamePattern(
      components: (isAnywhere ? [.anyFolders] : []) + pattern.components
        + (pattern.isForFolders ? [.anyFolders] : []),
      isForPaths: true, isForFolders: false)
  }

  private init(components: [Component], isForPaths: Bool, isForFolders: Bool) {
    self.components = components
    self.isForPaths = isForPaths
    self.isForFolders = isForFolders
  }

  /// What a pattern for paths says of the files of a folder.
  package enum FolderVerdict {
    case all
    case none
    /// Their names decide.
    case byName
  }

  /// What a pattern for paths says of the files that lie right in a folder.
  package func verdict(onFolder names: [FilePath]) -> FolderVerdict {
    let rest = Array(components.dropLast())
    if components.last == .anyFolders {
      let isBelow = names.indices.contains { matches(rest, Array(names[...$0])) }
      return isBelow || rest.isEmpty ? .all : .none
    }
    guard matches(rest, names) else { return .none }
    return components.last == .name([.anyCharacters]) ? .all : .byName
  }

  /// Whether the last part of a pattern for paths fits a file's name.
  package func fits(fileName name: Span<UInt8>) -> Bool {
    guard case .name(let signs)? = components.last else { return components.last != nil }
    var isASCII = true
    for place in name.indices where name[place] >= 0x80 { isASCII = false }
    // Hundreds of thousands of names are compared; of most each byte is a character.
    if isASCII {
      return Self.matchesWhole(
        signs, name.count, isRun: { $0 == .anyCharacters },
        accepts: { Self.accepts($0, UInt32(name[$1])) })
    }
    let characters = Self.characters(name.indices.map { name[$0] })
    return Self.matchesWhole(
      signs, characters.count, isRun: { $0 == .anyCharacters },
      accepts: { Self.accepts($0, characters[$1]) })
  }

  private func matches(_ components: [Component], _ names: [FilePath]) -> Bool {
    Self.matchesWhole(
      components, names.count, isRun: { $0 == .anyFolders }, accepts: { fits($0, names[$1]) })
  }

  private func fits(_ component: Component, _ name: FilePath) -> Bool {
    guard case .name(let signs) = component else { return true }
    let characters = Self.characters(name.bytes)
    return Self.matchesWhole(
      signs, characters.count, isRun: { $0 == .anyCharacters },
      accepts: { Self.accepts($0, characters[$1]) })
  }

  /// Whether a row of parts, some of which stand for any number of elements, fits all of so many
  /// elements. Going back to the last such part is enough: what an earlier one could take, that one can
  /// too.
  /// - Parameter accepts: whether a part fits the element at a place.
  private static func matchesWhole<Part>(
    _ parts: [Part], _ count: Int, isRun: (Part) -> Bool, accepts: (Part, Int) -> Bool
  ) -> Bool {
    var part = 0
    var element = 0
    var last: (part: Int, element: Int)?
    while element < count {
      if part < parts.count, isRun(parts[part]) {
        last = (part, element)
        part += 1
      } else if part < parts.count, accepts(parts[part], element) {
        part += 1
        element += 1
      } else if let run = last {
        last = (run.part, run.element + 1)
        part = run.part + 1
        element = run.element + 1
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy(isRun)
  }

  private static func accepts(_ sign: Sign, _ character: UInt32) -> Bool {
    switch sign {
    case .anyCharacters, .anyCharacter: true
    case .character(let own): own == character
    case .oneOf(let ranges, let isNegated):
      ranges.contains { $0.contains(character) } != isNegated
    }
  }

  /// Bytes that are not UTF-8 become numbers that no character has.
  private static let firstByte: UInt32 = 0x11_0000

  private static func characters(_ bytes: some Collection<UInt8>) -> [UInt32] {
    var characters: [UInt32] = []
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var place = bytes.startIndex
    while true {
      switch parser.parseScalar(from: &rest) {
      case .emptyInput: return characters
      case .valid(let encoded):
        characters.append(Unicode.UTF8.decode(encoded).value)
        place = bytes.index(place, offsetBy: encoded.count)
      case .error(let length):
        for _ in 0..<length {
          characters.append(firstByte + UInt32(bytes[place]))
          place = bytes.index(after: place)
        }
      }
    }
  }

  private static func signs(_ characters: [UInt32]) -> [Sign] {
    var signs: [Sign] = []
    var place = 0
    while place < characters.count {
      let character = characters[place]
      place += 1
      switch Unicode.Scalar(character) {
      case "*": if signs.last != .anyCharacters { signs.append(.anyCharacters) }
      case "?": signs.append(.anyCharacter)
      case "\\" where place < characters.count:
        signs.append(.character(characters[place]))
        place += 1
      case "[":
        if let (set, end) = set(characters, from: place) {
          signs.append(set)
          place = end
        } else {
          signs.append(.character(character))
        }
      default: signs.append(.character(character))
      }
    }
    return signs
  }

  /// Reads what follows an opening bracket; nil when it is never closed. A closing bracket in front
  /// stands for itself.
  private static func set(_ characters: [UInt32], from start: Int) -> (Sign, end: Int)? {
    let (bang, caret, backslash, dash, close) = (
      UInt32(UInt8(ascii: "!")), UInt32(UInt8(ascii: "^")), UInt32(UInt8(ascii: "\\")),
      UInt32(UInt8(ascii: "-")), UInt32(UInt8(ascii: "]"))
    )
    var place = start
    let isNegated = place < characters.count && [bang, caret].contains(characters[place])
    if isNegated { place += 1 }
    func member() -> UInt32? {
      if place < characters.count, characters[place] == backslash { place += 1 }
      guard place < characters.count else { return nil }
      defer { place += 1 }
      return characters[place]
    }
    var ranges: [ClosedRange<UInt32>] = []
    repeat {
      guard let lower = member() else { return nil }
      guard place + 1 < characters.count, characters[place] == dash, characters[place + 1] != close
      else {
        ranges.append(lower...lower)
        continue
      }
      place += 1
      guard let upper = member() else { return nil }
      // A range that runs backwards holds nothing.
      if lower <= upper { ranges.append(lower...upper) }
    } while place < characters.count && characters[place] != close
    guard place < characters.count else { return nil }
    return (.oneOf(ranges, isNegated: isNegated), place + 1)
  }
}
