import Embedding
import FileAccess
import TestSupport
import Testing

@Suite("Where models are looked for")
struct ModelLocatorTests {
  let folder = TemporaryFolder()

  private var locator: ModelLocator {
    ModelLocator(
      environment: "\(folder.path)/first:\(folder.path)/second",
      library: folder.path.appending("music/library.db"),
      executable: folder.path.appending("work/.build/release/earshot"))
  }

  @Test("the environment, then beside the library, then beside the program, then the checkout")
  func order() {
    #expect(
      locator.folders
        == [
          "first", "second", "music/models", "work/.build/share/earshot/models", "work/Models",
        ].map { folder.path.appending($0) })
  }

  @Test("each place counts only where the ones before it have no such model")
  func precedence() throws {
    let places = locator.folders.map { $0.appending("m.safetensors") }
    for place in places.reversed() {
      try FolderEntry.createFolders(place.parent)
      try WrittenFile.replace(place, with: [1])
      #expect(try locator.find(FilePath("m")) == place)
    }
  }

  @Test("a folder of the name is no model")
  func folderOfTheName() throws {
    try FolderEntry.createFolders(folder.path.appending("first/m.safetensors"))
    let file = try folder.write([1], as: "second/m.safetensors")
    #expect(try locator.find(FilePath("m")) == file)
  }

  @Test("a path is taken as it is and not looked for elsewhere")
  func path() throws {
    let file = try folder.write([1], as: "first/m.safetensors")
    #expect(try locator.find(file) == file)
    for name in ["m.safetensors", "other/m", "./m"] {
      let path = FilePath(name)
      #expect(throws: ModelError(code: .notFound, path: path)) { try locator.find(path) }
    }
  }

  @Test("what is nowhere is not found, under the name that was given")
  func notFound() {
    let name = FilePath("absent")
    #expect(throws: ModelError(code: .notFound, path: name)) { try locator.find(name) }
  }

  @Test("nothing known, nothing looked in; a program elsewhere has no checkout")
  func nothing() {
    #expect(ModelLocator(environment: nil, library: nil, executable: nil).folders.isEmpty)
    #expect(ModelLocator(environment: "", library: nil, executable: nil).folders.isEmpty)
    #expect(
      ModelLocator(environment: nil, library: nil, executable: FilePath("/usr/bin/earshot")).folders
        == [FilePath("/usr/share/earshot/models")])
  }

  @Test("the shipped model is found from the build folder by its name")
  func shipped() throws {
    let locator = ModelLocator(
      environment: nil, library: nil,
      executable: Repository.root.appending(".build/debug/earshot"))
    #expect(
      try locator.find(FilePath(ModelLocator.defaultName))
        == Repository.models.appending("earshot.safetensors"))
  }

  @Test("the names of what came with the program, the default one first, nobody else's")
  func shippedNames() throws {
    #expect(locator.shippedNames() == [])
    for name in ["zither", ModelLocator.defaultName, "accordion"] {
      try folder.write([1], as: "work/Models/\(name).safetensors")
    }
    for path in [
      "work/Models/README.md", "first/mine.safetensors", "music/models/own.safetensors",
      "work/.build/share/earshot/models/accordion.safetensors",
    ] {
      try folder.write([1], as: path)
    }
    #expect(locator.shippedNames() == [ModelLocator.defaultName, "accordion", "zither"])
  }
}
