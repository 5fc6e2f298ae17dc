import NeuralNetwork
import Testing

@Suite("Optimisers agree with PyTorch")
struct OptimizerTests {
  private static let kinds: [(String, @Sendable () -> any Optimizer)] = [
    ("sgd", { SGD(learningRate: 0.1) }),
    ("sgd_momentum", { SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.01) }),
    ("adam", { Adam(learningRate: 0.01) }),
    ("adam_decay", { Adam(learningRate: 0.01, weightDecay: .inGradient(0.1)) }),
    ("adamw", { Adam(learningRate: 0.01, weightDecay: .decoupled(0.1)) }),
  ]

  @Test("Five steps", arguments: kinds)
  func steps(name: String, make: @Sendable () -> any Optimizer) {
    var reference = Reference(name)
    var optimizer = make()
    let parameter = Parameter("weight", reference.take([7]), decays: true)
    let gradients = (0..<5).map { _ in reference.take([7]) }
    for (step, gradient) in gradients.enumerated() {
      // From a checkpoint on, a new optimiser does what the old one would have done.
      if step == 3 {
        let state = optimizer.state
        optimizer = make()
        optimizer.state = state
      }
      parameter.gradient = gradient
      optimizer.step([parameter])
      #expect(relativeError(parameter.value, reference.take([7])) < 1e-5)
    }
    #expect(reference.isAtEnd)
  }

  @Test("Biases and running statistics are not pulled towards zero")
  func decay() {
    let bias = Parameter("bias", Tensor(repeating: 1, shape: [2]))
    let statistics = Parameter("mean", Tensor(repeating: 1, shape: [2]), isTrainable: false)
    bias.gradient = Tensor(zeros: [2])
    Adam(weightDecay: .decoupled(0.1)).step([bias, statistics])
    #expect(bias.value.values == [1, 1])
    #expect(statistics.value.values == [1, 1])
  }

  @Test("Gradients are clipped together, and only when too long")
  func clipping() {
    var reference = Reference("clip")
    let parameters = [4, 6].map { Parameter("weight", Tensor(zeros: [$0])) }
    for parameter in parameters { parameter.gradient = reference.take(parameter.value.shape) }
    let norm = clipGradients(of: parameters, toNorm: 1.5)
    #expect(abs(norm - reference.take([]).values[0]) < 1e-5)
    let clipped = parameters.map(\.gradient)
    for gradient in clipped {
      #expect(relativeError(gradient, reference.take(gradient.shape)) < 1e-5)
    }
    #expect(abs(clipGradients(of: parameters, toNorm: 2) - 1.5) < 1e-5)
    #expect(parameters.map(\.gradient.values) == clipped.map(\.values))
  }
}

@Suite("Schedules")
struct ScheduleTests {
  @Test("A cosine falls as PyTorch's")
  func cosine() {
    var reference = Reference("cosine")
    let schedule = CosineSchedule(peak: 0.5, floor: 0.1, steps: 10)
    let rates = Tensor(shape: [11], values: (0..<11).map { schedule.rate(at: $0) })
    #expect(relativeError(rates, reference.take([11])) < 1e-6)
    #expect(schedule.rate(at: 1000) == 0.1)
  }

  @Test("The rate rises evenly first")
  func warmUp() {
    let schedule = CosineSchedule(peak: 1, warmUpSteps: 4, steps: 8)
    #expect((0..<5).map { schedule.rate(at: $0) } == [0.25, 0.5, 0.75, 1, 1])
    #expect(abs(schedule.rate(at: 6) - 0.5) < 1e-6)
    #expect(schedule.rate(at: 8) == 0)
  }

  @Test("A plateau cuts the rate when PyTorch does")
  func plateau() {
    var reference = Reference("plateau")
    let losses = reference.take([16]).values
    var schedule = PlateauSchedule(rate: 0.5, factor: 0.5, patience: 2, floor: 0.1)
    let rates = losses.map { loss in
      schedule.record(loss: loss)
      return schedule.rate
    }
    #expect(relativeError(Tensor(shape: [16], values: rates), reference.take([16])) < 1e-6)
  }

  @Test("Training stops after so many epochs without a lower loss")
  func earlyStopping() {
    var stopping = EarlyStopping(patience: 3)
    let stops = [5, 4, 4.5, 3, 3, 3.5, 3].map { stopping.shouldStop(after: $0) }
    #expect(stops == [false, false, false, false, false, false, true])
    #expect(stopping.bestEpoch == 3)
    #expect(stopping.best == 3)
    // A loss that is no number is no improvement.
    var broken = EarlyStopping(patience: 2)
    #expect([Float.nan, .nan].map { broken.shouldStop(after: $0) } == [false, true])
  }
}
