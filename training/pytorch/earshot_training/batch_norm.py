"""Batch normalisation as the program has it."""

import torch
import torch.nn.functional as F
from torch import nn

from .distributed import summed, world_size


class BatchNorm(nn.Module):
    """Normalises each channel, axis 1 of (batch, channels, …), over the batch of all processes.

    taken: the share of the running statistics that a batch replaces. unbiased: whether the variance
    that is gathered is divided by n - 1 (PyTorch) or by n (Keras). Its state has no
    `num_batches_tracked`.
    """

    def __init__(self, channels, epsilon=1e-3, taken=0.01, unbiased=False):
        super().__init__()
        self.epsilon, self.taken, self.unbiased = epsilon, taken, unbiased
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x):
        if not self.training:
            return F.batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias, False, 0,
                self.epsilon)
        count = x.numel() // x.shape[1] * world_size()
        if world_size() == 1:
            # With momentum 1 they become those of the batch, the variance the unbiased one.
            mean, variance = torch.zeros_like(self.running_mean), torch.ones_like(self.running_var)
            y = F.batch_norm(x, mean, variance, self.weight, self.bias, True, 1.0, self.epsilon)
            variance = variance * ((count - 1) / count)
        else:
            y, mean, variance = self._over_processes(x, count)
        if self.unbiased:
            variance = variance * (count / (count - 1))
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.taken)
            self.running_var.lerp_(variance, self.taken)
        return y

    def _over_processes(self, x, count):
        axes = [axis for axis in range(x.dim()) if axis != 1]
        shape = [1, -1] + [1] * (x.dim() - 2)
        values = x.float()
        mean = summed(values.sum(axes)) / count
        centred = values - mean.view(shape)
        variance = summed(centred.square().sum(axes)) / count
        scale = self.weight * (variance + self.epsilon).rsqrt()
        y = centred * scale.view(shape) + self.bias.view(shape)
        return y.to(x.dtype), mean.detach(), variance.detach()
