// A session beside which a held process exchanges files, links and directories, and a client that asks the daemon before it opens a path, as the real one does.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isWithin } from "#base/path.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { realPath } from "#surface/foundation/files/path-status.ts";
import { judgeCall } from "#surface/services/facts/judge.ts";
import { clearHold } from "#surface/services/hold/call-holder.ts";
import { createHoldPort, type HoldPort } from "#surface/services/hold/hold-port.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { standingOfTests } from "../../../holding.ts";
import { makeProject, plainShell, type TestProject } from "../../../judging.ts";
import {
  decisionOf,
  openStand,
  preToolUse,
  type Stand,
  verdictOf,
} from "../../daemon/daemon-stand.ts";

const SECRET = "planted-beside-the-project";
/** The stand's own project, as its rooms know it. */
const PROJECT_ID = "0123456789abcdef";
const SESSION_ID = "session-1";

/** Code that nobody foresees: it is held in the narrowest profile. */
const UNFORESEEN = [
  { kind: "execute", origin: "project", reach: "unbounded", via: [] },
] as unknown as readonly Effect[];

/** Exchanges a file and a link, and a directory and a link, as fast as it can. `OUT` is where the links lead. */
const SWAP = `
$| = 1; my $out = $ENV{OUT} or die; my $n = 0;
mkdir "d"; mkdir "e"; for my $at ("d/a.txt", "kept.txt") { open my $f, ">", $at; print $f "public"; close $f; }
print "ready\\n";
if (fork) {
  while (1) { symlink "$out/a.txt", "t"; rename "t", "a.txt"; link "kept.txt", "u"; rename "u", "a.txt"; unlink "u"; }
}
while (1) {
  rename "d", "d1"; symlink $out, "d"; unlink "d";
  next if rename "d1", "d"; $n++; rename "d", "trash$n"; rename "d1", "d";
}
`;

export type Race = {
  readonly where: TestProject;
  readonly stand: Stand;
  readonly hold: HoldPort;
  /** Runs a command of the session's that goes on; resolves when it said something. */
  begin(command: string): Promise<void>;
  /** What the client does with at most so many calls: how many ran, and how many of them met another file than the judged one. */
  play(
    calls: number,
    untilHit?: boolean,
  ): Promise<{ readonly ran: number; readonly shown: number; readonly hits: number }>;
  ask(id: string, tool: string, input: Readonly<Record<string, unknown>>): Promise<Asked>;
  done(id: string, tool: string, input: Readonly<Record<string, unknown>>): Promise<void>;
  post(more: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): Promise<void>;
};

type Asked = { readonly runs: boolean; readonly path: string };

/** Opens a session. `isStill`: whether what it runs is stopped beside file tools. */
export async function openRace({ isStill }: { readonly isStill: boolean }): Promise<Race> {
  const where = makeProject();
  const data = join(where.root, "data");
  const out = join(where.root, "out");
  mkdirSync(out);
  writeFileSync(join(out, "a.txt"), SECRET);
  writeFileSync(join(where.project, "swap.pl"), SWAP);
  writeFileSync(join(where.project, "a.txt"), "public");
  const policy = loadPolicy();
  const hold = createHoldPort({
    data,
    home: where.home,
    nowMs: Date.now,
    standing: standingOfTests,
    prepares: true,
  });
  const stand = await openStand({
    resolvePath: realPath,
    hold: {
      ...hold,
      ...(isStill ? {} : { still: async () => true }),
      put: (judged) =>
        hold.put({ ...judged, session: { ...judged.session, searchPath: "/usr/bin:/bin" } }),
    },
    judge: async ({ call }) => ({
      decision: await judgeCall({
        call,
        policy,
        session: where.session,
        shell: plainShell("bash"),
      }),
      policy,
    }),
  });
  await stand.run.ready();
  const agent = new Agent({ keepAlive: true });
  const post = async (more: Readonly<Record<string, unknown>>): Promise<unknown> =>
    (await stand.post(preToolUse({ cwd: where.project, ...more }), { agent })).json;

  const ask: Race["ask"] = async (id, tool, input) => {
    const answer = await post({ tool_name: tool, tool_input: input, tool_use_id: id });
    const { updatedInput } =
      (answer as { hookSpecificOutput?: { updatedInput?: Readonly<Record<string, string>> } })
        .hookSpecificOutput ?? {};
    // A command that was put into its sandbox opens nothing here.
    const isHeld = updatedInput?.["command"] !== undefined;
    const runs = ["allow", "abstain"].includes(verdictOf(answer)) && !isHeld;
    return { runs, path: updatedInput?.["file_path"] ?? String(input["file_path"]) };
  };
  const done: Race["done"] = async (id, tool, input) => {
    const event = { hook_event_name: "PostToolUse", tool_response: {} };
    await post({ ...event, tool_name: tool, tool_input: input, tool_use_id: id });
  };

  /** What the client does once it may; true where that met what was not judged. */
  const act = (tool: string, path: string): boolean => {
    if (!isWithin(where.project, path)) return false;
    try {
      if (tool === "Read" || tool === "Bash") return readFileSync(path, "utf8") === SECRET;
      writeFileSync(path, "written");
    } catch {
      // It was not there at that moment.
      return false;
    }
    const isChanged = readFileSync(join(out, "a.txt"), "utf8") !== SECRET;
    const isMore = readdirSync(out).length > 1;
    for (const name of isMore ? readdirSync(out) : [])
      if (name !== "a.txt") rmSync(join(out, name));
    if (isChanged) writeFileSync(join(out, "a.txt"), SECRET);
    return isChanged || isMore;
  };

  return {
    where,
    stand,
    hold,
    ask,
    done,
    post,
    async begin(command) {
      const session = {
        project: { id: PROJECT_ID, root: where.project },
        sessionId: SESSION_ID,
        transcriptPath: undefined,
        configDirectory: join(where.home, ".claude"),
      };
      const { input } = await hold.put({
        session,
        given: { command },
        mode: "default",
        policy,
        interactive: true,
        decision: { ...decisionOf("allow"), effects: UNFORESEEN },
        call: {
          id: "background",
          tool: "Bash",
          cwd: where.project,
          input: { kind: "bash", command, background: true, sandboxOff: false },
        },
      });
      const line = (input as { readonly command: string }).command.replaceAll("'", "'\\''");
      const child = spawn("/bin/bash", ["--norc", "-c", `eval '${line}'`], {
        cwd: where.project,
        stdio: ["ignore", "pipe", "inherit"],
        env: { PATH: process.env["PATH"], HOME: where.home },
      });
      await new Promise<void>((resolve, reject) => {
        child.stdout.once("data", () => resolve());
        child.once("exit", () => reject(new Error("it ended")));
      });
    },
    async play(calls, untilHit = false) {
      let ran = 0;
      let shown = 0;
      let hits = 0;
      for (let at = 0; at < calls && !(untilHit && hits > 0); at += 1) {
        const id = `race-${at}`;
        const tool = ["Read", "Read", "Write", "Edit", "Bash", "Bash"][at % 6] ?? "Read";
        const name =
          ["a.txt", "d/a.txt", `d/new-${at}.txt`, "a.txt"][at % 6] ?? SHOWN[at % 2] ?? "";
        const path = join(where.project, name);
        const input = { file_path: path, command: `cat ${name}`, ...CHANGES[tool] };
        const asked = await ask(id, tool, input);
        if (!asked.runs) continue;
        ran += 1;
        if (tool === "Bash") shown += 1;
        // TIME: the client opens the path some milliseconds after the answer.
        await sleep(at % 3);
        if (act(tool, asked.path)) hits += 1;
        await done(id, tool, { ...input, file_path: asked.path });
      }
      return { ran, shown, hits };
    },
    async close() {
      agent.destroy();
      hold.stop();
      hold.end({ project: { id: PROJECT_ID, root: where.project }, sessionId: SESSION_ID });
      await stand.close();
      clearHold(data);
      where.remove();
    },
  };
}

/** What a command shows. */
const SHOWN = ["kept.txt", "d/a.txt"];

/** What each tool is given beside its path. */
const CHANGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Write: { content: "written" },
  Edit: { old_string: "public", new_string: "written" },
};

/** The command that exchanges things in the project. */
export function swapping({ root }: TestProject): string {
  return `OUT=${join(root, "out")} perl swap.pl`;
}
