package import AudioDecoding
package import Catalogue
package import Embedding
package import FileAccess
package import FileFormats
import Hashing

/// What every command works with: its arguments, where results and messages go, and the ways to the
/// library and the models.
package struct CommandContext {
  package let arguments: ParsedArguments
  package let output: StandardOutput
  package let messages: Messages

  package init(arguments: ParsedArguments, output: StandardOutput, messages: Messages) {
    self.arguments = arguments
    self.output = output
    self.messages = messages
  }

  /// Where the library lies.
  package var location: LibraryLocation {
    LibraryLocation(
      named: arguments.command.option(named: "library") == nil ? nil : arguments.path("library"),
      environment: ProcessEnvironment.variable)
  }

  /// The part of a song to listen to.
  package var excerpt: Excerpt { Excerpt(arguments.excerpt()) }

  /// The part that was named on the command line, nil where none was.
  package var givenExcerpt: ExcerptOption? {
    arguments.isGiven("excerpt") ? arguments.excerpt() : nil
  }

  /// The places where models are looked for.
  package var models: ModelLocator {
    ModelLocator(
      environment: ProcessEnvironment.variable("EARSHOT_MODELS")?.string,
      library: location.catalogue, executable: ProcessEnvironment.executable)
  }

  /// The file of the model named by `--model`, or else of the default.
  package func modelFile() throws(ModelError) -> FilePath {
    try models.find(arguments.path("model") ?? FilePath(ModelLocator.defaultName))
  }

  /// The model named by `--model`, or else the default.
  package func namedOrDefaultModel() throws(ModelError) -> EmbeddingModel {
    try EmbeddingModel(modelFile())
  }

  /// Writes one JSON object as a line.
  package func writeLine(_ object: JSONObject) {
    output.write(JSONValue.object(object).bytes + [UInt8(ascii: "\n")])
  }

  /// Makes sure that the file of `--output` is none of those that the command reads, by any name.
  /// - Parameter option: another option that names a file to write.
  /// - Throws: `UsageError`.
  package func protect(_ files: [FilePath], from option: String = "output") throws {
    guard let output = arguments.path(option),
      let target = try? FolderEntry(at: output, followLinks: true)
    else { return }
    for file in files
    where (try? FolderEntry(at: file, followLinks: true))?.identity == target.identity {
      throw arguments.usageError(.outputIsInput(option: "--" + option, value: output.string))
    }
  }

  /// Writes results to the file of `--output`, else to standard output.
  package func deliver(_ bytes: [UInt8]) throws {
    if let path = arguments.path("output") {
      try WrittenFile.replace(path, with: bytes)
    } else {
      output.write(bytes)
    }
  }
}

/// The version of the JSON that leaves the program.
package let jsonSchemaVersion = 1

extension JSONObject {
  /// An object that begins with the schema version.
  package static var versioned: JSONObject { ["schema": .integer(jsonSchemaVersion)] }

  /// The model as every JSON output names it.
  package static func model(name: String, identity: String, dimension: Int) -> JSONObject {
    ["name": .string(name), "id": .string(identity), "dimension": .integer(dimension)]
  }

  /// A failure as every JSON output tells it.
  package static func failure(_ error: AudioDecodingError) -> JSONObject {
    ["code": .string(error.code.rawValue), "message": .string(ErrorText.reason(error))]
  }
}

extension JSONObject {
  package init(_ model: EmbeddingModel) {
    self = .model(
      name: model.name, identity: model.identity.hexadecimal, dimension: model.dimension)
  }

  package init(_ audio: AudioInfo) {
    self = [
      "codec": .string(audio.codec.rawValue), "sampleRate": .integer(audio.sampleRate),
      "channels": .integer(audio.channels), "seconds": .double(audio.seconds),
      "excerpt": [
        "start": .double(audio.excerptStart), "seconds": .double(audio.excerptSeconds),
      ],
    ]
  }
}

extension Excerpt {
  /// The part that was typed.
  package init(_ option: ExcerptOption) {
    self =
      switch option {
      case .start: .start
      case .middle: .middle
      case .full: .full
      case .range(let start, let end): .range(start: start, end: end)
      }
  }
}
