// The official Node clients: each reads streams, and says what it made of them. As read.py does.

import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import OpenAI from "openai";
import { createInterface } from "node:readline";

// What is asked has a value too: upstreams must not see it.
const PROMPT = "Who is ada.lovelace@example.com?";
const MESSAGES = [{ role: "user", content: PROMPT }];
const PARAMETERS = { type: "object", properties: {}, required: [], additionalProperties: false };

async function chat(base, streamed) {
  const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: "none", maxRetries: 0 });
  const tool = { type: "function", function: { name: "look_up", strict: true, parameters: PARAMETERS } };
  const asked = { model: "gpt-4o", messages: MESSAGES, tools: [tool] };
  if (!streamed) {
    return client.chat.completions.create(asked);
  }
  // Each way of reading: the helper, and the plain one.
  const final = await client.chat.completions.stream(asked).finalChatCompletion();
  // Of what the model thought the helper keeps the last fragment alone, which is no text that anybody sent.
  for (const choice of final.choices) {
    delete choice.message.reasoning_content;
  }
  const said = {};
  for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
    for (const choice of chunk.choices) {
      const text = (said[choice.index] ??= { text: "", thought: "", so_far: null });
      text.text += choice.delta.content ?? "";
      text.thought += choice.delta.reasoning_content ?? "";
      text.so_far = choice.message?.content || text.so_far;
    }
  }
  // Where all of a text comes in each event, the helper puts the last fragment behind it once more: what that makes of a
  // value is no text that anybody sent.
  return Object.values(said).some((text) => text.so_far) ? { said } : { final, said };
}

async function responses(base, streamed) {
  const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: "none", maxRetries: 0 });
  const asked = { model: "gpt-4o", input: PROMPT };
  if (!streamed) {
    return client.responses.create(asked);
  }
  const deltas = {};
  const stream = client.responses.stream(asked);
  for await (const event of stream) {
    if (event.type.endsWith(".delta")) {
      const key = `${event.type} ${event.output_index}`;
      deltas[key] = (deltas[key] ?? "") + event.delta;
    }
  }
  return { final: await stream.finalResponse(), deltas };
}

async function anthropic(base, streamed) {
  const client = new Anthropic({ baseURL: base, apiKey: "none", maxRetries: 0 });
  const asked = { model: "claude-replayed", max_tokens: 99, messages: MESSAGES };
  return streamed ? client.messages.stream(asked).finalMessage() : client.messages.create(asked);
}

async function gemini(base, streamed) {
  const client = new GoogleGenAI({ apiKey: "none", httpOptions: { baseUrl: base } });
  const asked = { model: "gemini-2.5-flash", contents: PROMPT };
  if (!streamed) {
    const { candidates } = await client.models.generateContent(asked);
    return { candidates };
  }
  const final = { chunks: 0, parts: [] };
  for await (const chunk of await client.models.generateContentStream(asked)) {
    final.chunks += 1;
    for (const part of chunk.candidates?.[0]?.content?.parts ?? []) {
      const last = final.parts.at(-1) ?? {};
      // Parts that follow one another are one text.
      if (part.text !== undefined && last.text !== undefined && part.thought === last.thought) {
        last.text += part.text;
      } else {
        final.parts.push(structuredClone(part));
      }
    }
  }
  return final;
}

async function mcp(base) {
  const client = new Client({ name: "reader", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${base}/mcp`)));
  try {
    const tools = await client.listTools();
    const result = await client.callTool({ name: "look_up", arguments: { to: PROMPT } });
    return { tools: tools.tools.map((tool) => tool.name), result };
  } finally {
    await client.close();
  }
}

const CLIENTS = { chat, responses, anthropic, gemini, mcp };

// A client that waits for more than comes would wait forever.
function patience(promise) {
  let timer;
  const over = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("it still waits")), 20_000);
  });
  return Promise.race([promise, over]).finally(() => clearTimeout(timer));
}

for await (const line of createInterface({ input: process.stdin })) {
  const { protocol, base, streamed } = JSON.parse(line);
  let answer;
  try {
    answer = { final: await patience(CLIENTS[protocol](base, streamed)) };
  } catch (error) {
    // Whatever a client raises is what is asked for.
    answer = { error: `${error?.name}: ${error?.message}` };
  }
  console.log(JSON.stringify(answer));
}
process.exit(0);
