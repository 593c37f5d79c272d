// A project of which calls are judged and run held, as the client does both; for tests of what is made, changed and moved there.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { ToolInput } from "#guard/toolcall/tool-call.ts";
import { judgeCall } from "#surface/services/facts/judge.ts";
import { clearHold } from "#surface/services/hold/call-holder.ts";
import { createHoldPort, type HoldPort } from "#surface/services/hold/hold-port.ts";
import { team } from "../../../guard/policy/in-a-sandbox.ts";
import { standingOfTests, WHY_NOT_HELD } from "../../../holding.ts";
import { makeProject, plainShell, type TestProject } from "../../../judging.ts";

/** What a person's files hold here. */
export const SECRET = "canary-hunter2-of-ada";
/** What an ordinary call comes to. */
export const ALLOWED = { verdict: "allow", told: "", code: 0 };

/** Such a project, emptied before each test; `restart` forgets what sessions made. */
export function heldProject() {
  let where: TestProject;
  let hold: HoldPort;
  let data: string;
  const place = (name: string): string => join(where.project, name);
  const restart = (): void => {
    const { home } = where;
    hold = createHoldPort({ data, home, nowMs: Date.now, standing: standingOfTests });
  };
  beforeAll(() => {
    where = makeProject();
    data = join(where.root, "data");
  });
  afterAll(() => {
    clearHold(data);
    where.remove();
  });
  beforeEach((ctx) => {
    if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
    restart();
    for (const name of readdirSync(where.project))
      if (!name.startsWith(".git") && name !== ".claude")
        rmSync(place(name), { recursive: true, force: true });
    writeFileSync(place(".env.example"), "PORT=3000\nTOKEN=changeme\n");
    mkdirSync(place("ca"));
  });

  const sessionOf = (sessionId: string) => ({
    project: { id: "p", root: where.project },
    sessionId,
    transcriptPath: undefined,
    configDirectory: join(where.home, ".claude"),
  });

  /** Looks at what calls of a session left for programs outside, and gives what is told of it. */
  const left = async (sessionId = "s"): Promise<string> =>
    (await hold.left(sessionOf(sessionId)))?.text ?? "";

  async function judged(tool: string, input: ToolInput, sessionId = "s") {
    const session = sessionOf(sessionId);
    const { configDirectory } = session;
    const containment = await hold.fact(session, team);
    const call = { id: "c", tool, cwd: where.project, input };
    const decision = await judgeCall({
      call,
      policy: team,
      session: where.session,
      shell: plainShell("bash"),
      containment: () => containment ?? { kind: "containment", sandbox: undefined, why: "none" },
      shown: (path, words) =>
        hold.shown(session, { policy: team, path, configDirectory, ...(words && { words }) }),
      viewed: (path) => hold.viewed(session, { policy: team, path, configDirectory }),
    });
    return { session, call, decision };
  }

  /** Judges a command and runs it as the client would; `meanwhile` is done outside before it begins. */
  async function runs(
    command: string,
    {
      background = false,
      sessionId = "s",
      meanwhile = () => undefined,
    }: {
      readonly background?: boolean;
      readonly sessionId?: string;
      readonly meanwhile?: () => void;
    } = {},
  ) {
    const input = { kind: "bash", command, background, sandboxOff: false } as const;
    const { session, call, decision } = await judged("Bash", input, sessionId);
    const given = { command };
    const put = { session, call, decision, given, mode: "default", policy: team } as const;
    const answer = await hold.put({ ...put, interactive: true });
    const line = (answer.input as { readonly command: string } | undefined)?.command ?? "false";
    meanwhile();
    const text = `eval '${line.replaceAll("'", "'\\''")}' < /dev/null`;
    const ended = spawnSync("/bin/bash", ["--norc", "-c", text], {
      cwd: where.project,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: where.home },
    });
    hold.close(answer.ticket ?? "");
    const told = (await hold.written(session))?.text ?? "";
    const { verdict } = decision;
    return { verdict, told, said: `${ended.stdout}${ended.stderr}`, code: ended.status };
  }

  return {
    home: (): string => where.home,
    hold: (): HoldPort => hold,
    place,
    restart,
    judged,
    runs,
    left,
  };
}
