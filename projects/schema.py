"""What a project is: a value that nothing changes in place.

Every edit makes a new :class:`Project` that shares whatever did not change with the old one, so
undo, autosave and the question "what changed?" are comparisons of two values. Layers, data sources,
objectives, optimisers and the like are *plugs* here (a type and plain parameters); the catalogues
of the engine declare and validate them.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

FORMAT = "ganvas/1"
BLOCK = "block"  # the type of nodes that stand for a block of the project
UNTITLED = "Untitled"  # what a project is called that nobody has given a name
LONGEST_NAME = 200  # letters that a project may have
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")


class Plug(msgspec.Struct, frozen=True):
    """A catalogue entry with its parameters; flat in the file: ``{type: adam, lr: 0.001}``.

    Attributes:
        type: Tag of the catalogue entry.
        params: Parameters that differ from the entry's defaults, as plain values.
    """

    type: str
    params: dict[str, Any] = {}


L1 = Annotated[
    Annotated[float, Meta(ge=0, le=100)],
    Meta(
        title="L1",
        description="Adds λ · sign(w) to the gradient of weights, so that many become 0; biases and norms are left out.",
        extra={"blank": 1e-5},
    ),
]
L2 = Annotated[
    Annotated[float, Meta(ge=0, le=100)],
    Meta(
        title="L2",
        description="Adds λ · w to the gradient of weights, which pulls them towards 0; biases and norms are left out.",
        extra={"blank": 1e-4},
    ),
]
MaxNorm = Annotated[
    Annotated[float, Meta(gt=0, le=1e6)],
    Meta(
        title="Largest norm",
        description="After each step the weights that lead into one output are scaled down to this norm.",
        extra={"blank": 3.0},
    ),
]


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A layer placed on a canvas.

    Attributes:
        type: Tag of the layer in the layer catalogue.
        at: Position of the node's top-left corner on the canvas, in scene pixels.
        shares: Id of another node of the network whose weights this one uses, or None.
        mute: Whether what flows in passes it unchanged, as if it were not there.
        l1: Of this layer instead of the network's; see :class:`Network`.
        l2: The same.
        max_norm: The same.
        params: The layer's parameters that differ from their defaults.
    """

    type: str
    at: tuple[float, float] = (0.0, 0.0)
    shares: str | None = None
    mute: bool = False
    l1: L1 | None = None
    l2: L2 | None = None
    max_norm: MaxNorm | None = None
    params: dict[str, Any] = {}


class Wire(msgspec.Struct, frozen=True):
    """A connection; ``source.source_port -> target.target_port`` in the file."""

    source: str
    target: str
    source_port: str = "out"
    target_port: str = "in"

    def __str__(self) -> str:
        """The wire as the file writes it, default port names left out."""
        left = self.source if self.source_port == "out" else f"{self.source}.{self.source_port}"
        right = self.target if self.target_port == "in" else f"{self.target}.{self.target_port}"
        return f"{left} -> {right}"


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A titled rectangle on the canvas that moves what lies in it; the network knows nothing of it."""

    title: Annotated[str, Meta(max_length=200)] = ""
    at: tuple[float, float] = (0.0, 0.0)
    size: tuple[float, float] = (400.0, 240.0)
    color: Literal["grey", "blue", "orange", "teal", "purple", "gold", "sky", "red", "green"] = (
        "grey"
    )


class Graph(msgspec.Struct, frozen=True, kw_only=True):
    """What a canvas shows: nodes by id, wires, and frames by id around parts of it."""

    nodes: dict[str, Node] = {}
    wires: tuple[Wire, ...] = ()
    frames: dict[str, Frame] = {}


class Network(Graph, frozen=True, kw_only=True):
    """A graph that is fed at its Input or Noise and has a result, and how its weights start and stay.

    Attributes:
        l1: L1 penalty of the weights of every layer that has none of its own.
        l2: L2 penalty (½ λ‖w‖²), the same.
        max_norm: Largest norm of the weights that lead into one output, the same; None for no bound.
    """

    init: Annotated[
        Plug,
        Meta(
            title="Initial weights",
            description="How the weights are drawn before training.",
            extra={"catalogue": "initializers"},
        ),
    ] = Plug("default")
    l1: L1 = 0.0
    l2: L2 = 0.0
    max_norm: MaxNorm | None = None


class Block(Graph, frozen=True, kw_only=True):
    """A graph that stands for one node of others, as often as wanted.

    Its Input nodes are the ports that wires enter, its Output nodes those that wires leave, each
    under its id. A node that stands for it is ``{type: block, block: <name>}``; see :class:`Placing`.

    Attributes:
        description: What it is for.
        params: Settings that every place of the block may choose: by name the settings of nodes
            inside that get the value, as ``node.setting``. Without a choice each keeps its own.
    """

    description: Annotated[
        str,
        Meta(max_length=2000, title="Description", description="What it is for."),
    ] = ""
    params: dict[str, tuple[str, ...]] = {}


class Placing(msgspec.Struct, frozen=True, kw_only=True):
    """What a node of type ``block`` says beside the settings that its block offers.

    Attributes:
        block: Name of the block in the project.
        repeat: How many copies stand in a row, each fed by the one before.
        weights: Whether the copies in the row have weights of their own or share those of the first.
    """

    block: Annotated[str, Meta(title="Block", max_length=64)]
    repeat: Annotated[
        int,
        Meta(
            ge=1,
            le=1000,
            title="Repeat",
            description="So many copies stand in a row, each fed by the one before.",
        ),
    ] = 1
    weights: Annotated[
        Literal["own", "shared"],
        Meta(
            title="Copies’ weights",
            description="own: every copy learns its own. shared: all of them use those of the first copy.",
        ),
    ] = "own"


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """How examples are dealt to training, validation and test."""

    validation: Annotated[
        float,
        Meta(ge=0, le=0.9, title="Validation share", description="Watched while training."),
    ] = 0.15
    test: Annotated[
        float,
        Meta(
            ge=0,
            le=0.9,
            title="Test share",
            description="Held back to the end. Sets with a test part of their own keep it.",
        ),
    ] = 0.15
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1, title="Seed of the split")] = 0
    stratify: Annotated[
        bool, Meta(title="Stratify", description="Keep the share of every class in every part.")
    ] = True
    only_new: Annotated[
        bool,
        Meta(
            title="Only new examples",
            description="Examples of validation and test that are in training too are left out.",
        ),
    ] = False


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """Where the examples come from and how they are prepared."""

    source: Annotated[Plug, Meta(title="Source", extra={"catalogue": "sources"})]
    scale: Annotated[
        Literal["none", "standardize", "zero_to_one", "minus_one_to_one"],
        Meta(
            title="Scaling",
            description="Fitted on the training part only. Images: by the whole range; tables: by column.",
        ),
    ] = "none"
    split: Annotated[Split, Meta(title="Split")] = Split()
    loading: Annotated[
        Literal["auto", "memory", "stream"],
        Meta(
            title="Reading",
            description="All into memory, or piece by piece (image folders, NPY, IDX). Auto: by size.",
            extra={"names": {"memory": "into memory", "stream": "piece by piece"}},
        ),
    ] = "auto"
    augment: Annotated[
        tuple[Plug, ...],
        Meta(
            title="Augmentation",
            description="Random changes of training examples, in order.",
            max_length=20,
            extra={"catalogue": "augmentations"},
        ),
    ] = ()


class EarlyStopping(msgspec.Struct, frozen=True, kw_only=True):
    """End a training that no longer gets better."""

    metric: Annotated[
        str,
        Meta(
            title="Metric",
            description="Watched metric, for example validation_loss.",
            max_length=64,
        ),
    ] = "validation_loss"
    patience: Annotated[
        int, Meta(ge=1, le=100_000, title="Patience", description="Evaluations without progress.")
    ] = 10


class Averaging(msgspec.Struct, frozen=True, kw_only=True):
    """Average the weights over the steps; the average is what is evaluated, kept and exported."""

    kind: Annotated[
        Literal["ema", "swa"],
        Meta(
            title="Average",
            description="ema: the last steps count most (Polyak & Juditsky 1992). swa: of the end of the "
            "training, evenly (Izmailov et al. 2018); statistics of batch norms are measured anew.",
        ),
    ] = "ema"
    decay: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            title="Decay",
            description="What is left of the average after a step; smaller in the first steps.",
            extra={"when": {"kind": "ema"}},
        ),
    ] = 0.999
    start: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            title="From",
            description="Share of the training after which averaging begins.",
            extra={"when": {"kind": "swa"}},
        ),
    ] = 0.75
    every: Annotated[
        int,
        Meta(
            ge=1,
            le=10**9,
            title="Every",
            description="Steps between two weights that are averaged.",
            extra={"unit": "steps", "when": {"kind": "swa"}},
        ),
    ] = 1


class Distillation(msgspec.Struct, frozen=True, kw_only=True):
    """Learn what a trained run answers, beside the truth; which run, is said when the training begins.

    The loss is ``(1 − mix) · own + mix · T² · KL(teacher ‖ student)``, both with logits divided by the
    temperature T; of numbers, the squared distance to those of the teacher (Hinton, Vinyals & Dean 2015,
    section 2).
    """

    temperature: Annotated[
        float,
        Meta(
            gt=0,
            le=100,
            title="Temperature",
            description="The higher, the more the unlikely classes say. Of numbers it changes nothing.",
        ),
    ] = 4.0
    mix: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            title="Teacher’s share",
            description="Of the loss; the rest is what the objective says by itself.",
        ),
    ] = 0.7


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How a project trains."""

    epochs: Annotated[
        Annotated[int, Meta(ge=1, le=1_000_000)] | None,
        Meta(title="Epochs", description="Passes over the training part; none: no limit."),
    ] = 20
    max_steps: Annotated[
        Annotated[int, Meta(ge=1, le=10**12)] | None,
        Meta(title="Steps at most", description="None: no limit.", extra={"blank": 1000}),
    ] = None
    batch_size: Annotated[int, Meta(ge=1, le=65_536, title="Batch size")] = 64
    accumulate: Annotated[
        int,
        Meta(
            ge=1,
            le=65_536,
            title="Batches a step",
            description="Gradients of so many batches are averaged for one step: like one large batch, "
            "in the memory of a small one.",
        ),
    ] = 1
    seed: Annotated[
        int, Meta(ge=0, le=2**31 - 1, title="Seed", description="Same seed, same run.")
    ] = 0
    optimizer: Annotated[
        Plug,
        Meta(
            title="Optimiser",
            description="For every network that has none of its own.",
            extra={"catalogue": "optimizers"},
        ),
    ] = Plug("adam")
    optimizers: Annotated[
        dict[str, Plug],
        Meta(title="Optimisers by network", extra={"catalogue": "optimizers"}),
    ] = {}
    schedule: Annotated[
        Plug, Meta(title="Learning-rate schedule", extra={"catalogue": "schedules"})
    ] = Plug("constant")
    pruning: Annotated[
        Plug,
        Meta(
            title="Pruning",
            description="Weights that are set to zero while it trains, and stay so.",
            extra={"catalogue": "prunings"},
        ),
    ] = Plug("none")
    quantisation: Annotated[
        Plug,
        Meta(
            title="Quantisation",
            description="What it learns to compute with in few bits.",
            extra={"catalogue": "quantisations"},
        ),
    ] = Plug("unrounded")
    clip_norm: Annotated[
        Annotated[float, Meta(gt=0, le=1e6)] | None,
        Meta(
            title="Clip gradient norm",
            description="Gradients of a network are scaled down to this total norm; none: no clipping.",
        ),
    ] = None
    clip_value: Annotated[
        Annotated[float, Meta(gt=0, le=1e6)] | None,
        Meta(
            title="Clip gradient values",
            description="No number of a gradient is larger than this, up or down; before the norm is clipped.",
        ),
    ] = None
    average: Annotated[
        Averaging | None,
        Meta(
            title="Average weights",
            description="Averaged weights are often better than the last ones.",
        ),
    ] = None
    distillation: Annotated[
        Distillation | None,
        Meta(
            title="Distillation",
            description="Learn from what a trained run answers, too. It is chosen when the training begins. It helps networks "
            "with units to spare, not those too small to follow the answers.",
        ),
    ] = None
    early_stopping: Annotated[EarlyStopping | None, Meta(title="Early stopping")] = None
    evaluate_every: Annotated[
        int,
        Meta(ge=1, le=1_000_000, title="Evaluate every", extra={"unit": "epochs"}),
    ] = 1
    checkpoint_every: Annotated[
        float,
        Meta(
            ge=1,
            le=86_400,
            title="Checkpoint every",
            description="A power cut costs at most this much training.",
            extra={"unit": "s"},
        ),
    ] = 20.0
    on_nan: Annotated[
        Literal["stop", "roll_back"],
        Meta(
            title="When a loss is not a number",
            description="Stop, or go back to the last checkpoint once with a tenth of the learning rate.",
        ),
    ] = "stop"
    device: Annotated[
        Literal["auto", "cpu", "cuda", "mps"],
        Meta(title="Device", extra={"names": {"cpu": "CPU", "cuda": "CUDA", "mps": "MPS"}}),
    ] = "auto"
    threads: Annotated[
        int,
        Meta(
            ge=1,
            le=256,
            title="CPU threads",
            description="Part of the recipe because sums in another order round differently.",
        ),
    ] = 1
    precision: Annotated[
        Literal["float32", "bf16", "fp16"],
        Meta(
            title="Precision",
            description="bf16 and fp16 compute layers in 16 bits where that is safe; weights and evaluations "
            "stay in 32. fp16 needs CUDA.",
        ),
    ] = "float32"
    compile: Annotated[
        bool,
        Meta(
            title="Compile",
            description="Let torch.compile fuse the layers: slow to start, then faster. Dropout then draws "
            "other random numbers, and activations are not measured.",
        ),
    ] = False
    cuda_graphs: Annotated[
        bool,
        Meta(
            title="CUDA graphs",
            description="Compile, and replay a step's kernels as one; helps small networks. Needs CUDA.",
        ),
    ] = False
    channels_last: Annotated[
        Literal["auto", "always", "never"],
        Meta(
            title="Channels last",
            description="How images and the kernels of convolutions lie in memory. Auto: so where it is "
            "faster, which is on most processors, and in 16 bits on GPUs.",
        ),
    ] = "auto"


DEFAULT_PROBES: tuple[Plug, ...] = (Plug("health"), Plug("samples"), Plug("confusion"))


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides a run."""

    format: str = FORMAT
    name: Annotated[str, Meta(max_length=LONGEST_NAME)] = UNTITLED
    description: Annotated[str, Meta(max_length=10_000)] = ""
    networks: dict[str, Network] = {}
    blocks: dict[str, Block] = {}
    data: Data
    objective: Plug
    recipe: Recipe = Recipe()
    probes: tuple[Plug, ...] = DEFAULT_PROBES
    guide: Annotated[str, Meta(max_length=100)] = ""
