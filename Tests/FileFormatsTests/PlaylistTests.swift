import FileAccess
import FileFormats
import Testing

@Suite("Playlists for players")
struct PlaylistTests {
  @Test("An M3U8 list has a line of facts and a line of path for each track")
  func m3u8() {
    let list = Playlist(
      title: "Near\nme",
      entries: [
        .init(path: FilePath("/music/a.mp3"), title: "Song", artist: "Band", seconds: 29.6),
        .init(path: FilePath("/music/b.mp3"), startSeconds: 720),
        .init(path: FilePath("c.mp3"), title: "x\r\n/etc/passwd\u{2028}y", seconds: .nan),
      ])
    #expect(
      String(decoding: list.m3u8, as: UTF8.self) == """
        #EXTM3U
        #PLAYLIST:Near me
        #EXTINF:30,Band - Song
        /music/a.mp3
        #EXTINF:-1,b.mp3
        #EXTVLCOPT:start-time=720
        /music/b.mp3
        #EXTINF:-1,x  /etc/passwd y
        c.mp3

        """)
  }

  @Test(
    "Any path stays one line of a list, and its bytes stay as they are",
    arguments: [
      (Array("/m/#1.mp3".utf8), Array("/m/#1.mp3".utf8)),
      (Array("#1.mp3".utf8), Array("./#1.mp3".utf8)),
      (Array(" x.mp3".utf8), Array("./ x.mp3".utf8)),
      (Array("http://x/y.mp3".utf8), Array("./http://x/y.mp3".utf8)),
      (Array("/m/a\nb\r.mp3".utf8), Array("file:///m/a%0Ab%0D.mp3".utf8)),
      (Array("a\nb c".utf8), Array("a%0Ab%20c".utf8)),
      (Array("/m/a ".utf8), Array("file:///m/a%20".utf8)),
      (Array("#\n".utf8), Array("./%23%0A".utf8)),
      ([0x2F, 0xFF, 0xFE, 0x2E, 0x6D], [0x2F, 0xFF, 0xFE, 0x2E, 0x6D]),
    ] as [([UInt8], [UInt8])])
  func hostilePaths(path: [UInt8], expected: [UInt8]) {
    let bytes = Playlist(entries: [.init(path: FilePath(bytes: path), title: "t")]).m3u8
    #expect(bytes == Array("#EXTM3U\n#EXTINF:-1,t\n".utf8) + expected + [0x0A])
  }

  @Test("What was written is read again, and what names no file here is passed over")
  func readBack() {
    let names = ["/m/a ", "/m/b\t", "/m/c\nd", "/m/e:f", "/m/#g", "/m/%41", "/m/ü"]
    let paths = names.map { FilePath($0) }
    let list = Playlist(entries: paths.map { .init(path: $0) })
    #expect(Playlist.paths(inM3U: list.m3u8, folder: FilePath("/x")) == paths)
    let text =
      "\u{FEFF}#EXTM3U\r\nhttp://a/b.mp3\r\n c.mp3 \r\n\r\n../d.mp3\n"
      + "file:///e%20f/../g.mp3\nfile:///%G0"
    #expect(
      Playlist.paths(inM3U: Array(text.utf8), folder: FilePath("/x/y")).map(\.string)
        == ["/x/y/ c.mp3", "/x/d.mp3", "/g.mp3"])
  }

  @Test("A list seen from a folder has paths from there, unless they have nothing in common")
  func relative() {
    let list = Playlist(
      entries: ["/m/lists/a.mp3", "/m/b.mp3", "/m/x/y/c.mp3", "/n/d.mp3", "e.mp3"].map {
        .init(path: FilePath($0))
      })
    let paths = list.relative(to: FilePath("/m/lists")).entries.map(\.path.string)
    #expect(paths == ["a.mp3", "../b.mp3", "../x/y/c.mp3", "/n/d.mp3", "e.mp3"])
    #expect(list.relative(to: FilePath("/")).entries[1].path.string == "m/b.mp3")
  }

  @Test("An XSPF list names files by URI and holds only characters that XML allows")
  func xspf() {
    let list = Playlist(
      title: "A & B",
      entries: [
        .init(
          path: FilePath(bytes: Array("/m/50% é<>#?".utf8) + [0xFF]),
          title: "<b>\u{1}\u{FFFE}\"'\n",
          artist: "R\u{1B}&D", album: "日本", seconds: 1.2345),
        .init(path: FilePath("a:b/c~d.mp3"), seconds: -1),
      ])
    #expect(
      String(decoding: list.xspf, as: UTF8.self) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <playlist version="1" xmlns="http://xspf.org/ns/0/">
          <title>A &amp; B</title>
          <trackList>
            <track>
              <location>file:///m/50%25%20%C3%A9%3C%3E%23%3F%FF</location>
              <title>&lt;b&gt;&quot;&#39;&#10;</title>
              <creator>R&amp;D</creator>
              <album>日本</album>
              <duration>1235</duration>
            </track>
            <track>
              <location>./a%3Ab/c~d.mp3</location>
            </track>
          </trackList>
        </playlist>

        """)
  }
}
