"""The kinds of things to hand out, by name; importing this imports nothing else."""

TEMPLATE_KINDS = ("signature", "signature_html", "letter", "prescription", "post", "sheet", "request")
"""Those that are made from a template."""
