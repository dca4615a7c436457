"""What each key does, place by place; ``balt.tui.actions`` puts them together."""
