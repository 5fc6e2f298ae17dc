import FileAccess
import Glibc
import LatentSpace

// map-bench FILE DIMENSION pca|umap|tsne SEED OUTPUT: lays out the vectors of a file of 32-bit floats and
// prints the seconds that finding neighbours took and those of all, without reading and writing.
// compare.py runs it beside other programs.

let words = CommandLine.arguments
guard words.count == 6, let dimension = Int(words[2]), dimension > 0, let seed = UInt64(words[4])
else {
  print("usage: map-bench FILE DIMENSION pca|umap|tsne SEED OUTPUT")
  exit(64)
}
let file = try ReadableFile(FilePath(words[1]))
let values = try file.bytes(at: 0, count: file.size).withUnsafeBytes {
  Array($0.bindMemory(to: Float.self))
}
let vectors = try VectorSet(values: values, dimension: dimension)
let clock = ContinuousClock()
let begin = clock.now
var neighboursFound = begin
let start = try PrincipalComponents(of: vectors, count: 2).project(vectors)
var map = start
switch words[3] {
case "pca": break
case "umap":
  var settings = UMAP()
  settings.seed = seed
  let graph = NeighbourGraph(of: vectors, neighbourCount: settings.neighbourCount)
  neighboursFound = clock.now
  map = settings.layout(of: graph, start: start)
case "tsne":
  var settings = TSNE()
  settings.seed = seed
  let graph = NeighbourGraph(of: vectors, neighbourCount: settings.neighbourCount)
  neighboursFound = clock.now
  map = settings.layout(of: graph, start: start)
default:
  print("no such method")
  exit(64)
}
print((neighboursFound - begin) / .seconds(1), (clock.now - begin) / .seconds(1))
let bytes = map.withUnsafeBytes { Array($0) }
try WrittenFile.replace(FilePath(words[5]), with: CollectionOfOne(bytes))
