internal import Embedding
public import FileAccess
internal import Hashing
package import NeuralNetwork

/// Everything that a training needs to go on as if it had never stopped.
///
/// A safetensors file, written whole or not at all. Its metadata: `format` (`earshot-checkpoint`),
/// `format_version`, `network`, `data` (the fingerprint of the tracks), `setting.NAME` for each
/// setting, `epoch` and `step` (those that are done), `generator` and `epoch_seed` (64 bits each, in
/// hexadecimal), `losses` (of the epoch under way), `optimizer_steps`, `seconds`, and `checksum`, the
/// CRC-32C in hexadecimal of all other metadata (in the order of their names, name and text each closed
/// by a zero byte) and of the tensors' bytes in the order of the file. Its tensors: for each parameter
/// by its path `parameter.PATH`, `best.PATH` and, where it is trained, Adam's `mean.PATH` and
/// `square.PATH`; and `history`, a row for each epoch.
package struct TrainingCheckpoint {
  static let format = "earshot-checkpoint"
  static let version = "2"
  /// Columns of the history: three losses of the training, three of the validation, the learning
  /// rate, tiles and seconds.
  static let historyWidth = 9

  var network: String
  var data: String
  var settings: [(name: String, value: String)]
  /// Whole epochs that are done.
  var epoch = 0
  /// Steps of the next epoch that are done.
  var step = 0
  /// Draws a seed for each epoch.
  var generator: UInt64
  /// The seed of the epoch under way; 0 between epochs.
  var epochSeed: UInt64 = 0
  var losses = LossAverage()
  var history: [EpochRecord] = []
  /// Seconds that the epoch under way has taken.
  var seconds = 0.0
  /// The paths of the parameters, and which of them are trained.
  let names: [(path: String, isTrained: Bool)]
  var parameters: [Tensor]
  var optimizer = OptimizerState()
  /// The parameters after the epoch with the lowest loss; none before the first.
  var best: [Tensor] = []

  /// Writes it.
  /// - Throws: `file`.
  package func write(to path: FilePath) throws(NetworkTrainingError) {
    var metadata = [
      "format": Self.format, "format_version": Self.version, "network": network, "data": data,
      "epoch": "\(epoch)", "step": "\(step)", "generator": String(generator, radix: 16),
      "epoch_seed": String(epochSeed, radix: 16), "losses": losses.text,
      "optimizer_steps": "\(optimizer.steps)", "seconds": "\(seconds)",
    ]
    for (name, value) in settings { metadata["setting." + name] = value }
    var tensors = [("history", StoredTensor(history))]
    let paths = names.map(\.path)
    let trained = names.filter(\.isTrained).map(\.path)
    let half = optimizer.averages.count / 2
    for (kind, paths, group) in [
      ("parameter", paths, parameters[...]), ("best", paths, best[...]),
      ("mean", trained, optimizer.averages[..<half]),
      ("square", trained, optimizer.averages[half...]),
    ] {
      for (path, tensor) in zip(paths, group) {
        tensors.append(
          ("\(kind).\(path)", StoredTensor(shape: tensor.shape, values: tensor.values)))
      }
    }
    var checksum = Self.checksum(of: metadata)
    for (_, tensor) in tensors { checksum = Self.checksum(of: tensor, continuing: checksum) }
    metadata[Self.checksumName] = String(checksum, radix: 16)
    do {
      try SafeTensors.write(tensors, metadata: metadata, to: path)
    } catch {
      throw NetworkTrainingError(error)
    }
  }

  static let checksumName = "checksum"

  private static func checksum(of metadata: [String: String]) -> UInt32 {
    var bytes: [UInt8] = []
    for (name, text) in metadata.sorted(by: { $0.key < $1.key }) where name != checksumName {
      bytes += Array(name.utf8) + [0] + Array(text.utf8) + [0]
    }
    return bytes.withUnsafeBytes { CRC32C.checksum(of: $0) }
  }

  private static func checksum(of tensor: StoredTensor, continuing sum: UInt32) -> UInt32 {
    tensor.bytes.withUnsafeBytes { CRC32C.checksum(of: $0, continuing: sum) }
  }

  /// Reads all tensors of a file.
  /// - Throws: `damagedCheckpoint` where they or the metadata do not match the checksum, `file`.
  private static func tensors(
    of file: SafeTensors, _ path: FilePath
  ) throws(NetworkTrainingError) -> [String: Tensor] {
    var sum = checksum(of: file.metadata)
    var tensors: [String: Tensor] = [:]
    for name in file.names {
      do {
        let tensor = try file.tensor(name)
        sum = checksum(of: tensor, continuing: sum)
        tensors[name] = Tensor(shape: tensor.shape, values: tensor.values)
      } catch {
        throw NetworkTrainingError(error)
      }
    }
    guard file.metadata[checksumName].flatMap({ UInt32($0, radix: 16) }) == sum else {
      throw NetworkTrainingError(code: .damagedCheckpoint, path: path)
    }
    return tensors
  }

  /// Reads one.
  /// - Parameter named: the network's parameters with their paths.
  /// - Throws: `notACheckpoint`, `damagedCheckpoint`, `otherNetwork`, `file`.
  package init(
    _ path: FilePath, of named: [(name: String, parameter: Parameter)]
  ) throws(NetworkTrainingError) {
    let file: SafeTensors
    do { file = try SafeTensors(path) } catch { throw NetworkTrainingError(error) }
    let metadata = file.metadata
    let refusal = NetworkTrainingError(code: .notACheckpoint, path: path)
    guard metadata["format"] == Self.format, metadata["format_version"] == Self.version,
      let network = metadata["network"], let data = metadata["data"],
      let epoch = metadata["epoch"].flatMap({ Int($0) }), epoch >= 0,
      let step = metadata["step"].flatMap({ Int($0) }), step >= 0,
      let generator = metadata["generator"].flatMap({ UInt64($0, radix: 16) }),
      let epochSeed = metadata["epoch_seed"].flatMap({ UInt64($0, radix: 16) }),
      let losses = metadata["losses"].flatMap({ LossAverage(text: $0) }),
      let steps = metadata["optimizer_steps"].flatMap({ Int($0) }), steps >= 0
    else { throw refusal }
    self.network = network
    self.data = data
    self.epoch = epoch
    self.step = step
    self.generator = generator
    self.epochSeed = epochSeed
    self.losses = losses
    // Only ever told, never computed with.
    seconds = metadata["seconds"].flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil } ?? 0
    let prefix = "setting."
    settings = metadata.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }.map {
      (String($0.key.dropFirst(prefix.count)), $0.value)
    }
    // The shapes before the numbers: a file of another network may be large.
    let trained = named.filter(\.parameter.isTrainable)
    var members = [("parameter", named)]
    if epoch > 0 { members.append(("best", named)) }
    if steps > 0 { members += [("mean", trained), ("square", trained)] }
    var count = 1
    for (kind, group) in members {
      for (member, parameter) in group {
        guard file.shape(of: "\(kind).\(member)") == parameter.value.shape else {
          throw NetworkTrainingError(code: .otherNetwork, path: path)
        }
      }
      count += group.count
    }
    guard file.names.count == count, let shape = file.shape(of: "history"),
      shape == [epoch, Self.historyWidth]
    else { throw refusal }
    let stored = try Self.tensors(of: file, path)
    func tensors(_ kind: String) -> [Tensor] {
      members.filter { $0.0 == kind }.flatMap { $0.1 }.compactMap { stored["\(kind).\($0.name)"] }
    }
    history = stored["history"].map { [EpochRecord]($0) } ?? []
    names = named.map { ($0.name, $0.parameter.isTrainable) }
    parameters = tensors("parameter")
    optimizer = OptimizerState(steps: steps, averages: tensors("mean") + tensors("square"))
    best = tensors("best")
  }

  init(
    network: String, data: String, settings: [(name: String, value: String)], generator: UInt64,
    parameters: [(name: String, parameter: Parameter)]
  ) {
    (self.network, self.data, self.settings) = (network, data, settings)
    self.generator = generator
    names = parameters.map { ($0.name, $0.parameter.isTrainable) }
    self.parameters = parameters.map(\.parameter.value)
  }
}

extension StoredTensor {
  fileprivate init(_ history: [EpochRecord]) {
    self.init(
      shape: [history.count, TrainingCheckpoint.historyWidth],
      values: history.flatMap { record in
        [record.training, record.validation].flatMap { [$0.total, $0.reconstruction, $0.contrast] }
          + [record.learningRate, Float(record.tiles), record.seconds]
      })
  }
}

extension [EpochRecord] {
  fileprivate init(_ tensor: Tensor) {
    let width = TrainingCheckpoint.historyWidth
    let values = tensor.values
    self = (0..<tensor.shape[0]).map { epoch in
      let row = Array<Float>(values[(epoch * width)..<((epoch + 1) * width)])
      return EpochRecord(
        epoch: epoch + 1,
        training: TrainingLoss(total: row[0], reconstruction: row[1], contrast: row[2]),
        validation: TrainingLoss(total: row[3], reconstruction: row[4], contrast: row[5]),
        learningRate: row[6],
        // A changed file may claim anything.
        tiles: Int(exactly: row[7]) ?? 0, seconds: row[8])
    }
  }
}

/// Why a training could not go on.
public struct NetworkTrainingError: Error, Equatable, Sendable {
  /// What kind of trouble it was.
  public enum Code: Equatable, Sendable {
    /// The checkpoint is not one, or one of another version.
    case notACheckpoint
    /// The checkpoint does not match its checksum, or says what cannot be.
    case damagedCheckpoint
    /// The checkpoint is of another network.
    case otherNetwork
    /// The checkpoint was made with other tracks.
    case otherData
    /// The checkpoint was made with another value of a setting.
    case otherSetting(name: String, checkpoint: String, now: String)
    /// The loss is no longer a number.
    case diverged(epoch: Int)
    /// There are fewer tracks than a training needs.
    case tooFewTracks(Int, needed: Int)
    /// The music differs in fewer ways than a vector has numbers.
    case tooMuchAlike
    /// An image could not be read.
    case cache(FeatureCacheError.Code)
    /// The checkpoint could not be read or written.
    case file(FileAccessError.Code)
  }

  /// What kind of trouble it was.
  public let code: Code
  /// The file, where it was about one.
  public let path: FilePath?
}

extension NetworkTrainingError {
  init(_ error: ModelError) {
    if case .file(let code) = error.code {
      self.init(code: .file(code), path: error.path)
    } else {
      self.init(code: .notACheckpoint, path: error.path)
    }
  }

  init(_ error: FeatureCacheError) { self.init(code: .cache(error.code), path: error.path) }
}
