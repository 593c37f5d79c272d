// Calls of a session that look at each other's processes, as they would without a hold; what sees more than others is nobody's to look at.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Effect } from "../../../../src/guard/vocabulary/effect.ts";
import { skipIfMissing } from "../../../skipping.ts";
import { type HeldMachine, heldMachine, NOBODY } from "./held.ts";

const CODE: Effect = {
  kind: "execute",
  program: "x",
  origin: "project",
  reach: "unbounded",
  via: [],
  at: undefined,
};

let machine: HeldMachine;
beforeAll(async () => {
  // WHY never as the administrator: nothing is shared then.
  machine = await heldMachine(process.getuid?.() === 0 ? { uid: NOBODY } : {});
  machine.file(`${machine.project}/.env`, `KEY=${machine.canary}\n`);
  machine.file(`${machine.home}/.ssh/id_rsa`, `${machine.canary}\n`);
  machine.file(
    `${machine.project}/serve.mjs`,
    'import { createServer } from "node:net";\ncreateServer().listen(0, "127.0.0.1", function () { console.log(process.pid, this.address().port); });\n',
  );
});
afterAll(() => machine?.remove());
beforeEach((ctx) => skipIfMissing(ctx, machine.trouble));

const node = JSON.stringify(process.execPath);
const run = (command: string, more: object = {}) =>
  machine.run({ command, effects: [CODE], ...more });

/** Starts something that goes on, and gives what it says first. */
async function started(command: string, more: object = {}): Promise<string> {
  const { said } = await run(
    `mkfifo /tmp/said; { ${command}; } >/tmp/said 2>/dev/null & read -r line </tmp/said; rm /tmp/said; echo "$line"`,
    more,
  );
  return said.trim();
}

describe("a call", () => {
  it("finds who listens, and ends it, though an earlier call started it", async () => {
    const [pid = "?", port = "?"] = (await started(`exec ${node} serve.mjs`)).split(" ");
    const hex = Number(port).toString(16).toUpperCase().padStart(4, "0");
    const found = await run(
      `inode=$(awk '$2 ~ /:${hex}$/ && $4 == "0A" { print $10 }' /proc/net/tcp); for p in /proc/[0-9]*; do ls -l $p/fd 2>/dev/null | grep -q "socket:.$inode" && echo "\${p#/proc/}"; done; readlink /proc/${pid}/cwd; kill ${pid}`,
    );
    expect(found.said).toBe(`${pid}\n${machine.project}\n`);
  });

  it("is looked at by none before its mounts are, nor is what starts it", async () => {
    await started("echo up; exec sleep 60");
    const { said } = await run(
      `for p in /proc/[0-9]*; do cat $p/root${machine.home}/.ssh/id_rsa $p/root${machine.project}/.env; done 2>/dev/null | sort -u | wc -l; for p in /proc/[0-9]*; do ls $p/root >/dev/null 2>&1 || echo closed; done | sort | uniq -c | wc -l; grep CapEff /proc/self/status; unshare -U true 2>/dev/null || echo none`,
    );
    expect(said).not.toContain(machine.canary);
    // Views of the one file, and of what starts calls nothing at all.
    expect(said).toBe("1\n1\nCapEff:\t0000000000000000\nnone\n");
  });

  it("that was shown more after a question is closed to others", async () => {
    const path = `${machine.project}/.env`;
    const target = { kind: "path", path, real: path, reach: "entry" } as const;
    const read = { kind: "read", target, via: [], at: undefined } as unknown as Effect;
    const shown = await started("cat .env; exec sleep 60", {
      effects: [CODE, read],
      isApproved: true,
    });
    expect(shown).toBe(`KEY=${machine.canary}`);
    const { said } = await run(
      "for p in /proc/[0-9]*; do cat $p/root$PWD/.env $p/environ $p/cwd/.env; done 2>/dev/null; cat .env",
    );
    expect(said).not.toContain(machine.canary);
  });

  it("has the streams and the depth of shells that it has by itself", async () => {
    const { said } = await run('ls /proc/self/fd | tr "\\n" " "; echo $SHLVL; exit 3');
    const { said: apart, status } = await run(
      'ls /proc/self/fd | tr "\\n" " "; echo $SHLVL; exit 3',
      {
        effects: [],
      },
    );
    expect(said).toBe(apart);
    expect(status).toBe(3);
  });
});
