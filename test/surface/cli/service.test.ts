// `sallyport service` on disk: shown first, written once, refused over other people's files, and taken out exactly.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Install } from "#surface/services/installation/install.ts";
import { daemonStatus, stopDaemon } from "#surface/services/daemon-process/lifecycle.ts";
import { freshDirectory, installOn } from "../daemon/daemon-stand.ts";
import { PROGRAM } from "../../program.ts";

let room: ReturnType<typeof freshDirectory>;
let install: Install;
const config = () => join(room.path, ".config");
const unitFile = () => {
  const units = join(config(), "systemd", "user");
  return join(units, readdirSync(units).find((name) => name.endsWith(".service")) ?? "none");
};

beforeEach(async () => {
  room = freshDirectory();
  install = await installOn(join(room.path, "data"));
});
afterEach(async () => {
  await stopDaemon(install);
  room.remove();
});

function service(...args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const words = [...PROGRAM, "service", ...args, "--data", install.directories.root];
  // No bus of a service manager is named, so none can be asked.
  const env = { PATH: "/usr/bin:/bin", HOME: room.path };
  const child = spawn(process.execPath, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  }
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, text })));
}

describe("the service", () => {
  beforeEach((ctx) => {
    if (process.platform !== "linux") ctx.skip("the service is one of systemd's, on Linux");
  });
  test("is shown without being written, and not written unasked", async () => {
    const print = await service("install", "--print");
    expect(print).toMatchObject({ code: 0, text: expect.stringContaining("ExecStart=") });
    const dry = await service("install", "--dry-run");
    expect(dry).toMatchObject({ code: 0, text: expect.stringContaining("+Restart=on-failure") });
    const asked = await service("install");
    expect(asked).toMatchObject({ code: 2, text: expect.stringContaining("--yes") });
    expect(existsSync(join(config(), "systemd"))).toBe(false);
    expect(await service("status")).toMatchObject({
      code: 1,
      text: expect.stringContaining("no service"),
    });
  });
  test("without a service manager to ask: written, said so, with the commands; and gone without a trace", async () => {
    const before = readdirSync(room.path, { recursive: true, encoding: "utf8" }).sort();
    const installed = await service("install", "--yes");
    expect(installed.text).toContain("could not be asked to start it here");
    expect(installed.text).toMatch(/systemctl --user enable --now sallyport-[0-9a-f]{8}\.service/);
    const text = readFileSync(unitFile(), "utf8");
    expect(text).toContain(`ExecStart=:"${install.directories.bin}/sallyport" "daemon" "run"\n`);
    expect((await service("status")).text).toMatch(/service does not run, .*\.service$/m);
    expect((await service("install", "--yes")).code).toBe(0);
    expect(readFileSync(unitFile(), "utf8")).toBe(text);
    // What enabling by hand would have made.
    const wants = join(config(), "systemd", "user", "default.target.wants");
    mkdirSync(wants);
    symlinkSync(unitFile(), join(wants, unitFile().split("/").at(-1) ?? ""));
    const file = unitFile();
    const removed = await service("remove", "--yes", "--json");
    const diff = expect.stringContaining("-Restart=on-failure");
    expect([removed.code, JSON.parse(removed.text)]).toEqual([
      0,
      { outcome: "removed", file, diff },
    ]);
    expect(existsSync(wants) ? readdirSync(wants) : []).toEqual([]);
    expect((await service("remove", "--yes")).text).toContain("nothing to do");
    // The program that the service starts stays in the data directory; outside it nothing does.
    const outside = (names: readonly string[]) =>
      names.filter((name) => !/^(?:data|\.config)\b/.test(name));
    const after = readdirSync(room.path, { recursive: true, encoding: "utf8" }).sort();
    expect(outside(after)).toEqual(outside(before));
  });
  test("leaves no folder that it made", async () => {
    await service("install", "--yes");
    await service("remove", "--yes");
    expect(existsSync(config())).toBe(false);
  });
  test("is taken out with everything else", async () => {
    await service("install", "--yes");
    expect(existsSync(unitFile())).toBe(true);
    const words = ["uninstall", "--all", "--purge", "--yes", "--data", install.directories.root];
    const env = { PATH: "/usr/bin:/bin", HOME: room.path };
    const child = spawn(process.execPath, [...PROGRAM, ...words], { env, stdio: "ignore" });
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(0);
    expect(readdirSync(room.path)).toEqual([]);
  });
  test("never replaces or removes a file that is not its own, nor writes through a link", async () => {
    await service("install", "--yes");
    const file = unitFile();
    writeFileSync(file, "[Service]\nExecStart=/bin/true\n");
    for (const action of ["install", "remove"]) {
      const { code, text } = await service(action, "--yes");
      expect([code, text]).toEqual([2, expect.stringContaining("was not written by sallyport")]);
    }
    expect(readFileSync(file, "utf8")).toContain("/bin/true");
    expect((await service("status")).text).toContain("its file is not ours");
  });
  test("where the manager does not answer, sessions still start the daemon by themselves", async () => {
    await service("install", "--yes");
    const words = [...PROGRAM, "daemon", "--ensure", "--data", install.directories.root];
    const env = { PATH: "/usr/bin:/bin", HOME: room.path };
    const child = spawn(process.execPath, words, { env, stdio: "ignore" });
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(0);
    expect((await daemonStatus(install.directories)).state).toBe("running");
  });
});
