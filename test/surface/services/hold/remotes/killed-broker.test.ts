// Whoever goes to a remote for a call is killed in a push, before the pack, in it and behind it: the push is whole or not at all, and that is said.
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { WHY_NOT_HELD } from "../../../../holding.ts";
import { sampled } from "../../../../sampled.ts";
import { heldMachine, NOBODY } from "../held.ts";
import { serveHttp, serveSsh, WHY_NO_SSHD } from "./git-servers.ts";

const isRoot = process.getuid?.() === 0;
const USER = isRoot ? NOBODY : (process.getuid?.() ?? 0);
const WHY_NOT =
  WHY_NOT_HELD ?? WHY_NO_SSHD ?? (existsSync("/usr/bin/git") ? undefined : "git is not installed");
/** More than lies in all the pipes between. */
const PACK_BYTES = 12_000_000;

/** Says that it has come so far, and goes on once there is nobody any more. */
const halt = (place: string): string =>
  `touch ${place}/reached; n=0; while [ ! -e ${place}/gone ] && [ $n -lt 400 ]; do sleep 0.05; n=$((n+1)); done`;

/** Where the server is when it happens, and what its reference is afterwards. `either`: it has the pack, and nobody to tell. */
const MOMENTS = [
  ["before the pack", "unmoved"],
  ["in the middle of the pack", "unmoved"],
  ["after the pack", "either"],
  ["after the report", "moved"],
] as const;
type Moment = (typeof MOMENTS)[number][0];

/** What the server runs over ssh in place of what it is asked for. */
function overSsh(place: string, moment: Moment): string {
  const lines: Partial<Record<Moment, string>> = {
    "before the pack": `${halt(place)}; sh -c "$SSH_ORIGINAL_COMMAND"`,
    "in the middle of the pack": `{ dd bs=65536 count=32 iflag=fullblock 2>/dev/null; ${halt(place)}; cat; } | sh -c "$SSH_ORIGINAL_COMMAND"`,
  };
  return `#!/bin/sh\ntrap "" HUP PIPE\n${lines[moment] ?? 'sh -c "$SSH_ORIGINAL_COMMAND"'}\ntouch ${place}/ended\n`;
}

const HOOKS: Partial<Record<Moment, string>> = {
  "after the pack": "pre-receive",
  "after the report": "post-receive",
};

test.for(
  sampled(
    MOMENTS.flatMap(([moment, refs]) => [
      ["ssh", moment, refs] as const,
      ["http", moment, refs] as const,
    ]),
    3,
  ),
)("over %s, %s: %s", { timeout: 120_000 }, async ([way, moment, refs], ctx) => {
  if (WHY_NOT !== undefined) return ctx.skip(WHY_NOT);
  const machine = await heldMachine({ uid: USER });
  if (machine.trouble !== undefined) return ctx.skip(machine.trouble);
  const served = join(machine.root, "served");
  mkdirSync(served);
  chmodSync(served, 0o777);
  const script = (path: string, text: string): string => {
    writeFileSync(path, text);
    chmodSync(path, 0o755);
    return path;
  };
  const forced = script(join(served, "serve"), overSsh(served, moment));
  const http = await serveHttp(served, `ada:${machine.canary}`);
  const ssh = await serveSsh(join(machine.root, "sshd"), machine.home, USER, forced);
  const run = async (line: string, cwd: string, as: readonly string[] = []): Promise<string> => {
    const [program, ...words] = [...as, "sh", "-ec", line];
    const env = { PATH: process.env["PATH"], HOME: machine.home, GIT_CONFIG_NOSYSTEM: "1" };
    const { stdout } = await promisify(execFile)(program, words, { cwd, env, timeout: 60_000 });
    return stdout;
  };
  const user = ["setpriv", "--reuid", `${USER}`, "--regid", `${USER}`, "--clear-groups"];
  const url =
    way === "ssh"
      ? `${ssh.user}@git.example:${served}/remote.git`
      : `http://git.example:${http.port}/remote.git`;
  try {
    const hook = HOOKS[moment];
    await run("git init -q -b main --bare remote.git", served);
    machine.file(
      join(machine.home, ".git-credentials"),
      `http://ada:${machine.canary}@git.example%3a${http.port}\n`,
    );
    await run(
      `git config --global http.curloptResolve git.example:${http.port}:127.0.0.1
      git config --global credential.helper store; git config --global core.sshCommand '${ssh.command}'
      git config --global user.name Ada; git config --global user.email ada@example.test
      git init -q -b main .; git remote add origin ${url}
      git commit -q --allow-empty -m first; git branch feat
      head -c ${PACK_BYTES} /dev/urandom >big; git add big; git commit -qm big
      git push -q http://git.example:${http.port}/remote.git feat:feat feat:other`,
      machine.project,
      isRoot ? user : [],
    );
    if (hook !== undefined)
      script(join(served, "remote.git/hooks", hook), `#!/bin/sh\n${halt(served)}\n`);
    if (way === "http" && hook === undefined)
      http.answer = (request) => {
        const isStart = request.url?.includes("service=git-receive-pack") === true;
        const isPack =
          request.method === "POST" &&
          request.headers["content-length"] !== "4" &&
          moment === "in the middle of the pack";
        if (!isPack && !(isStart && moment === "before the pack")) return false;
        const stop = (): void => {
          request.pause();
          writeFileSync(join(served, "reached"), "");
          machine.holder.once("exit", () => request.resume());
        };
        if (isPack) request.once("data", stop);
        else stop();
        return false;
      };
    const [old = "", pushed = ""] = (
      await run("git rev-parse feat main", machine.project, isRoot ? user : [])
    ).split("\n");
    const changes = ["update"] as const;
    const scheme =
      way === "ssh" ? { port: undefined, scheme: "ssh" } : { port: http.port, scheme: "http" };
    const called = machine.run({
      command: '{ git push origin main:feat main:other; echo "exit $?"; } >pushed 2>&1',
      remotes: [
        {
          url,
          push: {
            updates: ["feat", "other"].map((name) => ({ name: `refs/heads/${name}`, changes })),
            options: [],
          },
        },
      ],
      effects: [
        {
          kind: "egress",
          destination: { host: "git.example", ...scheme },
          carries: [],
          via: ["git"],
          at: undefined,
        } as Effect,
      ],
      programs: ["git"],
      timeoutMs: 100_000,
    });
    called.catch(() => undefined);
    await expect.poll(() => existsSync(join(served, "reached")), { timeout: 60_000 }).toBe(true);
    machine.holder.kill("SIGKILL");
    await expect(called).rejects.toThrow("is gone");
    writeFileSync(join(served, "gone"), "");
    const printed = (): string => readFileSync(join(machine.project, "pushed"), "utf8");
    await expect.poll(printed, { timeout: 40_000 }).toMatch(/exit \d+/);
    expect(printed()).toContain(
      moment === "before the pack"
        ? "sallyport: the remote was not reached: the daemon of sallyport ended"
        : "sallyport: the daemon of sallyport ended while the remote was asked",
    );
    expect(printed()).not.toMatch(/exit 0$/m);
    const tips = async (): Promise<string> =>
      await run("git -C remote.git rev-parse feat other", served);
    const [unmoved, moved] = [`${old}\n${old}\n`, `${pushed}\n${pushed}\n`];
    if (refs === "moved") expect(await tips()).toBe(moved);
    // The server has all of it, and goes on by itself.
    if (refs === "either") await expect.poll(tips, { timeout: 20_000 }).toBe(moved);
    await expect.poll(() => http.open(), { timeout: 20_000 }).toBe(0);
    if (way === "ssh")
      await expect.poll(() => existsSync(join(served, "ended")), { timeout: 20_000 }).toBe(true);
    if (refs === "unmoved") expect(await tips()).toBe(unmoved);
    await run("git -C remote.git fsck --strict", served);
  } finally {
    http.close();
    ssh.close();
    await machine.remove();
  }
});
