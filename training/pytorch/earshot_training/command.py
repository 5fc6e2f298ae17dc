"""The command line: see `train.py --help`."""

import argparse
import os
import sys

import torch

from . import distributed
from .augmentation import AUGMENTATIONS
from .card import TRAINER, beside, losses, write_losses, write_text_card
from .earshot_model import ARCHITECTURE, model_file
from .earshot_trainer import EarshotSettings, EarshotTrainer
from .errors import EarshotError
from .feature_cache import FeatureCache
from .image_model import ImageModel
from .networks import make_network
from .settings import BOTH, CONTRASTIVE, OBJECTIVES, RECONSTRUCTION, SCHEDULES, Settings
from .survey import survey
from .tracks import Labels, Tracks, sources, split
from .trainer import Trainer
from .window_cache import WindowCache

NETWORKS = ("time-frequency-autoencoder", "convolutional-autoencoder", "contrastive-cnn")


def main(arguments=None):
    """Trains as the arguments say; without them, as those of the process do."""
    options = _parser().parse_args(arguments)
    try:
        _protect(options)
        if options.threads:
            torch.set_num_threads(options.threads)
        with distributed.processes(options.device) as device:
            if options.model == ARCHITECTURE:
                _train_earshot(options, device)
            else:
                _train_network(options, device)
    except EarshotError as error:
        sys.exit(f"train: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _parser():
    parser = argparse.ArgumentParser(
        prog="train.py", description="Trains a model of Earshot from a feature cache.",
        epilog="Defaults in brackets; for options of networks, the second is that of objectives "
        "that compare tiles.")
    add = parser.add_argument
    add("--model", required=True, choices=(ARCHITECTURE, *NETWORKS), help="what to train")
    add("--cache", required=True, metavar="FILE",
        help=f"mel images (`earshot train` writes them beside its model as .features); for "
        f"{ARCHITECTURE}, windows (.windows)")
    add("--output", required=True, metavar="FILE", help="the model file, .safetensors")
    add("--labels", action="append", default=[], metavar="CSV",
        help="tables with path, artist, source, licence; tracks of one artist stay together")
    add("--name", help="the model's own name [that of --model]")
    add("--half", action="store_true", help="write weights with 16 bits")
    add("--restart", action="store_true", help="begin anew though there is a checkpoint")
    add("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where to compute [auto]")
    add("--threads", type=_positive, metavar="N", help="threads of each process [PyTorch's choice]")
    add("--seed", type=_count, default=1, metavar="N", help="where all random numbers begin [1]")
    add("--batch", type=_positive, metavar="N",
        help="tracks in a step, over all processes [32; 64; earshot 128]")
    add("--learning-rate", type=_rate, metavar="R", help="[0.001]")
    add("--weight-decay", type=_share, metavar="D", help="[0; earshot 0.001]")
    add("--epochs", type=_positive, metavar="N", help="[20; earshot 10]")
    add("--tiles-per-track", type=_positive, metavar="N",
        help="crops (pairs of crops, of windows) of each track in an epoch [16; earshot 6]")
    add("--warm-up", type=_count, metavar="N",
        help="epochs in which the rate rises [0; 1; earshot 1]")
    add("--temperature", type=_rate, metavar="T", help="of NT-Xent [0.2]")
    add("--reconstruction-weight", type=_rate, metavar="W",
        help="where both are made small [10; earshot 1]")
    add("--validation", type=_percent, metavar="P", help="per cent of tracks kept apart [5]")
    networks = parser.add_argument_group("networks of tiles")
    add = networks.add_argument
    add("--objective", choices=OBJECTIVES, help="[reconstruction where there is a decoder]")
    add("--schedule", choices=SCHEDULES, help="[plateau; cosine]")
    add("--patience", type=_count, metavar="N",
        help="end after so many epochs without a lower loss; 0 for never [0]")
    add("--augment", choices=sorted(AUGMENTATIONS), help="[none; light]")
    add("--precision", choices=("float32", "bfloat16"), help="what layers multiply in [float32]")
    earshot = parser.add_argument_group(f"the model {ARCHITECTURE}")
    earshot.add_argument(
        "--decoder-steps", type=_count, metavar="N",
        help="of the decoder afterwards, at most [150]")
    return parser


def _protect(options):
    """Nothing that is read may be written over."""
    inputs = {os.path.realpath(path) for path in (options.cache, *options.labels)}
    for ending in (".checkpoint.pt", ".losses.csv", ".md"):
        path = beside(options.output, ending)
        if os.path.realpath(path) in inputs or path == options.output:
            raise EarshotError(f"--output {options.output} would write over {path}")
    if os.path.realpath(options.output) in inputs:
        raise EarshotError(f"--output {options.output} would write over what is read")


def _train_network(options, device):
    cache = FeatureCache(options.cache)
    _refuse(options, ("decoder_steps",))
    torch.manual_seed(options.seed)
    network = make_network(options.model)
    settings = _settings(options, network.has_decoder)
    tracks = Tracks(cache, Labels(options.labels))
    training, validation = split(
        [track.label.artist for track in tracks.tracks], settings.validation, settings.seed)
    trainer = Trainer(
        network, tracks, training, validation, settings, device,
        beside(options.output, ".checkpoint.pt"))
    _run(options, trainer, "tiles")
    tile_count = 32 if settings.objective == RECONSTRUCTION else 8
    found = survey(network, tracks, training, tile_count, device)
    if not distributed.is_first():
        return
    best = trainer.history[trainer.best_epoch - 1]
    card = {
        "model": options.model, "trainer": TRAINER, "data": sources(track.label for track in tracks.tracks),
        "trackCount": len(training), "validationTrackCount": len(validation),
        "settings": settings.facts, "epoch": trainer.best_epoch,
        "parameters": sum(value.numel() for value in network.state_dict().values()),
        "training": losses(best["training"]), "validation": losses(best["validation"]),
        "reconstruction": found.reconstruction}
    model = ImageModel(network.cpu(), tile_count, found.mean, found.deviation)
    file = model.file(options.name or options.model, card, _precision(options))
    _write(options, file, card, trainer.history)


def _train_earshot(options, device):
    _refuse(options, ("objective", "schedule", "patience", "augment", "precision"))
    given = _given(options, (
        "epochs", "tiles_per_track", "batch", "learning_rate", "warm_up", "weight_decay",
        "temperature", "reconstruction_weight", "decoder_steps", "seed"))
    if options.validation is not None:
        given["validation"] = options.validation / 100
    settings = EarshotSettings(**given, processes=distributed.world_size())
    cache, labels = WindowCache(options.cache), Labels(options.labels)
    of_tracks = [labels[track.name] for track in cache.tracks]
    artists = [label.artist for label in of_tracks]
    training, validation = split(artists, settings.validation, settings.seed)
    trainer = EarshotTrainer(
        cache, artists, training, validation, settings, device,
        beside(options.output, ".checkpoint.pt"))
    _run(options, trainer, "windows")
    if not distributed.is_first():
        return
    model, last = trainer.model.cpu(), trainer.history[-1]
    card = {
        "model": ARCHITECTURE, "trainer": TRAINER, "data": sources(of_tracks),
        "trackCount": len(training), "validationTrackCount": len(validation),
        "settings": settings.facts, "epoch": len(trainer.history),
        "parameters": sum(value.numel() for value in model.state_dict().values()),
        "training": losses(last["training"]), "validation": losses(last["validation"]),
        "reconstruction": trainer.reconstruction}
    file = model_file(model, options.name or ARCHITECTURE, card, precision=_precision(options))
    _write(options, file, card, trainer.history)


def _run(options, trainer, noun):
    """Trains to the end, going on where an earlier training stopped, and tells of each epoch."""
    if not options.restart and trainer.restore():
        _say(f"going on after epoch {len(trainer.history)}")

    def report(record):
        number, rate = len(trainer.history), record["tiles"] / max(record["seconds"], 1e-9)
        of_validation = record["validation"]["total"]
        text = f"epoch {number} of {trainer.settings.epochs}: "
        text += f"loss {record['training']['total']:.5f}"
        if of_validation == of_validation:
            text += f", validation {of_validation:.5f}"
        _say(f"{text}, {rate:.0f} {noun}/s")

    trainer.run(report)


def _settings(options, has_decoder):
    """The settings asked for; what was not, as suits the network and what is made small."""
    objective = options.objective or (RECONSTRUCTION if has_decoder else CONTRASTIVE)
    if objective in (RECONSTRUCTION, BOTH) and not has_decoder:
        raise EarshotError(f"--objective {objective} does not go with --model {options.model}")
    chosen = {"objective": objective, "processes": distributed.world_size()}
    if objective != RECONSTRUCTION:
        # Views are told apart the better the more there are of them.
        chosen |= {
            "batch": 64, "schedule": "cosine", "warm_up": 1, "augmentation": AUGMENTATIONS["light"]}
    chosen |= _given(options, (
        "epochs", "tiles_per_track", "batch", "learning_rate", "schedule", "warm_up", "patience",
        "weight_decay", "temperature", "reconstruction_weight", "seed", "precision"))
    if options.augment is not None:
        chosen["augmentation"] = AUGMENTATIONS[options.augment]
    if options.validation is not None:
        chosen["validation"] = options.validation / 100
    return Settings(**chosen)


def _given(options, names):
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def _refuse(options, names):
    """Options of the other kind of model are a mistake, not to be passed over."""
    for name in _given(options, names):
        raise EarshotError(f"--{name.replace('_', '-')} does not go with --model {options.model}")


def _write(options, file, card, history):
    file.write(options.output)
    rows = [
        {"epoch": number, "loss": record["training"]["total"],
         "reconstruction": record["training"]["reconstruction"],
         "contrast": record["training"]["contrast"],
         "validation_loss": record["validation"]["total"],
         "validation_reconstruction": record["validation"]["reconstruction"],
         "validation_contrast": record["validation"]["contrast"],
         "learning_rate": record["rate"], "tiles": record["tiles"], "seconds": record["seconds"]}
        for number, record in enumerate(history, 1)]
    table = beside(options.output, ".losses.csv")
    write_losses(table, rows)
    write_text_card(beside(options.output, ".md"), file, card, os.path.basename(table))
    _say(f"{options.output}: {file.name} {file.identity[:12]}")


def _precision(options):
    return "F16" if options.half else "F32"


def _say(text):
    if distributed.is_first():
        print(text, file=sys.stderr, flush=True)


def _number(kind, least, most, text):
    def convert(word):
        value = kind(word)
        if not least <= value <= most:
            raise ValueError
        return value

    convert.__name__ = text
    return convert


_positive = _number(int, 1, 1_000_000, "number from 1 on")
_count = _number(int, 0, (1 << 63) - 1, "number from 0 on")
_rate = _number(float, 1e-12, 1e6, "number above 0")
_share = _number(float, 0, 1, "number from 0 to 1")
_percent = _number(float, 0, 90, "number from 0 to 90")
