"""How a network of tiles is trained: the settings of the program's own trainer, with its
defaults."""

from dataclasses import dataclass, fields

from .augmentation import NONE, Augmentation

RECONSTRUCTION, CONTRASTIVE, BOTH = "reconstruction", "contrastive", "both"
OBJECTIVES = (RECONSTRUCTION, CONTRASTIVE, BOTH)
SCHEDULES = ("constant", "plateau", "cosine")


@dataclass(frozen=True)
class Settings:
    """Settings of a training.

    objective: what is made small: the mean squared error of the drawn tile, NT-Xent of two tiles
    from different parts of a track, or both, the error times `reconstruction_weight`.
    tiles_per_track: random crops of each track in an epoch, two at a time where views are compared.
    batch: tracks in a step, over all processes. warm_up: epochs in which the rate rises. patience:
    epochs without a lower loss before training ends; 0 for never. validation: the share of the
    tracks that is kept apart. precision: what layers multiply in, `float32` or `bfloat16`.
    processes: how many train together; batches are shared among them.
    """

    objective: str = RECONSTRUCTION
    epochs: int = 20
    tiles_per_track: int = 16
    batch: int = 32
    learning_rate: float = 1e-3
    schedule: str = "plateau"
    warm_up: int = 0
    plateau_patience: int = 3
    patience: int = 0
    weight_decay: float = 0.0
    temperature: float = 0.2
    reconstruction_weight: float = 10.0
    validation: float = 0.05
    validation_tiles: int = 8
    seed: int = 1
    augmentation: Augmentation = NONE
    precision: str = "float32"
    processes: int = 1

    @property
    def is_paired(self):
        """Whether two tiles of each track are compared."""
        return self.objective != RECONSTRUCTION

    @property
    def facts(self):
        """The settings by name as texts, for checkpoints and cards."""
        facts = {
            field.name.replace("_", "-"): str(getattr(self, field.name)) for field in fields(self)}
        for name, counts in (
                ("plateau-patience", self.schedule == "plateau"), ("temperature", self.is_paired),
                ("reconstruction-weight", self.objective == BOTH)):
            if not counts:
                del facts[name]
        return facts

    @property
    def lasting_facts(self):
        """Those that a training which goes on must share with its beginning. It may go on for
        longer, but not along a cosine, which depends on its end."""
        return {
            name: value for name, value in self.facts.items()
            if name not in ("epochs", "patience") or name == "epochs" and self.schedule == "cosine"}
