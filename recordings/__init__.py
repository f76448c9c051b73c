"""Training runs that are recorded once, by hand: probes of them, and their plateaus as they were measured.

Needs the extra `train` and SciPy, in an environment of its own; one thread, half an hour for both:

    python -m recordings softmax-mnist --data FOLDER
    python -m recordings resnet-cifar10 --data FOLDER
"""
