import Catalogue
import FileAccess
import Testing

@testable import MusicLibrary

@Suite("The estimate of a long run")
struct IndexEstimateTests {
  private func files(_ count: Int) -> [FileStamp] {
    (0..<count).map { FileStamp(path: FilePath("/\($0)"), size: 1_000 + $0, modified: 0) }
  }

  @Test("is made of files from everywhere, which are listened to first, and no file twice")
  func sample() {
    let files = files(1_000)
    let sample = IndexSample(files, start: 0)
    #expect(Set(sample.files.map(\.path)) == Set(files.map(\.path)))
    #expect(sample.files.count == 1_000)
    let first = sample.files.prefix(32).map { $0.size - 1_000 }
    #expect(first == (0..<32).map { $0 * 1_000 / 32 })
    #expect(
      sample.files.dropFirst(32).map(\.size) == sample.files.dropFirst(32).map(\.size).sorted())
  }

  @Test("comes once, after the sample, and tells what is true of it")
  func estimate() throws {
    let files = (0..<640).map {
      FileStamp(path: FilePath("/\($0)"), size: 16_000, modified: 0)
    }
    var sample = IndexSample(files, start: 100)
    var estimates: [IndexEstimate] = []
    for (place, file) in sample.files.enumerated() {
      // Every file a second long and a quarter of a second of work; every fourth fails.
      let seconds = place % 4 == 3 ? nil : 1.0
      if let estimate = sample.take(file, seconds: seconds, now: 100 + 0.25 * Double(place + 1)) {
        estimates.append(estimate)
      }
    }
    #expect(
      estimates == [
        IndexEstimate(files: 640, musicSeconds: 640, filesPerSecond: 4, secondsLeft: 152)
      ])
  }

  @Test("is not made of a short run, whose order stays")
  func short() {
    let files = files(199)
    var sample = IndexSample(files, start: 0)
    #expect(sample.files == files)
    for file in files { #expect(sample.take(file, seconds: 1, now: 1) == nil) }
  }
}
