"""Makes the fixtures of NeuralNetworkTests with PyTorch.

    pip install -r requirements.txt && python make_reference.py

Each file is one flat float32 array: the arrays of one case, one after the other, in the order in
which `save` is given them. Images and sequences are stored channels last, as NeuralNetwork has
them; PyTorch works on them channels first.
"""

import copy
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

FIXTURES = Path(__file__).resolve().parent.parent / "Fixtures"


def save(name, *arrays):
    flat = [np.asarray(a.detach() if torch.is_tensor(a) else a, np.float32).ravel() for a in arrays]
    np.save(FIXTURES / f"{name}.npy", np.concatenate(flat))


def draw(*shape):
    return torch.randn(*shape)


def first(x):
    """Channels last to channels first."""
    return x.movedim(-1, 1)


def last(x):
    """Channels first to channels last."""
    return x.movedim(1, -1)


def layer_case(name, function, x, *weights):
    """Input, weights, output gradient, output, input gradient, weight gradients."""
    leaves = [t.clone().requires_grad_() for t in (x, *weights)]
    y = function(*leaves)
    dy = draw(*y.shape)
    gradients = torch.autograd.grad(y, leaves, dy)
    save(name, x, *weights, dy, y, *gradients)


def conv1d_same(x, w, b, stride=2):
    """TensorFlow's `same` for kernel 5, stride 2 and an even length: 1 before, 2 after."""
    return last(F.conv1d(F.pad(first(x), (1, 2)), w, b, stride=stride))


def conv2d_same(x, w, b):
    return last(F.conv2d(F.pad(first(x), (1, 2, 1, 2)), w, b, stride=2))


def conv_transpose2d_same(x, w, b):
    """The mirror: of the whole output, 1 is cropped before and 2 after."""
    return last(F.conv_transpose2d(first(x), w, b, stride=2)[:, :, 1:-2, 1:-2])


def layers():
    layer_case("dense", F.linear, draw(5, 7), draw(6, 7), draw(6))
    layer_case("conv1d_same", conv1d_same, draw(2, 8, 3), draw(4, 3, 5), draw(4))
    layer_case("conv1d_wide", conv1d_same, draw(2, 16, 16), draw(32, 16, 5), draw(32))
    layer_case(
        "conv1d_valid", lambda x, w, b: last(F.conv1d(first(x), w, b)),
        draw(2, 9, 3), draw(4, 3, 3), draw(4))
    layer_case("conv2d_same", conv2d_same, draw(2, 8, 6, 3), draw(4, 3, 5, 5), draw(4))
    layer_case(
        "conv2d_explicit", lambda x, w, b: last(F.conv2d(first(x), w, b, padding=1)),
        draw(2, 5, 7, 3), draw(4, 3, 3, 3), draw(4))
    layer_case(
        "conv_transpose2d_same", conv_transpose2d_same,
        draw(2, 3, 4, 3), draw(3, 4, 5, 5), draw(4))
    layer_case(
        "conv_transpose2d_one", lambda x, w, b: last(F.conv_transpose2d(first(x), w, b, padding=2)),
        draw(2, 6, 5, 16), draw(16, 1, 5, 5), draw(1))
    layer_case(
        "conv_transpose2d_valid",
        lambda x, w, b: last(F.conv_transpose2d(first(x), w, b, stride=2)),
        draw(2, 3, 4, 3), draw(3, 4, 3, 3), draw(4))
    layer_case("relu", F.relu, draw(4, 9))
    layer_case("sigmoid", torch.sigmoid, 3 * draw(4, 9))
    layer_case("l2_normalize", F.normalize, draw(4, 9))
    layer_case("global_average_pool", lambda x: x.mean(dim=(1, 2)), draw(2, 4, 3, 5))
    layer_case(
        "max_pool", lambda x: last(F.max_pool2d(first(x), 3, 2)), draw(2, 7, 6, 4))
    layer_case(
        "average_pool", lambda x: last(F.avg_pool2d(first(x), 2)), draw(2, 7, 6, 4))
    rows = torch.tensor([[3, 0, 3], [1, 4, 2]])
    table = draw(5, 4).requires_grad_()
    looked_up = F.embedding(rows, table)
    dy = draw(2, 3, 4)
    save("embedding", rows, table, dy, looked_up, torch.autograd.grad(looked_up, table, dy)[0])


def batch_norm():
    """For each of three steps: input, output gradient, output, gradients of input, scale, shift,
    then the running mean and variance; last an input and its output in inference."""
    norm = torch.nn.BatchNorm2d(4, eps=1e-3, momentum=0.1)
    torch.nn.init.normal_(norm.weight)
    torch.nn.init.normal_(norm.bias)
    arrays = [norm.weight.clone(), norm.bias.clone()]
    for step in range(3):
        x = (3 + step + draw(2, 3, 5, 4)).requires_grad_()
        y = last(norm(first(x)))
        dy = draw(*y.shape)
        gradients = torch.autograd.grad(y, [x, norm.weight, norm.bias], dy)
        arrays += [x, dy, y, *gradients, norm.running_mean.clone(), norm.running_var.clone()]
    norm.eval()
    x = draw(2, 3, 5, 4)
    save("batch_norm", *arrays, x, last(norm(first(x))))


def losses():
    """Inputs, loss, gradients."""
    def case(name, function, *inputs, others=()):
        leaves = [t.clone().requires_grad_() for t in inputs]
        loss = function(*leaves, *others)
        save(name, *inputs, *others, loss, *torch.autograd.grad(loss, leaves))

    case("mean_squared_error", F.mse_loss, draw(3, 5), others=(draw(3, 5),))
    case("binary_cross_entropy", F.binary_cross_entropy, torch.rand(3, 5), others=(torch.rand(3, 5),))

    def info_nce(queries, keys, negatives):
        scores = queries @ torch.cat([keys, negatives]).T / 0.2
        return F.cross_entropy(scores, torch.arange(len(queries)))

    def nt_xent(a, b):
        views = torch.cat([a, b])
        scores = views @ views.T / 0.2
        scores = scores.masked_fill(torch.eye(len(views), dtype=torch.bool), -torch.inf)
        return F.cross_entropy(scores, torch.arange(len(views)).roll(len(a)))

    unit = lambda *shape: F.normalize(draw(*shape))
    case("info_nce", info_nce, unit(6, 4), unit(6, 4), others=(unit(3, 4),))
    case("nt_xent", nt_xent, unit(6, 4), unit(6, 4))


def optimizers():
    """Beginning, five gradients, the place after each."""
    kinds = {
        "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
        "sgd_momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
        "adam": lambda p: torch.optim.Adam(p, lr=0.01),
        "adam_decay": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.1),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    }
    for name, make in kinds.items():
        place = torch.nn.Parameter(draw(7))
        begin, gradients, places = place.detach().clone(), draw(5, 7), []
        optimizer = make([place])
        for gradient in gradients:
            place.grad = gradient.clone()
            optimizer.step()
            places.append(place.detach().clone())
        save(name, begin, gradients, *places)
    parts = [torch.nn.Parameter(draw(4)), torch.nn.Parameter(draw(6))]
    for part in parts:
        part.grad = draw(*part.shape)
    before = [part.grad.clone() for part in parts]
    norm = torch.nn.utils.clip_grad_norm_(parts, 1.5)
    save("clip", *before, norm, *[part.grad for part in parts])


def schedules():
    """Twelve rates of a cosine over ten steps; losses, and the rate after each, of a plateau."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(draw(1))], lr=0.5)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10, eta_min=0.1)
    rates = []
    for _ in range(11):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        cosine.step()
    save("cosine", rates)
    optimizer = torch.optim.SGD([torch.nn.Parameter(draw(1))], lr=0.5)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=2, min_lr=0.1)
    course = [5, 4, 4, 4.1, 4.2, 3, 3, 2.99999, 3, 3, 3, 3, 3, 3, 3, 3]
    rates = []
    for loss in course:
        plateau.step(loss)
        rates.append(optimizer.param_groups[0]["lr"])
    save("plateau", course, rates)


class Branch(torch.nn.Module):
    """(batch, 8, 8) to (batch, 4): two convolutions along the steps, then dense."""

    def __init__(self):
        super().__init__()
        self.a, self.b = torch.nn.Conv1d(8, 4, 5, 2), torch.nn.Conv1d(4, 16, 5, 2)
        self.na = torch.nn.BatchNorm1d(4, eps=1e-3, momentum=0.1)
        self.nb = torch.nn.BatchNorm1d(16, eps=1e-3, momentum=0.1)
        self.dense = torch.nn.Linear(32, 4)

    def forward(self, x):
        x = self.na(F.relu(self.a(F.pad(first(x), (1, 2)))))
        x = self.nb(F.relu(self.b(F.pad(x, (1, 2)))))
        return self.dense(last(x).flatten(1))


class Network(torch.nn.Module):
    """A time-frequency autoencoder of 8 x 8 tiles."""

    def __init__(self):
        super().__init__()
        self.time, self.frequency = Branch(), Branch()
        self.dense = torch.nn.Linear(8, 2 * 2 * 16)
        self.a, self.b = torch.nn.ConvTranspose2d(16, 16, 5, 2), torch.nn.ConvTranspose2d(16, 4, 5, 2)
        self.na = torch.nn.BatchNorm2d(16, eps=1e-3, momentum=0.1)
        self.nb = torch.nn.BatchNorm2d(4, eps=1e-3, momentum=0.1)
        self.c = torch.nn.ConvTranspose2d(4, 1, 5, 1, padding=2)

    def forward(self, x):
        latent = torch.cat([self.time(x), self.frequency(x.mT)], 1)
        x = first(F.relu(self.dense(latent)).reshape(-1, 2, 2, 16))
        x = self.na(F.relu(self.a(x)[:, :, 1:-2, 1:-2]))
        x = self.nb(F.relu(self.b(x)[:, :, 1:-2, 1:-2]))
        return last(torch.sigmoid(self.c(x)))


def network():
    """Images; the parameters in the order of the network; the losses of five steps of Adam; then
    the reconstruction of the images in inference.

    The seed is one with which double precision gives the same: with others a rounding decides
    which side of a rectifier a number falls on, and the losses part from then on."""
    torch.manual_seed(123)
    model = Network()
    x = torch.rand(4, 8, 8)

    def of(*modules):
        for module in modules:
            yield module.weight.detach().clone()
            yield module.bias.detach().clone()

    begin = []
    for branch in (model.time, model.frequency):
        begin += of(branch.a, branch.na, branch.b, branch.nb, branch.dense)
    begin += of(model.dense, model.a, model.na, model.b, model.nb, model.c)
    twice = copy.deepcopy(model).double()
    course, end = five_steps(model, x)
    precise, _ = five_steps(twice, x.double())
    assert torch.allclose(torch.stack(course).double(), torch.stack(precise), rtol=2e-5)
    save("network", x, *begin, *course, end)


def five_steps(model, x):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    course = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x)[..., 0], x)
        loss.backward()
        optimizer.step()
        course.append(loss.detach())
    model.eval()
    return course, model(x)


def shared_pooling_and_hubs():
    """Statistics pooling; NT-Xent of pairs side by side, where row 0 and 3 leave each other out;
    the variance of soft neighbourhoods, where rows of a pair are no neighbours."""
    torch.manual_seed(5)

    def pool(x):
        deviation = (x.var(dim=(1, 2), unbiased=False) + 1e-5).sqrt()
        return torch.cat([x.mean(dim=(1, 2)), deviation], 1)

    layer_case("mean_deviation_pool", pool, draw(2, 4, 3, 5))
    views = F.normalize(draw(6, 4)).requires_grad_()
    scores = views @ views.T / 0.2
    out = torch.eye(6, dtype=torch.bool)
    out[0, 3] = out[3, 0] = True
    loss = F.cross_entropy(
        scores.masked_fill(out, -torch.inf), torch.tensor([1, 0, 3, 2, 5, 4]))
    save("nt_xent_left_out", views, loss, torch.autograd.grad(loss, views)[0])
    views = F.normalize(draw(6, 4)).requires_grad_()
    pair = torch.arange(6) // 2
    near = (views @ views.T).masked_fill(pair[:, None] == pair, -torch.inf)
    loss = torch.softmax(near / 0.05, 1).sum(0).var()
    save("hubness", views, loss, torch.autograd.grad(loss, views)[0])


if __name__ == "__main__":
    torch.manual_seed(1)
    torch.set_num_threads(1)
    layers()
    batch_norm()
    losses()
    optimizers()
    schedules()
    network()
    shared_pooling_and_hubs()
