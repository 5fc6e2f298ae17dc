import AudioDecoding
import AudioTags
import Catalogue
import CommandInterface
import EmbedCommand
import Evaluation
import Fingerprinting
import LatentSpace
import LinearAlgebra
import MP3Encoding
import Plotting
import Training
import VectorIndex
import WorkerProcesses

/// The program `earshot`.
public enum EarshotProgram {
  /// Runs it with the words the process was started with, and ends the process.
  public static func run() -> Never { program.runProcess() }

  static let program = CommandProgram(
    name: "earshot",
    commands: [
      ["embed"]: EmbedCommand.run,
      ["features"]: FeaturesCommand.run,
      ["spectrogram"]: SpectrogramCommand.run,
      ["filters"]: FiltersCommand.run,
      ["losses"]: LossesCommand.run,
      ["waveform"]: WaveformCommand.run,
      ["matrix", "descriptors"]: MatrixDescriptorsCommand.run,
      ["matrix", "tracks"]: MatrixTracksCommand.run,
      ["index"]: IndexCommand.run,
      ["query"]: QueryCommand.run,
      ["similar"]: SimilarCommand.run,
      ["playlist", "similar"]: PlaylistCommand.run,
      ["playlist", "dissimilar"]: PlaylistCommand.run,
      ["playlist", "path"]: PlaylistCommand.run,
      ["playlist", "mix"]: PlaylistCommand.run,
      ["playlist", "radio"]: PlaylistCommand.run,
      ["playlist", "order"]: PlaylistCommand.run,
      ["playlist", "cluster"]: PlaylistClusterCommand.run,
      ["playlist", "saved"]: PlaylistSavedCommand.run,
      ["playlist", "show"]: PlaylistShowCommand.run,
      ["playlist", "refresh"]: PlaylistRefreshCommand.run,
      ["playlist", "remove"]: PlaylistRemoveCommand.run,
      ["search"]: SearchCommand.run,
      ["map"]: MapCommand.run,
      ["train"]: TrainCommand.run,
      ["reconstruct"]: ReconstructCommand.run,
      ["evaluate"]: EvaluateCommand.run,
      ["library", "status"]: LibraryStatusCommand.run,
      ["library", "failures"]: LibraryFailuresCommand.run,
      ["library", "add-model"]: AddModelCommand.run,
      ["library", "duplicates"]: LibraryDuplicatesCommand.run,
      ["library", "verify"]: LibraryVerifyCommand.run,
      ["library", "prune"]: LibraryPruneCommand.run,
      ["library", "export"]: LibraryExportCommand.run,
      ["library", "import"]: LibraryImportCommand.run,
      ["taste", "import"]: TasteImportCommand.run,
      ["worker"]: WorkerCommand.run,
      ["completions"]: CompletionsCommand.run,
      ["manual"]: ManualCommand.run,
    ],
    libraries: {
      EmbedProgram.libraries + TagLibraries.versions + LinearAlgebraLibraries.versions
        + PlottingLibraries.versions + MP3EncodingLibraries.versions
        + FingerprintingLibraries.versions
    },
    describe: describe)

  @Sendable static func describe(
    _ error: any Error
  ) -> (text: String, status: ExitStatus)? {
    switch error {
    case let error as CommandError: (error.text, error.status)
    case let error as CatalogueError: (ErrorText.text(error), .internalError)
    case let error as SearchFileError: (ErrorText.text(error), .internalError)
    case let error as FingerprintingError: (ErrorText.text(error), .internalError)
    case let error as LatentSpaceError: (ErrorText.text(error), .internalError)
    case let error as FeatureCacheError: (ErrorText.text(error), .internalError)
    case let error as NetworkTrainingError: (ErrorText.text(error), error.status)
    case let error as TrainingError: (ErrorText.text(error), .someFailed)
    case let error as EvaluationError: (ErrorText.text(error), .someFailed)
    case let error as PlottingError: (ErrorText.text(error), .internalError)
    default: nil
    }
  }
}

extension NetworkTrainingError {
  /// What the shell is told.
  fileprivate var status: ExitStatus {
    switch code {
    case .otherSetting, .otherNetwork, .otherData, .notACheckpoint, .damagedCheckpoint: .usage
    case .file, .cache: .internalError
    case .diverged, .tooFewTracks, .tooMuchAlike: .someFailed
    }
  }
}
