"""Keras 3 on torch: the same layers in Keras' own words, trained by ``fit``."""

from __future__ import annotations

import os
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"

from peers.task import Task


def keras(task: Task) -> float:
    """``Model.fit`` with Adam and accuracy; no progress bar."""
    import keras as k
    import torch

    k.config.set_image_data_format("channels_first")
    assert task.targets is not None
    clock = task.clock()
    model = k.Sequential([k.Input(task.inputs.shape[1:]), *map(_layer, task.facts["layers"])])
    optimizer = k.optimizers.Adam(
        task.rate,
        beta_1=task.betas[0],
        beta_2=task.betas[1],
        global_clipnorm=task.clip_norm,
    )
    loss = k.losses.SparseCategoricalCrossentropy(from_logits=True)
    held_back = (task.held_back.numpy(), task.held_back_targets.numpy())
    model.compile(optimizer, loss, metrics=["accuracy"])

    class Ticks(k.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            clock.tick()

    with torch.device("cpu"):
        model.fit(
            task.inputs.numpy(),
            task.targets.numpy(),
            batch_size=task.size,
            epochs=task.epochs,
            validation_data=held_back,
            callbacks=[Ticks()],
            verbose=0,
        )
    return clock.rate


def _layer(drawn: dict[str, Any]) -> Any:
    """Return Keras' layer for one of the benchmark networks'."""
    from keras import layers

    size = drawn.get("kernel", 3)
    table = {
        "flatten": lambda: layers.Flatten(),
        "linear": lambda: layers.Dense(drawn["units"]),
        "relu": lambda: layers.ReLU(),
        "dropout": lambda: layers.Dropout(drawn.get("p", 0.5)),
        "conv2d": lambda: layers.Conv2D(drawn["filters"], size, padding="same"),
        "batch_norm": lambda: layers.BatchNormalization(axis=1),
        "max_pool2d": lambda: layers.MaxPooling2D(2),
        "lstm": lambda: layers.LSTM(drawn["units"]),
    }
    return table[drawn["type"]]()
