/// The lists that stand beside the clips: for programs and for people.
enum Tables {
  /// Comma-separated values with one header line; empty where a clip has no such thing.
  static func csv(_ clips: [Clip]) -> String {
    let header = "file,title,artist,album,genre,style,tempo,key,mode,format,purpose\n"
    return header
      + clips.map { clip in
        [
          clip.file, clip.title, clip.artist, clip.album, clip.style.genre, clip.style.rawValue,
          clip.tempo.map { "\(Int($0))" } ?? "", clip.key?.name ?? "",
          clip.key?.mode.rawValue ?? "", clip.format.rawValue, purpose(clip),
        ].map(quoted).joined(separator: ",") + "\n"
      }.joined()
  }

  /// The folder's README.
  static func readme(_ clips: [Clip]) -> String {
    let rows = clips.map { clip in
      let tempo = clip.tempo.map { "\(Int($0))" } ?? "–"
      let key = clip.key.map { "\($0.name) \($0.mode.rawValue)" } ?? "–"
      return "| `\(clip.file)` | \(clip.artist) | \(tempo) | \(key) | \(clip.format.rawValue) "
        + "| \(purpose(clip)) |\n"
    }
    return """
      # TestAudio

      \(clips.count) short clips in \(Style.allCases.count) styles, made by `Sources/make-test-audio`: \
      every sample is computed from a seed by that program, no recording is in them. Artists, albums \
      and titles are invented. The clips are ours and are given away under CC0 1.0.

      `make test-audio` makes them again (it needs the commands `lame`, `flac` and `oggenc`); the \
      samples come out the same on every machine, the encoded bytes with the same release of each \
      encoder. `clips.csv` holds the same facts for programs. Tempo is in beats per minute with the \
      first beat at the first sample; the key is that of the chords.

      | file | artist | tempo | key | format | what it is for |
      |---|---|---|---|---|---|
      \(rows.joined())
      """
  }

  private static func purpose(_ clip: Clip) -> String {
    let others = "a neighbour for the other \(clip.style.rawValue) clips"
    return clip.purpose.isEmpty ? others : "\(clip.purpose); \(others)"
  }

  private static func quoted(_ field: String) -> String {
    field.contains { $0 == "," || $0 == "\"" }
      ? "\"" + field.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\"" : field
  }
}
