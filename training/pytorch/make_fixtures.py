"""Makes what the tests of `Embedding` compare the program's networks with:
`Tests/EmbeddingTests/Fixtures/pytorch-vectors.json`.

    python make_fixtures.py

No weights are stored: both sides compute them, and the inputs, by one formula. The tensor of a name
takes the numbers u, from 0 up to 1, of the upper 24 bits of SplitMix64 that begins at the 64-bit
FNV-1a hash of the name, and holds, in 32-bit floats,

- (2 u - 1) √(6 / n) where it has more than one axis; n numbers belong to each place of the first;
- 0.5 + u where the name ends with `.running_var`, `.deviation`, `.scale` or `.weight`;
- (2 u - 1) / 10 else.

Inputs are made of u by name: the function ``inputs`` and those below it say how.
"""

import json
from pathlib import Path

import numpy as np
import torch

from earshot_training import statistics
from earshot_training.earshot_model import MODEL_SHARES, Earshot, model_file
from earshot_training.image_model import ImageModel
from earshot_training.mel_image import mel_image
from earshot_training.networks import TILE, make_network
from earshot_training.seeded import unit_numbers

FIXTURE = (
    Path(__file__).resolve().parents[2] / "Tests/EmbeddingTests/Fixtures/pytorch-vectors.json")
NETWORKS = ("time-frequency-autoencoder", "convolutional-autoencoder", "contrastive-cnn")
TILE_COUNT = 8
# Frames of the mel spectrogram of which an image is made: 258 columns.
FRAMES = 650
# Pairs of frames of the excerpts of `earshot`: one shorter than its network takes, and one longer.
PAIRS = (10, 70)
# Of a drawn image, every so manyth pixel is kept.
PIXEL_STEP = 257


def numbers(name, shape):
    """u of a name, float32 from 0 up to 1."""
    seed = 0xCBF2_9CE4_8422_2325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100_0000_01B3) & ((1 << 64) - 1)
    return unit_numbers(seed, int(np.prod(shape))).reshape(shape)


def formula_tensor(name, shape):
    """The tensor of a name."""
    u = numbers(name, shape)
    if len(shape) > 1:
        limit = np.sqrt(np.float32(6) / np.float32(u.size // shape[0]))
        return (2 * u - 1) * limit
    if name.endswith((".running_var", ".deviation", ".scale", ".weight")):
        return np.float32(0.5) + u
    return (2 * u - 1) / np.float32(10)


def give_formula(module):
    """Gives a module the weights of the formula."""
    module.load_state_dict({
        name: torch.from_numpy(formula_tensor(name, tuple(value.shape)))
        for name, value in module.state_dict().items()})
    return module.eval()


def image_model(architecture):
    """The model of a network of tiles with weights of the formula."""
    network = give_formula(make_network(architecture))
    size = (network.dimension,)
    return ImageModel(
        network, TILE_COUNT, formula_tensor("standardisation.mean", size),
        formula_tensor("standardisation.deviation", size))


def inputs():
    """Two tiles, (2, 128, 128) from 0 to 1, and a mel spectrogram, (650, 128) in dB."""
    tiles = (
        numbers("tiles.rows", (2, TILE, 1)) * numbers("tiles.columns", (2, 1, TILE))
        + numbers("tiles.noise", (2, TILE, TILE))) / 2
    return tiles, decibels("spectrogram", FRAMES)


def decibels(name, frames):
    """A mel spectrogram, (frames, 128), -80 to 0 dB."""
    return -40 * (
        numbers(f"{name}.frames", (frames, 1)) * numbers(f"{name}.bands", (1, TILE))
        + numbers(f"{name}.noise", (frames, TILE)))


def excerpt(place):
    """Statistics, (2123), and dB, (pairs, 128), of an excerpt of `earshot`."""
    values = 4 * numbers(f"excerpt{place}.statistics", (statistics.COUNT,)) - 2
    return values, decibels(f"excerpt{place}", PAIRS[place])


def floats(values):
    """Numbers as JSON has them: the shortest text that gives the float back."""
    return [float(str(value)) for value in np.asarray(values, np.float32).ravel()]


@torch.no_grad()
def of_tiles(architecture):
    """What a network makes of the inputs."""
    model, (tiles, spectrogram) = image_model(architecture), inputs()
    vectors, drawn = model.network(torch.from_numpy(tiles))
    made = {
        "identity": model.file(architecture, {}).identity,
        "identityOf16Bits": model.file(architecture, {}, "F16").identity,
        "encoded": [floats(vector) for vector in vectors],
        "vector": floats(model.vector(mel_image(spectrogram))),
    }
    if drawn is not None:
        made["drawn"] = floats(drawn[0].flatten()[::PIXEL_STEP])
    return made


@torch.no_grad()
def of_earshot():
    """What `earshot` makes of its excerpts."""
    model = give_formula(Earshot())
    vectors = [
        model.vector(*map(torch.from_numpy, excerpt(place)), MODEL_SHARES)
        for place in range(len(PAIRS))]
    return {
        "identity": model_file(model, "earshot", {}).identity,
        "identityOf16Bits": model_file(model, "earshot", {}, precision="F16").identity,
        "vectors": [floats(vector) for vector in vectors],
        "drawn": floats(model.decoder(vectors[0][None])[0].flatten()[::PIXEL_STEP]),
    }


def main():
    torch.set_num_threads(1)
    made = {"torch": torch.__version__.split("+")[0], "numpy": np.__version__}
    made |= {architecture: of_tiles(architecture) for architecture in NETWORKS}
    made["earshot"] = of_earshot()
    text = json.dumps(made, separators=(",", ":"))
    for end in ("],", "},", "{"):
        text = text.replace(end, end + "\n")
    FIXTURE.write_text(text + "\n")


if __name__ == "__main__":
    main()
