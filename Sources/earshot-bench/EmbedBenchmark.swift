/// `embed` of one 30 s, 128 kbit/s MP3, whole process, beside programs that do less or the same.
enum EmbedBenchmark {
  static func run(_ setting: Setting) throws {
    let network = try setting.networkModel()
    Report.heading("One 30 s MP3 of 128 kbit/s, whole process, one core (median of 21 rounds)")
    let song = setting.song
    let fast = Race(runners: [
      ("mpg123, decoding only", TimedCommand(words: ["mpg123", "-q", "-t", song])),
      ("embed", setting.command("embed", [song])),
      ("embed, network", setting.command("embed", ["--model", network, song])),
      ("earshot embed", setting.command("earshot", ["embed", song])),
      ("bliss-audio", setting.python("import bliss_audio; bliss_audio.Song('\(song)')")),
    ]).run(rounds: 21)
    let decoding = fast[0].median?.wall
    let embed = fast[1].median?.wall
    let withNetwork = fast[2].median?.wall
    for (name, timing) in fast { row(name, timing, decoding: decoding) }
    let librosa = Race(runners: [
      ("librosa: mel, MFCC, chroma, tonnetz", setting.python(librosaScript(song)))
    ]).run(rounds: 5)[0].median
    row("librosa: mel, MFCC, chroma, tonnetz", librosa, decoding: decoding)
    guard let embed else { return }
    if let decoding {
      Report.row(
        "embed : mpg123", Report.number(embed / decoding, 2),
        Report.budget("2.0, stretch 1.65", isKept: embed <= 2 * decoding))
    }
    if let decoding, let withNetwork {
      Report.row(
        "embed, network : mpg123", Report.number(withNetwork / decoding, 2),
        Report.budget("2.0, stretch 1.65", isKept: withNetwork <= 2 * decoding))
    }
    if let bliss = fast[4].median?.wall {
      Report.row(
        "bliss-audio : embed", Report.number(bliss / embed, 2),
        Report.budget("over 1", isKept: bliss > embed))
    }
    if let librosa {
      Report.row(
        "librosa : embed", Report.number(librosa.wall / embed, 1),
        Report.budget("30 or more", isKept: librosa.wall >= 30 * embed))
    }
  }

  private static func row(_ name: String, _ timing: Timing?, decoding: Double?) {
    guard let timing else { return Report.row(name, "-", "not installed or failed") }
    let ratio = decoding.map { "\(Report.number(timing.wall / $0, 2)) x mpg123" } ?? ""
    Report.row(
      name, "\(Report.number(timing.wall)) ms",
      "\(ratio), processor \(Report.number(timing.processor)) ms")
  }

  private static func librosaScript(_ song: String) -> String {
    """
    import librosa
    y, sr = librosa.load('\(song)')
    m = librosa.feature.melspectrogram(y=y, sr=sr, fmax=8000)
    librosa.feature.mfcc(S=librosa.power_to_db(m))
    c = librosa.feature.chroma_stft(y=y, sr=sr)
    librosa.feature.tonnetz(chroma=c)
    """
  }
}
