// A socket in a directory that is closed to the person: it is on the machine's list, and keeps no call from being held.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { heldMachine } from "./held.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";

const NOBODY = 65_534;

test("a call is held beside a socket that its person cannot look at", async (ctx) => {
  if (WHY_NOT_HELD !== undefined) return ctx.skip(WHY_NOT_HELD);
  if (process.getuid?.() !== 0)
    return ctx.skip("only the administrator has a directory closed to another user");
  // WHY not in /tmp: what lies there is nobody's in a profile, and is not looked at.
  const closed = mkdtempSync(join(process.cwd(), "node_modules/.cache", "closed-"));
  mkdirSync(join(closed, "own"));
  const server = createServer();
  const machine = await heldMachine({ uid: NOBODY });
  try {
    await new Promise<void>((listening) => {
      server.listen(join(closed, "own/a.sock"), listening);
    });
    chmodSync(closed, 0o700);
    if (machine.trouble !== undefined) return ctx.skip(machine.trouble);
    const project = join(machine.home, "w", "project");
    machine.file(join(project, ".env"), `A=${machine.canary}\n`);
    const ran = await machine.run({ command: "echo held; cat .env", project, cwd: project });
    expect([ran.why, ran.said.split("\n")[0]]).toEqual([undefined, "held"]);
    expect(ran.said).not.toContain(machine.canary);
  } finally {
    server.close();
    await machine.remove();
    rmSync(closed, { recursive: true, force: true });
  }
});

test.for([tmpdir(), join(process.cwd(), "node_modules/.cache")])(
  "a socket of somebody else is not reached in a project below %s",
  async (parent, ctx) => {
    if (WHY_NOT_HELD !== undefined) return ctx.skip(WHY_NOT_HELD);
    const project = realpathSync(mkdtempSync(join(parent, "sallyport-sockets-")));
    const server = createServer((socket) => socket.end("reached\n"));
    const machine = await heldMachine();
    try {
      await new Promise<void>((listening) => {
        server.listen(join(project, "own.sock"), listening);
      });
      const ask = `require("net").connect("own.sock").on("data", (text) => console.log(String(text))).on("error", ({ code }) => console.log(code))`;
      const ran = await machine.run({ command: `node -e '${ask}'`, project, cwd: project });
      expect(ran.said.trim()).toMatch(/^E[A-Z]+$/);
    } finally {
      server.close();
      await machine.remove();
      rmSync(project, { recursive: true, force: true });
    }
  },
);
