"""The application: window, document, designer, tabs, panels, sessions, recovery."""

import projects  # noqa: F401  says where translations lie, before any text is looked up
