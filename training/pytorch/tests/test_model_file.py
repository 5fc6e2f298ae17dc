"""Model files: read again, readable by others, and refused when damaged."""

import json

import numpy as np
import pytest
import torch
from safetensors import safe_open

from earshot_training.errors import EarshotError
from earshot_training.image_model import ImageModel, read_image_model
from earshot_training.model_file import ModelFile, StoredTensor, read_model_file
from earshot_training.networks import make_network
from make_fixtures import image_model


@pytest.fixture
def model():
    return image_model("contrastive-cnn")


def written(model, path, precision="F32"):
    model.file("small", {"data": "none"}, precision).write(path)
    return path


@pytest.mark.parametrize("precision", ["F32", "F16"])
def test_a_model_read_again_gives_the_same_vectors(model, tmp_path, precision):
    path = written(model, tmp_path / "model.safetensors", precision)
    image = np.random.default_rng(1).random((128, 300), np.float32)
    vector = read_image_model(path).vector(image)
    assert np.allclose(np.linalg.norm(vector), 1, atol=1e-6)
    assert np.allclose(vector, model.vector(image), atol=0 if precision == "F32" else 2e-3)


def test_halves_and_whitening_are_kept(tmp_path):
    model = image_model("time-frequency-autoencoder")
    model.whitening = {
        "whitening.frequency": np.eye(128, dtype=np.float32)[::-1].copy(),
        "whitening.time": 2 * np.eye(128, dtype=np.float32)}
    image = np.random.default_rng(1).random((128, 300), np.float32)
    path = written(model, tmp_path / "model.safetensors")
    again = read_image_model(path)
    assert (again.vector(image) == model.vector(image)).all()
    assert np.allclose(np.linalg.norm(again.vector(image)[:128]) ** 2, 0.5, atol=1e-6)
    model.whitening = {}
    assert np.allclose(
        again.vector(image)[:128], model.vector(image)[:128][::-1], atol=1e-6)
    names = list(read_model_file(path).tensors)
    first = next(n for n, name in enumerate(names) if name.startswith("decoder."))
    assert all(name.startswith("decoder.") for name in names[first:])


def test_others_can_read_the_file(model, tmp_path):
    path = written(model, tmp_path / "model.safetensors")
    with safe_open(path, "np") as file:
        metadata = file.metadata()
        for name, value in model.network.state_dict().items():
            assert (file.get_tensor(name) == value.numpy()).all()
    assert metadata["format"] == "earshot-model" and metadata["format_version"] == "2"
    assert json.loads(metadata["settings"]) == {
        "frameLength": 2048, "halves": {}, "hopLength": 512, "imageVersion": 1,
        "maximumFrequency": 8000, "melBandCount": 128, "minimumFrequency": 0,
        "sampleRate": 22050, "tileCount": 8}
    head = int.from_bytes(path.read_bytes()[:8], "little")
    assert (8 + head) % 64 == 0


def test_the_identity_follows_from_what_determines_the_vectors(model):
    def identity(name="a", card=None, precision="F32"):
        return model.file(name, card or {}, precision).identity

    same, other = identity(), identity(precision="F16")
    assert identity("b", {"c": 1}) == same and other != same
    model.tile_count = 9
    assert identity() not in (same, other)


def test_damage_anywhere_is_found(model, tmp_path):
    whole = written(model, tmp_path / "model.safetensors", "F16").read_bytes()
    path = tmp_path / "damaged.safetensors"
    head = 8 + int.from_bytes(whole[:8], "little")
    random = np.random.default_rng(1)
    for number in range(120):
        data = bytearray(whole)
        if number % 3 == 0:
            del data[random.integers(len(data)):]
        elif number % 3 == 1:
            data[random.integers(head, len(data))] ^= 1 << number // 3 % 8
        else:
            data[random.integers(8)] ^= 1 << number // 3 % 8
        path.write_bytes(data)
        with pytest.raises(EarshotError, match="damaged.safetensors"):
            read_image_model(path)


def test_odd_heads_are_refused(tmp_path):
    path = tmp_path / "odd.safetensors"
    for head in (
            "[]", "{", '{"a":1}', '{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,-4]}}',
            '{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}',
            '{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,8]}}',
            '{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}', "{}"):
        path.write_bytes(len(head).to_bytes(8, "little") + head.encode())
        with pytest.raises(EarshotError):
            read_model_file(path)


def test_wrong_tensors_and_numbers_are_refused(model, tmp_path):
    path = tmp_path / "model.safetensors"
    file = model.file("small", {})
    tensors = dict(file.tensors)
    del tensors["encoder.conv1.bias"]
    ModelFile(file.architecture, "a", file.settings, "{}", tensors).write(path)
    with pytest.raises(EarshotError, match="encoder.conv1.bias"):
        read_image_model(path)
    with pytest.raises(EarshotError, match="no number"):
        StoredTensor.of([np.nan])
    with pytest.raises(EarshotError, match="too large"):
        StoredTensor.of([1e5], "F16")


def test_sixteen_bits_are_read(tmp_path):
    values = torch.tensor([1.0, -2, 0.5, 3.140625])
    stored = StoredTensor("BF16", (4,), values.bfloat16().view(torch.int16).numpy().tobytes())
    assert (stored.values == values.numpy()).all()
    assert (StoredTensor.of(values.numpy(), "F16").values == values.numpy()).all()


def test_a_file_without_decoder_is_read(tmp_path):
    network = make_network("time-frequency-autoencoder")
    network.drop_decoder()
    path = written(
        ImageModel(network, 8, np.zeros(256), np.ones(256)), tmp_path / "model.safetensors")
    assert not read_image_model(path).network.has_decoder
