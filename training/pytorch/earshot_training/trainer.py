"""Trains a network of tiles, alone or in several processes, and goes on where it stopped."""

import math
import time

import torch
import torch.nn.functional as F
from torch.nn.parallel import DistributedDataParallel

from . import distributed
from .ahead import ahead
from .augmentation import NONE, changed
from .checkpoint import optimiser, read_checkpoint, restored, write_checkpoint
from .errors import EarshotError
from .losses import nt_xent
from .schedule import rate
from .seeded import SeededGenerator
from .settings import BOTH, CONTRASTIVE
from .tile_batches import TileBatches, validation_batches

# Steps after which the loss is looked at: every look waits for the device.
_LOOK = 50


class Trainer:
    """Everything random begins at the seed: the same music, settings, device and number of
    processes give the same training, stopped in between or not. (Of some devices' operations the
    last bit is not certain.)

    history: for each epoch a dictionary of `training` and `validation` losses (total,
    reconstruction, contrast; NaN where there is none), `rate`, `tiles` and `seconds`.
    """

    def __init__(self, network, tracks, training, validation, settings, device, checkpoint=None):
        """training, validation: numbers of the tracks. checkpoint: the path of its file, if any."""
        if settings.objective == CONTRASTIVE:
            network.drop_decoder()
        elif not network.has_decoder:
            raise EarshotError(f"{network.architecture} has no decoder that could reconstruct")
        self.network, self.settings, self.device = network.to(device), settings, device
        self.tracks, self.validation, self.checkpoint = tracks, validation, checkpoint
        self.batches = TileBatches(tracks, training, settings)
        needed = distributed.world_size() * (2 if settings.is_paired else 1)
        if self.batches.width < needed:
            raise EarshotError(
                f"{len(training)} tracks to learn from, in batches of {settings.batch} over "
                f"{distributed.world_size()} processes, are too few; {needed} are needed")
        self.history, self.best = [], None
        self._generator = SeededGenerator(settings.seed)
        self._optimiser = optimiser(
            network.parameters(), settings.learning_rate, settings.weight_decay)
        self._trained = network
        if distributed.world_size() > 1:
            # Batch normalisation goes over all processes, so running statistics are equal already.
            self._trained = DistributedDataParallel(
                network, device_ids=[device] if device.type == "cuda" else None,
                broadcast_buffers=False)

    def restore(self):
        """Goes on from the checkpoint, if there is one; whether there was."""
        state = read_checkpoint(
            self.checkpoint, self.network.architecture, self.tracks.fingerprint,
            self.settings.lasting_facts)
        if state is None:
            return False
        self.history, self._generator = restored(
            self.checkpoint, state, self.network, self._optimiser)
        self.best = state.get("best")
        own = self.network.state_dict()
        if not isinstance(self.best, dict) or self.best.keys() != own.keys() or any(
                self.best[name].shape != own[name].shape for name in own):
            raise EarshotError(
                f"{self.checkpoint} is no checkpoint of this trainer; --restart begins anew")
        return True

    def run(self, report=lambda record: None):
        """Trains until all epochs are done or the loss has stopped falling; then the network has
        the weights of its best epoch. report: called after each epoch with its record."""
        while len(self.history) < self.settings.epochs and not self._has_converged():
            self._epoch()
            report(self.history[-1])
        self.network.load_state_dict(self.best)
        self.network.eval()

    @property
    def best_epoch(self):
        """The epoch whose weights are kept, counted from 1."""
        losses = self._losses()
        return 1 + losses.index(min(losses))

    def _losses(self):
        """The loss of each epoch that decides: of validation, where there is one."""
        return [
            record["training"]["total"] if math.isnan(record["validation"]["total"])
            else record["validation"]["total"] for record in self.history]

    def _has_converged(self):
        patience = self.settings.patience
        return patience > 0 and self.history != [] and (
            len(self.history) - self.best_epoch >= patience)

    def _epoch(self):
        begin = time.monotonic()
        epoch, losses = len(self.history), self._losses()
        self.network.train()
        sums = torch.zeros(3, dtype=torch.float64, device=self.device)
        for number, batch in enumerate(ahead(self.batches.epoch(self._generator.next()))):
            step = epoch * self.batches.count + number
            current = rate(self.settings, losses, step, self.batches.count)
            for group in self._optimiser.param_groups:
                group["lr"] = current
            self._optimiser.zero_grad(set_to_none=True)
            loss = self._loss(self._trained, self._tiles(batch, self.settings.augmentation))
            loss[0].backward()
            self._optimiser.step()
            sums += torch.stack([part.detach().double() for part in loss])
            if number % _LOOK == 0:
                self._check(sums, epoch)
        self._check(sums, epoch)
        count = self.batches.count
        training = _named(distributed.mean_of_processes((sums / count).tolist()), self.settings)
        seconds = time.monotonic() - begin
        self.history.append({
            "training": training, "validation": self._validate(), "rate": current,
            "tiles": self.batches.tiles, "seconds": seconds})
        if self.best_epoch == len(self.history):
            self.best = {
                name: value.detach().cpu().clone()
                for name, value in self.network.state_dict().items()}
        self._save()

    @staticmethod
    def _check(sums, epoch):
        if not math.isfinite(sums[0].item()):
            raise EarshotError(
                f"the loss of epoch {epoch + 1} is no longer a number; a lower --learning-rate may "
                "help")

    def _tiles(self, batch, augmentation):
        """The tiles of a batch, (tiles, 128, 128), on the device."""
        pixels = torch.from_numpy(batch.pixels)
        if self.device.type == "cuda":
            pixels = pixels.pin_memory()
        pixels = pixels.to(self.device, non_blocking=True)
        return changed(pixels, batch.facts, augmentation, batch.seed)

    def _loss(self, network, tiles, gathers=True):
        """Total, reconstruction and contrast; 0 for what is not made small."""
        settings = self.settings
        with torch.autocast(
                self.device.type, torch.bfloat16, enabled=settings.precision == "bfloat16"):
            vectors, drawn = network(tiles, settings.objective != CONTRASTIVE)
        reconstruction = contrast = tiles.new_zeros(())
        if drawn is not None:
            reconstruction = F.mse_loss(drawn.float(), tiles)
        if settings.is_paired:
            views = F.normalize(vectors.float(), dim=1).chunk(2)
            if gathers:
                views = [distributed.all_rows(view) for view in views]
            contrast = nt_xent(*views, settings.temperature)
        weight = settings.reconstruction_weight if settings.objective == BOTH else 1
        return weight * reconstruction + contrast, reconstruction, contrast

    @torch.no_grad()
    def _validate(self):
        """The losses on the tracks that are kept apart: always the same tiles, as they are."""
        if not self.validation:
            return _named([math.nan] * 3, self.settings)
        self.network.eval()
        sums, count = torch.zeros(3, dtype=torch.float64), 0
        for batch in ahead(validation_batches(self.tracks, self.validation, self.settings)):
            tiles = self._tiles(batch, NONE)
            loss = self._loss(self.network, tiles, gathers=False)
            sums += len(tiles) * torch.stack([part.double().cpu() for part in loss])
            count += len(tiles)
        # All processes have measured the same tiles: the mean makes them agree to the last bit.
        return _named(distributed.mean_of_processes((sums / count).tolist()), self.settings)

    def _save(self):
        if self.checkpoint is not None and distributed.is_first():
            write_checkpoint(
                self.checkpoint, self.network.architecture, self.tracks.fingerprint,
                self.settings.lasting_facts,
                {"network": self.network.state_dict(), "optimiser": self._optimiser.state_dict(),
                 "generator": f"{self._generator.state:x}", "history": self.history,
                 "best": self.best})
        distributed.wait()


def _named(losses, settings):
    """Losses by name; NaN where there is no such."""
    total, reconstruction, contrast = losses
    return {
        "total": total,
        "reconstruction": math.nan if settings.objective == CONTRASTIVE else reconstruction,
        "contrast": contrast if settings.is_paired else math.nan}
