import FileAccess

/// Indexing on one core, beside decoding alone.
enum IndexBenchmark {
  static func run(_ setting: Setting) {
    let songs = setting.songs
    Report.heading(
      "Indexing \(songs.count) MP3s of 30 s, one worker on one core (median of 7 rounds)")
    let fresh = { (descriptors: String) in
      // A library of its own for each round would be unfair to none: the file is removed first.
      TimedCommand(
        words: [
          "sh", "-c", "rm -rf '\(setting.folder)/index' && exec \"$@\"", "sh",
          setting.program("earshot"), "index", "--library", "\(setting.folder)/index/library.db",
          "--model", setting.model, "--workers", "1", "--progress", "none", "--descriptors",
          descriptors,
        ] + songs)
    }
    let race = Race(runners: [
      ("mpg123, decoding only", TimedCommand(words: ["mpg123", "-q", "-t"] + songs)),
      ("index --descriptors none", fresh("none")),
      ("index --descriptors all", fresh("all")),
    ]).run(rounds: 7)
    guard let decoding = race[0].median?.wall else {
      return Report.row("mpg123", "-", "not installed")
    }
    let budgets = [nil, 0.70, 0.50]
    for ((name, timing), budget) in zip(race, budgets) {
      guard let timing else {
        Report.row(name, "-", "failed")
        continue
      }
      let share = decoding / timing.wall
      Report.row(
        name, "\(Report.number(Double(songs.count) / timing.wall * 1e3)) /s",
        budget.map {
          "\(Report.number(share, 2)) of decoding, "
            + Report.budget("\(Report.number($0, 2)) or more", isKept: share >= $0)
        } ?? "")
    }
  }
}
