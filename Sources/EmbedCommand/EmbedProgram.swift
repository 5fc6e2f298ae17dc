import AudioDecoding
import Catalogue
import CommandInterface
import Hashing
import NeuralNetwork
import SpectralFeatures

/// The program `embed`: the command alone, linked with nothing that it does not use. Loading the other
/// libraries would take an eighth of the time it takes for a song.
public enum EmbedProgram {
  /// Runs it with the words the process was started with, and ends the process.
  public static func run() -> Never {
    CommandProgram(name: "embed", commands: [["embed"]: EmbedCommand.run]) { libraries }
      .runProcess()
  }

  /// Names and run-time versions of the libraries that the command uses.
  package static var libraries: [(name: String, version: String)] {
    AudioLibraries.versions + SpectralLibraries.versions + [("Nettle", SHA256.libraryVersion)]
      + CatalogueLibraries.versions + NeuralNetworkLibraries.versions
  }
}
