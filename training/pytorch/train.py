"""Trains a model: `python train.py --help`, or with several processes `torchrun … train.py`."""

from earshot_training.command import main

if __name__ == "__main__":
    main()
