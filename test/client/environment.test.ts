// The environment of a session under the real client: inherited, from settings, changed while it runs, over a restart of the daemon.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filesBelow } from "../files-below.ts";
import { skipIfMissing } from "../skipping.ts";
import {
  type BreakableStand,
  openBreakableStand,
  secretMarker,
  type Transport,
} from "./breakable-stand.ts";
import { bash, type ClientRun } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";
import { WHY_NOT_HELD } from "../holding.ts";
import { settingsReload } from "./settings-reload.ts";

const profile = "QUARTZPROFILE9";
const allow = { permissions: { allow: ["Bash"] } };

/** The calls, in order, and whether each runs. */
const TURNS = [
  ["an inherited value is known", '"$PAGER" readme.txt', "runs"],
  ["so it hides nothing", '"$PAGER" .env', "refused"],
  ["a value of the repository's settings is known", "cat $LS_OPTIONS", "refused"],
  ["an inherited name of the project's code counts", "git fetch", "refused"],
  ["for those who heed it alone", "cat readme.txt", "runs"],
  ["what the settings add while the session runs counts", "node --version", "refused"],
  ["all of it is known after a restart of the daemon", 'cat readme.txt; "$PAGER" .env', "refused"],
  ["and still allows what is harmless", '"$PAGER" readme.txt', "runs"],
] as const;

let missing: string | undefined;
beforeAll(async () => {
  missing = await whyMissing(["client"]);
});

describe.each<Transport>(["http", "command"])("over %s", (transport) => {
  let stand: BreakableStand;
  let run: ClientRun;
  beforeAll(async () => {
    if (missing !== undefined) return;
    stand = await openBreakableStand({
      transport,
      files: { ".claude/settings.json": JSON.stringify({ env: { LS_OPTIONS: ".env" } }) },
    });
    run = await stand.session({
      env: {
        SHLVL: "1",
        PAGER: "cat",
        AWS_PROFILE: profile,
        GIT_SSH_COMMAND: "<project>/ssh.sh",
      },
      settings: { user: allow },
      turns: [...TURNS.map(([, command]) => bash(command)), "bye"],
      timeoutMs: 90_000,
      beforeTurn: async (turn) => {
        if (turn === 5) {
          const env = {
            PERL5OPT: "",
            NODE_PATH: "",
            NODE_OPTIONS: `--require ${stand.project}/x.cjs`,
          };
          const file = join(stand.home, ".claude", "settings.json");
          writeFileSync(file, JSON.stringify({ ...allow, env }));
          await settingsReload();
        }
        if (turn !== 6 || transport === "command") return;
        stand.killDaemon();
        expect(stand.sallyport("daemon", "--ensure")).toMatchObject({ status: 0 });
      },
    });
  });
  afterAll(() => stand?.close());

  for (const [turn, [name, command, outcome]] of TURNS.entries())
    it(`${name}: ${command}`, (ctx) => {
      skipIfMissing(ctx, missing);
      // Where node runs our hook, its options are pinned for commands as well.
      const isPinned = transport === "command" && command.startsWith("node");
      // What node would run of the project is held, and so needs no question.
      const isHeld = WHY_NOT_HELD === undefined && command.startsWith("node");
      const isRefused = outcome === "refused" && !isPinned && !isHeld;
      expect(run.wasDenied(toolUseId(turn)), run.toolResults.get(toolUseId(turn))?.text).toBe(
        isRefused,
      );
    });
  it("shows nobody the secret, and leaves no value in the log or in clear on disk", (ctx) => {
    skipIfMissing(ctx, missing);
    expect(run.leaked(secretMarker)).toBeUndefined();
    expect(JSON.stringify(stand.record())).not.toContain(profile);
    const files = filesBelow(stand.data);
    expect(files.length).toBeGreaterThan(5);
    for (const path of files) expect(readFileSync(path).includes(profile), path).toBe(false);
  });
});
