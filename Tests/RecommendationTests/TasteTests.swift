import Catalogue
import FileAccess
import FileFormats
import Recommendation
import Testing

@Suite("What was played elsewhere")
struct TasteTests {
  private func row(
    _ artist: String, _ title: String, album: String = "", time: Int64 = 0, count: Int = 1
  ) -> ListenTable.Row {
    var row = ListenTable.Row()
    (row.artist, row.title, row.album) = (artist, title, album)
    (row.time, row.count) = (time, count)
    return row
  }

  private func table(_ text: String) throws -> ListenTable { try ListenTable(Array(text.utf8)) }

  @Test("is read from ListenBrainz, as lines and as an array")
  func listenBrainz() throws {
    let listen = #"""
      {"listened_at":1700000000,"track_metadata":{"artist_name":"A","track_name":"T","release_name":"R"}}
      """#
    let expected = [row("A", "T", album: "R", time: 1_700_000_000)]
    let lines = try table("\(listen)\n{\"x\":1}\nnonsense\n\(listen)\n")
    #expect(lines.rows == expected + expected && lines.unreadable == 2)
    #expect(try table("[\(listen)]").rows == expected)
    #expect(throws: FileFormatError.self) { try table("[1, 2]") }
  }

  @Test("is read from Last.fm, with a head and without")
  func lastFM() throws {
    let plain = try table("A,R,T,01 Jan 1970 00:01\n\"B, C\",,U,29 Feb 2024 23:59\nD,E,F,never\n")
    #expect(
      plain.rows == [
        row("A", "T", album: "R", time: 60), row("B, C", "U", time: 1_709_251_140),
      ])
    #expect(plain.unreadable == 1)
    let headed = try table("uts,utc_time,artist,album,track\n90,x,A,R,T\n")
    #expect(headed.rows == [row("A", "T", album: "R", time: 90)])
  }

  @Test("is read from any table that names artist and title, or paths")
  func tables() throws {
    let counts = try table("artist,title,plays\nA,T,12\nB,U,0\nC,V,many\nD,W,-1\n")
    #expect(counts.rows == [row("A", "T", count: 12)] && counts.unreadable == 2)
    var file = ListenTable.Row()
    (file.path, file.count) = ("a.mp3", 3)
    #expect(try table("path,playcount\na.mp3,3\n").rows == [file])
    for text in ["", "a,b\n1,2\n", "title\nx\n"] {
      #expect(throws: FileFormatError.self, "\(text)") { try table(text) }
    }
  }

  @Test("is matched by names whatever the case and the signs, and by album where there are several")
  func matching() throws {
    let library = try SmallLibrary(angles: [0, 10, 20, 30])
    // Piece 0 and 1 by the Early Band, 2 and 3 by the Late Band.
    let catalogue = library.catalogue
    let tags = { (title: String, artist: String, album: String) in
      TagRecord(title: title, artist: artist, album: album)
    }
    let relabelled = [
      tags("Song (Remastered)", "AC/DC", "Live"), tags("Song", "AC/DC", "Studio"),
      tags("Другая", "Ария", ""), tags("Other - Mono", "X", ""),
    ]
    try catalogue.transaction { () throws(CatalogueError) in
      for (number, tags) in relabelled.enumerated() {
        try catalogue.record(
          FileStamp(path: library.path(number), size: 1, modified: 1),
          holding: library.tracks[number], tags: tags)
      }
    }
    let listens = try table(
      """
      artist,title,album,plays,uts
      ac dc,SONG,studio,2,0
      AC/DC,Song,Live,1,50
      AC-DC,song!,elsewhere,1,50
      АРИЯ,другая,,1,60
      x,Other,,4,0
      nobody,nothing,,7,0
      ,,,1,0

      """)
    let matching = try ListenMatching(catalogue)
    let match = try matching.match(listens, relativeTo: FilePath("/music"))
    let tracks = library.tracks
    #expect(
      match.listens == [
        ListenRecord(track: tracks[0], kind: .played, time: 50, count: 2),
        ListenRecord(track: tracks[1], kind: .played, time: 0, count: 2),
        ListenRecord(track: tracks[2], kind: .played, time: 60, count: 1),
        ListenRecord(track: tracks[3], kind: .played, time: 0, count: 4),
      ])
    #expect(match.count == 9 && match.unknown == 8)
    let paths = try table("path,plays\n2.mp3,5\n/music/3.mp3,1\nno.mp3,1\n")
    let byPath = try matching.match(paths, relativeTo: FilePath("/music"))
    #expect(byPath.listens.map(\.track) == [tracks[2], tracks[3]] && byPath.unknown == 1)
  }
}
