extension CommandTable {
  package static let train = CommandSpecification(
    path: ["train"],
    summary: "Make a model from your own music.",
    description: [
      """
      A model says how sound becomes a vector. feature-statistics is made in one pass and needs no \
      more than the music. earshot, the model that Earshot comes with, takes minutes. The others are \
      networks, which take minutes to days. All options but --data, --output and --progress are \
      for networks and earshot; --objective, --augment and --patience are for networks alone.
      """,
      """
      Such a training first listens to each track once and keeps what it heard in a cache. After each epoch a checkpoint is written beside the model: run the same command \
      again after a stop, or a power cut, and it goes on to the same result. Beside the model stand \
      the losses as a table and a picture, and a card that says what the model was made from. \
      docs/training.md explains it all.
      """,
    ],
    options: [
      OptionSpecification(
        name: "model",
        kind: .choice([
          "earshot", "feature-statistics", "time-frequency-autoencoder",
          "convolutional-autoencoder", "contrastive-cnn",
        ]), placeholder: "KIND", defaultValue: "feature-statistics",
        group: .work, summary: "Which kind of model to make.",
        detail: """
          feature-statistics: means and deviations of mel bands, MFCC, chroma, tonnetz and contrast, \
          projected on the 256 directions in which music differs most. earshot: more such statistics, \
          joined with two small sequence encoders that are taught to know a track by any part of it, \
          and a decoder. time-frequency-autoencoder: \
          two sequence encoders, one along each axis of the mel image, and a decoder. \
          convolutional-autoencoder: an image encoder and the same decoder. contrastive-cnn: an \
          image encoder that is taught to know a track by any part of it.
          """),
      OptionSpecification(
        name: "data", kind: .path, placeholder: "DIR|CSV", isRequired: true, isRepeatable: true,
        group: .input, summary: "A folder of music to learn from, or a table that names tracks.",
        detail: """
          A CSV file as 'earshot evaluate' reads it; its columns artist, source and licence are used \
          where they are. Of music in a folder the artist is taken from the tags.
          """),
      OptionSpecification(
        name: "output", letter: "o", kind: .path, placeholder: "MODEL", isRequired: true,
        group: .results, summary: "The model file to write (safetensors)."),
      OptionSpecification(
        name: "name", kind: .text, placeholder: "NAME", defaultNote: "the kind of model",
        group: .results, summary: "What the model calls itself."),
      OptionSpecification(
        name: "half", kind: .flag, group: .results,
        summary: "Write the network's weights with 16 bits, in half the space."),
      OptionSpecification(
        name: "evaluate", kind: .path, placeholder: "LABELS", isRepeatable: true, group: .results,
        summary: "Measure the model on labelled tracks, for its card.",
        detail: "A CSV file as 'earshot evaluate' reads it, of tracks that are not learnt from."),
      OptionSpecification(
        name: "json", kind: .flag, group: .results,
        summary: "Print JSON, for other programs: an object for each epoch, and one at the end."),
      OptionSpecification(
        name: "cache", kind: .path, placeholder: "FILE",
        defaultNote: "MODEL with .features, for earshot with .windows",
        group: .input, summary: "The cache of what was heard, which several trainings can share."),
      OptionSpecification(
        name: "objective", kind: .choice(["reconstruction", "contrastive", "both"]),
        defaultNote: "reconstruction; contrastive for contrastive-cnn", group: .work,
        summary: "What the network learns.",
        detail: """
          reconstruction: to draw a tile of the mel image again from its vector (mean squared error). \
          contrastive: to tell which two tiles are of one track (NT-Xent). both: the sum of both.
          """),
      OptionSpecification(
        name: "epochs", kind: .integer(1...100_000), defaultNote: "20; 10 for earshot",
        group: .work,
        summary: "How often to go through the music."),
      OptionSpecification(
        name: "tiles-per-track", kind: .integer(1...100_000), defaultNote: "16; 6 for earshot",
        group: .work,
        summary: "How many random tiles, or pairs of them, to take of each track in an epoch."),
      OptionSpecification(
        name: "batch", kind: .integer(2...4_096),
        defaultNote: "32; 64 where tiles are compared; 128 for earshot",
        group: .work, summary: "How many tracks a step learns from."),
      OptionSpecification(
        name: "learning-rate", kind: .number(1e-8...1, unit: nil), defaultNote: "0.001",
        group: .work, summary: "How large the steps are."),
      OptionSpecification(
        name: "schedule", kind: .choice(["constant", "plateau", "cosine"]),
        defaultNote: "plateau; cosine where tiles are compared", group: .work,
        summary: "How the learning rate goes.",
        detail: """
          plateau: halved when the loss has not fallen for three epochs. cosine: down to nothing \
          until the last epoch.
          """),
      OptionSpecification(
        name: "warm-up", kind: .integer(0...1_000), placeholder: "EPOCHS",
        defaultNote: "0; 1 where tiles are compared", group: .work,
        summary: "How long the learning rate rises first."),
      OptionSpecification(
        name: "patience", kind: .integer(0...1_000), placeholder: "EPOCHS", defaultNote: "0: never",
        group: .work, summary: "End after so many epochs without a lower validation loss."),
      OptionSpecification(
        name: "weight-decay", kind: .number(0...1, unit: nil), defaultNote: "0; 0.001 for earshot",
        group: .work,
        summary: "How strongly weights are pulled towards zero (AdamW)."),
      OptionSpecification(
        name: "augment", kind: .choice(["none", "light", "full"]),
        defaultNote: "none; light where tiles are compared", group: .work,
        summary: "What is done to tiles, as the world does it to music.",
        detail: """
          light: equaliser, fades and noise. full: also low-pass, re-encoding as a poor MP3, speed \
          and pitch by a few per cent, another track mixed in, stripes of silence. Re-encoding needs \
          a second cache beside the first.
          """),
      OptionSpecification(
        name: "temperature", kind: .number(0.001...10, unit: nil), defaultNote: "0.2", group: .work,
        summary: "How sharply tiles are told apart."),
      OptionSpecification(
        name: "reconstruction-weight", kind: .number(0...1_000_000, unit: nil),
        defaultNote: "10; 1 for earshot",
        group: .work, summary: "How much the reconstruction counts where both are learnt."),
      OptionSpecification(
        name: "validation", kind: .number(0...50, unit: "%"), placeholder: "PERCENT",
        defaultNote: "5", group: .work,
        summary: "The share of the tracks that only tells how well it goes."),
      OptionSpecification(
        name: "seed", kind: .integer(0...Int.max), defaultNote: "1", group: .work,
        summary: "Where all random numbers begin."),
      OptionSpecification(
        name: "threads", kind: .integer(1...1_024), defaultNote: "one for each processor core",
        group: .work, summary: "How many threads compute.",
        detail: "The result is the same again only with the same number of threads."),
      OptionSpecification(
        name: "precision", kind: .choice(["float32", "bfloat16"]), defaultValue: "float32",
        group: .work, summary: "What layers multiply in while they learn.",
        detail: """
          bfloat16 is faster on processors that have it, and is refused on others. Weights are kept \
          in 32 bits either way, and vectors are always computed in 32.
          """),
      OptionSpecification(
        name: "restart", kind: .flag, group: .work,
        summary: "Begin anew, whatever checkpoint there is."),
      .progress,
    ],
    examples: [
      .init(
        line: "earshot train --data ~/Music --output mine.safetensors",
        meaning: "Learn from your own music, in one pass."),
      .init(
        line: "earshot train --model time-frequency-autoencoder --data ~/Music -o tfa.safetensors",
        meaning: "Train a network; the same again goes on where it stopped."),
      .init(
        line: "earshot train --model contrastive-cnn --augment full --data train.csv "
          + "--evaluate dev.csv -o cnn.safetensors",
        meaning: "From a table, measured at the end."),
    ])

  package static let reconstruct = CommandSpecification(
    path: ["reconstruct"],
    summary: "Draw what a network keeps of a song: original, reconstruction and difference.",
    description: [
      """
      The song's mel image is cut into tiles, each becomes a vector, and the decoder draws the tile \
      again from the vector alone. With a model of the kind earshot one vector stands for the whole \
      excerpt, so that spectrum and texture are drawn but no order in time. The mean squared error of the pixels, which go from 0 to 1, is \
      told, and how it compares with the tracks that the network was trained on: one that is worse \
      than 99 in 100 of them is unlike anything trained on, and its vector says little.
      """
    ],
    operands: [
      OperandSpecification(
        name: "SONG|TRACK", kind: .path, isOptional: true,
        summary: "A music file, or a track of the library: its path, trackID or words.")
    ],
    options: [
      .excerpt,
      OptionSpecification(
        name: "vector", kind: .path, placeholder: "FILE.npy", group: .input,
        summary: "Draw a vector instead of a song, as 'embed --format npy' writes it.",
        detail: """
          One vector. Its length is lost by then, so it is drawn at the length that vectors of the \
          training data have; it stands for the mean of a song's tiles and is drawn as one tile of \
          7.5 seconds, with earshot for 30 seconds.
          """),
      .picture,
      .json,
      .theme,
      OptionSpecification(
        name: "width", kind: .integer(200...10_000), placeholder: "PIXELS",
        defaultNote: "1800; 800 for a vector", group: .results, summary: "How wide the picture is."),
      OptionSpecification(
        name: "height", kind: .integer(160...10_000), placeholder: "PIXELS", defaultNote: "500",
        group: .results, summary: "How high the picture is."),
      .library,
      .model(default: "time-frequency-autoencoder"),
    ],
    examples: [
      .init(
        line: "earshot reconstruct song.mp3 -o song.png",
        meaning: "Original, reconstruction and difference, side by side."),
      .init(
        line: "earshot reconstruct --model mine.safetensors --vector song.npy -o song.png",
        meaning: "What one vector holds."),
    ])
}
