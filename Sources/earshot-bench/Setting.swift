import Embedding
import FileAccess
import NeuralNetwork

/// Where the things lie that a benchmark needs.
struct Setting {
  /// The folder of the programs.
  let programs: String
  /// The Python interpreter that has the peers, or nil.
  let pythonPath: String?
  /// A folder for what is written.
  let folder: String
  /// The song that is embedded.
  let song = "TestAudio/house-1-harbour-lights.mp3"
  /// The model used.
  let model = "Models/earshot.safetensors"

  /// The clips that are MP3s of 30 s, 44.1 kHz and 128 kbit/s: about 480 kB each.
  var songs: [String] {
    let folder = FilePath("TestAudio")
    let names = (try? FolderEntry.names(in: folder)) ?? []
    return names.map { folder.appending($0) }.filter { path in
      let size = (try? FolderEntry(at: path, followLinks: false))?.size ?? 0
      return path.fileExtension == "mp3" && (470_000...500_000).contains(size)
    }.map(\.string)
  }

  /// Writes a model file of the time-frequency autoencoder with random weights: as fast as a trained
  /// one. Its decoder is there to show that nobody reads it.
  func networkModel() throws -> String {
    let path = FilePath(folder).appending("network.safetensors")
    let dimension = NetworkArchitecture.timeFrequencyAutoencoder.dimension
    try EmbeddingModel(
      network: EmbeddingNetwork(.timeFrequencyAutoencoder, seed: 1), name: "random", tileCount: 8,
      standardisation: EmbeddingModel.Standardisation(
        mean: [Float](repeating: 0, count: dimension),
        deviation: [Float](repeating: 1, count: dimension)),
      card: [String: String]()
    ).write(to: path)
    return path.string
  }

  func program(_ name: String) -> String { "\(programs)/\(name)" }

  func command(_ program: String, _ arguments: [String]) -> TimedCommand {
    TimedCommand(words: [self.program(program)] + arguments, environment: ["EARSHOT_MODELS=Models"])
  }

  func python(_ script: String) -> TimedCommand {
    TimedCommand(words: [pythonPath ?? "no-python", "-c", script])
  }
}
