/// All clips.
enum Catalogue {
  static let clips: [Clip] =
    ambient + house + rock + folk + piano + drumAndBass + loFi + texture

  private static let ambient = [
    Clip(
      style: .ambient, number: 1, title: "Glass Tide", artist: "Halvorsen Drift",
      album: "Slow Weather", year: 2019, track: 1, key: Key("D", .major), chords: [0, 3, 5, 4]),
    Clip(
      style: .ambient, number: 2, title: "Under the Ice", artist: "Halvorsen Drift",
      album: "Slow Weather", year: 2019, track: 2, key: Key("A", .minor), chords: [0, 5, 3, 4],
      variant: 1),
    Clip(
      style: .ambient, number: 3, title: "Lantern Field", artist: "Láska Field",
      album: "Nové Světlo", year: 2021, track: 3, key: Key("F", .major), chords: [0, 5, 3, 0],
      variant: 2, purpose: "tags outside ASCII"),
  ]

  private static let house = [
    Clip(
      style: .house, number: 1, title: "Harbour Lights", artist: "Neon Ferry",
      album: "Last Crossing", year: 2016, track: 1, tempo: 124, key: Key("A", .minor),
      chords: [0, 5, 3, 4]),
    Clip(
      style: .house, number: 2, title: "Car Deck", artist: "Neon Ferry", album: "Last Crossing",
      year: 2016, track: 4, tempo: 122, key: Key("F", .minor), chords: [0, 3, 5, 4], variant: 1),
    Clip(
      style: .house, number: 3, title: "Ninth Floor", artist: "Kasimir & the Grid",
      album: "Elevators", year: 2018, track: 9, tempo: 126, key: Key("G", .minor),
      chords: [0, 0, 5, 3], variant: 2),
    Clip(
      style: .house, number: 4, title: "Daylight Saving", artist: "Kasimir & the Grid",
      album: "Elevators", year: 2018, track: 2, tempo: 128, key: Key("C", .major),
      chords: [0, 4, 5, 3], variant: 3, format: .mp3Variable, purpose: "variable bit rate"),
  ]

  private static let rock = [
    Clip(
      style: .rock, number: 1, title: "Copper Wire", artist: "The Copper Engines",
      album: "Overload", year: 1998, track: 1, tempo: 132, key: Key("E", .minor),
      chords: [0, 5, 3, 4]),
    Clip(
      style: .rock, number: 2, title: "Short Circuit", artist: "The Copper Engines",
      album: "Overload", year: 1998, track: 3, tempo: 140, key: Key("A", .minor),
      chords: [0, 3, 0, 4], variant: 1),
    Clip(
      style: .rock, number: 3, title: "Long Road Out", artist: "Dust Parade", album: "Sunday Dust",
      year: 2004, track: 2, tempo: 112, key: Key("D", .major), chords: [0, 3, 0, 4], variant: 2),
  ]

  private static let folk = [
    Clip(
      style: .folk, number: 1, title: "Mill Pond", artist: "Elin Marsh", album: "Hedge and Stile",
      year: 2011, track: 1, tempo: 96, key: Key("G", .major), chords: [0, 3, 4, 0]),
    Clip(
      style: .folk, number: 2, title: "Three Apple Trees", artist: "Elin Marsh",
      album: "Hedge and Stile", year: 2011, track: 5, tempo: 108, key: Key("D", .major),
      chords: [0, 0, 3, 4], variant: 1, format: .mp3Mono, purpose: "MP3 with one channel"),
    Clip(
      style: .folk, number: 3, title: "The Miller's Reel", artist: "Dust Parade",
      album: "Kitchen Songs", year: 2007, track: 6, tempo: 116, key: Key("A", .major),
      chords: [0, 3, 4, 0], variant: 2),
    Clip(
      style: .folk, number: 4, title: "Winter Coat", artist: "Dust Parade",
      album: "Kitchen Songs", year: 2007, track: 7, tempo: 88, key: Key("E", .minor),
      chords: [0, 3, 4, 0], variant: 3, format: .flac, purpose: "FLAC with one channel of 10 s"),
  ]

  private static let piano = [
    Clip(
      style: .piano, number: 1, title: "Sonatina in C", artist: "Ada Winterhalter",
      album: "Small Rooms", year: 2013, track: 1, tempo: 104, key: Key("C", .major),
      chords: [0, 3, 4, 0]),
    Clip(
      style: .piano, number: 2, title: "Waltz in G", artist: "Ada Winterhalter",
      album: "Small Rooms", year: 2013, track: 2, tempo: 120, key: Key("G", .major),
      chords: [0, 0, 4, 0], variant: 1),
    Clip(
      style: .piano, number: 3, title: "Nocturne with Strings", artist: "Tomás Reyl",
      album: "Evening Pieces", year: 2015, track: 4, tempo: 72, key: Key("D", .minor),
      chords: [0, 3, 4, 0], variant: 2),
    Clip(
      style: .piano, number: 4, title: "Prelude in A minor", artist: "Tomás Reyl",
      album: "Evening Pieces", year: 2015, track: 1, tempo: 80, key: Key("A", .minor),
      chords: [0, 3, 4, 0], variant: 3, format: .wav,
      purpose: "WAV at 48 kHz with one channel of 10 s"),
  ]

  private static let drumAndBass = [
    Clip(
      style: .drumAndBass, number: 1, title: "Switchyard", artist: "Night Bus Theory",
      album: "N29", year: 2009, track: 1, tempo: 174, key: Key("F", .minor),
      chords: [0, 0, 5, 5]),
    Clip(
      style: .drumAndBass, number: 2, title: "Top Deck", artist: "Night Bus Theory", album: "N29",
      year: 2009, track: 2, tempo: 170, key: Key("D", .minor), chords: [0, 0, 3, 3], variant: 1),
    Clip(
      style: .drumAndBass, number: 3, title: "Engine Room", artist: "Neon Ferry",
      album: "Below Deck", year: 2017, track: 7, tempo: 176, key: Key("G", .minor),
      chords: [0, 0, 5, 3], variant: 2, format: .vorbis, purpose: "Ogg Vorbis"),
  ]

  private static let loFi = [
    Clip(
      style: .loFi, number: 1, title: "Paper Cup", artist: "Blue Hour Static",
      album: "Notes to Self", year: 2020, track: 1, tempo: 78, key: Key("D", .minor),
      chords: [0, 3, 5, 4]),
    Clip(
      style: .loFi, number: 2, title: "Fire Escape", artist: "Blue Hour Static",
      album: "Notes to Self", year: 2020, track: 2, tempo: 84, key: Key("C", .major),
      chords: [0, 5, 3, 4], variant: 1),
    Clip(
      style: .loFi, number: 3, title: "Last Stop", artist: "Night Bus Theory",
      album: "Terminus", year: 2012, track: 8, tempo: 72, key: Key("G", .minor),
      chords: [0, 3, 0, 5], variant: 2, format: .mp3LowRate,
      purpose: "MPEG-2 layer III at 22.05 kHz"),
  ]

  private static let texture = [
    Clip(
      style: .texture, number: 1, title: "Rain on the Skylight", artist: "Láska Field",
      album: "Nové Světlo", year: 2021, track: 8, key: Key("D", .minor)),
    Clip(
      style: .texture, number: 2, title: "Breakwater", artist: "Halvorsen Drift",
      album: "Slow Weather", year: 2019, track: 6, purpose: "no pitch and no beat"),
  ]
}
