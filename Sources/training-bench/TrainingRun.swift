import Embedding
import Glibc
import NeuralNetwork

/// The time-frequency autoencoder with an optimiser and a batch to train on.
final class TrainingRun {
  private let autoencoder: Sequential
  private let optimizer = Adam(learningRate: 1e-3)
  private let parameters: [Parameter]
  private let tiles: Tensor
  private let target: Tensor

  init(batch: Int) {
    let network = EmbeddingNetwork(.timeFrequencyAutoencoder, seed: 1)
    guard let decoder = network.decoder else { preconditionFailure("an autoencoder decodes") }
    autoencoder = Sequential([network.encoder, decoder])
    parameters = network.parameters
    var generator = SeededGenerator(seed: 2)
    let side = NetworkArchitecture.tileSide
    tiles = Tensor(
      shape: [batch, side, side],
      values: (0..<batch * side * side).map { _ in Float.random(in: 0..<1, using: &generator) })
    target = tiles.reshaped([batch, side, side, 1])
  }

  /// Takes steps as standard input asks for them, until it ends; returns what the shell is told.
  func serve(threads: Int, precision: ComputePrecision) -> Int32 {
    guard precision.isSupported else {
      print("this processor does not multiply \(precision)")
      return 1
    }
    ComputeThreads.$count.withValue(threads) {
      ComputePrecision.$training.withValue(precision) {
        while let line = readLine(), let count = Int(line) {
          let (start, processor) = (
            Self.seconds(CLOCK_MONOTONIC), Self.seconds(CLOCK_PROCESS_CPUTIME_ID)
          )
          var loss: Float = 0
          for _ in 0..<count { loss = step() }
          print(
            Self.seconds(CLOCK_MONOTONIC) - start,
            Self.seconds(CLOCK_PROCESS_CPUTIME_ID) - processor, loss)
          fflush(nil)
        }
      }
    }
    return 0
  }

  private func step() -> Float {
    let output = autoencoder.forward(tiles, training: true)
    let loss = Loss.meanSquaredError(output, target: target)
    _ = autoencoder.backward(loss.gradients[0])
    optimizer.step(parameters)
    return loss.value
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
