/// All commands of Earshot: the one source of parsing, help, manual and completion.
package enum CommandTable {
  /// `earshot` itself.
  package static let earshot = CommandSpecification(
    path: [],
    summary: "Find the music within earshot: what sounds alike in your own collection.",
    description: [
      """
      Earshot listens to music files and places every track in a space of sound, so that tracks \
      that sound alike lie close together. It needs no play counts, no cloud and no tags: only the \
      sound.
      """,
      "Begin with 'earshot index' and the folder of your music, then ask 'earshot query' with a song.",
    ],
    examples: [
      .init(line: "earshot index ~/Music", meaning: "Listen to all music in a folder, once."),
      .init(
        line: "earshot query song.mp3", meaning: "List the ten tracks that sound most like it."),
      .init(
        line: "earshot query song.mp3 --format m3u8 --output like-song.m3u8",
        meaning: "The same as a playlist for your player."),
    ],
    subcommands: [
      index, query, similar, playlist, search, map, library, taste, embed, features, spectrogram,
      waveform, matrix, filters, train, losses, reconstruct, evaluate, worker, completions, manual,
      help,
    ])

  /// The command of the program `embed`, the same as `earshot embed`.
  package static let embed = CommandSpecification(
    path: ["embed"],
    summary: "Print the vector that describes the sound of each song.",
    description: [
      """
      Each song becomes a vector of 256 numbers, of length 1. Two songs sound alike when the dot \
      product of their vectors is near 1.
      """,
      """
      As text there is one line for each song, the numbers separated by spaces; with several songs, \
      the file's name and a tab come first. A song that cannot be read gives a message on standard \
      error, and the others are done: in JSON it is an object with an error, among several in npy a \
      row of NaN.
      """,
    ],
    operands: [.songs],
    options: [
      .excerpt,
      .format(["text", "json", "npy"], default: "text"), .json,
      .output(detail: "The file appears when all is done, whole or not at all."),
      .model(default: "earshot"),
    ],
    exclusions: [["json", "format"]],
    examples: [
      .init(line: "embed song.mp3", meaning: "Print 256 numbers."),
      .init(
        line: "embed --json *.mp3", meaning: "One JSON object on each line, one for each song."),
      .init(
        line: "embed --format npy --output vectors.npy *.flac",
        meaning: "A NumPy array, a row for each song in the order given."),
    ])

  package static let features = CommandSpecification(
    path: ["features"],
    summary: "Write what is measured in a song: mel bands, MFCC, chroma, tempo, key and more.",
    description: [
      """
      Features are computed as librosa 0.11 computes them, at 22,050 Hz with 2,048 samples for each \
      frame and 512 from one frame to the next. An array of frames has the frames along its last axis.
      """
    ],
    operands: [.song],
    options: [
      OptionSpecification(
        name: "feature",
        kind: .choice([
          "mel", "mel-db", "mfcc", "delta", "chroma", "chroma-cqt", "tonnetz", "centroid",
          "bandwidth",
          "rolloff", "flatness", "contrast", "zero-crossing-rate", "rms", "onset-strength",
          "descriptors",
        ]),
        placeholder: "NAME", defaultNote: "all of them", isRepeatable: true, group: .input,
        summary: "Which feature to compute.",
        detail: """
          mel is power, mel-db the same in decibels under the loudest; delta is that of the MFCC. \
          The descriptors are single numbers for the whole song: tempo, key, loudness and the like. \
          Chroma from the constant-Q transform takes longer than all others together.
          """),
      .excerpt,
      .format(
        ["json", "npy"], default: "json",
        detail: "A NumPy file holds one array, so npy takes exactly one --feature."),
      .json, .output(),
    ],
    exclusions: [["json", "format"]],
    examples: [
      .init(line: "earshot features song.mp3", meaning: "Everything, as one JSON object."),
      .init(
        line: "earshot features --feature mfcc --format npy --output mfcc.npy song.mp3",
        meaning: "The MFCC as a NumPy array."),
      .init(
        line: "earshot features --feature descriptors song.mp3", meaning: "Tempo, key, loudness."),
    ])
}
