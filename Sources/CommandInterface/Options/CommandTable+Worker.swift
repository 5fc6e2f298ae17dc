extension CommandTable {
  package static let worker = CommandSpecification(
    path: ["worker"],
    summary: "Listen to the files named on standard input, one JSON object on a line for each.",
    description: [
      """
      For programs that spread work over many machines: each line of standard input names a file, \
      each line of standard output tells what was heard, in the same order. A line that begins with \
      { is a JSON object with "path", or with "pathBytes" in base64 for a name that is not UTF-8; any \
      other line is the name itself.
      """,
      """
      The files are listened to in a process of its own, which can neither write nor reach the \
      network where the kernel can forbid it. A file that crashes it, takes too long or too much \
      memory gives an object with an error like any other, and the next file is taken. 'earshot \
      library import' reads what comes out.
      """,
    ],
    options: [
      .excerpt,
      OptionSpecification(
        name: "null", letter: "0", kind: .flag, group: .input,
        summary: "Names end with a NUL byte instead of a line end."),
      OptionSpecification(
        name: "sections", kind: .flag, group: .work,
        summary: "Make a vector for each section of 2 minutes of songs longer than 10 minutes, too."
      ),
      OptionSpecification(
        name: "reconstructions", kind: .flag, group: .work,
        summary: "Tell how far what the model draws of each song is from what it heard.",
        detail: """
          The mean squared error of its picture, of numbers from 0 to 1. The model must have a decoder.
          """),
      .descriptors, .timeLimit, .memoryLimit,
      OptionSpecification(
        name: "direct", kind: .flag, group: .work,
        summary: "Listen in this process, for a program that watches it.",
        detail: """
          The process then may die or hang with a file. It says first that it is ready, and answers \
          "ask" in a request with a question; see docs/worker.md.
          """),
      .model(default: "earshot"),
    ],
    examples: [
      .init(
        line: "earshot worker < songs.txt > heard.ndjson",
        meaning: "A file of names, one on a line."),
      .init(
        line: "earshot worker --null --model earshot < songs.txt > heard.ndjson",
        meaning: "Names from 'find -print0'."),
    ])
}
