import FileAccess

/// Indexing on one core, beside decoding alone, both without what a process costs to start and end:
/// the time of all songs less the time of one.
enum IndexBenchmark {
  private static let rounds = 9

  static func run(_ setting: Setting) {
    let songs = setting.songs
    guard let first = songs.first, songs.count > 1 else { return }
    Report.heading(
      "Indexing \(songs.count) MP3s of 30 s, one worker on one core, warm (median of \(rounds) rounds)"
    )
    let subjects: [(name: String, budget: Double?, command: ([String]) -> TimedCommand)] = [
      (
        "mpg123, decoding only", nil, { TimedCommand(words: ["mpg123", "-q", "-t"] + $0) }
      ),
      ("index --descriptors none", 0.70, { index(setting, $0, descriptors: "none") }),
      ("index --descriptors all", 0.50, { index(setting, $0, descriptors: "all") }),
    ]
    var times = subjects.map { _ in [Double]() }
    // The first round warms the caches.
    for round in 0...rounds {
      for (place, subject) in subjects.enumerated() {
        guard let all = subject.command(songs).run(), let one = subject.command([first]).run()
        else { return Report.row(subject.name, "-", "not installed or failed") }
        if round > 0 {
          times[place].append((all.wall - one.wall) / Double(songs.count - 1))
        }
      }
    }
    for (place, subject) in subjects.enumerated() {
      // Shares of one round: what disturbs one command disturbs the next one too.
      let share = median(zip(times[0], times[place]).map { $0 / $1 })
      Report.row(
        subject.name, "\(Report.number(1e3 / median(times[place]))) /s",
        subject.budget.map {
          "\(Report.number(share, 2)) of decoding, "
            + Report.budget("\(Report.number($0, 2)) or more", isKept: share >= $0)
        } ?? "")
    }
  }

  private static func index(
    _ setting: Setting, _ songs: [String], descriptors: String
  ) -> TimedCommand {
    TimedCommand(
      words: [
        "sh", "-c", "rm -rf '\(setting.folder)/index' && exec \"$@\"", "sh",
        setting.program("earshot"), "index", "--library", "\(setting.folder)/index/library.db",
        "--model", setting.model, "--workers", "1", "--progress", "none", "--descriptors",
        descriptors,
      ] + songs)
  }
}
