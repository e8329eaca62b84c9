"""The official Python clients: each reads streams, and says what it made of them.

    read.py < streams.jsonl

A line of input is a stream to read: its protocol, whether it is streamed, the base URL of its upstream. A line of output is
the final object that the client made of it, or the error that it raised.
"""

import asyncio
import json
import sys

# What is asked has a value too: upstreams must not see it.
PROMPT = "Who is ada.lovelace@example.com?"
MESSAGES = [{"role": "user", "content": PROMPT}]
PARAMETERS = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def chat(base, streamed):
    from openai import OpenAI

    client = OpenAI(base_url=f"{base}/v1", api_key="none", max_retries=0)
    tool = {"type": "function", "function": {"name": "look_up", "strict": True, "parameters": PARAMETERS}}
    asked = {"model": "gpt-4o", "messages": MESSAGES, "tools": [tool]}
    if not streamed:
        return client.chat.completions.create(**asked).to_dict(mode="json")
    # Each way of reading: the helper, which parses a tool's arguments as soon as the next begins, and the plain one.
    with client.chat.completions.stream(**asked) as stream:
        for _ in stream:
            pass
        final = stream.get_final_completion().to_dict(mode="json")
    said = {}
    for chunk in client.chat.completions.create(**asked, stream=True):
        for choice in chunk.choices:
            so_far = (choice.model_extra or {}).get("message", {}).get("content")
            text = said.setdefault(str(choice.index), {"text": "", "thought": "", "so_far": None})
            text["text"] += choice.delta.content or ""
            text["thought"] += (choice.delta.model_extra or {}).get("reasoning_content") or ""
            text["so_far"] = so_far or text["so_far"]
    return {"final": final, "said": said}


def responses(base, streamed):
    from openai import OpenAI

    client = OpenAI(base_url=f"{base}/v1", api_key="none", max_retries=0)
    asked = {"model": "gpt-4o", "input": PROMPT}
    if not streamed:
        return client.responses.create(**asked).to_dict(mode="json")
    deltas = {}
    with client.responses.stream(**asked) as stream:
        for event in stream:
            if event.type.endswith(".delta"):
                key = f"{event.type} {event.output_index}"
                deltas[key] = deltas.get(key, "") + event.delta
        return {"final": stream.get_final_response().to_dict(mode="json"), "deltas": deltas}


def anthropic(base, streamed):
    from anthropic import Anthropic

    client = Anthropic(base_url=base, api_key="none", max_retries=0)
    asked = {"model": "claude-replayed", "max_tokens": 99, "messages": MESSAGES}
    if not streamed:
        return client.messages.create(**asked).to_dict(mode="json")
    with client.messages.stream(**asked) as stream:
        for _ in stream:
            pass
        return stream.get_final_message().to_dict(mode="json")


def gemini(base, streamed):
    from google import genai
    from google.genai import types

    client = genai.Client(api_key="none", http_options=types.HttpOptions(base_url=base))
    asked = {"model": "gemini-2.5-flash", "contents": PROMPT}
    if not streamed:
        return client.models.generate_content(**asked).model_dump(mode="json", exclude={"sdk_http_response"})
    final = {"chunks": 0, "parts": []}
    for chunk in client.models.generate_content_stream(**asked):
        final["chunks"] += 1
        for part in chunk.candidates[0].content.parts:
            part = part.model_dump(mode="json", exclude_none=True)
            last = final["parts"][-1] if final["parts"] else {}
            # Parts that follow one another are one text.
            if "text" in part and "text" in last and part.get("thought") == last.get("thought"):
                last["text"] += part["text"]
            else:
                final["parts"].append(part)
    return final


def ollama(base, streamed):
    from ollama import Client

    client = Client(host=base)
    asked = {"model": "llama3.2", "messages": MESSAGES}
    if not streamed:
        return client.chat(**asked).model_dump(mode="json")
    final = {"chunks": 0, "content": "", "thinking": "", "tool_calls": []}
    for chunk in client.chat(**asked, stream=True):
        final["chunks"] += 1
        final["content"] += chunk.message.content or ""
        final["thinking"] += chunk.message.thinking or ""
        final["tool_calls"] += [call.model_dump(mode="json") for call in chunk.message.tool_calls or []]
    return final


def bedrock(base, streamed):
    import botocore.config
    import botocore.session

    session = botocore.session.Session()
    session.set_credentials("none", "none")
    config = botocore.config.Config(retries={"total_max_attempts": 1})
    client = session.create_client("bedrock-runtime", region_name="us-east-1", endpoint_url=base, config=config)
    message = {"role": "user", "content": [{"text": PROMPT}]}
    asked = {"modelId": "model", "messages": [message]}
    if not streamed:
        answer = client.converse(**asked)
        return {name: answer[name] for name in ("output", "stopReason", "usage")}
    final = {"events": [], "blocks": {}}
    for event in client.converse_stream(**asked)["stream"]:
        ((kind, says),) = event.items()
        final["events"].append(kind)
        if kind == "contentBlockDelta":
            ((name, delta),) = says["delta"].items()
            block = final["blocks"].setdefault(f"{says['contentBlockIndex']} {name}", {})
            for key, text in ({"text": delta} if name == "text" else delta).items():
                if isinstance(text, str):
                    block[key] = block.get(key, "") + text
        elif kind != "contentBlockStop":
            final[kind] = says
    return final


def mcp(base, _):
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def call():
        async with streamable_http_client(f"{base}/mcp") as (read, write, *_):
            async with ClientSession(read, write) as session:
                await session.initialize()
                tools = await session.list_tools()
                result = await session.call_tool("look_up", {"to": PROMPT})
                dumped = result.model_dump(mode="json", by_alias=True)
                return {"tools": [tool.name for tool in tools.tools], "result": dumped}

    return asyncio.run(call())


CLIENTS = {
    "chat": chat,
    "responses": responses,
    "anthropic": anthropic,
    "gemini": gemini,
    "ollama": ollama,
    "bedrock": bedrock,
    "mcp": mcp,
}


def main():
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"final": CLIENTS[asked["protocol"]](asked["base"], asked["streamed"])}
        # Whatever a client raises is what is asked for.
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
