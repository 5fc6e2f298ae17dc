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
from .checkpoint import optimiser, read_checkpoint, write_checkpoint
from .earshot_model import (
    ARCHITECTURE, HALF, MODEL_SHARES, TRAINING_SHARES, Earshot, movement, picture)
from .earshot_start import LEAST_WINDOWS, final_map, start
from .errors import EarshotError
from .losses import hubs, nt_xent_of_tracks
from .schedule import cosine
from .window_cache import NOISE, ORIGINAL

# Two windows of a track are a pair where they share less than this: 1.4 seconds.
_MOST_OVERLAP = 30
# The time half's network sees so many pairs in training: 7 seconds.
_CROP = 150
_HALVES_WEIGHT, _HUB_WEIGHT, _RECONSTRUCTION_WEIGHT = 0.5, 0.3, 1.0
# Every so manyth window is drawn.
_DRAWN = 10
_LARGEST_GRADIENT = 5.0
_WARM_UP = 20
_DECODER_BATCH = 32
# Windows that go through the networks together when they are only used.
_BATCH = 64


@dataclass(frozen=True)
class EarshotSettings:
    """batch: tracks in a step, over all processes, two windows of each. steps: of the networks;
    decoder_steps: of the decoder afterwards. part: steps between checkpoints."""

    steps: int = 250
    decoder_steps: int = 150
    batch: int = 128
    learning_rate: float = 1e-3
    weight_decay: float = 1e-3
    seed: int = 1
    part: int = 25
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

    def forward(self, values, moved):
        halves = self.model.joined(values, moved, TRAINING_SHARES)
        drawn = self.model.decoder(torch.cat(halves, 1)[::_DRAWN] / 2 ** 0.5)
        return *halves, drawn


class EarshotTrainer:
    """Computes where the halves start, trains their networks and the decoder together, computes the
    final maps, and trains the decoder again on final vectors.

    Windows of one track are brought together and those of different tracks apart, for the whole
    vector and for each half; no window may be everybody's neighbour; and the decoder must be able
    to draw the excerpt. The same cache, labels, settings and number of processes give the same
    model.

    history: for each part a dictionary of `step`, `loss`, `contrast`, `hubs`, `reconstruction`,
    `rate` and `seconds`.
    """

    def __init__(self, cache, labels, settings, device, checkpoint=None):
        """labels: a ``tracks.Labels``, whose artists are told apart. checkpoint: the path, if
        any."""
        if len(cache.track) < LEAST_WINDOWS:
            raise EarshotError(
                f"{len(cache.track)} windows are too few; {LEAST_WINDOWS} are needed")
        self.cache, self.settings, self.device = cache, settings, device
        self.checkpoint, self.history = checkpoint, []
        names = [labels[track.name].artist for track in cache.tracks]
        numbers = {name: number for number, name in enumerate(sorted(set(names)))}
        self._artist = np.array([numbers[name] if name else -1 for name in names])
        self._pairs = [_pairs(cache, track.windows) for track in cache.tracks]
        self._usable = np.array([n for n, pairs in enumerate(self._pairs) if len(pairs)])
        processes = distributed.world_size()
        self._width = min(settings.batch, len(self._usable)) // processes * processes
        if self._width < 2:
            raise EarshotError("fewer than two tracks have two windows for each process")
        self.data = _fingerprint(cache, names)
        torch.manual_seed(settings.seed)
        self.model = Earshot()
        self._begin()
        self.model.to(device)
        self._optimiser = optimiser(
            self.model.parameters(), settings.learning_rate, settings.weight_decay)
        self._trained = _InTraining(self.model)
        if processes > 1:
            self._trained = DistributedDataParallel(
                self._trained, device_ids=[device] if device.type == "cuda" else None,
                broadcast_buffers=False)

    def restore(self):
        """Goes on from the checkpoint, if there is one; whether there was."""
        state = read_checkpoint(
            self.checkpoint, ARCHITECTURE, self.data, self.settings.facts)
        if state is None:
            return False
        self.model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.history = state["history"]
        return True

    def run(self, report=lambda record: None):
        """Trains to the end. report: called with the record of each part."""
        done = self.history[-1]["step"] if self.history else 0
        while done < self.settings.steps:
            end = min(self.settings.steps, done + self.settings.part)
            self._part(done, end)
            done = end
            report(self.history[-1])
        self._finish()

    # Beginning

    @torch.no_grad()
    def _begin(self):
        """Projections and the scales of the profiles, from the statistics of all windows."""
        values = self.cache.statistics
        for half in (self.model.time, self.model.frequency):
            of_half = values[:, statistics.places(half.parts)].astype(float)
            found = start(of_half, statistics.weights(half.parts), self.cache.track)
            half.statistics.mean.copy_(torch.from_numpy(found.mean))
            half.statistics.scale.copy_(torch.from_numpy(found.scale))
            half.statistics.projection.copy_(torch.from_numpy(found.projection))
        places = np.array(statistics.places(statistics.PROFILES)).reshape(
            len(statistics.PROFILES), -1)
        for channel, profile in enumerate(places):
            chosen = values[:, profile].astype(float)
            self.model.profiles.mean[channel] = chosen.mean()
            self.model.profiles.deviation[channel] = max(chosen.std(), 1e-6)

    # Steps

    def _part(self, begin, end):
        clock = time.monotonic()
        self.model.train()
        sums = torch.zeros(4, dtype=torch.float64, device=self.device)
        for step, batch in enumerate(ahead(map(self._batch, range(begin, end))), begin):
            current = cosine(self.settings.learning_rate, step, self.settings.steps)
            current *= min(1, (step + 1) / _WARM_UP)
            for group in self._optimiser.param_groups:
                group["lr"] = current
            self._optimiser.zero_grad(set_to_none=True)
            losses = self._losses(*batch)
            losses[0].backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), _LARGEST_GRADIENT)
            self._optimiser.step()
            sums += torch.stack([loss.detach().double() for loss in losses])
        losses = distributed.mean_of_processes((sums / (end - begin)).tolist())
        if not math.isfinite(losses[0]):
            raise EarshotError(
                f"the loss is no longer a number at step {end}; a lower --learning-rate may help")
        names = ("loss", "contrast", "hubs", "reconstruction")
        self.history.append(
            {"step": end} | dict(zip(names, losses))
            | {"rate": current, "seconds": time.monotonic() - clock})
        if self.checkpoint is not None and distributed.is_first():
            write_checkpoint(
                self.checkpoint, ARCHITECTURE, self.data, self.settings.facts,
                {"model": self.model.state_dict(), "optimiser": self._optimiser.state_dict(),
                 "history": self.history})
        distributed.wait()

    def _batch(self, step):
        """Statistics and movements of this process's windows, the images of every tenth, and tracks
        and artists of all windows of the step. Each step has random numbers of its own."""
        random = np.random.default_rng([self.settings.seed, step])
        tracks = random.choice(self._usable, self._width, replace=False)
        windows, starts = [], []
        for track in tracks:
            pair = self._pairs[track][random.integers(len(self._pairs[track]))]
            for window in pair:
                room = max(0, int(self.cache.pairs[window]) - _CROP)
                windows.append(window)
                starts.append(int(random.integers(room + 1)))
        own = distributed.part(list(zip(windows, starts)))
        moved = torch.stack([movement(self._crop(*place)) for place in own])
        images = torch.stack([picture(self.cache.mel(window)) for window, _ in own[::_DRAWN]])
        values = torch.from_numpy(self.cache.statistics[[window for window, _ in own]])
        track = self.cache.track[windows]
        return values, moved, images, torch.from_numpy(track), torch.from_numpy(
            self._artist[track])

    def _crop(self, window, begin):
        """150 pairs of a window, (150, 128) dB; a shorter one repeated."""
        mel = self.cache.mel(window, begin, min(int(self.cache.pairs[window]), begin + _CROP))
        return mel[np.arange(_CROP) % len(mel)]

    def _losses(self, values, moved, images, track, artist):
        """Total, contrast, hubs, reconstruction."""
        device = self.device
        time_half, frequency_half, drawn = self._trained(values.to(device), moved.to(device))
        reconstruction = F.mse_loss(drawn, images.to(device))
        halves = [distributed.all_rows(half) for half in (time_half, frequency_half)]
        vectors = torch.cat(halves, 1) / 2 ** 0.5
        track, artist = track.to(device), artist.to(device)
        contrast = nt_xent_of_tracks(vectors, track, artist)
        of_halves = sum(nt_xent_of_tracks(half, track, artist) for half in halves) / 2
        contrast = contrast + _HALVES_WEIGHT * of_halves
        crowding = hubs(vectors, track)
        total = contrast + _HUB_WEIGHT * crowding + _RECONSTRUCTION_WEIGHT * reconstruction
        return total, contrast, crowding, reconstruction

    # End

    @torch.no_grad()
    def _finish(self):
        """The final maps from the windows of originals and noise, then the decoder."""
        self.model.eval()
        rows = np.flatnonzero(np.isin(self.cache.kind, (ORIGINAL, NOISE)))
        if len(rows) == 0:
            rows = np.arange(len(self.cache.kind))
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
        decoder, steps = self.model.decoder, self.settings.decoder_steps
        decoder.train()
        peak = self.settings.learning_rate
        decoder_optimiser = optimiser(decoder.parameters(), peak, self.settings.weight_decay)
        for step in range(steps):
            random = np.random.default_rng([self.settings.seed, step, 1])
            chosen = random.integers(0, len(rows), _DECODER_BATCH)
            for group in decoder_optimiser.param_groups:
                group["lr"] = cosine(peak, step, steps)
            images = torch.stack([picture(self.cache.mel(rows[place])) for place in chosen])
            drawn = decoder(vectors[torch.from_numpy(chosen).to(self.device)])
            decoder_optimiser.zero_grad(set_to_none=True)
            F.mse_loss(drawn, images.to(self.device)).backward()
            decoder_optimiser.step()


def _pairs(cache, windows):
    """Pairs of a track's windows that hardly overlap, (pairs, 2); any two where there are none."""
    numbers = np.array(windows)
    begin, end = cache.first[numbers], cache.first[numbers] + cache.pairs[numbers]
    shared = np.minimum(end[:, None], end) - np.maximum(begin[:, None], begin)
    different = ~np.eye(len(numbers), dtype=bool)
    far = (shared < _MOST_OVERLAP) & different
    one, other = np.nonzero(far if far.any() else different)
    return np.stack([numbers[one], numbers[other]], 1)


def _fingerprint(cache, artists):
    """What a checkpoint belongs to: SHA-256 over names, artists and statistics."""
    digest = hashlib.sha256(cache.statistics.tobytes())
    for track, artist in zip(cache.tracks, artists):
        digest.update(track.name + b"\0" + artist.encode() + b"\n")
    return digest.hexdigest()
