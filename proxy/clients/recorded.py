"""Recorded streams, where they are beside the project: as they were, and with a value put into one of their texts."""

import json
import random
from pathlib import Path

from streams import EVENT_STREAM, SSE, VALUES, Stream

PROTOCOLS = {
    "openai-chat": "chat",
    "openai-responses": "responses",
    "anthropic": "anthropic",
    "gemini": "gemini",
    "ollama": "ollama",
    "bedrock": "bedrock",
}


def folder():
    """Where the recordings are, if they are anywhere above."""
    above = Path(__file__).resolve().parents
    return next((at for at in (parent / "shared/wire/samples" for parent in above) if at.is_dir()), None)


def fragments(event):
    """The fragments of an event: of which text, and where: what holds it, and its name there."""
    for at, choice in enumerate(event.get("choices") or []):
        delta, index = choice.get("delta") or {}, choice.get("index", at)
        for name in ("content", "reasoning", "reasoning_content"):
            yield f"{index} {name}", delta, name
        for place, call in enumerate(delta.get("tool_calls") or []):
            yield f"{index} tool {call.get('index', place)}", call.get("function") or {}, "arguments"
    kind = event.get("type") or ""
    if kind.startswith("response.") and kind.endswith(".delta"):
        numbers = [event.get(name) for name in ("output_index", "content_index", "summary_index")]
        yield f"{kind} {numbers}", event, "delta"
    if kind == "content_block_delta":
        for name in ("text", "partial_json"):
            yield f"{event.get('index')} {name}", event["delta"], name
    for candidate in event.get("candidates") or []:
        for part in (candidate.get("content") or {}).get("parts") or []:
            if "thoughtSignature" not in part:
                yield f"{part.get('thought')}", part, "text"
    if isinstance(event.get("message"), dict) and "done" in event:
        for name in ("content", "thinking"):
            yield name, event["message"], name


def texts(events):
    """The fragments that are not empty, by text: each with its event's number."""
    found = {}
    for number, event in enumerate(events):
        for key, holder, name in fragments(event):
            if isinstance(holder.get(name), str) and holder[name]:
                found.setdefault(key, []).append((number, holder, name))
    return found


def replaced(value, old, new):
    """The same with a text in the place of another, wherever it is said again."""
    if isinstance(value, dict):
        return {name: replaced(member, old, new) for name, member in value.items()}
    if isinstance(value, list):
        return [replaced(member, old, new) for member in value]
    return new if value == old and len(old) > 8 else value


def inject(events, draw):
    """Events with a value cut in two in one of their texts, and the value; nothing if no text has two fragments."""
    found = {key: places for key, places in texts(events).items() if len(places) > 1}
    if not found:
        return None
    key = draw.choice(sorted(found))
    places = found[key]
    joined = lambda: "".join(holder[name] for _, holder, name in places)
    value = draw.choice([value for value in VALUES if " " not in value])
    cut = draw.randrange(1, len(value))
    # What is put at the end of arguments is behind their last bracket, so it is put in between.
    at = draw.randrange(len(places) - 1)
    (_, one, name), (_, other, _) = places[at], places[at + 1]
    if one is other or "tool" in key or "json" in key or "arguments" in key:
        return None
    old = joined()
    one[name] = f"{one[name]} {value[:cut]}"
    other[name] = f"{value[cut:]} {other[name]}"
    new = joined()
    return [replaced(event, old, new) for event in events], value


def split(text, is_lines):
    """A recording's events: each with what stands before its payload, the payload, and what follows."""
    if is_lines:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    lines = (line.rstrip("\r") for line in text.split("\n"))
    payloads = [line.removeprefix("data:").strip() for line in lines if line.startswith("data:")]
    return [json.loads(payload) for payload in payloads if payload.startswith("{")]


def framed(events, protocol):
    if protocol == "ollama":
        return "".join(json.dumps(event) + "\n" for event in events).encode()
    names = protocol in ("responses", "anthropic")
    name = lambda event: f"event: {event.get('type')}\n" if names else ""
    body = "".join(f"{name(event)}data: {json.dumps(event)}\n\n" for event in events)
    return (body + ("data: [DONE]\n\n" if protocol == "chat" else "")).encode()


def streams(seed):
    """Every recording, and three more of it with a value."""
    if folder() is None:
        return
    for path in sorted(folder().glob("*/*")):
        protocol = PROTOCOLS.get(path.parent.name)
        if path.suffix == ".bin" and protocol != "bedrock":
            continue
        if protocol is None or path.suffix not in (".sse", ".ndjson", ".bin"):
            continue
        name = f"{path.parent.name}-{path.name}"
        if protocol == "bedrock":
            yield Stream(name, protocol, True, EVENT_STREAM, path.read_bytes())
            continue
        content_type = "application/x-ndjson" if protocol == "ollama" else SSE
        raw = path.read_bytes()
        is_lines = path.suffix == ".ndjson"
        body = framed(split(raw.decode(), True), protocol) if is_lines and protocol != "ollama" else raw
        yield Stream(name, protocol, True, content_type, body)
        for number in range(3):
            draw = random.Random(f"{seed} {name} {number}")
            made = inject(split(raw.decode(), is_lines), draw)
            if made:
                yield Stream(f"{name}-{number}", protocol, True, content_type, framed(made[0], protocol), [made[1]])
