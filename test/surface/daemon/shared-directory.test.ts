// A data directory that several machines share: a lock of another machine stays, however dead its process looks from here.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bootId } from "#platform/boot.ts";
import { hostId } from "#platform/host.ts";
import { openLog } from "#record/store/log-writer.ts";
import { composeDaemon } from "#surface/daemon/compose.ts";
import { lockHolder, takeLock } from "#surface/foundation/files/process-lock.ts";
import { runDaemon } from "#surface/daemon/run-daemon.ts";
import { freshDirectory, installOn } from "./daemon-stand.ts";
import { withLogDirectories } from "../../record/store/temporary-log.ts";

const OTHER_HOST = "0123456789abcdef";
const OTHER_BOOT = "ffffffff";
let room: ReturnType<typeof freshDirectory>;
let path = "";
beforeEach(() => {
  room = freshDirectory();
  path = join(room.path, "daemon.lock");
});
afterEach(() => room.remove());

const plant = (fields: Readonly<Record<string, unknown>>) => {
  const lock = { pid: 999_999_999, started: `${OTHER_BOOT}:1`, nonce: "n", ...fields };
  writeFileSync(path, JSON.stringify(lock), { mode: 0o600 });
};

describe("the daemon's lock", () => {
  test("names this machine, and no id that a person would know", () => {
    expect(takeLock(path).kind).toBe("held");
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ host: hostId() });
    expect(hostId()).toMatch(/^[0-9a-f]{16}$/);
  });

  test("of another machine is not taken over, and nobody here is held for its holder", () => {
    plant({ host: OTHER_HOST });
    const before = readFileSync(path, "utf8");
    expect(takeLock(path)).toEqual({
      kind: "elsewhere",
      message: expect.stringContaining("SALLYPORT_HOME"),
    });
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(lockHolder(path)).toBeUndefined();
  });

  test.each([
    ["this machine before it was started again", { host: hostId() }],
    ["an older version, which named no machine", {}],
    ["this boot under another name", { host: OTHER_HOST, started: `${bootId().slice(0, 8)}:1` }],
  ])("of %s is taken over when its process is gone", (_name, fields) => {
    plant(fields);
    expect(takeLock(path).kind).toBe("held");
  });

  test("of another machine keeps the daemon from starting, with what to do", async () => {
    const install = await installOn(join(room.path, "data"));
    path = install.directories.lockFile;
    plant({ host: OTHER_HOST });
    await expect(
      runDaemon(
        install,
        composeDaemon(install, () => undefined),
      ),
    ).rejects.toThrow(/in use by another machine.*SALLYPORT_HOME.*remove/);
  });
});

describe("the log's lock", () => {
  test("of another machine is not taken over, one of an older version is", async () => {
    await withLogDirectories(async (options) => {
      await (await openLog(options)).close();
      const lock = join(options.log, "lock");
      writeFileSync(lock, `999999999 ${OTHER_BOOT}-0000:1 token ${OTHER_HOST}\n`, { mode: 0o600 });
      await expect(openLog(options)).rejects.toMatchObject({
        code: "log-in-use",
        message: expect.stringContaining("SALLYPORT_HOME"),
      });
      writeFileSync(lock, `999999999 ${OTHER_BOOT}-0000:1 token\n`, { mode: 0o600 });
      await (await openLog(options)).close();
    });
  });
});
