// The person at the client's questions, as an MCP server over stdio: notes each question in a file and says yes, or no to the calls named.
import { appendFileSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [, , questionsFile, refusedFile] = process.argv;
const refused = new Set(JSON.parse(readFileSync(refusedFile, "utf8")));

const tool = {
  name: "answer",
  description: "answers a question of the client",
  inputSchema: { type: "object", additionalProperties: true },
};

const methods = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: "person", version: "1.0.0" },
  }),
  "tools/list": () => ({ tools: [tool] }),
  "tools/call": ({ arguments: question }) => {
    appendFileSync(questionsFile, `${JSON.stringify(question)}\n`);
    const answer = refused.has(question.tool_use_id)
      ? { behavior: "deny", message: "the person said no" }
      : { behavior: "allow", updatedInput: question.input };
    return { content: [{ type: "text", text: JSON.stringify(answer) }] };
  },
  ping: () => ({}),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const known = methods[method];
  const outcome =
    known === undefined
      ? { error: { code: -32601, message: `no method ${method}` } }
      : { result: known(params ?? {}) };
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, ...outcome })}\n`);
}
