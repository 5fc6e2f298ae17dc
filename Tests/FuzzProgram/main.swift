import Glibc

if CommandLine.arguments.contains("--list") {
  Fuzzing.list()
} else {
  exit(Fuzzing.run())
}
