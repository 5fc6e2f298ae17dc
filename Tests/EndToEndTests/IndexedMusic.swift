import Catalogue
import FileAccess
import Hashing
import TestSupport
import Testing

/// A library of a few clips, made once for the tests of a suite, which only ask it.
struct IndexedMusic: Sendable {
  static let clips = [
    "drum-and-bass-3-engine-room.ogg", "folk-4-winter-coat.flac", "house-1-harbour-lights.mp3",
    "lo-fi-3-last-stop.mp3", "rock-1-copper-wire.mp3", "rock-2-short-circuit.mp3",
  ]

  @TaskLocal private static var shared: IndexedMusic?

  /// The library of the suite under way.
  static var current: IndexedMusic {
    get throws { try #require(shared, "a suite without the trait .indexedMusic") }
  }

  let place = Workplace()
  /// What the first run of `index` left.
  let firstRun: Ended

  private init() throws {
    for clip in Self.clips {
      try place.folder.write(try Sounds.bytes(ofClip: clip), as: "music/\(clip)")
    }
    firstRun = try place.earshot("index", "--json", "--workers", "2", "music")
  }

  /// The path of a clip as the library knows it.
  func path(_ clip: String) -> String { place.path.appending("music/\(clip)").string }

  struct Trait: SuiteTrait, TestScoping {
    func provideScope(
      for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
      try await IndexedMusic.$shared.withValue(IndexedMusic(), operation: function)
    }
  }
}

extension Trait where Self == IndexedMusic.Trait {
  static var indexedMusic: Self { Self() }
}

/// What a library holds of a file.
struct HeldTrack: Equatable {
  let identity: String
  let vector: [Float]
}

extension Workplace {
  /// What the library holds, by path.
  func heldTracks() throws -> [FilePath: HeldTrack] {
    let catalogue = try Catalogue(library, access: .reading)
    let models = try catalogue.models()
    try #require(models.count == 1)
    var held: [FilePath: HeldTrack] = [:]
    for (path, file) in try catalogue.files() {
      guard let number = file.track, let track = try catalogue.track(number),
        let vector = try catalogue.vector(of: number, model: models[0])
      else { continue }
      held[path] = HeldTrack(identity: track.sound.identity.hexadecimal, vector: vector)
    }
    return held
  }

  /// How many tracks the library holds now, also while another program fills it.
  func trackCount() -> Int {
    (try? Catalogue(library, access: .reading).counts().tracks) ?? 0
  }
}
