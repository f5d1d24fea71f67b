"""The application: window, document, designer, tabs, panels, sessions, recovery."""
