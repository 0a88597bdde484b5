"""Answers of AI services as they are read, whole or streamed as events: their tokens, their model, and what was said."""

import json

#: Where an answer, or an event of one, has its text.
TEXTS = (
    ("choices", 0, "message", "content"), ("choices", 0, "delta", "content"), ("content", 0, "text"), ("delta", "text"), ("delta",),
    ("output_text",), ("output", 0, "content", 0, "text"),
)  # fmt: skip
#: No more of an answer than this is remembered.
MUCH = 1_000_000


class Answer:
    """What is known of an answer so far."""

    def __init__(self, is_events=False):
        self.model = "unknown"
        self.read = self.written = 0
        self._said = []
        self._rest = b""
        self._is_events = is_events

    @property
    def said(self):
        """What the model said, as it stands in the JSON of a question."""
        return json.dumps("".join(self._said))[1:-1].encode()

    def feed(self, part):
        """The next bytes of it. Events are read as they come, anything else at the end."""
        self._rest += part
        if self._is_events:
            *lines, self._rest = self._rest.split(b"\n")
            for line in lines:
                if line.startswith(b"data:"):
                    self._parse(line[5:])
        self._rest = self._rest[:MUCH]

    def end(self):
        """There is no more of it."""
        if not self._is_events:
            self._parse(self._rest)
        self._rest = b""
        return self

    def _parse(self, text):
        try:
            told = json.loads(text)
        except ValueError:
            return  # `[DONE]`, or nothing that we know.
        if not isinstance(told, dict):
            return
        # Services send the numbers with the message that begins, the one that ends, or by themselves: the last ones hold.
        for part in (told, told.get("message"), told.get("response")):
            if isinstance(part, dict):
                self.model = part.get("model") or self.model
                self._count(part.get("usage"))
        text = next(filter(None, (_at(told, way) for way in TEXTS)), "")
        if sum(map(len, self._said)) + len(text) < MUCH:
            self._said.append(text)

    def _count(self, usage):
        if isinstance(usage, dict):
            self.read = usage.get("prompt_tokens", usage.get("input_tokens")) or self.read
            self.written = usage.get("completion_tokens", usage.get("output_tokens")) or self.written


def _at(told, way):
    """The text at the end of a way into parsed JSON; empty if there is none."""
    for step in way:
        try:
            told = told[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return told if isinstance(told, str) else ""
