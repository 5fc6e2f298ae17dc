/// Commands that draw.
extension OptionSpecification {
  /// `--output` of commands that draw.
  package static let picture = OptionSpecification(
    name: "output", letter: "o", kind: .pathEnding(["png", "svg", "pdf"]),
    placeholder: "PICTURE", isRequired: true, group: .results,
    summary: "The file to draw; its ending says the format: .png, .svg or .pdf.")

  /// `--theme`.
  package static let theme = OptionSpecification(
    name: "theme", kind: .choice(["light", "dark"]), defaultValue: "light", group: .results,
    summary: "The colours around the picture.")

  /// `--width`.
  package static let pictureWidth = OptionSpecification(
    name: "width", kind: .integer(200...10_000), placeholder: "PIXELS",
    defaultNote: "what suits the picture", group: .results, summary: "How wide the picture is.")

  /// `--height`.
  package static let pictureHeight = OptionSpecification(
    name: "height", kind: .integer(160...10_000), placeholder: "PIXELS",
    defaultNote: "what suits the picture", group: .results, summary: "How high the picture is.")

  /// How a picture looks.
  package static let pictureLook = [theme, pictureWidth, pictureHeight]

  fileprivate static let drawing = [picture] + pictureLook
}

extension CommandTable {
  package static let spectrogram = CommandSpecification(
    path: ["spectrogram"],
    summary: "Draw a song as a picture: time to the right, pitch upwards, loudness as light.",
    description: [
      """
      The picture has axes in seconds and hertz, and a bar that tells which colour is how many \
      decibels.
      """
    ],
    operands: [.song],
    options: [
      .excerpt,
      OptionSpecification(
        name: "feature", kind: .choice(["mel", "mfcc", "chroma", "chroma-cqt", "tonnetz"]),
        placeholder: "NAME", defaultValue: "mel", group: .results, summary: "What to draw.",
        detail: """
          mel are bands of frequency; the MFCC describe their shape, each row here by how far it is \
          from its mean; chroma is how strong each of the twelve pitch classes is, from the \
          spectrogram or from a constant-Q transform; tonnetz is where the harmony lies among fifths \
          and thirds.
          """),
      OptionSpecification(
        name: "composite", kind: .flag, group: .results,
        summary: "Draw mel bands, MFCC and chroma as the red, green and blue of one picture."),
    ] + OptionSpecification.drawing,
    exclusions: [["feature", "composite"]],
    examples: [
      .init(
        line: "earshot spectrogram song.mp3 -o song.png",
        meaning: "The 30 seconds around the middle."),
      .init(
        line: "earshot spectrogram --excerpt full --width 3000 song.mp3 -o song.svg",
        meaning: "The whole song, wide."),
      .init(
        line: "earshot spectrogram --feature chroma song.mp3 -o chroma.png",
        meaning: "Which notes sound when."),
    ])

  package static let waveform = CommandSpecification(
    path: ["waveform"],
    summary: "Draw the movement of the air, closer and closer, down to a hundredth of a second.",
    description: [
      """
      The first panel shows the whole excerpt, each further one a tenth of the one above, around \
      one moment, until single waves are seen. With --mel there are two: the waveform and the mel \
      spectrogram that is computed from it.
      """
    ],
    operands: [.song],
    options: [
      .excerpt,
      OptionSpecification(
        name: "at", kind: .number(0...100_000_000, unit: "seconds"), placeholder: "SECONDS",
        defaultNote: "the loudest moment", group: .input,
        summary: "Which moment to look into, from the beginning of the song."),
      OptionSpecification(
        name: "mel", kind: .flag, group: .results,
        summary: "Draw the mel spectrogram below the waveform, not what is seen from near."),
    ] + OptionSpecification.drawing,
    exclusions: [["mel", "at"]],
    examples: [
      .init(line: "earshot waveform song.mp3 -o waves.png", meaning: "Down to 0.01 seconds."),
      .init(
        line: "earshot waveform --mel song.mp3 -o mel.svg",
        meaning: "From the waveform to what the model hears."),
    ])

  package static let filters = CommandSpecification(
    path: ["filters"],
    summary: "Draw what the first layer of a model has learned to look for.",
    description: [
      """
      Each filter is a small picture: red where it answers to much, blue where it answers to little. All \
      have one scale.
      """
    ],
    options: OptionSpecification.drawing + [.model(default: "earshot")],
    examples: [
      .init(
        line: "earshot filters --model time-frequency-autoencoder -o filters.png",
        meaning: "The filters over time and over frequency.")
    ])

  package static let losses = CommandSpecification(
    path: ["losses"],
    summary: "Draw how the losses of a training fell from epoch to epoch.",
    description: [
      """
      'earshot train' writes the table beside the model after each epoch, so a training can be watched \
      while it runs. Where the loss of tracks that are not learnt from rises again, the model begins to \
      learn the others by heart.
      """
    ],
    operands: [
      OperandSpecification(
        name: "TABLE", kind: .path, summary: "The table of a training: MODEL.losses.csv.")
    ],
    options: OptionSpecification.drawing,
    examples: [
      .init(
        line: "earshot losses mine.losses.csv -o losses.svg --theme dark",
        meaning: "For a talk in a dark room.")
    ])

  package static let matrix = CommandSpecification(
    path: ["matrix"],
    summary: "Draw how descriptors go together, or how alike tracks are, as a table of colours.",
    subcommands: [matrixDescriptors, matrixTracks])

  private static let matrixDescriptors = CommandSpecification(
    path: ["matrix", "descriptors"],
    summary: "Draw which descriptors of the library's tracks rise and fall together.",
    description: [
      """
      The numbers are Pearson's correlations over all tracks that have both descriptors: 1 where one \
      rises with the other, 0 where they have nothing to do with each other, -1 where one falls as the \
      other rises.
      """
    ],
    options: OptionSpecification.drawing + [.library, .libraryModel],
    examples: [
      .init(
        line: "earshot matrix descriptors -o correlations.png",
        meaning: "Is loud music bright in this library?")
    ])

  private static let matrixTracks = CommandSpecification(
    path: ["matrix", "tracks"],
    summary: "Draw how alike tracks are, each with each.",
    description: [
      """
      The numbers are the cosines of their vectors. Tracks stand in an order in which neighbours are \
      alike, so groups are seen as squares.
      """
    ],
    operands: [
      OperandSpecification(
        name: "SEED", kind: .path, isOptional: true, isRepeatable: true,
        summary:
          "A music file, or a track of the library (path, trackID or words); none for all tracks.")
    ],
    options: [
      .excerpt,
      OptionSpecification(
        name: "limit", kind: .integer(2...1_000), defaultValue: "60", group: .input,
        summary: "How many tracks of the library are drawn at most.",
        detail: "Of more, tracks are taken at equal steps through the library."),
    ] + OptionSpecification.drawing + [.library, .libraryModel],
    examples: [
      .init(line: "earshot matrix tracks -o alike.png", meaning: "All tracks of the library."),
      .init(
        line: "earshot matrix tracks one.mp3 two.mp3 three.mp3 -o alike.png",
        meaning: "Three songs with each other."),
    ])
}
