"""Streams as the model APIs send them, made anew from a seed, with values put into them that must not come out.

Each is what an upstream answers to one request. What is split is split at odd places: texts within values, arguments within
escapes. What an API says twice (done events, texts so far, structured contents) is said twice here too.
"""

import json
import random
import struct
import zlib
from dataclasses import dataclass, field

# What is put in, and what stands there instead. Each is certain wherever it stands, so its mask needs no second opinion.
VALUES = {
    "bob.miller@example.com": "[EMAIL]",
    "4111 1111 1111 1111": "[CREDIT_CARD]",
    "DE89370400440532013000": "[IBAN]",
    "AKIAQYLPMN5HXT3BZK2C": "[SECRET]",
    "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": "[SECRET]",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJl": "[SECRET]",
}
# A card as a number: it stays a number.
NUMBER = 4111111111111111
GLUE = [" ", ", ", "\n", "\t", " é ", " 🦀 ", ' "', " (", " \\n ", " and then ", "; write to ", " / "]
PLAIN = ["Certainly", "the weather in Zürich", "nothing to see", "a list:\n- one\n- two\n", "x = {\"a\": 1}", "👩‍👩‍👧 here"]


@dataclass
class Stream:
    """One answer: what an upstream sends for the request of one client."""

    name: str
    # Which clients read it: `chat`, `responses`, `anthropic`, `gemini`, `ollama`, `bedrock`, `mcp`.
    protocol: str
    # Whether it is read with the client's streaming call, or is complete.
    streamed: bool
    content_type: str
    body: bytes
    # What was put in, as it may be written in the body of no other value.
    values: list = field(default_factory=list)


class Maker:
    """Makes parts of streams from a seed, and remembers which values it put in."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.values = set()

    def value(self):
        value = self.draw.choice(list(VALUES))
        self.values.add(value)
        return value

    def text(self, most=5):
        """Prose with values in it."""
        text = self.draw.choice(PLAIN)
        for _ in range(self.draw.randint(1, most)):
            text += self.draw.choice(GLUE)
            text += self.value() if self.draw.randrange(3) else self.draw.choice(PLAIN)
            text += self.draw.choice(["", " ", ",", "\n", ")", '"', "; "])
            text += self.draw.choice(["", " so", " it is", " 🦀"])
        return text + self.draw.choice(["", "!", "\n"])

    def arguments(self):
        """An object that a tool gets."""
        held = {}
        for name in self.draw.sample(["to", "note", "card", "deep", "list", "inner", "count"], self.draw.randint(2, 5)):
            match name:
                case "card":
                    held[name] = NUMBER
                case "count":
                    held[name] = self.draw.choice([1, -0.5, True, None])
                case "deep":
                    held[name] = self.json({"mail": self.value(), "n": 1})
                case "list":
                    held[name] = [self.value(), self.text(1)]
                case "inner":
                    held[name] = {"value": self.value()}
                case _:
                    held[name] = self.text(2)
        return held

    def json(self, value):
        """JSON as senders write it: some escape what they need not, some put blanks."""
        kind = self.draw.randrange(4)
        blanks = (", ", ": ") if kind % 2 else (",", ":")
        text = json.dumps(value, ensure_ascii=kind == 0, separators=blanks)
        if kind == 3:
            text = text.replace("@", "\\u0040").replace("/", "\\/")
        return text

    def parts(self, text, empty=True):
        """A text in fragments of a few characters: a split falls anywhere but within a character."""
        longest = self.draw.choice([1, 3, 8, 20])
        parts, at = [], 0
        while at < len(text):
            if empty and self.draw.randrange(8) == 0:
                parts.append("")
            size = self.draw.randint(1, longest)
            parts.append(text[at : at + size])
            at += size
        return parts

    def event(self, payload, name=None, end="\n"):
        """A server-sent event."""
        head = f"event: {name}{end}" if name else ""
        return f"{head}data: {self.json(payload)}{end}{end}".encode()

    def stream(self, name, protocol, content_type, body, streamed=True):
        return Stream(name, protocol, streamed, content_type, body, sorted(self.values))


SSE = "text/event-stream"


def chat(make, name):
    """Chat completions: thinking, an answer and tools, of one or two choices, and usage at the end."""
    draw = make.draw
    base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": "gpt-4o"}
    choices = []
    for index in range(draw.choice([1, 1, 2])):
        deltas = [{"role": "assistant", "content": "" if draw.randrange(2) else None}]
        if draw.randrange(2):
            deltas += [{"reasoning_content": part} for part in make.parts(make.text())]
        deltas += [{"content": part} for part in make.parts(make.text())]
        tools = draw.randint(0, 3)
        for number in range(tools):
            function = {"name": "look_up", "arguments": ""}
            call = {"index": number, "id": f"call_{index}{number}", "type": "function", "function": function}
            deltas.append({"tool_calls": [call]})
            for part in make.parts(make.json(make.arguments())):
                deltas.append({"tool_calls": [{"index": number, "function": {"arguments": part}}]})
        events = [{"index": index, "delta": delta, "finish_reason": None} for delta in deltas]
        events.append({"index": index, "delta": {}, "finish_reason": "tool_calls" if tools else "stop"})
        choices.append(events)
    body = b""
    # They go on beside one another, but begin in order: the client counts on it.
    turns = list(range(len(choices)))
    while any(choices):
        index = turns.pop(0) if turns else draw.choice([index for index, events in enumerate(choices) if events])
        events = choices[index]
        body += make.event({**base, "choices": [events.pop(0)], "usage": None})
        if draw.randrange(16) == 0:
            body += b": keep-alive\n\n"
    usage = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}
    body += make.event({**base, "choices": [], "usage": usage}) + b"data: [DONE]\n\n"
    return make.stream(name, "chat", SSE, body)


def chat_so_far(make, name):
    """A dialect that says all of the message so far in every event."""
    base = {"id": "c", "object": "chat.completion.chunk", "created": 1700000000, "model": "sonar"}
    body, said = b"", ""
    parts = make.parts(make.text(), empty=False)
    for at, part in enumerate(parts):
        said += part
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": said},
            "delta": {"role": "assistant", "content": part},
            "finish_reason": "stop" if at + 1 == len(parts) else None,
        }
        body += make.event({**base, "choices": [choice]}, end="\r\n")
    return make.stream(name, "chat", SSE, body)


def chat_complete(make, name):
    function = {"name": "look_up", "arguments": make.json(make.arguments())}
    call = {"id": "call_1", "type": "function", "function": function}
    message = {"role": "assistant", "content": make.text(), "tool_calls": [call], "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls"}
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    whole = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "gpt-4o"}
    body = make.json({**whole, "choices": [choice], "usage": usage}).encode()
    return make.stream(name, "chat", "application/json", body, streamed=False)


def response(status, output, **more):
    """What the Responses API says of a response."""
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1700000000,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": "gpt-4o",
        "output": output,
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        **more,
    }


def message_item(make, number):
    text = make.text()
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    return {"id": f"msg_{number}", "type": "message", "status": "completed", "role": "assistant", "content": [part]}


def call_item(make, number):
    arguments = make.json(make.arguments())
    call = {"id": f"fc_{number}", "type": "function_call", "status": "completed", "call_id": f"call_{number}"}
    return {**call, "name": "look_up", "arguments": arguments}


def reasoning_item(make, number):
    summary = [{"type": "summary_text", "text": make.text()}]
    return {"id": f"rs_{number}", "type": "reasoning", "summary": summary}


def responses(make, name):
    """Responses: each text comes in deltas, and four times whole."""
    draw = make.draw
    events = []

    def tell(kind, **more):
        events.append({"type": kind, "sequence_number": len(events), **more})

    echo = {"instructions": make.text(2)}
    tell("response.created", response=response("in_progress", [], **echo))
    tell("response.in_progress", response=response("in_progress", [], **echo))
    output = []
    for index in range(draw.randint(1, 3)):
        item = draw.choice([message_item, call_item, reasoning_item])(make, index)
        at = {"output_index": index, "item_id": item["id"]}
        empty = {"status": "in_progress", "content": []} if item["type"] == "message" else {}
        empty = {"status": "in_progress", "arguments": ""} if item["type"] == "function_call" else empty
        empty = {"summary": []} if item["type"] == "reasoning" else empty
        tell("response.output_item.added", output_index=index, item={**item, **empty})
        if item["type"] == "message":
            part = item["content"][0]
            tell("response.content_part.added", **at, content_index=0, part={**part, "text": ""})
            for delta in make.parts(part["text"], empty=False):
                noise = "x" * draw.randrange(8)
                tell("response.output_text.delta", **at, content_index=0, delta=delta, logprobs=[], obfuscation=noise)
            tell("response.output_text.done", **at, content_index=0, text=part["text"], logprobs=[])
            tell("response.content_part.done", **at, content_index=0, part=part)
        elif item["type"] == "function_call":
            for delta in make.parts(item["arguments"], empty=False):
                tell("response.function_call_arguments.delta", **at, delta=delta)
            tell("response.function_call_arguments.done", **at, name=item["name"], arguments=item["arguments"])
        else:
            part = item["summary"][0]
            tell("response.reasoning_summary_part.added", **at, summary_index=0, part={**part, "text": ""})
            for delta in make.parts(part["text"], empty=False):
                tell("response.reasoning_summary_text.delta", **at, summary_index=0, delta=delta)
            tell("response.reasoning_summary_text.done", **at, summary_index=0, text=part["text"])
            tell("response.reasoning_summary_part.done", **at, summary_index=0, part=part)
        tell("response.output_item.done", output_index=index, item=item)
        output.append(item)
    details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    usage = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3, **details}
    tell("response.completed", response=response("completed", output, usage=usage, **echo))
    body = b"".join(make.event(event, event["type"]) for event in events)
    return make.stream(name, "responses", SSE, body)


def responses_complete(make, name):
    output = [reasoning_item(make, 0), message_item(make, 1), call_item(make, 2)]
    body = make.json(response("completed", output, instructions=make.text(1))).encode()
    return make.stream(name, "responses", "application/json", body, streamed=False)


def anthropic(make, name):
    """Messages: blocks of text, thinking and tools, with pings between and blanks before the last bracket."""
    draw = make.draw
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-replayed", "content": []}
    message |= {"stop_reason": None, "stop_sequence": None, "usage": usage}
    events = [{"type": "message_start", "message": message}]
    for index in range(draw.randint(1, 4)):
        kind = draw.choice(["text", "tool", "tool", "thinking"])
        if kind == "text":
            block, deltas = {"type": "text", "text": ""}, [
                {"type": "text_delta", "text": part} for part in make.parts(make.text(), empty=False)
            ]
        elif kind == "tool":
            block = {"type": "tool_use", "id": f"toolu_{index}", "name": "look_up", "input": {}}
            arguments = make.json(make.arguments())
            deltas = [{"type": "input_json_delta", "partial_json": part} for part in make.parts(arguments)]
        else:
            # Signed: what is put in there is another question.
            block = {"type": "thinking", "thinking": "", "signature": ""}
            thought = draw.choice(PLAIN)
            deltas = [{"type": "thinking_delta", "thinking": part} for part in make.parts(thought)]
            deltas.append({"type": "signature_delta", "signature": "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk="})
        events.append({"type": "content_block_start", "index": index, "content_block": block})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        if draw.randrange(4) == 0:
            events.append({"type": "ping"})
        events.append({"type": "content_block_stop", "index": index})
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    events.append({"type": "message_delta", "delta": stop, "usage": {"output_tokens": 9}})
    events.append({"type": "message_stop"})
    body = b""
    for event in events:
        text = make.event(event, event["type"]).decode()
        body += (text[:-3] + " " * draw.randrange(12) + text[-3:]).encode()
    return make.stream(name, "anthropic", SSE, body)


def anthropic_complete(make, name):
    content = [{"type": "text", "text": make.text(), "citations": None}]
    content.append({"type": "tool_use", "id": "toolu_1", "name": "look_up", "input": make.arguments()})
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-replayed", "content": content}
    message |= {"stop_reason": "tool_use", "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}}
    return make.stream(name, "anthropic", "application/json", make.json(message).encode(), streamed=False)


def gemini_events(make):
    draw = make.draw
    parts = [{"text": part, "thought": True} for part in make.parts(make.text(2))] if draw.randrange(2) else []
    parts += [{"text": part} for part in make.parts(make.text())]
    if draw.randrange(2):
        parts.append({"functionCall": {"name": "look_up", "args": make.arguments()}})
    more = {"modelVersion": "gemini-2.5-flash", "responseId": "r1"}
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 2, "totalTokenCount": 3}
    events = []
    for part in parts:
        content = {"role": "model", "parts": [part]}
        events.append({"candidates": [{"content": content, "index": 0}], "usageMetadata": usage, **more})
    events[-1]["candidates"][0]["finishReason"] = "STOP"
    return events


def gemini(make, name):
    """Gemini, as events: one data line each, CRLF, no names and no end mark."""
    body = b"".join(make.event(event, end="\r\n") for event in gemini_events(make))
    return make.stream(name, "gemini", SSE, body)


def gemini_complete(make, name):
    parts = [{"text": make.text()}, {"functionCall": {"name": "look_up", "args": make.arguments()}}]
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
    body = make.json({"candidates": [candidate], "modelVersion": "gemini-2.5-flash"}).encode()
    return make.stream(name, "gemini", "application/json", body, streamed=False)


def ollama_line(message, done):
    line = {"model": "llama3.2", "created_at": "2025-01-01T00:00:00.000000Z", "message": message, "done": done}
    return line | ({"done_reason": "stop", "total_duration": 5, "eval_count": 7} if done else {})


def ollama(make, name):
    """Ollama: a line an object, no blank lines."""
    draw = make.draw
    messages = [{"thinking": part, "content": ""} for part in make.parts(make.text())] if draw.randrange(2) else []
    messages += [{"content": part} for part in make.parts(make.text())]
    if draw.randrange(2):
        function = {"name": "look_up", "arguments": make.arguments()}
        messages.append({"content": "", "tool_calls": [{"function": function}]})
    lines = [ollama_line({"role": "assistant", **message}, False) for message in messages]
    lines.append(ollama_line({"role": "assistant", "content": ""}, True))
    body = "".join(make.json(line) + "\n" for line in lines).encode()
    return make.stream(name, "ollama", "application/x-ndjson", body)


def ollama_complete(make, name):
    message = {"role": "assistant", "content": make.text(), "thinking": make.text(1)}
    body = make.json(ollama_line(message, True)).encode()
    return make.stream(name, "ollama", "application/json; charset=utf-8", body, streamed=False)


EVENT_STREAM = "application/vnd.amazon.eventstream"


def frame(headers, payload):
    """A binary event: lengths, headers, payload, and two checksums."""
    head = b""
    for key, value in headers.items():
        head += bytes([len(key)]) + key.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    body = prelude + struct.pack(">I", zlib.crc32(prelude)) + head + payload
    return body + struct.pack(">I", zlib.crc32(body))


def bedrock(make, name):
    """ConverseStream: binary frames, with padding to hide how long the texts are."""
    draw = make.draw
    events = [("messageStart", {"role": "assistant"})]
    for index in range(draw.randint(1, 4)):
        kind = draw.choice(["text", "tool", "tool", "reasoning"])
        deltas = []
        if kind == "text":
            deltas = [{"text": part} for part in make.parts(make.text(), empty=False)]
        elif kind == "tool":
            tool = {"toolUse": {"toolUseId": f"tooluse_{index}", "name": "look_up"}}
            events.append(("contentBlockStart", {"contentBlockIndex": index, "start": tool}))
            deltas = [{"toolUse": {"input": part}} for part in make.parts(make.json(make.arguments()))]
        else:
            # Signed: what is put in there is another question.
            deltas = [{"reasoningContent": {"text": part}} for part in make.parts(draw.choice(PLAIN), empty=False)]
            deltas.append({"reasoningContent": {"signature": "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk="}})
        for delta in deltas:
            events.append(("contentBlockDelta", {"contentBlockIndex": index, "delta": delta}))
        events.append(("contentBlockStop", {"contentBlockIndex": index}))
    events.append(("messageStop", {"stopReason": "end_turn"}))
    usage = {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}
    events.append(("metadata", {"usage": usage, "metrics": {"latencyMs": 5}}))
    body = b""
    for kind, payload in events:
        headers = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
        padded = {**payload, "p": "abcdefghijklmnopqrstuvwxyz"[: draw.randint(1, 26)]}
        body += frame(headers, make.json(padded).encode())
    return make.stream(name, "bedrock", EVENT_STREAM, body)


def bedrock_complete(make, name):
    use = {"toolUse": {"toolUseId": "tooluse_1", "name": "look_up", "input": make.arguments()}}
    message = {"role": "assistant", "content": [{"text": make.text()}, use]}
    usage = {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}
    whole = {"output": {"message": message}, "stopReason": "tool_use", "usage": usage, "metrics": {"latencyMs": 5}}
    return make.stream(name, "bedrock", "application/json", make.json(whole).encode(), streamed=False)


def mcp(make, name):
    """What a tool answers: a structure, and the same again as text. The upstream puts the request's id to it."""
    structure = {"mail": make.value(), "note": make.text(2), "count": 3, "rows": [{"value": make.value()}]}
    content = [{"type": "text", "text": make.json(structure)}, {"type": "text", "text": make.text()}]
    result = {"content": content, "structuredContent": structure, "isError": False}
    content_type = make.draw.choice([SSE, "application/json"])
    return make.stream(name, "mcp", content_type, make.json(result).encode(), content_type == SSE)


KINDS = {
    "chat": chat,
    "chat-so-far": chat_so_far,
    "chat-complete": chat_complete,
    "responses": responses,
    "responses-complete": responses_complete,
    "anthropic": anthropic,
    "anthropic-complete": anthropic_complete,
    "gemini": gemini,
    "gemini-complete": gemini_complete,
    "ollama": ollama,
    "ollama-complete": ollama_complete,
    "bedrock": bedrock,
    "bedrock-complete": bedrock_complete,
    "mcp": mcp,
}


def made(seed, count):
    """So many streams of each kind."""
    streams = []
    for kind, function in KINDS.items():
        for number in range(count):
            streams.append(function(Maker(f"{seed} {kind} {number}"), f"{kind}-{number}"))
    return streams
