"""What a training needs to go on as if it had never stopped: a file written whole after each
part."""

import io
import os

import torch

from .errors import EarshotError
from .model_file import write_whole
from .seeded import SeededGenerator

_FORMAT = "earshot-pytorch-checkpoint 2"


def write_checkpoint(path, model, data, facts, state):
    """Writes a checkpoint. model: the architecture. data: the fingerprint of the tracks. facts: the
    settings that must not change. state: tensors, numbers and texts, nested."""
    buffer = io.BytesIO()
    whole = {"format": _FORMAT, "model": model, "data": data, "facts": facts, "state": state}
    torch.save(whole, buffer)
    write_whole(path, buffer.getvalue())


def read_checkpoint(path, model, data, facts):
    """The state in a checkpoint, its tensors on the processor; None where there is no path or no
    file. One of another training is refused with what differs."""
    if path is None or not os.path.exists(path):
        return None
    damage = _damage(path)
    try:
        whole = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise EarshotError(f"{path}: {error.strerror}") from error
    except Exception as error:  # Whatever unpickling a foreign file comes upon.
        raise damage from error
    if not isinstance(whole, dict) or whole.get("format") != _FORMAT:
        raise damage
    if not isinstance(whole.get("facts"), dict) or not isinstance(whole.get("state"), dict):
        raise damage
    if whole.get("model") != model:
        raise EarshotError(f"{path} is of {whole.get('model')}, not {model}; --restart begins anew")
    for name, value in facts.items():
        earlier = whole["facts"].get(name)
        if earlier != value:
            raise EarshotError(
                f"{path} was made with {name} {earlier}, not {value}; --restart begins anew")
    if whole.get("data") != data:
        raise EarshotError(f"{path} was made with other tracks; --restart begins anew")
    return whole["state"]


def restored(path, state, network, optimiser):
    """Gives network and optimiser what a checkpoint's state holds. Returns history and generator;
    what does not fit is refused."""
    try:
        history = state["history"]
        if not all(_NAMES <= record.keys() for record in history):
            raise ValueError("a history without its losses")
        generator = SeededGenerator(int(state["generator"], 16))
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        for parameter in (p for group in optimiser.param_groups for p in group["params"]):
            for name in ("exp_avg", "exp_avg_sq"):
                if optimiser.state[parameter][name].shape != parameter.shape:
                    raise ValueError("averages of another shape")
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise _damage(path) from error
    return history, generator


_NAMES = {"training", "validation", "rate", "tiles", "seconds"}


def _damage(path):
    return EarshotError(f"{path} is no checkpoint of this trainer; --restart begins anew")


def optimiser(parameters, rate, decay):
    """Adam, or AdamW where weights decay: those with more than one axis, not biases and scales."""
    parameters = list(parameters)
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": decay},
        {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0}]
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=rate)
