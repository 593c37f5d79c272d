// Systems told apart, what each means for places, rights and flags, and the refusal where privacy cannot be kept.
import { constants } from "node:fs";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { bootId, upMs } from "#platform/boot.ts";
import { flagsFrom, openFlags } from "#platform/open-flags.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { holderInLsof, portHolder } from "#platform/port-holder.ts";
import { isOwnProcess, leadsElsewhere } from "#platform/process-links.ts";
import { refuseUnfitSystem, systemKind } from "#platform/system.ts";
import { homeDirectory, userDataDirectory, userId, userName } from "#platform/user.ts";

describe("the kind of system", () => {
  it.each([
    ["linux", "6.8.0-45-generic", "linux"],
    ["linux", "5.15.153.1-microsoft-standard-WSL2", "wsl"],
    ["linux", "4.4.0-19041-Microsoft", "wsl"],
    ["darwin", "", "macos"],
    ["win32", "", "windows"],
    ["freebsd", "", "other"],
  ])("%s %s is %s", (platform, release, kind) => {
    expect(systemKind(platform, release)).toBe(kind);
  });
  it("Windows is refused in words, WSL and the others are not", () => {
    expect(() => refuseUnfitSystem("windows")).toThrow("inside WSL");
    for (const fit of ["linux", "wsl", "macos", "other"] as const) {
      expect(() => refuseUnfitSystem(fit)).not.toThrow();
    }
  });
});

describe("the place for data", () => {
  it.each([
    ["linux", {}, "/home/ada", "/home/ada/.local/share", undefined],
    ["macos", {}, "/Users/ada", "/Users/ada/.local/share", undefined],
    ["linux", { XDG_DATA_HOME: "/data" }, "/home/ada", "/data", "XDG_DATA_HOME"],
    ["linux", { XDG_DATA_HOME: "", LOCALAPPDATA: "x" }, "/h", "/h/.local/share", undefined],
    ["windows", {}, "C:\\Users\\ada", "C:\\Users\\ada\\AppData\\Local", undefined],
    ["windows", { LOCALAPPDATA: "D:\\l", XDG_DATA_HOME: "/x" }, "C:\\u", "D:\\l", "LOCALAPPDATA"],
  ] as const)("%s %j in %s is %s", (system, environment, home, path, variable) => {
    expect(userDataDirectory(system, environment, home)).toEqual({ path, variable });
  });
});

describe("a file is ours alone", () => {
  it.each([
    [0o600, "none", undefined],
    [0o640, "none", "open"],
    [0o601, "none", "open"],
    [0o644, "read-only", undefined],
    [0o755, "read-only", undefined],
    [0o664, "read-only", "open"],
    [0o602, "read-only", "open"],
  ] as const)("mode %i, others %s: %s", (mode, others, problem) => {
    expect(privacyProblem({ uid: 1000, mode: 0o100000 | mode }, others, 1000)).toBe(problem);
  });
  it("not when it belongs to somebody else; unknown without user numbers", () => {
    expect(privacyProblem({ uid: 0, mode: 0o600 }, "none", 1000)).toBe("foreign");
    // The default is this process's own user.
    expect(privacyProblem({ uid: userId() ?? 0, mode: 0o600 }, "none")).toBeUndefined();
  });
});

describe("opening files", () => {
  it("follows no link and waits for nobody where the system can promise it", () => {
    for (const [name, flags] of Object.entries(openFlags)) {
      const isFollowing = (flags & constants.O_NOFOLLOW) === 0;
      expect(isFollowing, name).toBe(name === "readAny" || name === "appendAny");
    }
    expect(openFlags.read & constants.O_NONBLOCK).toBe(constants.O_NONBLOCK);
    expect(openFlags.appendNew & constants.O_EXCL).toBe(constants.O_EXCL);
  });
  it("needs no number that Windows lacks", () => {
    const windows = {
      O_RDONLY: 0,
      O_WRONLY: 1,
      O_CREAT: 256,
      O_EXCL: 1024,
      O_TRUNC: 512,
      O_APPEND: 8,
    };
    expect(flagsFrom(windows)).toEqual({
      read: 0,
      readAny: 0,
      appendAny: 1 | 8,
      append: 1 | 256 | 8,
      appendNew: 1 | 256 | 8 | 1024,
      rewrite: 1 | 256 | 512,
      change: 1,
    });
  });
});

describe("who holds a port", () => {
  it("is read from lsof on macOS", () => {
    expect(holderInLsof("p4711\ncpython3\nf5\n")).toBe("`python3` (process 4711)");
    expect(holderInLsof("p4711\nc\u001b[31mred\n")).toBe("`[31mred` (process 4711)");
    expect(holderInLsof("")).toBeUndefined();
  });
  it("is this process for a port of ours, and nobody on systems that do not tell", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(portHolder(port, "linux")).toContain(`(process ${process.pid})`);
    expect(portHolder(port, "windows")).toBeUndefined();
    expect(portHolder(port, "other")).toBeUndefined();
    await new Promise((resolve) => server.close(resolve));
  });
});

it("links below /proc lead each process elsewhere, two tables do not", () => {
  expect(isOwnProcess("/proc/self")).toBe(true);
  expect(isOwnProcess("/proc/1")).toBe(false);
  expect(leadsElsewhere("/proc/1/cwd")).toBe(true);
  expect(leadsElsewhere("/proc/mounts")).toBe(false);
  expect(leadsElsewhere("/home/proc/x")).toBe(false);
});

it("the machine started once, some time ago", () => {
  expect(bootId()).toBe(bootId());
  const before = upMs();
  expect(before).toBeGreaterThan(0);
  expect(upMs()).toBeGreaterThanOrEqual(before);
});

it("the user has a name and a home", () => {
  expect(userName()).not.toBe("");
  expect(homeDirectory()).toMatch(/^\//);
});
