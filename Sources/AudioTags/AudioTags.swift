internal import AudioDecoding
internal import CTagLib
public import FileAccess
import Glibc

/// What a file says of its music. What it does not say is nil.
public struct AudioTags: Equatable, Sendable {
  /// The title of the track.
  public var title: String?
  /// Who made it.
  public var artist: String?
  /// The album it is on.
  public var album: String?
  /// The kind of music; several are separated as the file has them.
  public var genre: String?
  /// The year, 1 to 9999.
  public var year: Int?
  /// The number on the album, 1 to 9999.
  public var track: Int?
  /// How often it was played, as a player has written into it: 1 to a thousand million.
  public var plays: Int?
  /// The length of the sound in seconds by the file's headers, without decoding.
  public var seconds: Double?

  /// Makes tags.
  public init(
    title: String? = nil, artist: String? = nil, album: String? = nil, genre: String? = nil,
    year: Int? = nil, track: Int? = nil, plays: Int? = nil,
    seconds: Double? = nil
  ) {
    self.title = title
    self.artist = artist
    self.album = album
    self.genre = genre
    self.year = year
    self.track = track
    self.plays = plays
    self.seconds = seconds
  }

  /// The most characters kept of a text.
  public static let longestText = 1_000

  /// Reads a file's tags: ID3v1, ID3v2, APE, Vorbis comments, and RIFF and AIFF text chunks. Texts
  /// are trimmed, in one line and free of control characters. It never fails: a tag that is absent,
  /// broken or larger than ``TagLimits`` allows gives nil.
  public static func read(from file: ReadableFile) -> AudioTags {
    guard let format = try? SoundFormat.detect(file, limits: DecodingLimits()) else {
      return AudioTags()
    }
    var tags = AudioTags()
    if let excerpt = try? TagExcerpt(FileBytes(file: file), format) {
      tags = parse(excerpt)
      tags.plays = excerpt.plays
      tags.fill(from: excerpt.texts)
    }
    tags.seconds = format.claimedSeconds.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    return tags
  }

  /// Gives TagLib a file of its own in memory, which holds the tags and next to nothing else. What
  /// it parses is thereby what was measured, in the file that was opened, and no longer than that.
  private static func parse(_ excerpt: TagExcerpt) -> AudioTags {
    guard !excerpt.bytes.isEmpty else { return AudioTags() }
    let descriptor = ctaglib_memory_file("tags")
    guard descriptor >= 0 else { return AudioTags() }
    defer { close(descriptor) }
    let written = excerpt.bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written == excerpt.bytes.count else { return AudioTags() }
    _ = library
    let type =
      switch excerpt.kind {
      case .mpeg: TagLib_File_MPEG
      case .flac: TagLib_File_FLAC
      }
    guard let parsed = taglib_file_new_type("/proc/self/fd/\(descriptor)", type) else {
      return AudioTags()
    }
    defer { taglib_file_free(parsed) }
    guard taglib_file_is_valid(parsed) != 0, let tag = taglib_file_tag(parsed) else {
      return AudioTags()
    }
    return AudioTags(
      title: take(taglib_tag_title(tag)), artist: take(taglib_tag_artist(tag)),
      album: take(taglib_tag_album(tag)), genre: take(taglib_tag_genre(tag)),
      year: number(Int(taglib_tag_year(tag))), track: number(Int(taglib_tag_track(tag))))
  }

  /// The binding's own list of strings is shared by all threads, so it is switched off once.
  private static let library: Void = taglib_set_string_management_enabled(0)

  private static func take(_ text: UnsafeMutablePointer<CChar>?) -> String? {
    guard let text else { return nil }
    defer { taglib_free(text) }
    return clean(
      String(decoding: UnsafeRawBufferPointer(start: text, count: strlen(text)), as: UTF8.self))
  }

  /// Takes what a container's own text chunks say where the tags said nothing.
  private mutating func fill(from texts: [TagExcerpt.Field: String]) {
    title = title ?? texts[.title].flatMap(Self.clean)
    artist = artist ?? texts[.artist].flatMap(Self.clean)
    album = album ?? texts[.album].flatMap(Self.clean)
    genre = genre ?? texts[.genre].flatMap(Self.clean)
    year = year ?? texts[.date].flatMap { Int($0.prefix(4)) }.flatMap(Self.number)
    track = track ?? texts[.track].flatMap { Int($0.prefix { $0.isNumber }) }.flatMap(Self.number)
  }

  /// A year or a place on an album, nil for a number that is none.
  public static func number(_ value: Int) -> Int? { (1...9_999).contains(value) ? value : nil }

  /// How often something was played, nil for a number that is none.
  public static func plays(_ value: Int) -> Int? {
    (1...PlayCounts.most).contains(value) ? value : nil
  }

  /// One trimmed line, or nil for nothing: each run of controls, line ends and spaces is one space,
  /// and what has no place in a line of text (marks of direction, half characters) is left out.
  public static func clean(_ text: String) -> String? {
    var cleaned = String.UnicodeScalarView()
    var isGap = false
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator:
        isGap = true
        continue
      case .surrogate, .privateUse, .unassigned: continue
      case .format where isDirectionMark(scalar): continue
      default: break
      }
      if isGap, !cleaned.isEmpty { cleaned.append(" ") }
      isGap = false
      cleaned.append(scalar)
      // A character can be made of any number of scalars; both are bounded.
      if cleaned.count >= 4 * longestText { break }
    }
    let result = String(String(cleaned).prefix(longestText))
    return result.isEmpty ? nil : result
  }

  private static func isDirectionMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}

/// How much of a tag is looked at.
public enum TagLimits {
  /// The most bytes of one tag; a longer one is passed over.
  public static let maximumBytes = 4 << 20
  /// The most fields in one tag; a tag with more is passed over.
  public static let maximumFields = 50_000
}
