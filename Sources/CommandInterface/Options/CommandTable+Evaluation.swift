extension CommandTable {
  package static let evaluate = CommandSpecification(
    path: ["evaluate"],
    summary: "Measure how well models find music that belongs together.",
    description: [
      """
      LABELS is a CSV file that names tracks, their paths seen from the folder it lies in, with the \
      columns path, label, label_evidence, artist, album, work, kind and source; only path is \
      needed. Without one the library's tracks are taken, with what their tags say. All \
      tracks are listened to, each is asked about, and it is counted how often what is nearest has \
      the same artist or label, or is the same recording changed: softer, equalised, with noise, \
      re-encoded at 64 kbit/s, or another half.
      """,
      """
      Every figure comes with a 95 % interval, with what chance gets and with the best that is \
      possible. Simple ways to compare sound are measured beside the models. docs/evaluation.md \
      explains each figure.
      """,
    ],
    operands: [
      OperandSpecification(
        name: "LABELS", kind: .path, isOptional: true, isRepeatable: true,
        summary: "A CSV file of labelled tracks.")
    ],
    options: [
      .excerpt,
      .format(["table", "json"], default: "table"), .json,
      .output(detail: "The file appears when all is done, whole or not at all."),
      OptionSpecification(
        name: "plot", kind: .pathEnding(["png", "svg", "pdf"]), group: .results,
        summary: "Draw the figures with their intervals into this PNG, SVG or PDF."),
      OptionSpecification(
        name: "limit", kind: .integer(1...1_000_000), defaultValue: "10000", group: .input,
        summary: "How many tracks to listen to at most.",
        detail: """
          Of more, whole artists are drawn at random, the same each time. Time grows with the square of \
          the number, memory by some 100 KB for each track.
          """),
      OptionSpecification(
        name: "copies", kind: .choice(["all", "none"]), defaultValue: "all", group: .work,
        summary: "Whether to look for changed copies of each track too.",
        detail: "Without them an evaluation takes a tenth of the time."),
      OptionSpecification(
        name: "baselines", kind: .choice(["all", "none"]), defaultValue: "all", group: .work,
        summary: "Whether to measure simple ways to compare sound beside the models.",
        detail: """
          feature-statistics, where it is not among the models; networks with random weights; random \
          numbers; mean and deviation of mel bands in decibels; the same of 20 MFCC with the \
          deviation of their change; the MFCC as one normal distribution, plain and with mutual \
          proximity (up to 5,000 tracks); principal components of the mel image (up to 2,000 tracks).
          """),
      OptionSpecification(
        name: "lists", kind: .choice(["all", "none"]), defaultValue: "all", group: .work,
        summary: "Whether to measure lists and paths made with each model, too.",
        detail: """
          Lists of ten as 'similar' makes them, with and without damping of hubs, mixes, and 100 paths \
          of eight tracks beside greedy and random ones.
          """),
      .progress,
      .library,
      OptionSpecification(
        name: "model", kind: .path, placeholder: "NAME|FILE",
        defaultNote: "all that came with the program",
        isRepeatable: true, group: .library,
        summary: "A model to measure; the first is compared with all others.",
        detail: """
          A file, or a name that is looked for in $EARSHOT_MODELS, in models beside the library and \
          in share/earshot/models beside the program.
          """),
      OptionSpecification(
        name: "mean-of", kind: .namedFiles, placeholder: "NAME=FILE,FILE,…", isRepeatable: true,
        group: .library,
        summary: "Models that differ by the seed of their training: a row with their mean.",
        detail: """
          Each query's score is the mean over the models, and a row of each follows. It comes before \
          the models of --model, so that the first mean is compared with all other rows. Files or \
          names as for --model, without commas in them.
          """),
    ] + OptionSpecification.pictureLook,
    exclusions: [["json", "format"]],
    examples: [
      .init(
        line: "earshot evaluate labels.csv",
        meaning: "The models that came with the program, and the baselines."),
      .init(
        line: "earshot evaluate --model mine.safetensors labels.csv",
        meaning: "Is mine better? The last tables tell, with intervals."),
      .init(
        line: "earshot evaluate --mean-of mine=seed1.safetensors,seed2.safetensors labels.csv",
        meaning: "Would it be better if trained again?"),
    ])
}
