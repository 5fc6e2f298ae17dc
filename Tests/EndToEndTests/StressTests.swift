import Catalogue
import FileAccess
import Glibc
import TestSupport
import Testing

/// How long the tests of endurance are: short in the suite, long under `make stress`.
enum Stress {
  static var isLong: Bool { getenv("EARSHOT_STRESS") != nil }
}

@Suite("A library under stress", .serialized)
struct StressTests {
  private static let songCount = 200
  /// Short pieces of one long one, no two alike, and every tenth a copy of the one before.
  private static let songs: [[UInt8]] = {
    let music = Sounds.music(seed: 6, seconds: 30, rate: 8_000)
    return (0..<songCount).map { number in
      let place = number % 10 == 9 ? number - 1 : number
      return Sounds.wav(Array(music[(place * 947)...].prefix(9_600)), rate: 8_000, .unsigned8)
    }
  }()

  private static func fill(_ place: Workplace) throws {
    for (number, song) in songs.enumerated() {
      try place.folder.write(song, as: "music/\(number % 7)/\(number).wav")
    }
  }

  private static let indexing = [
    "index", "--json", "--progress", "none", "--descriptors", "none", "--workers", "2", "music",
  ]

  private static func start(_ place: Workplace) throws -> RunningProgram {
    try place.start(.earshot, indexing.map { Array($0.utf8) })
  }

  /// What the library holds, by the paths below the place.
  private static func tracks(_ place: Workplace) throws -> [[UInt8]: HeldTrack] {
    Dictionary(
      uniqueKeysWithValues: try place.heldTracks().map {
        ($0.key.bytes.dropFirst(place.path.bytes.count) + [], $0.value)
      })
  }

  /// The files that a library holds with a track, and whether SQLite finds it sound.
  private static func state(_ place: Workplace) throws -> (files: Set<FilePath>, isSound: Bool) {
    let catalogue = try Catalogue(place.library, access: .reading)
    let files = try catalogue.files().filter { $0.value.track != nil }
    return (Set(files.keys), try catalogue.isSound())
  }

  @Test("loses nothing that it ever showed, however often index is killed")
  func kills() throws {
    let wanted = Stress.isLong ? 200 : 8
    let unbroken = Workplace()
    try Self.fill(unbroken)
    #expect(try unbroken.run(.earshot, Self.indexing).status == 0)
    let expected = try Self.tracks(unbroken)
    #expect(expected.count == Self.songCount)

    var random = SplitMix64(seed: 41)
    var landed = 0
    var libraries = 0
    while landed < wanted {
      let place = Workplace()
      try Self.fill(place)
      libraries += 1
      var isDone = false
      while !isDone, landed < wanted {
        let before = (try? Self.state(place).files) ?? []
        let program = try Self.start(place)
        // At any moment: while it starts, scans, decodes, commits (after 64 files each) or writes the search
        // file.
        usleep(UInt32.random(in: 1_000...5_000_000, using: &random))
        let shown = (try? Self.state(place).files) ?? before
        program.send(SIGKILL)
        let ended = try program.end()
        isDone = ended.status != 128 + SIGKILL
        if !isDone { landed += 1 }
        guard (try? FolderEntry(at: place.library, followLinks: false)) != nil else { continue }
        guard let (files, isSound) = try? Self.state(place) else {
          // Killed before the first table was there.
          #expect(before.isEmpty && shown.isEmpty)
          continue
        }
        #expect(isSound)
        #expect(files.isSuperset(of: before.union(shown)))
      }
      let rest = try place.run(.earshot, Self.indexing)
      #expect(rest.status == 0, "\(rest.messages)")
      #expect(try rest.object()["failed"]?.integer == 0)
      #expect(try Self.tracks(place) == expected)
      let counts = try Catalogue(place.library, access: .reading).counts()
      #expect(counts.files == Self.songCount)
      #expect(counts.tracks == Set(expected.values.map(\.identity)).count)
    }
    print("\(landed) kills landed in \(libraries) libraries")
  }

  @Test("answers every question while it is being indexed")
  func readers() throws {
    let place = Workplace()
    try Self.fill(place)
    try place.folder.write(Sounds.wav(Sounds.music(seed: 9, seconds: 1.5)), as: "first/a.wav")
    #expect(try place.earshot("index", "--descriptors", "none", "first").status == 0)
    let program = try Self.start(place)
    var asked = 0
    var last = 0
    while place.trackCount() < 190, asked < 400 {
      let answer = try place.earshot("similar", "--json", "-k", "5", "first/a.wav")
      #expect(answer.status == 0, "\(answer.messages)")
      let count = place.trackCount()
      #expect(count >= last)
      last = count
      asked += 1
    }
    #expect(asked > 0)
    #expect(try program.end().status == 0)
  }

  @Test("on a full disk says so, keeps what it held, and goes on when there is room")
  func fullDisk() throws {
    let place = Workplace()
    try Self.fill(place)
    try place.folder.write(Sounds.wav(Sounds.music(seed: 9, seconds: 1.5)), as: "first/a.wav")
    try place.folder.write(Sounds.wav(Sounds.music(seed: 10, seconds: 1.5)), as: "first/b.wav")
    #expect(try place.earshot("index", "--descriptors", "none", "first").status == 0)
    let asked = ["similar", "--json", "first/a.wav"]
    let before = try place.run(.earshot, asked).object()["results"]
    // No file may grow beyond so many blocks of 1,024 bytes: the log, the library or the search file
    // meets that end, each at another size.
    for blocks in Stress.isLong ? Array(stride(from: 4, through: 300, by: 4)) : [8, 120, 250] {
      let narrow = ["/bin/bash", "-c", "ulimit -f \(blocks); exec \"$@\"", "bash"]
      let ended = try place.run(.earshot, Self.indexing, as: narrow)
      #expect(ended.status == 70, "\(blocks): \(ended.messages)")
      // An estimate may come before it.
      #expect(ended.messages.count <= 2)
      #expect(ended.messages.last?.contains("full") == true, "\(blocks): \(ended.messages)")
      #expect(try Self.state(place).isSound)
      let answer = try place.run(.earshot, asked)
      #expect(answer.status == 0, "\(blocks): \(answer.messages)")
      if place.trackCount() == 2 { #expect(try answer.object()["results"] == before) }
    }
    let rest = try place.run(.earshot, Self.indexing)
    #expect(rest.status == 0, "\(rest.messages)")
    #expect(try Self.state(place).files.count == Self.songCount + 2)
  }

  /// Whether a file system can be mounted that nobody else sees.
  private static let canMount: Bool = {
    let place = Workplace()
    let trial = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs tmpfs . && exec \"$@\"", "sh"]
    return (try? place.run(.earshot, ["--version"], as: trial).status) == 0
  }()

  /// Leaves `$1` KiB after what is there, indexes, tells the status and what was said, whether the library
  /// still answers as before, and whether it is sound.
  private static let narrowing = """
    mkdir library kept
    mount -t tmpfs -o size=64m tmpfs library || exit 99
    "$@" index --descriptors none --progress none first >messages 2>&1 || exit 98
    "$@" similar --json first/a.wav >before || exit 97
    for room in 8 64 160 320 640; do
      used=$(df -k --output=used library | tail -1)
      mount -o remount,size=$((used + room))k library || exit 96
      "$@" index --descriptors none --progress none --workers 2 music >messages 2>&1
      echo "$room index $? $(grep -c full messages)"
      "$@" similar --json first/a.wav >after
      echo "$room similar $?"
      "$@" library status --json >status || exit 95
      if grep -q '"tracks":2,' status; then cmp before after || exit 94; fi
    done
    mount -o remount,size=64m library
    "$@" index --descriptors none --progress none music >messages 2>&1
    echo "rest $?"
    "$@" library verify >/dev/null
    echo "verify $?"
    cp library/library.db* kept
    """

  @Test("in a small file system that is full likewise", .enabled(if: canMount))
  func smallFileSystem() throws {
    let place = Workplace()
    try Self.fill(place)
    try place.folder.write(Sounds.wav(Sounds.music(seed: 9, seconds: 1.5)), as: "first/a.wav")
    try place.folder.write(Sounds.wav(Sounds.music(seed: 10, seconds: 1.5)), as: "first/b.wav")
    let ended = try place.start(
      .earshot, [], as: ["unshare", "-rm", "sh", "-c", Self.narrowing, "sh"]
    ).end(seconds: 300)
    #expect(ended.status == 0, "\(ended.messages)")
    let narrow = [8, 64, 160, 320, 640].flatMap { ["\($0) index 70 1", "\($0) similar 0"] }
    #expect(ended.lines == narrow + ["rest 0", "verify 0"], "\(ended.messages)")
    let catalogue = try Catalogue(place.path.appending("kept/library.db"), access: .reading)
    #expect(try catalogue.files().count { $0.value.track != nil } == Self.songCount + 2)
  }
}
