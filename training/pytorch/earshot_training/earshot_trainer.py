"""Trains `earshot` from a window cache: see ``EarshotTrainer``."""

import hashlib
import math
import time
from dataclasses import asdict, dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from . import distributed, statistics
from .ahead import ahead
from .checkpoint import optimiser, read_checkpoint, restored, write_checkpoint
from .earshot_batches import DRAWN, EarshotBatches
from .earshot_model import (
    ARCHITECTURE, HALF, MODEL_SHARES, TRAINING_SHARES, Earshot, movement, picture)
from .earshot_start import LEAST_WINDOWS, final_map, start
from .errors import EarshotError
from .losses import hubs, nt_xent_of_tracks
from .schedule import cosine
from .seeded import SeededGenerator
from .survey import percentiles
from .window_cache import NOISE, ORIGINAL

_HALVES_WEIGHT, _HUB_WEIGHT = 0.5, 0.3
_LARGEST_GRADIENT = 5.0
_DECODER_BATCH = 32
# Of little music, the decoder sees each window about so often.
_DECODER_PASSES = 4
# Windows that go through the networks together when they are only used.
_BATCH = 64
_LOSSES = ("total", "reconstruction", "contrast")


@dataclass(frozen=True)
class EarshotSettings:
    """The settings of the program's own trainer, with its defaults.

    epochs: each goes `tiles_per_track` times through the tracks, two windows of each at a time.
    batch: tracks in a step, over all processes. warm_up: epochs in which the rate rises.
    validation: the share of the tracks that is kept apart. decoder_steps: of the decoder
    afterwards, at most. processes: how many train together.
    """

    epochs: int = 10
    tiles_per_track: int = 6
    batch: int = 128
    learning_rate: float = 1e-3
    warm_up: int = 1
    weight_decay: float = 1e-3
    temperature: float = 0.2
    reconstruction_weight: float = 1.0
    validation: float = 0.05
    decoder_steps: int = 150
    seed: int = 1
    processes: int = 1

    @property
    def facts(self):
        """The settings by name as texts, for checkpoints and cards."""
        return {name.replace("_", "-"): str(value) for name, value in asdict(self).items()}


class _InTraining(nn.Module):
    """The networks as a step needs them, so that all processes share their gradients."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, values, moved, kept):
        halves = self.model.joined(values, moved, TRAINING_SHARES, kept)
        drawn = self.model.decoder(torch.cat(halves, 1)[::DRAWN] / 2 ** 0.5)
        return *halves, drawn


class EarshotTrainer:
    """Computes where the halves start, trains their networks and the decoder together, computes the
    final maps, and trains the decoder again on final vectors.

    Windows of one track are brought together and those of different tracks apart, for the whole
    vector and for each half; no window may be everybody's neighbour; and the decoder must be able
    to draw the excerpt. The same cache, labels, settings and number of processes give the same
    model.

    history: for each epoch a dictionary of `training` and `validation` losses (total,
    reconstruction, contrast; NaN where there is none), `rate`, `tiles` and `seconds`.
    errors: the mean squared error of each track's picture, ascending, when all is done.
    """

    def __init__(self, cache, artists, training, validation, settings, device, checkpoint=None):
        """artists: of each track, empty where unknown; those of an artist are not pushed apart.
        training, validation: numbers of the tracks. checkpoint: the path of its file, if any."""
        self.cache, self.settings, self.device = cache, settings, device
        self.checkpoint, self.history, self.errors = checkpoint, [], []
        self._training = np.asarray(training, np.int64)
        self._rows = np.flatnonzero(np.isin(cache.track, self._training))
        if len(self._rows) < LEAST_WINDOWS:
            raise EarshotError(
                f"{len(self._rows)} windows are too few; {LEAST_WINDOWS} are needed")
        numbers = {name: number for number, name in enumerate(sorted(set(artists)))}
        self.batches = EarshotBatches(
            cache, [numbers[name] if name else -1 for name in artists], training, validation,
            settings)
        if self.batches.width < 2:
            raise EarshotError("fewer than two tracks for each process")
        self.data = fingerprint(cache, artists)
        torch.manual_seed(settings.seed)
        self.model = Earshot()
        self._begin()
        self.model.to(device)
        self._generator = SeededGenerator(settings.seed)
        self._optimiser = optimiser(
            self.model.parameters(), settings.learning_rate, settings.weight_decay)
        self._alone = self._trained = _InTraining(self.model)
        if distributed.world_size() > 1:
            self._trained = DistributedDataParallel(
                self._trained, device_ids=[device] if device.type == "cuda" else None,
                broadcast_buffers=False)

    def restore(self):
        """Goes on from the checkpoint, if there is one; whether there was."""
        state = read_checkpoint(
            self.checkpoint, ARCHITECTURE, self.data, self.settings.facts)
        if state is None:
            return False
        self.history, self._generator = restored(
            self.checkpoint, state, self.model, self._optimiser)
        return True

    def run(self, report=lambda record: None):
        """Trains to the end. report: called after each epoch with its record."""
        while len(self.history) < self.settings.epochs:
            self._epoch()
            report(self.history[-1])
        self._finish()

    @property
    def reconstruction(self):
        """Percentiles of the errors, as model cards tell them."""
        return percentiles(self.errors)

    # Beginning

    @torch.no_grad()
    def _begin(self):
        """Projections and the scales of the profiles, from the statistics of all windows that are
        learnt from."""
        values, track = self.cache.statistics[self._rows], self.cache.track[self._rows]
        for half in (self.model.time, self.model.frequency):
            of_half = values[:, statistics.places(half.parts)].astype(float)
            found = start(of_half, statistics.weights(half.parts), track)
            half.statistics.mean.copy_(torch.from_numpy(found.mean))
            half.statistics.scale.copy_(torch.from_numpy(found.scale))
            half.statistics.projection.copy_(torch.from_numpy(found.projection))
        mean, deviation = profile_scales(values)
        self.model.profiles.mean.copy_(torch.from_numpy(mean))
        self.model.profiles.deviation.copy_(torch.from_numpy(deviation))

    # Steps

    def _epoch(self):
        clock, epoch, count = time.monotonic(), len(self.history), self.batches.count
        self.model.train()
        sums = torch.zeros(3, dtype=torch.float64, device=self.device)
        settings = self.settings
        for number, batch in enumerate(ahead(self.batches.epoch(self._generator.next()))):
            current = cosine(
                settings.learning_rate, epoch * count + number, settings.epochs * count,
                settings.warm_up * count)
            for group in self._optimiser.param_groups:
                group["lr"] = current
            self._optimiser.zero_grad(set_to_none=True)
            losses = self._losses(batch, self._trained)
            losses[0].backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), _LARGEST_GRADIENT)
            self._optimiser.step()
            sums += torch.stack([loss.detach().double() for loss in losses])
        training = distributed.mean_of_processes((sums / count).tolist())
        if not math.isfinite(training[0]):
            raise EarshotError(
                f"the loss of epoch {epoch + 1} is no longer a number; a lower --learning-rate may "
                "help")
        seconds = time.monotonic() - clock
        self.history.append({
            "training": dict(zip(_LOSSES, training)),
            "validation": dict(zip(_LOSSES, self._validate())), "rate": current,
            "tiles": self.batches.tiles, "seconds": seconds})
        if self.checkpoint is not None and distributed.is_first():
            write_checkpoint(
                self.checkpoint, ARCHITECTURE, self.data, self.settings.facts,
                {"network": self.model.state_dict(), "optimiser": self._optimiser.state_dict(),
                 "generator": f"{self._generator.state:x}", "history": self.history})
        distributed.wait()

    @torch.no_grad()
    def _validate(self):
        """The losses on the tracks that are kept apart; NaN where there are too few."""
        self.model.eval()
        sums, count = torch.zeros(3, dtype=torch.float64), 0
        for batch in ahead(self.batches.validation()):
            with distributed.alone():
                losses = self._losses(batch, self._alone)
            sums += len(batch.track) * torch.stack([loss.double().cpu() for loss in losses])
            count += len(batch.track)
        if count == 0:
            return [math.nan] * 3
        # All processes have measured the same windows: the mean makes them agree to the last bit.
        return distributed.mean_of_processes((sums / count).tolist())

    def _losses(self, batch, network):
        """Total, reconstruction, contrast of whole vectors."""
        batch = batch.to(self.device)
        time_half, frequency_half, drawn = network(batch.values, batch.moved, batch.kept)
        reconstruction = F.mse_loss(drawn, batch.images)
        halves = [distributed.all_rows(half) for half in (time_half, frequency_half)]
        vectors = torch.cat(halves, 1) / 2 ** 0.5

        def contrast_of(rows):
            return nt_xent_of_tracks(rows, batch.track, batch.artist, self.settings.temperature)

        contrast = contrast_of(vectors)
        total = contrast + _HALVES_WEIGHT * sum(map(contrast_of, halves)) / 2
        total = total + _HUB_WEIGHT * hubs(vectors, batch.track)
        total = total + self.settings.reconstruction_weight * reconstruction
        return total, reconstruction, contrast

    # End

    @torch.no_grad()
    def _finish(self):
        """The final maps from the windows of originals and noise, then the decoder."""
        self.model.eval()
        rows = self._rows[np.isin(self.cache.kind[self._rows], (ORIGINAL, NOISE))]
        if len(rows) == 0:
            raise EarshotError("no window in the cache is of a track as it is, or with noise")
        joined = self._joined(rows)
        for half, values in zip((self.model.time, self.model.frequency), joined):
            centre, matrix = final_map(values.astype(float), self.cache.track[rows])
            half.final.centre.copy_(torch.from_numpy(centre))
            half.final.map.copy_(torch.from_numpy(matrix))
        halves = [torch.from_numpy(values).to(self.device) for values in joined]
        vectors = self.model.mapped(*halves)
        with distributed.alone(), torch.enable_grad():
            self._train_decoder(rows, vectors)
        self.model.eval()
        # Of each track the first window.
        firsts = np.unique(self.cache.track[rows], return_index=True)[1]
        self.errors = np.sort([
            F.mse_loss(
                self.model.decoder(vectors[place][None])[0].cpu(),
                picture(self.cache.mel(rows[place]))).item()
            for place in firsts])

    def _joined(self, rows):
        """y of both halves of whole windows, (windows, 128) float32 each."""
        groups = []
        pairs = self.cache.pairs[rows]
        for length in np.unique(pairs):
            places = np.flatnonzero(pairs == length)
            groups += [places[n:n + _BATCH] for n in range(0, len(places), _BATCH)]
        found = []
        for places in distributed.share(groups):
            moved = torch.stack([movement(self.cache.mel(rows[place])) for place in places])
            values = torch.from_numpy(self.cache.statistics[rows[places]])
            halves = self.model.joined(
                values.to(self.device), moved.to(self.device), MODEL_SHARES)
            found.append([half.cpu().numpy() for half in halves])
        joined = np.empty((2, len(rows), HALF), np.float32)
        for places, halves in zip(groups, distributed.gathered(found)):
            joined[:, places] = halves
        return joined

    def _train_decoder(self, rows, vectors):
        decoder = self.model.decoder
        steps = min(
            self.settings.decoder_steps, max(1, _DECODER_PASSES * len(rows) // _DECODER_BATCH))
        decoder.train()
        peak = self.settings.learning_rate
        decoder_optimiser = optimiser(decoder.parameters(), peak, self.settings.weight_decay)
        generator = SeededGenerator.of_piece(self.settings.seed, 0xDEC0DE)
        for step in range(steps):
            chosen = [generator.below(len(rows)) for _ in range(_DECODER_BATCH)]
            for group in decoder_optimiser.param_groups:
                group["lr"] = cosine(peak, step, steps)
            images = torch.stack([picture(self.cache.mel(rows[place])) for place in chosen])
            drawn = decoder(vectors[torch.tensor(chosen, device=self.device)])
            decoder_optimiser.zero_grad(set_to_none=True)
            F.mse_loss(drawn, images.to(self.device)).backward()
            decoder_optimiser.step()


def profile_scales(values):
    """Mean and deviation over windows and bands of each profile, (10) each, from all statistics,
    (windows, 2123)."""
    places = np.array(statistics.places(statistics.PROFILES)).reshape(len(statistics.PROFILES), -1)
    chosen = [values[:, profile].astype(float) for profile in places]
    return (
        np.array([profile.mean() for profile in chosen]),
        np.array([max(profile.std(), 1e-6) for profile in chosen]))


def fingerprint(cache, artists):
    """What a checkpoint belongs to: SHA-256 over names, artists and what was heard."""
    digest = hashlib.sha256()
    for track, artist in zip(cache.tracks, artists):
        digest.update(track.name + b"\0" + f"{artist}\0{track.checksum}\n".encode())
    return digest.hexdigest()
