import Glibc

/// What the vectors of a benchmark are like.
enum VectorKind: String {
  /// All directions alike: the hardest case for a compact copy and for a graph.
  case rand
  /// A mixture of 500 normal distributions in 32 dimensions, turned into 256 and blurred: nearer to
  /// what a model makes of music.
  case latent
}

/// Draws unit vectors of a kind.
struct VectorSource {
  static let dimension = 256
  private static let latentDimension = 32
  private static let clusterCount = 500

  private let kind: VectorKind
  private var random: NormalSource
  private var clusters: [[Float]] = []
  private var directions: [[Float]] = []

  init(_ kind: VectorKind, seed: UInt64) {
    self.kind = kind
    random = NormalSource(seed: seed)
    guard kind == .latent else { return }
    clusters = (0..<Self.clusterCount).map { _ in random.numbers(Self.latentDimension) }
    directions = (0..<Self.latentDimension).map { _ in random.numbers(Self.dimension) }
  }

  /// Writes the next vector.
  mutating func next(into vector: UnsafeMutableBufferPointer<Float>) {
    for place in vector.indices { vector[place] = random.next() }
    if kind == .latent {
      // The noise is a tenth as long as the rest; within a cluster half the spread between clusters.
      let cluster = clusters[random.draw(below: Self.clusterCount)]
      let noise = 0.1 * Float(Self.latentDimension).squareRoot()
      for place in vector.indices { vector[place] *= noise }
      for (center, direction) in zip(cluster, directions) {
        let value = center + 0.5 * random.next()
        direction.withUnsafeBufferPointer {
          for place in vector.indices { vector[place] += value * $0[place] }
        }
      }
    }
    var square: Float = 0
    for value in vector { square += value * value }
    let scale = 1 / square.squareRoot()
    for place in vector.indices { vector[place] *= scale }
  }
}

/// Normally distributed numbers by the transform of Box and Muller (1958), of SplitMix64.
struct NormalSource {
  private var state: UInt64
  private var spare: Float?

  init(seed: UInt64) { state = seed }

  mutating func next() -> Float {
    if let number = spare {
      spare = nil
      return number
    }
    let bits = draw()
    // From 2^-25 to just under 1, never 0.
    let radius = (-2 * logf(Float(bits >> 40) * 0x1p-24 + 0x1p-25)).squareRoot()
    let angle = 2 * Float.pi * Float(bits & 0xFF_FFFF) * 0x1p-24
    spare = radius * sinf(angle)
    return radius * cosf(angle)
  }

  mutating func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }

  mutating func draw(below bound: Int) -> Int { Int(draw() % UInt64(bound)) }

  private mutating func draw() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
