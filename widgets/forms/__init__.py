"""Forms made from plain descriptions: what may be entered, and what is said when it may not.

Knows Qt only. A field that holds something wrong shows a sentence below it and says nothing to the
outside, so whoever listens keeps the last good value.
"""

from widgets.forms.field import MIXED, FormField, Kind
from widgets.forms.form import Form

__all__ = ["MIXED", "Form", "FormField", "Kind"]
