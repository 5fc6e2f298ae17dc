"""Training speed of the time-frequency autoencoder: this program beside PyTorch on the processor.

Runs both, and PyTorch with each of the settings that may suit it best, in turns in one go, so that
what disturbs one disturbs all:  python compare.py PROGRAM [--rounds N] [--compile]
The best of PyTorch's settings is what is compared with. Same network, batch, optimiser and loss.
"""

import argparse
import platform
import statistics
import subprocess
import sys
import time

BATCH = 32


def child(threads, precision, setting):
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    torch.manual_seed(1)

    class Half(nn.Module):
        def __init__(self):
            super().__init__()
            widths = [128, 32, 64, 128, 256]
            self.conv = nn.ModuleList(
                nn.Conv1d(widths[i], widths[i + 1], 5, 2) for i in range(4))
            self.norm = nn.ModuleList(
                nn.BatchNorm1d(width, eps=1e-3, momentum=0.01) for width in widths[1:])
            self.dense = nn.Linear(2048, 128)

        def forward(self, x):
            for conv, norm in zip(self.conv, self.norm):
                x = norm(F.relu(conv(F.pad(x, (1, 2)))))
            return self.dense(x.flatten(1))

    class Autoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            widths = [256, 256, 128, 64, 32]
            self.frequency, self.time = Half(), Half()
            self.dense = nn.Linear(256, 16384)
            self.conv = nn.ModuleList(
                nn.ConvTranspose2d(widths[i], widths[i + 1], 5, 2, padding=1) for i in range(4))
            self.norm = nn.ModuleList(
                nn.BatchNorm2d(width, eps=1e-3, momentum=0.01) for width in widths[1:])
            self.last = nn.ConvTranspose2d(32, 1, 5, 1, padding=2)

        def forward(self, x):
            z = torch.cat([self.frequency(x.mT.contiguous()), self.time(x)], 1)
            x = F.relu(self.dense(z)).reshape(-1, 256, 8, 8)
            if setting != "contiguous":
                x = x.to(memory_format=torch.channels_last)
            for conv, norm in zip(self.conv, self.norm):
                x = norm(F.relu(conv(x)[:, :, :-1, :-1]))
            return torch.sigmoid(self.last(x))

    model = Autoencoder()
    assert sum(p.numel() for p in model.parameters()) == 7_924_993
    if setting != "contiguous":
        model.to(memory_format=torch.channels_last)
    forward = torch.compile(model) if setting == "compiled" else model
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    tiles = torch.rand(BATCH, 128, 128)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            output = forward(tiles)
        loss = F.mse_loss(output[:, 0].float(), tiles)
        loss.backward()
        optimizer.step()
        return loss

    for line in sys.stdin:
        start, processor = time.perf_counter(), time.process_time()
        for _ in range(int(line)):
            loss = step()
        print(
            time.perf_counter() - start, time.process_time() - processor, loss.item(), flush=True)


class Runner:
    def __init__(self, name, command):
        self.name, self.timings = name, []
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, steps):
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        wall, processor, _ = map(float, self.process.stdout.readline().split())
        return BATCH * steps / wall, BATCH * steps / processor

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def compare(program, threads, precision, rounds, settings):
    runners = [Runner("earshot", [program, str(threads), precision, str(BATCH)])] + [
        Runner(f"PyTorch, {setting}",
               [sys.executable, __file__, "--child", str(threads), precision, setting])
        for setting in settings]
    for runner in runners:
        runner.run(2)
    for _ in range(rounds):
        for runner in runners:
            runner.timings.append(runner.run(2))
    for runner in runners:
        runner.stop()
    rates = {
        runner.name: [statistics.median(column) for column in zip(*runner.timings)]
        for runner in runners}
    for name, (wall, processor) in rates.items():
        print(f"{precision}  {threads} thread(s)  {name:24} {wall:7.1f} tiles/s"
              f"  {processor:7.1f} per processor second")
    best = max((rate for name, rate in rates.items() if name != "earshot"), key=lambda r: r[0])
    ours = rates["earshot"]
    verdict = "kept" if ours[0] >= 1.25 * best[0] else "MISSED"
    print(f"{precision}  {threads} thread(s)  earshot : best of PyTorch    {ours[0] / best[0]:.2f}"
          f"  (by processor time {ours[1] / best[1]:.2f}; budget 1.25, stretch 1.5: {verdict})",
          flush=True)


def main():
    if sys.argv[1] == "--child":
        return child(int(sys.argv[2]), sys.argv[3], sys.argv[4])
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--compile", action="store_true", help="try torch.compile too")
    parser.add_argument("--precision", action="append", choices=["float32", "bfloat16"])
    parser.add_argument("--threads", action="append", type=int)
    arguments = parser.parse_args()
    import torch
    print(f"PyTorch {torch.__version__}, oneDNN in it: {torch.backends.mkldnn.is_available()}, "
          f"Python {platform.python_version()}, batch {BATCH}, median of {arguments.rounds} rounds")
    settings = ["contiguous", "channels_last"] + (["compiled"] if arguments.compile else [])
    for precision in arguments.precision or ["float32", "bfloat16"]:
        for threads in arguments.threads or [1, 2]:
            compare(arguments.program, threads, precision, arguments.rounds, settings)


main()
