// The client's own question as hooks see it: when it comes, what stands beside a plain yes, and what an answer does.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Offer, offersFor } from "#guard/native/offers.ts";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import { bash, runClient } from "./client-run.ts";
import { clientPath, whyMissing } from "./machine.ts";
import { toolUseId, type ToolUse } from "./model-stub.ts";
import { fillPlacesDeep, type SessionPlaces } from "./session-files.ts";

type Suggestion = Record<string, unknown>;
type Asked = {
  readonly tool_input: unknown;
  readonly permission_suggestions?: readonly Suggestion[];
};
type Question = {
  readonly turns: readonly (readonly ToolUse[])[];
  /** What the hook before each call says. */
  readonly before?: "allow" | "ask";
  /** The decision that the hook for questions answers; none without it. */
  readonly decision?: (asked: Asked) => unknown;
  readonly permissions?: object;
};

/** Runs a session; tells per turn what was asked, and whether the call ran. */
async function session({ turns, before, decision, permissions = {} }: Question) {
  const asked = new Map<number, Asked>();
  let turn = 0;
  const answer = (payload: Asked & { hook_event_name: string }): unknown => {
    if (payload.hook_event_name === "PreToolUse") {
      const verdict = before === undefined ? {} : { permissionDecision: before };
      return { hookSpecificOutput: { hookEventName: "PreToolUse", ...verdict } };
    }
    asked.set(turn, payload);
    if (decision === undefined) return {};
    const given = decision(payload);
    return { hookSpecificOutput: { hookEventName: "PermissionRequest", decision: given } };
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = JSON.stringify(answer(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
      response.writeHead(200, { "content-type": "application/json" }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens always has an address object; a string would be a pipe.
  const { port } = server.address() as AddressInfo;
  const entry = [{ hooks: [{ type: "http", url: `http://127.0.0.1:${port}/` }] }];
  let kept = "";
  let places: SessionPlaces | undefined;
  try {
    const run = await runClient({
      turns,
      beforeTurn: (now) => {
        turn = now;
      },
      repository: true,
      files: { "pub.txt": "x\n", ".claude/settings.local.json": "{}" },
      outsideFiles: { "f.txt": "o\n", "g.txt": "o\n" },
      settings: {
        project: { permissions },
        user: { hooks: { PreToolUse: entry, PermissionRequest: entry } },
      },
      env: { PATH: clientPath },
      timeoutMs: 120_000,
      inspect: (made) => {
        places = made;
        kept = readFileSync(join(made.project, ".claude", "settings.local.json"), "utf8");
      },
    });
    if (places === undefined) throw new Error("the session had no places");
    const ran = turns.map((_, index) => !run.wasDenied(toolUseId(index)));
    return { asked, ran, kept, places };
  } finally {
    server.close();
  }
}

const write = (path: string): readonly ToolUse[] => [
  { name: "Write", input: { file_path: path, content: "{}" } },
];
const read = (path: string): readonly ToolUse[] => [{ name: "Read", input: { file_path: path } }];

/** What the client offers, as the simulator says it; undefined for what it does not speak of. */
function offerOf({ type, rules, directories, mode, destination }: Suggestion): Offer | undefined {
  switch (type) {
    case "addRules": {
      const texts = (rules as { toolName: string; ruleContent: string }[]).map(
        ({ toolName, ruleContent }) =>
          `${toolName}(${ruleContent.replaceAll("(", "\\(").replaceAll(")", "\\)")})`,
      );
      return { kind: "rules", rules: texts, kept: destination === "session" ? "session" : "local" };
    }
    case "setMode":
      return mode === "acceptEdits" ? { kind: "mode", mode } : undefined;
    case "addDirectories":
      return { kind: "directories", directories: directories as string[] };
    default:
      return undefined;
  }
}

describe("the client's question", () => {
  it("offers what the simulator says it does", async (ctx) => {
    const missing = await whyMissing(["client"]);
    if (missing !== undefined) ctx.skip(missing);
    const turns = [
      ...["npm test", "npm run build", "git add src/a.ts", "gh pr view 12 --json title"].map(
        (one) => bash(one),
      ),
      ...["rm -rf node_modules && npm install", "npm test 2>&1 | tail -20", "kill 123"].map((one) =>
        bash(one),
      ),
      ...["python3 -c 'print(1)'", "node app.js", "sudo ls", "FOO=1 npm test"].map((one) =>
        bash(one),
      ),
      ...["NODE_ENV=test npx vitest run a.test.ts", "timeout 5 npm test", "make"].map((one) =>
        bash(one),
      ),
      ...["chmod +x x.sh", "git -C sub push", "cat <outside>/f.txt"].map((one) => bash(one)),
      read("<outside>/f.txt"),
      [{ name: "WebFetch", input: { url: "https://docs.example/a", prompt: "x" } }],
      write("<project>/n.txt"),
    ];
    const { asked, places } = await session({ turns });
    const { project, home } = places;
    const native = openSession({ layers: [], mode: "default", isTrusted: true, project, home });
    const disk = { realPath: () => undefined };
    for (const [index, [use]] of turns.entries()) {
      const input = Object(fillPlacesDeep(use?.input, places));
      const call = { tool: use?.name ?? "", input, cwd: project, hasRunShell: true };
      expect([input, simulateNative(native, call, disk).verdict]).toEqual([input, "ask"]);
      const offered = (asked.get(index)?.permission_suggestions ?? []).flatMap(
        (one) => offerOf(one) ?? [],
      );
      const rulesOf = (offers: readonly Offer[]) =>
        offers.flatMap((offer) => (offer.kind === "rules" ? offer.rules : [offer.kind]));
      const simulated = offersFor(native, call, disk);
      expect([input, rulesOf(simulated)]).toEqual([input, rulesOf(offered)]);
    }
  }, 300_000);

  it("comes after a hook's allow for rules that ask and for protected files alone, and never after a hook's ask", async (ctx) => {
    const missing = await whyMissing(["client"]);
    if (missing !== undefined) ctx.skip(missing);
    const permissions = { ask: ["Bash(git status:*)", "Edit(src/**)", "Read(pub.txt)"] };
    const { asked, ran } = await session({
      before: "allow",
      permissions,
      turns: [
        ...[bash("touch a"), bash("git status"), write("<project>/src/n")],
        ...[read("<project>/pub.txt"), write("<project>/.vscode/x")],
      ],
    });
    expect(ran).toEqual([true, false, false, false, false]);
    // What a rule asks about comes without anything offered: by that it is known, and left to the person.
    const offers = [1, 2, 3, 4].map((index) => asked.get(index)?.permission_suggestions);
    expect(offers.map((one) => Array.isArray(one))).toEqual([false, false, false, true]);
    const later = await session({ before: "ask", turns: [bash("touch a"), write("<project>/n")] });
    expect([later.ran, later.asked.size]).toEqual([[false, false], 0]);
  }, 300_000);

  it("is answered by a hook, even where a rule asks, and takes rules for the session that no file keeps", async (ctx) => {
    const missing = await whyMissing(["client"]);
    if (missing !== undefined) ctx.skip(missing);
    const ruled = (destination: string) => ({
      behavior: "allow",
      updatedPermissions: [
        {
          type: "addRules",
          behavior: "allow",
          destination,
          rules: [{ toolName: "Bash", ruleContent: "touch a" }],
        },
      ],
    });
    const turns = [bash("touch a"), bash("touch a"), bash("touch b"), bash("git status")];
    const permissions = { ask: ["Bash(git status:*)"] };
    const one = await session({ turns, permissions, decision: () => ruled("session") });
    expect([one.ran, [...one.asked.keys()]]).toEqual([
      [true, true, true, true],
      [0, 2, 3],
    ]);
    const two = await session({ turns, decision: () => ruled("localSettings") });
    // Headless, rules for a file hold for the session as well, and the file stays as it was.
    expect([two.ran[1], two.asked.has(1), two.kept, one.kept]).toEqual([true, false, "{}", "{}"]);
    const malformed = { behavior: "allow", updatedPermissions: [{ type: "nope" }] };
    expect((await session({ turns: [bash("touch a")], decision: () => malformed })).ran).toEqual([
      false,
    ]);
    const read1 = {
      behavior: "allow",
      updatedPermissions: [
        {
          type: "addRules",
          behavior: "allow",
          destination: "session",
          rules: [{ toolName: "Read", ruleContent: "//etc/hostname" }],
        },
      ],
    };
    const reads = [read("/etc/hostname"), read("/etc/hostname"), read("/etc/hosts")];
    const third = await session({ turns: reads, decision: () => read1 });
    expect([...third.asked.keys()]).toEqual([0, 2]);
  }, 300_000);
});
