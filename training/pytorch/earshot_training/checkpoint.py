"""What a training needs to go on as if it had never stopped: a file written whole after each
part."""

import io
import os

import torch

from .errors import EarshotError
from .model_file import write_whole

_FORMAT = "earshot-pytorch-checkpoint 1"


def write_checkpoint(path, model, data, facts, state):
    """Writes a checkpoint. model: the architecture. data: the fingerprint of the tracks. facts: the
    settings that must not change. state: tensors, numbers and texts, nested."""
    buffer = io.BytesIO()
    whole = {"format": _FORMAT, "model": model, "data": data, "facts": facts, "state": state}
    torch.save(whole, buffer)
    write_whole(path, buffer.getvalue())


def read_checkpoint(path, model, data, facts):
    """The state in a checkpoint, its tensors on the processor; None where there is no file. One of
    another training is refused with what differs."""
    if not os.path.exists(path):
        return None
    damage = EarshotError(f"{path} is no checkpoint of this trainer; --restart begins anew")
    try:
        whole = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise EarshotError(f"{path}: {error.strerror}") from error
    except Exception as error:  # Whatever unpickling a foreign file comes upon.
        raise damage from error
    if not isinstance(whole, dict) or whole.get("format") != _FORMAT:
        raise damage
    if whole["model"] != model:
        raise EarshotError(f"{path} is of {whole['model']}, not {model}; --restart begins anew")
    for name, value in facts.items():
        earlier = whole["facts"].get(name)
        if earlier != value:
            raise EarshotError(
                f"{path} was made with {name} {earlier}, not {value}; --restart begins anew")
    if whole["data"] != data:
        raise EarshotError(f"{path} was made with other tracks; --restart begins anew")
    return whole["state"]


def optimiser(parameters, rate, decay):
    """Adam, or AdamW where weights decay: those with more than one axis, not biases and scales."""
    parameters = list(parameters)
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": decay},
        {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0}]
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=rate)
