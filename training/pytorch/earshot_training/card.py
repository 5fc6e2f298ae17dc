"""What is told of a trained model: the card in its file, the one for people, and the losses."""

import csv
import io
import math
import os

import torch

from .model_file import write_whole

TRAINER = f"PyTorch {torch.__version__}"


def losses(record):
    """Losses as a card has them: without those that there are not; None where there is none."""
    found = {name: value for name, value in record.items() if math.isfinite(value)}
    return found or None


def beside(path, ending):
    """The path of a file beside the model: its ending `.safetensors` replaced."""
    stem, old = os.path.splitext(path)
    return (stem if old == ".safetensors" else path) + ending


def write_losses(path, rows):
    """Writes a table, a row for each epoch or part; empty cells where there is no such loss."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([
            "" if isinstance(value, float) and math.isnan(value) else value
            for value in row.values()])
    write_whole(path, text.getvalue().encode())


def write_text_card(path, file, card, losses_name):
    """Writes the card for people, in Markdown. file: the model's. card: the one in it."""
    lines = [f"# {_plain(file.name)}", "", "An embedding model of Earshot.", ""]
    facts = {
        "identity": f"`{file.identity}`", "network": file.architecture,
        "parameters": f"{card['parameters']:,}", "trained by": card["trainer"],
        "tracks learnt from": f"{card['trackCount']:,}",
        "tracks kept apart": f"{card['validationTrackCount']:,}",
    }
    lines += _table(("", ""), facts.items())
    lines += ["## Settings", ""] + _table(("", ""), card["settings"].items())
    rows = [
        (name, f"{value:.5g}", _number((card.get("validation") or {}).get(name)))
        for name, value in (card.get("training") or {}).items()]
    lines += ["## Training", ""] + _table(("loss", "learnt from", "kept apart"), rows)
    lines += [f"All losses: `{_plain(losses_name)}`.", ""]
    lines += ["## Data", ""] + _table(
        ("source", "licence", "tracks"),
        [(one["source"] or "unknown", one["licence"] or "unknown", one["tracks"])
         for one in card["data"]])
    write_whole(path, "\n".join(lines).rstrip("\n").encode() + b"\n")


def _number(value):
    return "" if value is None else f"{value:.5g}"


def _table(names, rows):
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return lines + [""]


def _cell(cell):
    text = str(cell)
    return text if text.startswith("`") else _plain(text)


def _plain(text):
    """Text without control characters and without what Markdown would take for its own."""
    return "".join(
        "\\" + letter if letter in "|`<>[]*_\\" else letter if letter.isprintable() else " "
        for letter in text)
