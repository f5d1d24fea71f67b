"""How fast quantised networks are with real int8 kernels: those of ONNX Runtime, beside its float32 ones.

PyTorch's own int8 kernels for processors are announced to go (``torch.ao.quantization``), and torchao's need a compiler on
the machine; ``docs/architecture.md`` has the figures. The accuracy of a variant is that of its simulation in float32
(:mod:`engine.compute.rounding`), which follows the same formulas.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from engine.compression.activation import Activation, Activations
from engine.compression.variant import Latency, Size, by_speed
from engine.compute.compression.measuring import BATCHES, SECONDS, in_turns
from engine.compute.network import GraphModule, random_input
from projects.errors import CompressionError
from projects.translation import gettext as _

if TYPE_CHECKING:
    import onnxruntime

EXAMPLES = 64  # by which ONNX Runtime finds ranges of its own; what it is given doesn't change how fast it is
# of ONNX Runtime; its convolutions are many times slower with ranges found on the fly
DYNAMIC = ("MatMul", "Gemm", "LSTM")
STATIC = ("Conv", "MatMul", "Gemm")
Feed = Mapping[str, NDArray[Any]]


class Kernels:
    """Networks in ONNX Runtime, in float32 and in int8.

    Args:
        networks: In evaluation mode, with weights that lie on grids.
        activations: Which of their layers take in rounded numbers.
        threads: Processor threads that are to compute.
        examples: What ranges are found by, ``(n, *in_shape)`` by network; drawn when left out.

    Raises:
        CompressionError: ONNX Runtime is not installed, or does not know a layer.
    """

    def __init__(
        self,
        networks: Mapping[str, GraphModule],
        activations: Activations,
        threads: int,
        examples: Mapping[str, Sequence[NDArray[Any]]] | None = None,
    ) -> None:
        try:
            import onnxruntime
            import onnxscript  # noqa: F401  torch's exporter needs it
        except ImportError as error:
            raise CompressionError(
                _("int8 kernels cannot be measured without ONNX Runtime."),
                hint=_("pip install onnxruntime onnxscript"),
            ) from error
        self._runtime = onnxruntime
        self._threads = threads
        self._networks = dict(networks)
        self._float: dict[str, onnxruntime.InferenceSession] = {}
        self._int8: dict[str, onnxruntime.InferenceSession] = {}
        for name, network in self._networks.items():
            given = (examples or {}).get(name) or _drawn(network, EXAMPLES)
            try:
                with tempfile.TemporaryDirectory() as room, _quiet():
                    plain, small = Path(room) / "plain.onnx", Path(room) / "small.onnx"
                    _export(name, network, plain)
                    _quantise(plain, small, activations.get(name, {}), given)
                    self._float[name] = self._opened(plain)
                    self._int8[name] = self._opened(small)
            except Exception as error:  # whatever an exporter of many parts stumbles over
                words = " ".join(str(error).split())[:200]
                raise CompressionError(
                    _("int8 kernels cannot be measured for this network: {reason}").format(
                        reason=words
                    ),
                    where=f"networks.{name}",
                ) from error

    def latencies(
        self, batches: Sequence[int], seconds: float
    ) -> tuple[tuple[Latency, ...], tuple[Latency, ...]]:
        """Measure passes through all networks, in float32 and in int8.

        Args:
            batches: How many examples in a pass.
            seconds: How long passes of one size are made at least.
        """
        both = (self._float, self._int8)
        pairs = [in_turns([self._passing(one, n) for one in both], n, seconds) for n in batches]
        return tuple(fine for fine, _small in pairs), tuple(small for _fine, small in pairs)

    def answers(self, name: str, inputs: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
        """Return what the int8 kernels answer, for the inputs of one network."""
        session = self._int8[name]
        (found, *_others) = session.run(None, _feed(session, inputs))
        return np.asarray(found, dtype=np.float32)

    def _passing(
        self, sessions: Mapping[str, onnxruntime.InferenceSession], count: int
    ) -> Callable[[], None]:
        fed = [
            (session, _feed(session, _drawn(self._networks[name], count)))
            for name, session in sessions.items()
        ]

        def once() -> None:
            for session, feed in fed:
                session.run(None, feed)

        return once

    def _opened(self, path: Path) -> onnxruntime.InferenceSession:
        options = self._runtime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # without instructions for int8 the fast way adds in 16 bits, which overflow
        options.add_session_config_entry("session.x64quantprecision", "1")
        content = path.read_bytes()  # the file goes before the session does
        return self._runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _drawn(network: GraphModule, count: int) -> list[NDArray[Any]]:
    """Return random inputs of a network, its labels last."""
    generator = torch.Generator().manual_seed(0)
    inputs = random_input(network, count, generator)
    labels = network.any_labels(count, generator)
    return [value.numpy() for value in (inputs, labels) if value is not None]


def _feed(session: onnxruntime.InferenceSession, inputs: Sequence[NDArray[Any]]) -> Feed:
    names = [entry.name for entry in session.get_inputs()]
    return dict(zip(names, inputs, strict=True))


def _export(name: str, network: GraphModule, path: Path) -> None:
    from engine.export.traced import traced  # only where inputs are rounded

    program, arguments = traced(name, network)
    names = ["x", "label"][: len(arguments)]
    made = torch.onnx.export(
        program, dynamo=True, verbose=False, input_names=names, output_names=["y"]
    )
    assert made is not None
    made.save(str(path), external_data=False)


def _quantise(
    plain: Path, small: Path, rules: Mapping[str, Activation], given: Sequence[NDArray[Any]]
) -> None:
    from onnxruntime import quantization

    if all(rule.is_dynamic for rule in rules.values()):
        quantization.quantize_dynamic(
            plain,
            small,
            op_types_to_quantize=list(DYNAMIC),
            per_channel=True,
            weight_type=quantization.QuantType.QInt8,
            extra_options={"DefaultTensorType": 1},  # float32
        )
        return
    names = ["x", "label"][: len(given)]

    class Examples(quantization.CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self._left = iter([dict(zip(names, given, strict=True))])

        def get_next(self) -> Feed | None:
            return next(self._left, None)

    quantization.quantize_static(
        plain,
        small,
        Examples(),
        quant_format=quantization.QuantFormat.QDQ,
        op_types_to_quantize=list(STATIC),
        per_channel=True,
        weight_type=quantization.QuantType.QInt8,
        activation_type=quantization.QuantType.QUInt8,
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Exporters say much that nobody asked for."""
    loggers = [logging.getLogger(), logging.getLogger("torch.onnx")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def with_int8(
    size: Size, networks: Mapping[str, GraphModule], activations: Activations
) -> tuple[Size, tuple[str, ...]]:
    """Return what networks cost with the time that int8 takes, and what is to be said of it; where nothing is rounded, as it is.

    Args:
        size: What they cost.
        networks: In evaluation mode.
        activations: Which of their layers take in rounded numbers.
    """
    if not any(activations.values()):
        return size, ()
    try:
        kernels = Kernels(networks, activations, size.threads)
    except CompressionError as error:
        return size, (str(error),)
    fine, small = kernels.latencies(BATCHES, SECONDS)
    return msgspec.structs.replace(size, onnx_latencies=fine, int8_latencies=small), notes_on_int8(
        fine, small
    )


def notes_on_int8(fine: Sequence[Latency], small: Sequence[Latency]) -> tuple[str, ...]:
    """Return what a person should know of how fast int8 is here.

    Args:
        fine: Measured in float32.
        small: The same passes in int8.
    """
    faster, slower, alike = by_speed(zip(fine, small, strict=True))
    sentences = (
        (faster, _("int8 is faster here, by ONNX Runtime: {times}.")),
        (
            slower,
            _(
                "int8 is slower here, by ONNX Runtime: {times}. Small layers, and processors without instructions for int8, "
                "gain nothing."
            ),
        ),
        (alike, _("int8 makes no clear difference here, by ONNX Runtime: {times}.")),
    )
    return tuple(sentence.format(times=_told(some)) for some, sentence in sentences if some)


def _told(pairs: Sequence[tuple[Latency, Latency]]) -> str:
    words = _("{small:.3g} ms instead of {fine:.3g} ms for {batch}")
    return ", ".join(
        words.format(small=1000 * small.median, fine=1000 * fine.median, batch=fine.batch)
        for fine, small in pairs
    )
