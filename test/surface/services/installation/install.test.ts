// An installation: private, made once, with one port for good.
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  ensureInstall,
  equalSecrets,
  preferredPort,
  readInstall,
} from "#surface/services/installation/install.ts";
import { readSecret } from "#surface/services/installation/secrets.ts";
import {
  dataDirectory,
  directoriesIn,
  prepareDirectories,
} from "#surface/foundation/files/directories.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory>;
beforeEach(() => {
  room = freshDirectory();
});
afterEach(() => room.remove());

describe("data directory", () => {
  test.each([
    [{ SALLYPORT_HOME: "/a/b" }, "/a/b"],
    [{ XDG_DATA_HOME: "/x" }, "/x/sallyport"],
    [{ SALLYPORT_HOME: "/a", XDG_DATA_HOME: "/x" }, "/a"],
  ])("%j gives %s", (environment, path) => {
    expect(dataDirectory(environment)).toBe(path);
  });

  test.each([{ SALLYPORT_HOME: "relative" }, { XDG_DATA_HOME: "../up" }])(
    "%j is refused",
    (environment) => {
      expect(() => dataDirectory(environment)).toThrow(/absolute/);
    },
  );

  test("is made private", () => {
    const places = prepareDirectories(join(room.path, "deep", "data"));
    for (const path of [places.root, places.log, places.keys, places.tls]) {
      expect(statSync(path).mode & 0o777).toBe(0o700);
    }
  });

  test.each([
    ["group can write", 0o770],
    ["others can write", 0o707],
  ])("is refused when %s", (_name, mode) => {
    const path = join(room.path, "data");
    mkdirSync(path);
    chmodSync(path, mode);
    expect(() => prepareDirectories(path)).toThrow(/others can write/);
  });

  test("is refused when it is a file or a link", () => {
    writeFileSync(join(room.path, "file"), "");
    expect(() => prepareDirectories(join(room.path, "file"))).toThrow(
      /cannot create|not a directory/,
    );
    mkdirSync(join(room.path, "real"));
    symlinkSync(join(room.path, "real"), join(room.path, "link"));
    expect(() => prepareDirectories(join(room.path, "link"))).toThrow(/not a directory/);
  });
});

describe("install", () => {
  test("is made once: port, authority and secrets stay", async () => {
    const first = await ensureInstall({ root: room.path });
    const second = await ensureInstall({ root: room.path });
    expect(second).toEqual(first);
    expect(readInstall(directoriesIn(room.path))).toEqual(first);
    expect(readSecret(first.directories, "install")).not.toBe(
      readSecret(first.directories, "operator"),
    );
    expect(first.port).toBeGreaterThanOrEqual(21_000);
    expect(first.port).toBeLessThan(29_000);
  });

  test("two that start at once agree", async () => {
    const [first, second] = await Promise.all([
      ensureInstall({ root: room.path }),
      ensureInstall({ root: room.path }),
    ]);
    expect(second).toEqual(first);
  });

  test("derives the port from user and data directory, so that two of either do not meet", async () => {
    const places = ["/home/ada/.local/share/sallyport", "/home/ada/other", "/srv/sallyport"];
    const ports = [0, 1000, 1001].flatMap((user) =>
      places.map((path) => preferredPort(user, path)),
    );
    expect(new Set(ports).size).toBe(ports.length);
    for (const port of ports) {
      expect(port).toBeGreaterThanOrEqual(21_000);
      expect(port).toBeLessThan(29_000);
    }
    const first = await ensureInstall({ root: join(room.path, "one") });
    const second = await ensureInstall({ root: join(room.path, "two") });
    expect(second.port).not.toBe(first.port);
  });

  test("takes another port when the usual one is taken", async () => {
    const usual = preferredPort(process.getuid?.() ?? 0, room.path);
    const stranger = createServer();
    const listens = await new Promise<boolean>((resolve) => {
      stranger.once("error", () => resolve(false));
      stranger.listen(usual, "127.0.0.1", () => resolve(true));
    });
    const install = await ensureInstall({ root: room.path });
    if (listens) await new Promise((resolve) => stranger.close(resolve));
    expect(install.port).not.toBe(usual);
  });

  test("remembers the company's bundle, and never takes its own for it", async () => {
    const company = join(room.path, "company.pem");
    const authority = (await ensureInstall({ root: join(room.path, "other") })).authority;
    writeFileSync(company, authority);
    const root = join(room.path, "data");
    const first = await ensureInstall({ root, companyBundle: company });
    const text = readFileSync(first.caBundlePath, "utf8");
    expect(text).toBe(first.authority + authority);
    await ensureInstall({ root, companyBundle: first.caBundlePath });
    await ensureInstall({ root });
    expect(readFileSync(first.caBundlePath, "utf8")).toBe(text);
  });

  test.each([
    ["{}", /damaged/],
    ["not json", /damaged/],
    ['{"version":1,"port":80}', /damaged/],
    ['{"version":2,"port":21000}', /format 2 is newer/],
  ])("a state that cannot be read (%s) is an error, never a new port", async (text, message) => {
    const { directories } = await ensureInstall({ root: room.path });
    writeFileSync(directories.stateFile, text);
    await expect(ensureInstall({ root: room.path })).rejects.toThrow(message);
    expect(readFileSync(directories.stateFile, "utf8")).toBe(text);
  });

  test("a secret that others can read is refused", async () => {
    const { directories } = await ensureInstall({ root: room.path });
    chmodSync(join(directories.keys, "operator.secret"), 0o644);
    expect(() => readSecret(directories, "operator")).toThrow(/others may read/);
  });

  test.each([
    ["a", "a", true],
    ["a", "b", false],
    ["a", "aa", false],
    ["", "", true],
  ])("%j equals %j: %s", (left, right, equal) => {
    expect(equalSecrets(left, right)).toBe(equal);
  });
});
