import AudioDecoding
import AudioTags
import CommandInterface
import FileAccess

/// What stands over a picture: the song, and what was listened to of it.
struct PictureCaption {
  let title: String
  let subtitle: String?

  init(_ path: FilePath, _ audio: AudioInfo) {
    let tags = (try? ReadableFile(path)).map { AudioTags.read(from: $0) }
    let name = tags?.title ?? path.lastComponent.string
    title = TerminalText.clean(tags?.artist.map { "\(name) – \($0)" } ?? name)
    let part =
      audio.excerptSeconds + 0.5 < audio.seconds
      ? "\(NumberText.clock(seconds: audio.excerptStart)) to "
        + "\(NumberText.clock(seconds: audio.excerptStart + audio.excerptSeconds)) of "
        + NumberText.clock(seconds: audio.seconds)
      : NumberText.clock(seconds: audio.seconds)
    subtitle = "\(audio.codec.rawValue.uppercased()), \(part)"
  }
}
