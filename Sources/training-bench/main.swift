import Glibc
import NeuralNetwork

// training-bench THREADS float32|bfloat16 BATCH: trains the time-frequency autoencoder on a batch of
// noise. Each line of standard input asks for so many steps; the answer is a line with the seconds they
// took, by the clock and on the processor, and the last loss. compare.py runs it beside PyTorch.

guard CommandLine.arguments.count == 4, let threads = Int(CommandLine.arguments[1]), threads > 0,
  let batch = Int(CommandLine.arguments[3]), batch > 0
else {
  print("usage: training-bench THREADS float32|bfloat16 BATCH")
  exit(64)
}
exit(
  TrainingRun(batch: batch).serve(
    threads: threads, precision: CommandLine.arguments[2] == "bfloat16" ? .bfloat16 : .float32))
