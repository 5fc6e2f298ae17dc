import Glibc

/// What the generator can fail at.
enum GeneratorError: Error {
  /// A file could not be written; the path and the system's error number.
  case notWritten(String, Int32)
  /// A command could not be started, or ended with a status other than 0.
  case command(String, Int32)
}

/// Turns samples into a file of the wanted format with the common encoders.
enum Encoder {
  /// Encodes a clip into a folder.
  static func encode(_ clip: Clip, _ sound: StereoSound, into folder: String) throws {
    let target = "\(folder)/\(clip.file)"
    let channels = clip.format.isMono ? [sound.mono] : [sound.left, sound.right]
    let rate = Int(clip.format.rate)
    if clip.format == .wav {
      let tags = [
        ("INAM", clip.title), ("IART", clip.artist), ("IPRD", clip.album),
        ("IGNR", clip.style.genre), ("ICRD", "\(clip.year)"), ("ITRK", "\(clip.track)"),
      ]
      try write(WAVFile.bytes(channels: channels, rate: rate, tags: tags), to: target)
      return
    }
    let samples = "\(target).part"
    try write(WAVFile.bytes(channels: channels, rate: rate, tags: []), to: samples)
    defer { unlink(samples) }
    try run(command(clip, from: samples, to: target))
  }

  private static func command(_ clip: Clip, from samples: String, to target: String) -> [String] {
    let genre = clip.style.genre
    switch clip.format {
    case .flac:
      return ["flac", "--silent", "--force", "--best", "--no-padding"]
        + comments(clip, genre, option: "--tag=") + ["--output-name=\(target)", samples]
    case .vorbis:
      // The stream's serial number is drawn by chance unless it is given.
      return ["oggenc", "--quiet", "--quality", "4", "--serial", "1", "--utf8"]
        + comments(clip, genre, option: "--comment=") + ["--output=\(target)", samples]
    case .mp3, .mp3Variable, .mp3Mono, .mp3LowRate, .wav:
      let quality =
        switch clip.format {
        case .mp3Variable: ["-V", "4"]
        case .mp3Mono: ["-m", "m", "-b", "64", "--cbr"]
        case .mp3LowRate: ["--resample", "22.05", "-b", "64", "--cbr"]
        default: ["-m", "j", "-b", "128", "--cbr"]
        }
      let tags = [
        "--tt", clip.title, "--ta", clip.artist, "--tl", clip.album, "--tg", genre,
        "--ty", "\(clip.year)", "--tn", "\(clip.track)",
      ]
      return ["lame", "--quiet", "-q", "2", "--add-id3v2"] + quality + tags + [samples, target]
    }
  }

  /// Vorbis comments, as FLAC has them too.
  private static func comments(_ clip: Clip, _ genre: String, option: String) -> [String] {
    [
      "TITLE=\(clip.title)", "ARTIST=\(clip.artist)", "ALBUM=\(clip.album)", "GENRE=\(genre)",
      "DATE=\(clip.year)", "TRACKNUMBER=\(clip.track)",
    ].map { option + $0 }
  }

  /// Writes a file whole.
  static func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "wb") else { throw GeneratorError.notWritten(path, errno) }
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else {
      throw GeneratorError.notWritten(path, errno)
    }
  }

  /// Runs a command and waits for it. Its language is set, so that tags are read as UTF-8.
  private static func run(_ arguments: [String]) throws {
    var words = arguments.map { strdup($0) }
    words.append(nil)
    var path = "PATH=/usr/local/bin:/usr/bin:/bin"
    if let given = getenv("PATH") { path = "PATH=" + String(cString: given) }
    var environment = [strdup("LC_ALL=C.UTF-8"), strdup(path), nil]
    defer { (words + environment).forEach { free($0) } }
    var process = pid_t()
    let refusal = posix_spawnp(&process, arguments[0], nil, nil, &words, &environment)
    guard refusal == 0 else { throw GeneratorError.command(arguments[0], refusal) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    guard status == 0 else { throw GeneratorError.command(arguments[0], status) }
  }
}
