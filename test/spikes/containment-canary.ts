// How a session proves from outside that a call ran in the sandbox: two canary files, and the transcript's own word.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bash, type ClientRunOptions, runClient } from "../client/client-run.ts";
import { type Turn, toolUseId } from "../client/model-stub.ts";
import type { SessionPlaces } from "../client/session-files.ts";
import { sandboxed, sandboxOn } from "./containment-probes.ts";

/**
 * A PreToolUse hook that puts two writes before the command: one where the sandbox lets a call write, one where it does
 * not. Only the first file there: contained. Both: not contained. None: the call did not run, nothing is known.
 */
const canaryHook = String.raw`
let text = "";
process.stdin.on("data", (part) => { text += part; }).on("end", () => {
  const call = JSON.parse(text);
  const put = (path) => "{ \\builtin : >| " + path + "; } 2>/dev/null; ";
  const inside = call.cwd + "/canary-in-" + call.tool_use_id;
  const outside = process.argv[2] + "/canary-out-" + call.tool_use_id;
  console.log(JSON.stringify({ hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "allow",
    updatedInput: { ...call.tool_input, command: put(inside) + put(outside) + call.tool_input.command } } }));
});`;

const hooks = {
  PreToolUse: [
    {
      matcher: "Bash",
      hooks: [{ type: "command", command: "node <outside>/canary.cjs <outside>" }],
    },
  ],
};

/** Prints one row per case: which canaries were there, and what the transcript says. */
export async function printCanaries(): Promise<void> {
  console.log(
    "\n## canaries\n\n| case | inside | outside | transcript `sandboxed` | result |\n|---|---|---|---|---|",
  );
  const off = (command: string): Turn => [
    { name: "Bash", input: { command, dangerouslyDisableSandbox: true } },
  ];
  const on = { sandbox: sandboxOn };
  await canary("sandbox on", on, bash("echo ran"));
  await canary("sandbox off", {}, bash("echo ran"));
  await canary("dangerouslyDisableSandbox, not allowed", on, off("echo ran"));
  await canary(
    "dangerouslyDisableSandbox, allowed",
    { sandbox: { ...sandboxOn, allowUnsandboxedCommands: true } },
    off("echo ran"),
  );
  await canary(
    "excludedCommands names it",
    { sandbox: { ...sandboxOn, excludedCommands: ["echo *"] } },
    bash("echo ran"),
  );
  await canary("sandbox on, the call fails", on, bash("false"));
  await canary("sandbox on, zsh", on, bash("echo ran"), { shell: "zsh" });
  await canary("sandbox on, hostile functions", on, bash("echo ran"), {
    bashrc: "builtin() { return 0; }\n:() { return 1; }\n",
  });
  await canary(
    "sandbox on, weaker nested",
    { sandbox: { ...sandboxOn, enableWeakerNestedSandbox: true } },
    bash("echo ran"),
  );
  await printTranscriptTimes();
}

async function canary(
  name: string,
  settings: object,
  turn: Turn,
  more: Partial<ClientRunOptions> = {},
): Promise<void> {
  const id = toolUseId(0);
  let row = "";
  const run = await runClient({
    ...sandboxed(),
    ...more,
    turns: [turn],
    settings: { user: { permissions: { allow: ["Bash"] }, hooks, ...settings } },
    outsideFiles: { "canary.cjs": canaryHook },
    inspect: (places) => {
      const inside = existsSync(join(places.project, `canary-in-${id}`));
      const outside = existsSync(join(places.outside, `canary-out-${id}`));
      row = `${inside ? "there" : "-"} | ${outside ? "there" : "-"} | ${transcriptFlag(places)}`;
    },
  });
  const text = run.toolResults.get(id)?.text.replace(/\s+/g, " ").slice(0, 60);
  console.log(`| ${name} | ${row} | ${text} |`);
}

/** When the transcript has its word on a call: rows with the key, counted by the hooks around each of three calls. */
async function printTranscriptTimes(): Promise<void> {
  const count = (event: string) => [
    {
      hooks: [
        {
          type: "command",
          command: `t=$(sed 's/.*"transcript_path":"\\([^"]*\\)".*/\\1/'); echo ${event} $(grep -c '"sandboxed"' "$t") >> <outside>/log`,
        },
      ],
    },
  ];
  const events = ["PreToolUse", "PostToolUse", "PostToolBatch", "Stop"];
  await runClient({
    ...sandboxed(),
    turns: [bash("echo 1"), bash("echo 2"), bash("echo 3")],
    settings: {
      user: {
        permissions: { allow: ["Bash"] },
        sandbox: sandboxOn,
        hooks: Object.fromEntries(events.map((event) => [event, count(event)])),
      },
    },
    inspect: (places) => {
      const log = readFileSync(join(places.outside, "log"), "utf8").trim().split("\n").join(", ");
      console.log(`\nrows with \`sandboxed\` at each hook of three calls: ${log}`);
    },
  });
}

/** What the rows of tool results in the session's transcript say under the key `sandboxed`. */
function transcriptFlag(places: SessionPlaces): string {
  const folder = join(places.home, ".claude", "projects");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".jsonl"),
  );
  const flags = files.flatMap((name) =>
    [...readFileSync(join(folder, name), "utf8").matchAll(/"sandboxed":(\w+)/g)].map((found) =>
      String(found[1]),
    ),
  );
  return flags.join(" ") || "no such key";
}
