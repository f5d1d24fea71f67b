"""What a project is: its schema, its files, and the example projects. A leaf: imports no other room."""

from projects.translation import of_system, speak

speak(of_system())
