// Hostile payloads of hooks: what cannot be read is refused, and what can be is judged as the client would run it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseHookEvent, refusal } from "#guard/protocol/hook-io.ts";
import { judgeWithFacts } from "#surface/services/facts/judge.ts";
import { plainShell, type TestProject } from "../../judging.ts";
import { plantedProject } from "./hostile.ts";

let where: TestProject;
beforeAll(() => {
  where = plantedProject();
});
afterAll(() => where.remove());

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const fields = {
  session_id: "s",
  cwd: "<project>",
  hook_event_name: "PreToolUse",
  tool_name: "Bash",
  tool_use_id: "t",
  tool_input: { command: "cat .env" },
};
/** The usual payload, with some fields as given; undefined leaves one out. */
const payload = (change: Record<string, unknown>): string =>
  JSON.stringify({ ...fields, ...change });
const raw = (inner: string): string => `{${JSON.stringify(fields).slice(1, -1)},${inner}}`;
const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

type Outcome = "refused" | "stopped" | "passed by";

/** What becomes of a payload: refused unread, stopped by its judgement, or no call at all. */
async function outcomeOf(text: string | Uint8Array): Promise<Outcome | "allowed"> {
  const given = typeof text === "string" ? bytes(text.replaceAll("<project>", where.project)) : text;
  const event = parseHookEvent(given);
  if (event.kind === "fault") {
    const answer = JSON.stringify(refusal(event.eventName, "no"));
    return /"permissionDecision":"deny"|"decision":"block"/.test(answer) ? "refused" : "passed by";
  }
  if (event.kind !== "pre-tool-use") return "passed by";
  const { decision } = await judgeWithFacts({
    call: event.call,
    policy: where.policy,
    session: where.session,
    shell: plainShell("bash"),
    answer: where.answer,
  });
  expect(decision.steps).toBeLessThan(25_000);
  return decision.verdict === "ask" || decision.verdict === "deny" ? "stopped" : "allowed";
}

const CASES: readonly (readonly [string, string | Uint8Array, Outcome])[] = [
  ["the usual one", payload({}), "stopped"],
  ["nothing", "", "refused"],
  ["blanks", "  \n", "refused"],
  ["null", "null", "refused"],
  ["a list", `[${payload({})}]`, "refused"],
  ["a text", JSON.stringify(payload({})), "refused"],
  ["a number", "1e999", "refused"],
  ["two values", payload({}) + payload({}), "refused"],
  ["two lines", `${payload({ tool_input: { command: "ls" } })}\n${payload({})}`, "refused"],
  ["the first half", payload({}).slice(0, 40), "refused"],
  ["without its last brace", payload({}).slice(0, -1), "refused"],
  ["a byte order mark before it", `\uFEFF${payload({})}`, "stopped"],
  ["UTF-16", new Uint8Array(Buffer.from(payload({}), "utf16le")), "refused"],
  ["bytes that are no UTF-8", Buffer.concat([bytes(payload({})), Buffer.from([0xff])]), "refused"],
  ["an overlong slash", Buffer.concat([bytes('{"a":"'), Buffer.from([0xc0, 0xaf]), bytes('"}')]), "refused"],
  ["NUL behind it", `${payload({})}\0`, "refused"],
  ["a comment", `/* */${payload({})}`, "refused"],
  ["a comma too much", `${payload({}).slice(0, -1)},}`, "refused"],
  ["single quotes", payload({}).replaceAll('"', "'"), "refused"],
  ["the input twice, the last one counts", raw('"tool_input":{"command":"cat .env"}').replace("cat .env", "ls"), "stopped"],
  ["the command twice", payload({}).replace('"command":"cat .env"', '"command":"ls","command":"cat .env"'), "stopped"],
  ["the event twice", raw('"hook_event_name":"PreToolUse"').replace("PreToolUse", "Stop"), "stopped"],
  ["an escaped name of the command", payload({}).replace('"command"', '"\\u0063ommand"'), "stopped"],
  ["a prototype with a command", payload({ tool_input: undefined }).replace("}", ',"tool_input":{"__proto__":{"command":"ls"}}}'), "stopped"],
  ["a prototype of all", `{"__proto__":${payload({})}}`, "refused"],
  ["a prototype beside the command", payload({}).replace('{"command"', '{"__proto__":{"command":"ls"},"command"'), "stopped"],
  ["a constructor as input", payload({ tool_input: { constructor: "ls" } }), "stopped"],
  ["no input", payload({ tool_input: undefined }), "stopped"],
  ["no tool", payload({ tool_name: undefined }), "refused"],
  ["an empty tool", payload({ tool_name: "" }), "refused"],
  ["a tool that is a list", payload({ tool_name: ["Bash"] }), "refused"],
  ["a tool with a line end", payload({ tool_name: "Bash\n" }), "refused"],
  ["a tool with a lone surrogate", payload({}).replace('"Bash"', '"Bash\\ud800"'), "refused"],
  ["a tool with a name of a kilobyte", payload({ tool_name: "B".repeat(1024) }), "refused"],
  ["no event", payload({ hook_event_name: undefined }), "refused"],
  ["an event that is a number", payload({ hook_event_name: 5 }), "refused"],
  ["an event in other letters", payload({ hook_event_name: "preToolUse" }), "passed by"],
  ["an event with a blank", payload({ hook_event_name: "PreToolUse " }), "refused"],
  ["an event with letters that look like it", payload({ hook_event_name: "РreToolUse" }), "refused"],
  ["no session", payload({ session_id: undefined }), "refused"],
  ["a session that is a number", payload({ session_id: 1 }), "refused"],
  ["a session with NUL", payload({ session_id: "s\0" }), "refused"],
  ["no directory", payload({ cwd: undefined }), "refused"],
  ["an empty directory", payload({ cwd: "" }), "refused"],
  ["a relative directory", payload({ cwd: "src" }), "refused"],
  ["a directory with a step up", payload({ cwd: "<project>/src/.." }), "refused"],
  ["a directory of Windows", payload({ cwd: "C:\\Users" }), "refused"],
  ["a directory with NUL", payload({ cwd: "/tmp\0" }), "refused"],
  ["a directory as a list", payload({ cwd: ["<project>"] }), "refused"],
  ["a directory that is not there", payload({ cwd: "<project>/none", tool_input: { command: "cat ../.env" } }), "stopped"],
  ["a directory that is a file", payload({ cwd: "<project>/pub.txt", tool_input: { command: "cat <project>/.env" } }), "stopped"],
  ["a directory behind a link", payload({ cwd: "<project>/way", tool_input: { command: "cat id_ed25519" } }), "stopped"],
  ["a directory by its process", payload({ cwd: "/proc/self/cwd", tool_input: { command: "cat <project>/.env" } }), "stopped"],
  ["the root as directory", payload({ cwd: "/", tool_input: { command: "rm -rf *" } }), "stopped"],
  ["doubled slashes", payload({ cwd: "/<project>//src/./", tool_input: { command: "cat ../.env" } }), "stopped"],
  ["a command with a lone surrogate", payload({}).replace("cat .env", "ls \\ud800"), "stopped"],
  ["a command with NUL", payload({ tool_input: { command: "ls\0" } }), "stopped"],
  ["a command as a number", payload({ tool_input: { command: 1 } }), "stopped"],
  ["a command of an object", payload({ tool_input: { command: { toString: "ls" } } }), "stopped"],
  ["an input as JSON text", payload({ tool_input: '{"command":"ls"}' }), "stopped"],
  ["another name for the command", payload({ tool_input: { cmd: "ls" } }), "stopped"],
  ["the command in capitals", payload({ tool_input: { Command: "ls" } }), "stopped"],
  ["a call with an id that is a number", payload({ tool_use_id: 5 }), "refused"],
  ["no id of the call", payload({ tool_use_id: undefined }), "stopped"],
  ["an agent that is a list", payload({ agent_id: [] }), "refused"],
  ["a mode that nobody knows", payload({ permission_mode: "god" }), "stopped"],
  ["a mode that is an object", payload({ permission_mode: {} }), "stopped"],
  ["a server for a tool that is none", payload({ mcp_server: { name: "x" } }), "stopped"],
  ["a server that does not fit its tool", payload({ tool_name: "mcp__a__b", mcp_server: { name: "c" } }), "stopped"],
  ["sixty levels", payload({ x: 1 }).replace('"x":1', `"x":${deep(60)}`), "stopped"],
  ["seventy levels", payload({ x: 1 }).replace('"x":1', `"x":${deep(70)}`), "refused"],
  ["a million levels", deep(1_000_000), "refused"],
  ["levels that are never closed", "[".repeat(1_000_000), "refused"],
  ["a million values", payload({ x: 1 }).replace('"x":1', `"x":[${"1,".repeat(1_000_000)}1]`), "refused"],
  ["a number of a megabyte", payload({ x: 1 }).replace('"x":1', `"x":${"9".repeat(1_000_000)}`), "stopped"],
  ["a name of a megabyte", payload({ ["x".repeat(1_000_000)]: 1 }), "stopped"],
  ["more bytes than are read", payload({ x: "x".repeat(17 * 1024 * 1024) }), "refused"],
  ["a command of a megabyte", payload({ tool_input: { command: `${"# x\n".repeat(250_000)}cat .env` } }), "stopped"],
  ["a path of four thousand letters", payload({ tool_name: "Read", tool_input: { file_path: `/${"a".repeat(5000)}` } }), "stopped"],
  ["a path in two forms of letters", payload({ tool_name: "Read", tool_input: { file_path: "<project>/.e\u006ev" } }), "stopped"],
  ["an input of the prototype's fields alone", payload({ tool_name: "Read", tool_input: JSON.parse('{"__proto__":{"file_path":"/x"}}') }), "stopped"],
  ["a suggestion in place of an input", payload({ tool_input: undefined, permission_suggestions: [] }), "stopped"],
];

describe("a payload with", () => {
  for (const [name, text, outcome] of CASES) {
    test(`${name} is ${outcome}`, async () => {
      expect(await outcomeOf(text)).toBe(outcome);
    });
  }
});
