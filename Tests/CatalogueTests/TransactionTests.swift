import Catalogue
import FileAccess
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite("Transactions of a library")
struct TransactionTests {
  let library = Library()

  @Test("that throw leave everything as it was, and the next one works")
  func rollback() throws {
    let catalogue = try library.writing()
    let model = try catalogue.record(model: Library.digest("m"), name: "m", dimension: 1)
    let track = try catalogue.add("/a", TagRecord(title: "Before"))
    let before = try RawDatabase(library.path).contents()
    let code = Catalogue.code { () throws(CatalogueError) in
      try catalogue.transaction { () throws(CatalogueError) in
        try catalogue.add("/a", TagRecord(title: "After"))
        try catalogue.add("/b", TagRecord(title: "More"))
        try catalogue.record(Library.stamp("/c"), failure: "x", reason: "y")
        try catalogue.record(
          EmbeddingRecord(vector: [1], excerptStart: 0, excerptSeconds: 1), of: track, model: model)
        try catalogue.record(DescriptorRecord(version: 1), of: 12_345)
      }
    }
    #expect(code == .refused)
    let raw = try RawDatabase(library.path)
    #expect(try raw.contents() == before)
    #expect(raw.textIsInStep())
    #expect(try catalogue.generation() == 0)
    try catalogue.transaction { () throws(CatalogueError) in try catalogue.add("/d") }
    #expect(try catalogue.generation() == 0, "the vector that was not kept does not count")
    #expect(try catalogue.files().count == 2)
    #expect(try catalogue.tracks(matching: "before", limit: 9) == [track])
  }

  @Test("are seen by others when they are done, and not before")
  func readers() throws {
    let writer = try library.writing()
    try writer.add("/0")
    let reader = try library.reading()
    try writer.transaction { () throws(CatalogueError) in
      try writer.add("/1")
      #expect(try writer.files().count == 2)
      #expect(try reader.files().count == 1)
    }
    #expect(try reader.files().count == 2)
    let counts = try reader.snapshot { () throws(CatalogueError) -> [Int] in
      let before = try reader.files().count
      try writer.add("/2")
      return [before, try reader.files().count, try writer.files().count]
    }
    #expect(counts == [2, 2, 3], "a snapshot stays what it was")
    #expect(try reader.files().count == 3)
  }

  @Test("wait for each other for five seconds, then say that the library is busy")
  func busy() throws {
    let first = try library.writing()
    let second = try library.writing()
    try first.transaction { () throws(CatalogueError) in
      try first.add("/first")
      let code = Catalogue.code { () throws(CatalogueError) in try second.add("/second") }
      #expect(code == .busy)
      #expect(try second.files().isEmpty, "reading goes on")
    }
    try second.add("/second")
    #expect(try first.files().count == 2)
  }

  @Test("of many writers at once are all kept")
  func writers() throws {
    _ = try library.writing()
    let path = library.path
    let failures = Mutex<[CatalogueError]>([])
    let threads = (0..<4).map { number in
      Thread {
        do throws(CatalogueError) {
          let catalogue = try Catalogue(path, access: .writing)
          for round in 0..<25 {
            try catalogue.transaction { () throws(CatalogueError) in
              let count = Int(try catalogue.setting("count") ?? "0") ?? 0
              try catalogue.set("count", to: String(count + 1))
              try catalogue.add("/\(number)/\(round)", TagRecord(title: "word \(round)"))
            }
          }
        } catch {
          failures.withLock { $0.append(error) }
        }
      }
    }
    // Reading all the while.
    let reader = try library.reading()
    var last = 0
    for _ in 0..<50 {
      let (setting, files) = try reader.snapshot { () throws(CatalogueError) in
        (Int(try reader.setting("count") ?? "0") ?? 0, try reader.files().count)
      }
      #expect(setting == files && files >= last)
      last = files
    }
    for thread in threads { thread.join() }
    #expect(failures.withLock { $0 }.isEmpty)
    #expect(try reader.setting("count") == "100")
    #expect(try reader.files().count == 100)
    #expect(try reader.isSound())
    #expect(try RawDatabase(path).textIsInStep())
  }
}
