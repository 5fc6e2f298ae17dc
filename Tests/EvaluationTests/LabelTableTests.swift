import Evaluation
import FileAccess
import FileFormats
import TestSupport
import Testing

@Suite("Tables of labels")
struct LabelTableTests {
  private let folder = TemporaryFolder()

  private func write(_ text: String, as name: String) throws -> FilePath {
    try folder.write(Array(text.utf8), as: name)
  }

  @Test("Columns come in any order, unknown ones are passed over, missing ones are empty")
  func columns() throws {
    let path = try write("seconds,artist,path,work\n30,A,\"a,b.mp3\",w1\n,,/c.mp3,\n", as: "l.csv")
    let table = try LabelTable([path])
    #expect(table.tracks.map(\.path) == ["a,b.mp3", "/c.mp3"])
    #expect(table.tracks.map(\.artist) == ["A", ""])
    #expect(table.tracks.map(\.work) == ["w1", ""])
    #expect(table.tracks.map(\.label) == ["", ""])
    #expect(table.files == [folder.path.appending("a,b.mp3"), FilePath("/c.mp3")])
  }

  @Test("Paths are seen from the folder of their own table; the last row of a path stands")
  func severalTables() throws {
    let first = try write("path,artist\nx.mp3,A\ny.mp3,B\n", as: "one/l.csv")
    let second = try write("artist,path\nC,x.mp3\nD,z.mp3\n", as: "two/l.csv")
    let table = try LabelTable([first, second])
    #expect(table.tracks.map(\.path) == ["x.mp3", "y.mp3", "z.mp3"])
    #expect(table.tracks.map(\.artist) == ["C", "B", "D"])
    #expect(
      table.files.map(\.string) == [
        second.parent.appending("x.mp3").string, first.parent.appending("y.mp3").string,
        second.parent.appending("z.mp3").string,
      ])
  }

  @Test("Tracks of one artist and title are one work, others and unnamed ones are none")
  func titles() {
    let names = [
      ("Anna", "Rain"), ("anna", "RAIN"), ("Bert", "Rain"), ("Anna", "Sun"), ("", "Rain"),
      ("", "Rain"), ("Bert", ""), ("Bert", ""),
    ]
    var table = LabelTable(
      names.enumerated().map { number, name in
        var track = LabelledTrack(path: "\(number).mp3")
        track.artist = name.0
        return (track, FilePath("\(number).mp3"))
      })
    #expect(table.joinEqualTitles(names.map(\.1)) == 2)
    #expect(table.tracks[0].work == table.tracks[1].work)
    #expect(!table.tracks[0].work.isEmpty)
    #expect(table.tracks[2...].allSatisfy { $0.work.isEmpty })
  }

  @Test("Of too many tracks whole artists are drawn, the same each time, in the order of the table")
  func sample() {
    // 30 artists with 1 to 6 tracks, taking turns, and 20 tracks of nobody.
    var rows: [(track: LabelledTrack, file: FilePath)] = []
    for turn in 0..<6 {
      for artist in 0..<30 where turn <= artist % 6 {
        var track = LabelledTrack(path: "\(artist)-\(turn).mp3")
        track.artist = "artist \(artist)"
        rows.append((track, FilePath(track.path)))
      }
    }
    rows += (0..<20).map { (LabelledTrack(path: "nobody-\($0).mp3"), FilePath("nobody-\($0).mp3")) }
    let table = LabelTable(rows)
    #expect(table.tracks.count == 125)
    let sizes = Dictionary(grouping: table.tracks, by: \.artist).mapValues(\.count)
    for limit in [1, 5, 40, 124] {
      let sample = table.sampled(limit)
      #expect(sample.tracks.count <= limit)
      #expect(sample.tracks.count > limit - 6)
      #expect(sample.files.map(\.string) == sample.tracks.map(\.path))
      let left = Dictionary(grouping: sample.tracks.filter { !$0.artist.isEmpty }, by: \.artist)
      #expect(left.allSatisfy { sizes[$0.key] == $0.value.count })
      let places = sample.tracks.compactMap { table.tracks.firstIndex(of: $0) }
      #expect(places == places.sorted())
      #expect(table.sampled(limit).tracks == sample.tracks)
    }
    #expect(table.sampled(125).tracks == table.tracks)
    let one = LabelTable(rows.filter { $0.track.artist == "artist 5" })
    #expect(one.sampled(4).tracks.count == 4)
  }

  @Test("A table without paths, a broken one and one that is not there are told apart")
  func errors() throws {
    let noPath = try write("name,artist\na,b\n", as: "1.csv")
    let broken = try write("path\n\"a\n", as: "2.csv")
    let absent = folder.path.appending("3.csv")
    func code(_ path: FilePath) -> EvaluationError.Code? {
      do throws(EvaluationError) {
        _ = try LabelTable([path])
        return nil
      } catch {
        #expect(error.path == path)
        return error.code
      }
    }
    #expect(code(noPath) == .format(.missingColumn("path")))
    #expect(code(broken) == .format(.badRow(line: 2, .openQuote)))
    guard case .file(.notFound, _) = code(absent) else {
      Issue.record("an absent table was read")
      return
    }
  }
}
