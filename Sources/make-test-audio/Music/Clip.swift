/// What is known of a clip before a sample of it exists.
struct Clip {
  /// How the samples are written down.
  enum Format: String {
    case mp3 = "MP3 128 kbit/s stereo 44.1 kHz"
    case mp3Variable = "MP3 variable bit rate stereo 44.1 kHz"
    case mp3Mono = "MP3 64 kbit/s mono 44.1 kHz"
    case mp3LowRate = "MP3 (MPEG-2) 64 kbit/s stereo 22.05 kHz"
    case wav = "WAV 16 bit mono 48 kHz"
    case flac = "FLAC 16 bit mono 44.1 kHz"
    case vorbis = "Ogg Vorbis stereo 44.1 kHz"

    var fileExtension: String {
      switch self {
      case .mp3, .mp3Variable, .mp3Mono, .mp3LowRate: "mp3"
      case .wav: "wav"
      case .flac: "flac"
      case .vorbis: "ogg"
      }
    }

    /// The rate at which it is made; the low-rate MP3 is brought down by its encoder.
    var rate: Double { self == .wav ? 48_000 : 44_100 }
    var isMono: Bool { self == .mp3Mono || self == .wav || self == .flac }
    var seconds: Double { self == .wav || self == .flac ? 10 : 30 }
  }

  var style: Style
  var number: Int
  var title: String
  var artist: String
  var album: String
  var year: Int
  var track: Int
  /// Beats in a minute; nil where there is no beat.
  var tempo: Double?
  /// Nil where nothing has a pitch.
  var key: Key?
  /// The chords, one for each bar, as degrees of the key from 0; they come round again.
  var chords: [Int] = [0]
  /// Which of its style's arrangements is played.
  var variant = 0
  var format = Format.mp3
  /// What the clip is for, beside having neighbours of its style.
  var purpose = ""

  /// The name of its file.
  var file: String {
    let words = title.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return "\(style.rawValue)-\(number)-\(String(words)).\(format.fileExtension)"
  }

  /// The seed of all its chance: the letters of its name.
  var seed: UInt64 {
    file.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  }
}

/// The kinds of music among the clips.
enum Style: String, CaseIterable {
  case ambient, house, rock, folk, piano
  case drumAndBass = "drum-and-bass"
  case loFi = "lo-fi"
  case texture

  /// What stands in the genre tag.
  var genre: String {
    switch self {
    case .ambient: "Ambient"
    case .house: "House"
    case .rock: "Rock"
    case .folk: "Folk"
    case .piano: "Classical"
    case .drumAndBass: "Drum & Bass"
    case .loFi: "Hip-Hop"
    case .texture: "Soundscape"
    }
  }

  /// Plays a clip of this style.
  func play(_ performance: inout Performance) -> StereoSound {
    switch self {
    case .ambient: performance.ambient()
    case .house: performance.house()
    case .rock: performance.rock()
    case .folk: performance.folk()
    case .piano: performance.piano()
    case .drumAndBass: performance.drumAndBass()
    case .loFi: performance.loFi()
    case .texture: performance.texture()
    }
  }
}
