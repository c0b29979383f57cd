"""The event stream of the WHATWG HTML standard (9.2.6), word by word over the whole buffer: slow, and plain to see."""

from __future__ import annotations

from coze_web.sse import Frame


def parse(stream: bytes) -> list[Frame]:
    """Return the events that a stream holds."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    *lines, _unfinished = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    frames = []
    event = data = last_id = ""
    for line in lines:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line == "":
            if data:
                frames.append(Frame(event or "message", data.removesuffix("\n"), last_id))
            event = data = ""
        elif field == "event":
            event = value
        elif field == "data":
            data += value + "\n"
        elif field == "id" and "\0" not in value:
            last_id = value
    return frames
