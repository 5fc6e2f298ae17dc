import FileAccess
import Glibc

// search-bench FOLDER rand|latent COUNT QUERIES: makes vectors, writes them, what exact search finds
// among them and their search file into FOLDER, then answers what standard input asks (SearchServer).
// compare.py runs it beside other programs.

guard CommandLine.arguments.count == 5,
  let kind = VectorKind(rawValue: CommandLine.arguments[2]),
  let count = Int(CommandLine.arguments[3]), count > 0,
  let queries = Int(CommandLine.arguments[4]), queries > 0
else {
  print("usage: search-bench FOLDER rand|latent COUNT QUERIES")
  exit(64)
}
let folder = FilePath(CommandLine.arguments[1])
try BenchmarkData.write(kind, count: count, queries: queries, to: folder)
try SearchServer(folder).serve()
