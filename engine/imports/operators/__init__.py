"""How operators of the ONNX standard are drawn; every module enters its rules in ``RULES``.

A rule answers whether it could draw an operator. One that cannot, because a setting has no equivalent,
leaves it to be drawn as an unknown node.
"""
