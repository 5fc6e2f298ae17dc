"""The learning rate of each step."""

import math


def rate(settings, losses, step, steps_per_epoch):
    """The learning rate of a step, counted from 0 over all epochs.

    losses: the decisive loss of each epoch so far, for the plateau: the rate is halved when it has
    not fallen for more than `plateau_patience` epochs in a row.
    """
    warm_up = settings.warm_up * steps_per_epoch
    if settings.schedule == "cosine":
        return cosine(settings.learning_rate, step, settings.epochs * steps_per_epoch, warm_up)
    current = settings.learning_rate
    if settings.schedule == "plateau":
        best, waited = math.inf, 0
        for loss in losses:
            if loss < best * (1 - 1e-4):
                best, waited = loss, 0
            else:
                waited += 1
            if waited > settings.plateau_patience:
                current, waited = current / 2, 0
    return current * (step + 1) / warm_up if step < warm_up else current


def cosine(peak, step, steps, warm_up=0):
    """An even rise over `warm_up` steps, then half a cosine down to nothing at `steps`."""
    if step < warm_up:
        return peak * (step + 1) / warm_up
    if step >= steps:
        return 0.0
    return peak * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up))) / 2
