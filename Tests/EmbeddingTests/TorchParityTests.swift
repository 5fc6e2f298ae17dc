import FileAccess
import Foundation
import Hashing
import NeuralNetwork
import SpectralFeatures
import TestSupport
import Testing

@testable import Embedding

/// The networks beside their twins in PyTorch, with the same weights and inputs: both follow from the
/// formula that `training/pytorch/make_fixtures.py` tells.
@Suite("Networks in Swift and in PyTorch")
struct TorchParityTests {
  /// What PyTorch made of a network.
  private struct Made: Decodable {
    let identity: String
    let identityOf16Bits: String
    let encoded: [[Float]]
    let vector: [Float]
    let drawn: [Float]?
  }

  private struct Fixture: Decodable {
    let networks: [String: Made]

    private struct Name: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Name.self)
      networks = try Dictionary(
        uniqueKeysWithValues: NetworkArchitecture.allCases.map {
          (
            $0.rawValue, try container.decode(Made.self, forKey: Name(stringValue: $0.rawValue))
          )
        })
    }
  }

  private static let fixture: Fixture = {
    do {
      return try JSONDecoder().decode(Fixture.self, from: TorchFixture.data)
    } catch {
      preconditionFailure("fixture pytorch-vectors: \(error)")
    }
  }()

  private static func made(_ architecture: NetworkArchitecture) throws -> Made {
    try #require(fixture.networks[architecture.rawValue])
  }

  private static func network(_ architecture: NetworkArchitecture) -> EmbeddingNetwork {
    var later = GivenLater()
    let network = EmbeddingNetwork(architecture, withDecoder: true, weights: &later)
    network.give { name, shape in
      Tensor(shape: shape, values: Formula.tensor(name, shape))
    }
    return network
  }

  private static func model(
    _ architecture: NetworkArchitecture, precision: StoredTensor.Precision = .float32
  ) -> EmbeddingModel {
    let dimension = architecture.dimension
    do {
      return try EmbeddingModel(
        network: network(architecture), name: architecture.rawValue, tileCount: 8,
        standardisation: EmbeddingModel.Standardisation(
          mean: Formula.tensor("standardisation.mean", [dimension]),
          deviation: Formula.tensor("standardisation.deviation", [dimension])),
        card: [String: String](), precision: precision)
    } catch {
      preconditionFailure("a model that cannot be made: \(error)")
    }
  }

  /// Two tiles, (2, 128, 128).
  private static let tiles: Tensor = {
    let side = NetworkArchitecture.tileSide
    let rows = Formula.numbers("tiles.rows", 2 * side)
    let columns = Formula.numbers("tiles.columns", 2 * side)
    var values = Formula.numbers("tiles.noise", 2 * side * side)
    for place in values.indices {
      let (tile, column) = (place / (side * side), place % side)
      values[place] = (rows[place / side] * columns[tile * side + column] + values[place]) / 2
    }
    return Tensor(shape: [2, side, side], values: values)
  }()

  @Test("the encoder gives the same vectors of tiles", arguments: NetworkArchitecture.allCases)
  func encoders(_ architecture: NetworkArchitecture) throws {
    let encoded = Self.network(architecture).encoder.forward(Self.tiles, training: false)
    let expected = try Self.made(architecture).encoded
    #expect(encoded.shape == [expected.count, architecture.dimension])
    #expect(
      TorchFixture.difference(encoded.values, expected.flatMap { $0 }) <= TorchFixture.tolerance)
  }

  @Test(
    "the decoder draws the same image",
    arguments: NetworkArchitecture.allCases.filter { $0.hasDecoder })
  func decoders(_ architecture: NetworkArchitecture) throws {
    let network = Self.network(architecture)
    let made = try Self.made(architecture)
    let vector = try #require(made.encoded.first)
    let tile = try #require(network.tile(of: vector))
    let drawn = stride(from: 0, to: tile.count, by: 257).map { tile[$0] }
    let expected = try #require(made.drawn)
    #expect(TorchFixture.difference(drawn, expected) <= TorchFixture.tolerance)
  }

  @Test(
    "the model gives the same vector of a mel spectrogram", arguments: NetworkArchitecture.allCases)
  func vectors(_ architecture: NetworkArchitecture) throws {
    let spectrogram = Formula.decibels("spectrogram", frames: 650)
    let model = try NetworkModel(
      architecture, Self.model(architecture).file, path: FilePath("formula"))
    let measured = model.vector(of: MelImage(melDecibels: spectrogram))
    #expect(measured.lengths.count == max(1, model.halves.count))
    #expect(measured.lengths.allSatisfy { $0 > 0 && $0.isFinite })
    #expect(
      TorchFixture.difference(measured.vector, try Self.made(architecture).vector)
        <= TorchFixture.tolerance)
  }

  @Test(
    "the model has the identity that the other trainer writes, in both precisions",
    arguments: NetworkArchitecture.allCases)
  func identities(_ architecture: NetworkArchitecture) throws {
    let made = try Self.made(architecture)
    #expect(Self.model(architecture).identity.hexadecimal == made.identity)
    #expect(
      Self.model(architecture, precision: .float16).identity.hexadecimal == made.identityOf16Bits)
  }
}
