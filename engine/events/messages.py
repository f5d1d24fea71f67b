"""What event files hold: the few fields of ``tensorflow.Event`` that tell curves.

The numbers are those of ``event.proto``, ``summary.proto`` and ``tensor.proto`` of TensorFlow; fields that are
not declared here are passed over by the parser, as protocol buffers mean it.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

PACKAGE = "ganvas.events"


class _Field(NamedTuple):
    name: str
    number: int
    kind: str  # of protocol buffers, or the name of another message
    many: bool = False


MESSAGES = {
    "Dim": (_Field("size", 1, "int64"),),
    "Shape": (_Field("dim", 2, "Dim", True),),
    "Tensor": (
        _Field("dtype", 1, "int32"),
        _Field("tensor_shape", 2, "Shape"),
        _Field("tensor_content", 4, "bytes"),
        _Field("float_val", 5, "float", True),
        _Field("double_val", 6, "double", True),
        _Field("int_val", 7, "int32", True),
        _Field("int64_val", 10, "int64", True),
    ),
    "Value": (
        _Field("tag", 1, "string"),
        _Field("simple_value", 2, "float"),
        _Field("tensor", 8, "Tensor"),
    ),
    "Summary": (_Field("value", 1, "Value", True),),
    "Event": (
        _Field("wall_time", 1, "double"),
        _Field("step", 2, "int64"),
        _Field("file_version", 3, "string"),
        _Field("summary", 5, "Summary"),
    ),
}


@functools.cache
def event_class() -> Any:
    """Return the class of events."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(
        name="ganvas/events.proto", package=PACKAGE, syntax="proto2"
    )
    kinds = descriptor_pb2.FieldDescriptorProto
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field in fields:
            label = kinds.LABEL_REPEATED if field.many else kinds.LABEL_OPTIONAL
            made = message.field.add(name=field.name, number=field.number, label=label)
            if field.kind in MESSAGES:
                made.type, made.type_name = kinds.TYPE_MESSAGE, f".{PACKAGE}.{field.kind}"
            else:
                made.type = getattr(kinds, f"TYPE_{field.kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.Event"))
