"""What is made small."""

import torch
import torch.nn.functional as F


def nt_xent(views, others, temperature):
    """NT-Xent of two views of each track, (tracks, dimension) each, of length 1: each view must
    find the other among all (Chen et al. 2020)."""
    all_views = torch.cat([views, others])
    scores = all_views @ all_views.T / temperature
    scores.fill_diagonal_(-torch.inf)
    return F.cross_entropy(
        scores, torch.arange(len(scores), device=scores.device).roll(len(views)))


def nt_xent_of_tracks(vectors, track, artist, temperature=0.2):
    """NT-Xent where the windows of a track are each other's answers and other tracks of the same
    artist no wrong ones. vectors: (windows, dimension) of length 1; track, artist: (windows),
    artist below 0 where unknown."""
    scores = vectors @ vectors.T / temperature
    itself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    same = (track[:, None] == track) & ~itself
    related = (artist[:, None] == artist) & (artist[:, None] >= 0) & (track[:, None] != track)
    scores = scores.masked_fill(itself | related, -1e9)
    logarithms = scores - torch.logsumexp(scores, 1, keepdim=True)
    return -((logarithms * same).sum(1) / same.sum(1)).mean()


def hubs(vectors, track):
    """The variance, over windows, of how often each is a neighbour of others, softly."""
    scores = (vectors @ vectors.T).masked_fill(track[:, None] == track, -9.0)
    return torch.softmax(scores / 0.05, 1).sum(0).var()
