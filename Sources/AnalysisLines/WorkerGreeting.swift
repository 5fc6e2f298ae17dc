public import FileFormats
internal import FoundationEssentials
public import Hashing

/// What a worker that is driven directly says first: that it is ready, and under which model.
public enum WorkerGreeting {
  /// The greeting as JSON.
  /// - Parameters:
  ///   - version: of the program.
  ///   - model: the model that it uses.
  ///   - confinement: by what means its rights were taken from it.
  public static func object(
    version: String, model: ModelReference, confinement: [String]
  ) -> JSONObject {
    [
      "schema": .integer(AnalysisLine.schema),
      "worker": [
        "version": .string(version),
        "model": [
          "name": .string(model.name), "id": .string(model.identity.hexadecimal),
          "dimension": .integer(model.dimension),
        ],
        "confinement": .array(confinement.map(JSONValue.string)),
      ],
    ]
  }

  /// Whether a line is the greeting of a worker that uses a model.
  public static func isReady(_ line: [UInt8], model: Digest) -> Bool {
    struct Form: Decodable {
      struct Worker: Decodable {
        struct Model: Decodable { let id: String }
        let model: Model
      }
      let schema: Int
      let worker: Worker
    }
    guard let form = try? JSONDecoder().decode(Form.self, from: Data(line)) else { return false }
    return form.schema == AnalysisLine.schema && form.worker.model.id == model.hexadecimal
  }
}
