import AnalysisLines
import Catalogue
import FileAccess
import Hashing
import TestSupport
import Testing

@Suite("A line about a file")
struct AnalysisLineTests {
  private static let identity = digest(7)
  private static let model = ModelReference(name: "m", identity: digest(9), dimension: 4)

  private static func digest(_ byte: UInt8) -> Digest {
    guard let digest = Digest(bytes: [UInt8](repeating: byte, count: 32)) else {
      preconditionFailure("32 bytes are a digest")
    }
    return digest
  }

  private static let sections = [
    SectionRecord(start: 0, seconds: 10, vector: [0.5, 0.5, -0.5, 0.5]),
    SectionRecord(start: 10, seconds: 21, vector: [0, 0, 1, 0]),
  ]

  private static var analysis: TrackAnalysis {
    var descriptors = DescriptorRecord(version: 2)
    descriptors[.tempo] = 120.25
    descriptors[.key] = 11
    descriptors[.mode] = 0
    descriptors[.loudness] = -14.125
    descriptors[.valence] = 0.375
    return TrackAnalysis(
      sound: SoundRecord(
        identity: identity, codec: "mp3", sampleRate: 44_100, channels: 2, seconds: 31.5),
      tags: TagRecord(title: "A \"title\"\u{2028}", artist: nil, year: 1999, trackNumber: 3),
      embedding: EmbeddingRecord(
        vector: [0.1, -0.7, 0.1, 0.7], lengths: [0.5, 12.25], excerptStart: 0.75, excerptSeconds: 30
      ),
      reconstructionError: 0.015625, sections: sections, descriptors: descriptors,
      fingerprint: FingerprintRecord(
        algorithm: 1, excerptStart: 0.75, items: [0, 1, 0x0102_0304, .max]),
      warnings: [AnalysisWarning(message: "cut off")])
  }

  private static let path = FilePath("/music/ä \n.mp3")
  private static let stamp = FileStamp(path: path, size: 12, modified: 1_795_645_757_561_581_292)

  static let lines: [AnalysisLine] = [
    AnalysisLine(path: path, stamp: stamp, content: .analysed(analysis, by: model)),
    AnalysisLine(path: nil, content: .analysed(analysis, by: model)),
    AnalysisLine(path: path, content: .question(identity)),
    AnalysisLine(path: path, stamp: stamp, content: .known(identity, TagRecord(genre: "Folk"))),
    AnalysisLine(
      path: FilePath(bytes: [0x2F, 0xFF, 0x0A]),
      content: .failed(AnalysisFailure(code: "corrupt", message: "it is damaged"))),
  ]

  @Test("is read as what was written", arguments: lines)
  func roundTrip(line: AnalysisLine) throws {
    let bytes = line.bytes
    #expect(!bytes.contains(0x0A))
    #expect(try AnalysisLine(bytes) == line)
  }

  @Test(
    "with a value that cannot be is refused, and says which",
    arguments: [
      ("[0.5,12.25]", "[0.5,-12.25]", "embeddingLengths"),
      ("[0.5,12.25]", "[0.5,12.25,1.0]", "embeddingLengths"),
      ("0.015625", "-0.015625", "reconstructionError"), ("0.015625", "1e39", nil),
      (#""dimension":4"#, #""dimension":5"#, "embedding"), ("[0.1,-0.7", "[0.1,0.9", "embedding"),
      ("[0.1,-0.7", "[1e39,-0.7", nil), ("[0.1,-0.7", "[null,-0.7", nil),
      (#""key":11"#, #""key":12"#, "descriptors"), (#""mode":0"#, #""mode":2"#, "descriptors"),
      (#""seconds":31.5"#, #""seconds":-1"#, "audio"),
      (#""sampleRate":44100"#, #""sampleRate":0"#, "audio"),
      (#""channels":2"#, #""channels":-2"#, "audio"), (#""size":12"#, #""size":-1"#, "file"),
      (#""trackID":"07"#, #""trackID":"0"#, "trackID"), (#""id":"09"#, #""id":"xx"#, "model"),
      (#""excerptStart":0.75"#, #""excerptStart":-1"#, "fingerprint"),
      (#""values":"AAAA"#, #""values":"!AAA"#, "fingerprint"),
      (#""values":"AAAA"#, #""values":""#, "fingerprint"),
      (#""start":10"#, #""start":9"#, "sections"),
      (#""start":10"#, #""start":32"#, "sections"), (#""start":10"#, #""start":1.5"#, nil),
      (#""start":0,"seconds":10"#, #""start":-1,"seconds":10"#, "sections"),
      (#""start":0,"seconds":10"#, #""start":0,"seconds":0"#, "sections"),
      (#""seconds":21"#, #""seconds":9000000000000000000"#, "sections"),
      ("[0.5,0.5,-0.5,0.5]", "[0.5,0.5,-0.5]", "sections"),
      ("[0.5,0.5,-0.5,0.5]", "[0.5,0.5,-0.5,0.6]", "sections"),
      ("[0.5,0.5,-0.5,0.5]", "[0.5,0.5,-0.5,null]", nil),
      ("[0.5,0.5,-0.5,0.5]", "[0.5,0.5,-0.5,1e39]", nil),
      (#""schema":1"#, #""schema":"1""#, nil), ("{", "[", nil),
    ] as [(String, String, String?)])
  func impossible(part: String, forged: String, member: String?) throws {
    let text = String(decoding: Self.lines[0].bytes, as: UTF8.self)
    #expect(text.contains(part))
    let line = Array(text.replacingFirst(part, with: forged).utf8)
    let expected = member.map { AnalysisLineError.impossible($0) } ?? .malformed
    #expect(throws: expected) { try AnalysisLine(line) }
  }

  @Test("may leave out where its fingerprint begins: where the excerpt does")
  func fingerprintStart() throws {
    let text = String(decoding: Self.lines[0].bytes, as: UTF8.self)
    let line = try AnalysisLine(
      Array(text.replacingFirst(#""excerptStart":0.75,"#, with: "").utf8))
    #expect(line == Self.lines[0])
  }

  @Test("of a newer schema is refused")
  func schema() {
    #expect(throws: AnalysisLineError.unknownSchema(2)) {
      try AnalysisLine(Array(#"{"schema":2,"path":"a"}"#.utf8))
    }
  }

  @Test("that was cut or had a byte changed is read or refused, and never ends the program")
  func damage() {
    var random = SplitMix64(seed: 40)
    for line in Self.lines {
      let whole = line.bytes
      for place in whole.indices { _ = try? AnalysisLine(Array(whole[..<place])) }
      for _ in 0..<300 {
        var bytes = whole
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
        guard case .analysed(let analysis, _)? = (try? AnalysisLine(bytes))?.content else {
          continue
        }
        let squares = analysis.embedding.vector.reduce(0) { $0 + $1 * $1 }
        #expect(abs(squares - 1) < 0.01)
      }
    }
  }
}

@Suite("A request to a worker")
struct AnalysisRequestTests {
  @Test("is a name as it stands, or JSON")
  func forms() {
    #expect(AnalysisRequest(Array("a b.mp3".utf8)) == AnalysisRequest(path: FilePath("a b.mp3")))
    #expect(
      AnalysisRequest(Array(#"{"path":"{a\n","followLinks":false,"ask":true}"#.utf8))
        == AnalysisRequest(path: FilePath("{a\n"), followLinks: false, asks: true))
    #expect(
      AnalysisRequest(Array(#"{"pathBytes":"Yf8=","path":"a\ufffd"}"#.utf8))
        == AnalysisRequest(path: FilePath(bytes: [0x61, 0xFF])))
  }

  @Test("of any bytes comes back from JSON as it was")
  func roundTrip() {
    for bytes in [[0xFF, 0x0A, 0x7B], Array("{\"".utf8), Array("ä".utf8)] as [[UInt8]] {
      let request = AnalysisRequest(path: FilePath(bytes: bytes), followLinks: false, asks: true)
      #expect(AnalysisRequest(request.bytes) == request)
    }
  }

  @Test(
    "is none without a name",
    arguments: [
      "{", "{}", #"{"path":""}"#, #"{"path":7}"#, #"{"pathBytes":"*"}"#, #"{"path":"a\u0000"}"#, "",
    ])
  func none(line: String) {
    #expect(AnalysisRequest(Array(line.utf8)) == nil)
  }

  @Test("to analyse or not is read as it was said")
  func answers() {
    for isWanted in [true, false] {
      #expect(AnalysisAnswer.isWanted(AnalysisAnswer.bytes(isWanted: isWanted)) == isWanted)
    }
    #expect(AnalysisAnswer.isWanted(Array("yes".utf8)) == nil)
  }
}

extension String {
  fileprivate func replacingFirst(_ part: String, with other: String) -> String {
    let pieces = split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
    return pieces.joined(separator: other)
  }
}
