"""Texts that a sender may choose to deface, drive or break a terminal program."""

PAYLOADS = {
    "title": "\x1b]0;PWNED\x07",
    "clipboard": "\x1b]52;c;UFdORUQ=\x07",
    "link": "\x1b]8;;https://exemple.invalid\x1b\\lien\x1b]8;;\x1b\\",
    "colour": "\x1b[31mrouge\x1b[0m \x1b[2J\x1b[H",
    "c1": "\x9b31m \x9d0;PWNED\x9c \x85",
    "device": '\x1bP$q"p\x1b\\ \x1b[c \x1b[6n',
    "paste": "\x1b[201~; rm -rf ~\n",
    "bidi": "ordonnance\u202efdp.exe \u2066x\u2069 \u061c\u200e",
    "invisible": "a\u200bb\ufeffc\u00add \U000e0041",
    "combining": "e" + "\u0301" * 60,
    "nul": "avant\x00après\x7f\x08\x08\x0e\x0f",
    "closing": "[/nope] [/]",
    "tags": "[SPAM] [liste] [b-tech] [2024] [red]rouge[/red]",
    "click": "[@click=app.quit]cliquer[/]",
    "wide": "日本語のメール 👩\u200d⚕️ ﷽",
    "long": "t" * 9000,
    "formula": '=HYPERLINK("https://exemple.invalid")',
    "surrogate": "\udc80\ud800",
}


def mail(subject: str) -> bytes:
    """A message that carries the text wherever a sender can put one: subject, name, file name, body."""
    text = subject.replace("\r", " ").replace("\n", " ")
    raw = text.encode("utf-8", "surrogateescape" if "\ud800" not in text else "surrogatepass")
    return b"".join(
        (
            b'From: "' + raw.replace(b'"', b"'")[:400] + b'" <piege@hostile-fictif.mssante.fr>\r\n',
            b"Subject: " + raw + b"\r\n",
            b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
            raw + b"\r\n--b\r\n",
            b'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="',
            raw.replace(b'"', b"'")[:400] + b'"\r\n\r\nx\r\n--b--\r\n',
        )
    ).replace(b"\x00", b"=00")


def control_characters(text: str) -> list[str]:
    """The characters that must never reach a terminal: controls, formats, surrogates, unassigned."""
    return [repr(c) for c in text if not (c.isprintable() or c == "\n")]
