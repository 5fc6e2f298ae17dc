import FileAccess
import Foundation
import Hashing
import NeuralNetwork
import SpectralFeatures
import TestSupport
import Testing

@testable import Embedding

/// The model `earshot` beside its twin in PyTorch, with weights and inputs of the formula.
@Suite("The model earshot in Swift and in PyTorch")
struct EarshotTorchParityTests {
  /// What PyTorch made.
  private struct Made: Decodable {
    let identity: String
    let identityOf16Bits: String
    let vectors: [[Float]]
    let drawn: [Float]
  }

  private struct File: Decodable {
    let earshot: Made
  }

  private static func made() throws -> Made {
    try JSONDecoder().decode(File.self, from: TorchFixture.data).earshot
  }

  private static func model(_ precision: StoredTensor.Precision = .float32) -> EmbeddingModel {
    var later = GivenLater()
    let network = EarshotNetwork(weights: &later)
    for (name, parameter) in network.namedParameters {
      let shape = parameter.value.shape
      parameter.value = Tensor(shape: shape, values: Formula.tensor(name, shape))
    }
    let settings = SpectrogramSettings()
    let dimension = EarshotHalf.dimension
    var halves: [EarshotHalf: EarshotParts.Half] = [:]
    for half in EarshotHalf.allCases {
      let (name, count) = (half.rawValue, half.statisticCount(settings))
      halves[half] = EarshotParts.Half(
        projection: StatisticsProjection(
          mean: Formula.tensor("\(name).statistics.mean", [count]),
          scale: Formula.tensor("\(name).statistics.scale", [count]),
          matrix: Formula.tensor("\(name).statistics.projection", [dimension, count])),
        share: half == .time ? 0.5 : 0.8,
        centre: Formula.tensor("\(name).final.centre", [dimension]),
        map: Formula.tensor("\(name).final.map", [dimension, dimension]))
    }
    let channels = EarshotHalf.profiles.count
    let parts = EarshotParts(
      network: network, halves: halves,
      profileMean: Formula.tensor("profiles.mean", [channels]),
      profileDeviation: Formula.tensor("profiles.deviation", [channels]))
    do {
      return try EmbeddingModel(
        earshot: parts, name: "earshot", settings: settings, card: [String: String](),
        precision: precision)
    } catch {
      preconditionFailure("a model that cannot be made: \(error)")
    }
  }

  @Test(
    "gives the same vector of an excerpt, be it shorter or longer than its network takes",
    arguments: [(0, 10), (1, 70)])
  func vectors(number: Int, pairs: Int) throws {
    let model = try EarshotModel(Self.model().file, path: FilePath("formula"))
    let statistics = Formula.numbers("excerpt\(number).statistics", 2_123).map { 4 * $0 - 2 }
    let input = EarshotInput(
      statistics: statistics, pairs: Formula.decibels("excerpt\(number)", frames: pairs))
    let expected = try Self.made().vectors[number]
    #expect(
      TorchFixture.difference(model.vector(of: input).vector, expected) <= TorchFixture.tolerance)
  }

  @Test("draws the same image")
  func picture() throws {
    let made = try Self.made()
    let vector = try #require(made.vectors.first)
    let drawer = try #require(try ModelDrawer(Self.model()))
    let image = try #require(drawer.draw(vector: vector)).reconstruction
    let drawn = stride(from: 0, to: image.count, by: 257).map { image[$0] }
    #expect(TorchFixture.difference(drawn, made.drawn) <= TorchFixture.tolerance)
  }

  @Test("has the identity that the other trainer writes, in both precisions")
  func identities() throws {
    let made = try Self.made()
    #expect(Self.model().identity.hexadecimal == made.identity)
    #expect(Self.model(.float16).identity.hexadecimal == made.identityOf16Bits)
  }
}
