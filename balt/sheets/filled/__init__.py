"""The sheets as filled in today, for a wall or a quality file: Markdown, HTML, PDF, one page a sheet."""
