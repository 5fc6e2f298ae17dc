import Catalogue
import CommandInterface
import Evaluation
import FileAccess
import FileFormats
import Fingerprinting
import LatentSpace
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
    case .noSpace:
      "the disk with the library \(path) is full, or its files may not grow any more; what it holds is kept"
    case .systemFailure(0):
      "the library \(path) could not be read or written (SQLite error \(error.sqliteCode)): the disk is "
        + "full or failing, or its files may not grow any more; what it holds is kept"
    case .systemFailure(let number):
      "the library \(path) could not be read or written: \(systemText(number))"
    case .readOnly: "the library \(path) cannot be written: check the rights of its folder"
    case .damaged:
      "the library \(path) is damaged; 'earshot library verify' tells where, and with --repair takes "
        + "out what can be listened to again; or restore a copy"
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

  /// Why vectors cannot be put into clusters.
  static func text(_ error: LatentSpaceError) -> String {
    "a vector of the library holds a number that none can be; 'earshot library verify' tells which"
  }

  /// Why no fingerprint can be made.
  static func text(_ error: FingerprintingError) -> String {
    switch error.code {
    case .missing(let reason):
      "fingerprints cannot be made: Chromaprint cannot be loaded (\(reason)); "
        + "install the package libchromaprint1"
    case .incompatible: "fingerprints cannot be made: \(error.library) is not as expected"
    case .refused: "the fingerprint cannot be made: Chromaprint refused the sound"
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

  /// Why a feature cache cannot be used.
  static func text(_ error: FeatureCacheError) -> String {
    let path = error.path.string
    return switch error.code {
    case .notACache:
      "\(path) is not a cache of this Earshot for this kind of model; name another with --cache"
    case .damaged: "the feature cache \(path) is damaged; delete it, it is made again by itself"
    case .file(let code): "the feature cache \(path): \(text(code))"
    }
  }

  /// Why a network was not trained.
  static func text(_ error: NetworkTrainingError) -> String {
    let path = error.path?.string ?? ""
    let other = "add --restart to begin anew, or write to another --output"
    return switch error.code {
    case .tooMuchAlike:
      "the music differs in too few ways for this model; give it more tracks, some dozens at least"
    case .notACheckpoint: "\(path) is not a checkpoint of this Earshot; \(other)"
    case .damagedCheckpoint: "the checkpoint \(path) is damaged; \(other)"
    case .otherNetwork: "the checkpoint \(path) is of another network; \(other)"
    case .otherData: "the checkpoint \(path) was made from other music; \(other)"
    case .otherSetting(let name, let before, let now):
      "the checkpoint \(path) was made with another setting: \(name) was \(before) and is now "
        + "\(now); give the same, \(other)"
    case .diverged(let epoch):
      "the loss is no longer a number in epoch \(epoch); try a lower --learning-rate"
    case .tooFewTracks(let count, let needed):
      "\(NumberText.count(count, "track")) to learn from; at least \(needed) are needed"
    case .cache(let code):
      text(FeatureCacheError(code: code, path: error.path ?? FilePath("")))
    case .file(let code): "\(path): \(text(code))"
    }
  }

  /// Why a picture could not be drawn.
  static func text(_ error: PlottingError) -> String {
    switch error.code {
    case .sizeOutOfRange:
      "the picture has no room for what is to be drawn; give a larger --width and --height, or neither"
    case .outOfMemory: "there is no memory for the picture; give a smaller --width and --height"
    case .notAPicture, .library: "the picture could not be drawn: cairo error \(error.libraryCode)"
    }
  }

  /// Why a table of labels could not be read.
  static func text(_ error: EvaluationError) -> String {
    let path = error.path.string
    return switch error.code {
    case .file(.noSpace, systemCode: 0): "\(path): it is larger than a table may be (256 MiB)"
    case .file(.system, let number): "\(path): \(systemText(number))"
    case .file(let code, systemCode: _): "\(path): \(text(code))"
    case .format(let code): "\(path): \(text(code))"
    }
  }

  static func text(_ code: FileFormatError.Code) -> String {
    switch code {
    case .notThisFormat: "it holds no table"
    case .notText(let line): "line \(line) is not UTF-8 text"
    case .badRow(let line, .cellCount(let expected, let found)):
      "the row on line \(line) has \(NumberText.count(found, "cell")) instead of \(expected)"
    case .badRow(let line, .openQuote): "the quote on line \(line) is never closed"
    case .badRow(let line, .strayQuote): "there is a stray quote on line \(line)"
    case .repeatedColumn(let name): "there are two columns \"\(name)\""
    case .missingColumn(let name): "there is no column \"\(name)\""
    case .unsupportedVersion, .unsupportedElements, .badHeader, .wrongLength:
      "it is not a sound file of its format"
    }
  }
}
