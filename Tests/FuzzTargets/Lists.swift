import FileAccess
import FileFormats
import Recommendation

extension FuzzTarget {
  /// Lists and tables of other players, and conditions that are typed.
  static let lists: [FuzzTarget] = [playlist, listens, condition]

  private static let playlist = FuzzTarget("playlist", longestInput: 200) { input in
    let folder = FilePath("/music/lists")
    let paths = Playlist.paths(inM3U: input, folder: folder)
    try hold(paths.allSatisfy(\.isAbsolute), "a path from nowhere")
    let list = Playlist(title: "t", entries: paths.map { Playlist.Entry(path: $0) })
    try hold(
      Playlist.paths(inM3U: list.m3u8, folder: FilePath("/elsewhere")) == paths,
      "another list when written and read again")
    let seen = Playlist.paths(inM3U: list.relative(to: folder).m3u8, folder: folder)
    try hold(seen == paths, "another list when seen from a folder")
  }

  private static let listens = FuzzTarget("listens", longestInput: 400) { input in
    let table: ListenTable
    do throws(FileFormatError) {
      table = try ListenTable(input)
    } catch {
      return
    }
    try hold(table.rows.count + table.unreadable <= input.count + 1, "rows out of nothing")
    try hold(
      table.rows.allSatisfy { (1...1_000_000_000).contains($0.count) && $0.time >= 0 },
      "a listen before time, or none")
  }

  private static let condition = FuzzTarget("condition", longestInput: 60) { input in
    let text = String(decoding: input, as: UTF8.self)
    guard let condition = try? TrackCondition(text) else { return }
    try hold(text.lowercased().hasPrefix(condition.field.rawValue), "another field than was named")
  }
}
