"""The Textual app: views, dialogs, widgets, and the one table of actions."""
