"""Several processes that train one network together; alone, everything here does nothing.

What a loss or a normalisation needs of the whole batch goes from process to process with its
gradient, so that several learn what one would with the whole batch. `DistributedDataParallel` then
takes the mean of the processes' gradients.
"""

import os
from contextlib import contextmanager
from datetime import timedelta

import torch
import torch.distributed as dist


_is_alone = False


def world_size():
    """How many processes there are."""
    return dist.get_world_size() if dist.is_initialized() and not _is_alone else 1


def rank():
    """The number of this process, from 0."""
    return dist.get_rank() if dist.is_initialized() and not _is_alone else 0


def is_first():
    """Whether this is the process that writes files and speaks."""
    return not dist.is_initialized() or dist.get_rank() == 0


@contextmanager
def alone():
    """Inside it each process works as if there were no other: what is small is done by all
    alike."""
    global _is_alone
    _is_alone = True
    try:
        yield
    finally:
        _is_alone = False


@contextmanager
def processes(device):
    """Joins the processes that `torchrun` started, if it did.

    device: `auto`, `cpu` or `cuda`. Yields the `torch.device` of this process.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    local = int(os.environ.get("LOCAL_RANK", 0))
    place = torch.device(device, local) if device == "cuda" else torch.device(device)
    if device == "cuda":
        torch.cuda.set_device(place)
    if "WORLD_SIZE" not in os.environ:
        yield place
        return
    dist.init_process_group(
        "nccl" if device == "cuda" else "gloo", timeout=timedelta(hours=2))
    # After an error nobody waits for the others: `torchrun` ends them when this one has ended.
    yield place
    dist.destroy_process_group()


def share(items):
    """The items of this process: of a list, every `world_size()`th."""
    return items[rank()::world_size()]


def part(items):
    """The items of this process: of a list that all can share evenly, one stretch."""
    size = len(items) // world_size()
    return items[rank() * size:(rank() + 1) * size]


def gathered(items):
    """The lists that all processes made with ``share``, put together in the order they had."""
    if world_size() == 1:
        return items
    lists = [None] * world_size()
    dist.all_gather_object(lists, items)
    whole = [None] * sum(map(len, lists))
    for number, some in enumerate(lists):
        whole[number::world_size()] = some
    return whole


def wait():
    """Waits for all processes."""
    if world_size() > 1:
        dist.barrier()


class _Sum(torch.autograd.Function):
    @staticmethod
    def forward(_, values):
        values = values.clone()
        dist.all_reduce(values)
        return values

    @staticmethod
    def backward(_, gradient):
        gradient = gradient.contiguous().clone()
        dist.all_reduce(gradient)
        return gradient


class _Rows(torch.autograd.Function):
    @staticmethod
    def forward(context, rows):
        context.count = len(rows)
        parts = [torch.empty_like(rows) for _ in range(world_size())]
        dist.all_gather(parts, rows.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(context, gradient):
        gradient = gradient.contiguous().clone()
        dist.all_reduce(gradient)
        start = rank() * context.count
        return gradient[start:start + context.count]


def summed(values):
    """The sum over all processes, with its gradient."""
    return values if world_size() == 1 else _Sum.apply(values)


def all_rows(rows):
    """The rows of all processes, those of process 0 first, with their gradient. Each has as
    many."""
    return rows if world_size() == 1 else _Rows.apply(rows)


def mean_of_processes(values):
    """The mean of a list of numbers over all processes, without gradient."""
    if world_size() == 1:
        return values
    tensor = torch.tensor(values, dtype=torch.float64)
    if dist.get_backend() == "nccl":
        tensor = tensor.cuda()
    dist.all_reduce(tensor)
    return (tensor / world_size()).tolist()
