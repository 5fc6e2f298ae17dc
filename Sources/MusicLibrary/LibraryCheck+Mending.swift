public import Catalogue
public import Embedding
internal import FileAccess

extension LibraryCheck {
  /// Mends what can be mended here: what is wrong with tracks is taken out, so that the next index run
  /// listens to their files again; what is made from the library is made anew.
  /// - Parameters:
  ///   - faults: as ``run(report:)`` found them.
  ///   - withTracks: whether what is wrong in the library itself is mended, too, and not only what lies
  ///     beside it.
  ///   - findModel: a sound model for a record, where there is one.
  /// - Returns: for each fault whether it was mended.
  /// - Throws: `CatalogueError`, `SearchFileError`, `ModelError`, `FileAccessError`.
  public func mend(
    _ faults: [LibraryFault], withTracks: Bool, findModel: (ModelRecord) -> EmbeddingModel?
  ) throws -> [Bool] {
    if withTracks { try mendCatalogue(faults) }
    let hasDamagedVectors =
      !withTracks
      && faults.contains { fault in
        switch fault.kind {
        case .vector, .vectorCount, .section, .sectionCount: true
        default: false
        }
      }
    return try faults.map { fault in
      switch fault.kind {
      case .structure: return false
      case .references, .text, .sound, .file, .fileCount, .vectorCount, .vector, .section,
        .sectionCount, .descriptor, .fingerprint:
        return withTracks
      case .searchFile:
        guard let model = fault.model, !hasDamagedVectors else { return false }
        try LibrarySearch.renew(catalogue: catalogue, location: location, model: model)
        return true
      case .modelFile:
        guard withTracks, let model = fault.model, let sound = findModel(model) else {
          return false
        }
        let path = location.modelFile(model.identity)
        try FolderEntry.createFolders(path.parent)
        try sound.write(to: path)
        return true
      }
    }
  }

  private func mendCatalogue(_ faults: [LibraryFault]) throws(CatalogueError) {
    var vectors: [Int64: [Int64]] = [:]
    var sections: [Int64: [Int64]] = [:]
    var models: [Int64: ModelRecord] = [:]
    var descriptors: Set<Int64> = []
    var fingerprints: Set<Int64> = []
    var files: [Int64] = []
    var hasBrokenReferences = false
    var isMiscounted = false
    var hasWrongText = false
    var sounds: Set<Int64> = []
    for fault in faults {
      switch fault.kind {
      case .vector:
        guard let track = fault.track, let model = fault.model else { continue }
        vectors[model.number, default: []].append(track)
        models[model.number] = model
      case .section:
        guard let track = fault.track, let model = fault.model else { continue }
        sections[model.number, default: []].append(track)
        models[model.number] = model
      case .sound: if let track = fault.track { sounds.insert(track) }
      case .file: if let file = fault.file { files.append(file) }
      case .fileCount, .vectorCount, .sectionCount: isMiscounted = true
      case .descriptor: if let track = fault.track { descriptors.insert(track) }
      case .fingerprint: if let track = fault.track { fingerprints.insert(track) }
      case .references: hasBrokenReferences = true
      case .text: hasWrongText = true
      case .structure, .searchFile, .modelFile: break
      }
    }
    // A file of a track that is not there is listened to again.
    if !sounds.isEmpty { try catalogue.remove(files: [], tracks: sounds) }
    try catalogue.transaction { () throws(CatalogueError) in
      for (number, tracks) in vectors {
        guard let model = models[number] else { continue }
        try catalogue.removeVectors(of: tracks, model: model)
      }
      for (number, tracks) in sections {
        guard let model = models[number] else { continue }
        try catalogue.removeSections(of: tracks, model: model)
      }
      try catalogue.removeDescriptors(of: descriptors)
      try catalogue.removeFingerprints(of: fingerprints)
      if hasBrokenReferences { try catalogue.removeBrokenReferences() }
      if isMiscounted || !files.isEmpty { try catalogue.rebind(files: files) }
      if hasWrongText { try catalogue.rebuildText() }
    }
    try? LibrarySearch.refreshAll(catalogue: catalogue, location: location)
  }
}
