import Catalogue
import CommandInterface
import FileAccess
import Plotting
import Training
import VectorIndex

extension ErrorText {
  /// Why the library cannot be used.
  static func text(_ error: CatalogueError) -> String {
    let path = error.path.string
    return switch error.code {
    case .notFound: "there is no library at \(path); make one with 'earshot index FOLDER'"
    case .notALibrary: "\(path) is not a library of Earshot's"
    case .newerSchema(let version):
      "the library \(path) has version \(version), which a newer Earshot writes; update Earshot"
    case .busy: "another program is writing to the library \(path); try again when it is done"
    case .noSpace: "the disk with the library \(path) is full"
    case .readOnly: "the library \(path) cannot be written: check the rights of its folder"
    case .damaged: "the library \(path) is damaged; restore a copy, or delete it and index again"
    case .refused: "the library \(path) failed: SQLite error \(error.sqliteCode)"
    }
  }

  /// Why a search file cannot be used.
  static func text(_ error: SearchFileError) -> String {
    let path = error.path.string
    return switch error.code {
    case .notASearchFile, .unknownVersion, .damaged:
      "the search file \(path) is damaged; delete it, it is made again by itself"
    case .file(let code): "the search file \(path): \(text(code))"
    }
  }

  /// Why a training did not end in a model.
  static func text(_ error: TrainingError) -> String {
    switch error.code {
    case .tooFewSounds(let count, let needed):
      "\(NumberText.count(count, "excerpt")) could be taken; at least "
        + "\(NumberText.grouped(needed)) are needed, up to three from each long track"
    case .tooMuchAlike: "the tracks are too much alike to learn from"
    case .noDecomposition: "the decomposition of the tracks' covariance did not converge"
    }
  }

  /// Why a picture could not be drawn.
  static func text(_ error: PlottingError) -> String {
    "the picture could not be drawn: cairo error \(error.libraryCode)"
  }
}
