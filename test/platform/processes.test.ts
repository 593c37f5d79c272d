// Processes as each system shows them: running, gone, a zombie, hidden, and another process under an old number.
import { spawn, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import {
  askToEnd,
  optionValues,
  ownStart,
  type ProcessSource,
  processState,
} from "#platform/processes.ts";
import { type SystemKind, thisSystem } from "#platform/system.ts";

const boot = "5f3c1c1e-9d43-4f8e-8f57-0a6f5a3c7b11";
const stat = (name: string, state: string) =>
  `41 (${name}) ${[state, ...Array.from({ length: 18 }, (_, index) => index), 7_700, 1].join(" ")}\n`;

function machine(
  system: SystemKind,
  files: Readonly<Record<string, string>> = {},
  more: Partial<ProcessSource> = {},
): ProcessSource {
  return {
    system,
    readFile: (path) => files[path],
    ps: () => undefined,
    exists: () => false,
    ...more,
  };
}
const linux = (text: string, system: SystemKind = "linux") =>
  machine(system, { "/proc/41/stat": text, "/proc/sys/kernel/random/boot_id": `${boot}\n` });

describe("on Linux", () => {
  it.each<[string, string]>([
    ["a plain name", "node"],
    ["a name that looks like the fields after it", "a) Z 1 (b"],
  ])("a process with %s runs since its start", (_, name) => {
    const running = { kind: "running", started: `${boot}:7700` };
    expect(processState(41, linux(stat(name, "S")))).toEqual(running);
    expect(processState(41, linux(stat(name, "S"), "wsl"))).toEqual(running);
  });
  it.each(["Z", "X"])("state %s is gone", (state) => {
    expect(processState(41, linux(stat("node", state)))).toEqual({ kind: "gone" });
  });
  it("one that /proc hides runs with an unknown start, one that nobody knows is gone", () => {
    const hidden = machine("linux", {}, { exists: () => true });
    expect(processState(41, hidden)).toEqual({ kind: "running", started: undefined });
    expect(processState(41, machine("linux"))).toEqual({ kind: "gone" });
  });
});

describe("on macOS and other Unixes", () => {
  it("ps tells state and start", () => {
    const asked: string[][] = [];
    const ps = (args: readonly string[]) => {
      asked.push([...args]);
      return "Ss   Thu Nov 20 10:56:01 2026\n";
    };
    const found = processState(41, machine("macos", {}, { ps }));
    expect(found).toEqual({ kind: "running", started: "Thu Nov 20 10:56:01 2026" });
    expect(asked).toEqual([["-o", "stat=,lstart=", "-p", "41"]]);
  });
  it("a zombie and a number that ps does not know are gone", () => {
    const zombie = machine("macos", {}, { ps: () => "Z+   Thu Nov 20 10:56:01 2026\n" });
    expect(processState(41, zombie)).toEqual({ kind: "gone" });
    expect(processState(41, machine("other"))).toEqual({ kind: "gone" });
  });
  it("the ps of this machine answers in that form", (ctx) => {
    const args = ["-o", "stat=,lstart=", "-p", String(process.pid)];
    const { stdout, error } = spawnSync("/bin/ps", args, {
      encoding: "utf8",
      env: { LC_ALL: "C" },
    });
    if (error) ctx.skip("there is no /bin/ps");
    const state = processState(process.pid, machine("other", {}, { ps: () => stdout }));
    expect(state).toMatchObject({
      kind: "running",
      started: expect.stringMatching(/^\w{3} \w{3} /),
    });
  });
});

it("on Windows only its being there is known", () => {
  const found = machine("windows", {}, { exists: (pid) => pid === 41 });
  expect(processState(41, found)).toEqual({ kind: "running", started: undefined });
  expect(processState(42, found)).toEqual({ kind: "gone" });
});

describe("on this machine", () => {
  it("this process runs, and says the same start twice", () => {
    expect(processState(process.pid)).toEqual({ kind: "running", started: ownStart() });
    expect(ownStart()).toBeDefined();
  });
  it("a child runs until it is asked to end", async () => {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    const ended = new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));
    const pid = child.pid ?? 0;
    expect(processState(pid).kind).toBe("running");
    expect(askToEnd(pid)).toBe(true);
    expect(await ended).toBe("SIGTERM");
    expect(processState(pid)).toEqual({ kind: "gone" });
    expect(askToEnd(pid)).toBe(false);
  });
  it.each([0, -1, 1.5, Number.NaN, 2 ** 60])("%s is no process", (pid) => {
    expect(processState(pid)).toEqual({ kind: "gone" });
  });
});

describe("the values of an option", () => {
  it("are those of running processes, in both spellings, with where they run", (ctx) => {
    if (thisSystem() !== "linux") return ctx.skip("only Linux tells of them");
    const words = ["--seek-me", "one", "--seek-me=two", "--seek-mean", "three", "--seek-me"];
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)", "--", ...words], {
      cwd: "/",
      stdio: "ignore",
    });
    try {
      expect(optionValues("--seek-me")).toEqual([
        { value: "one", directory: "/" },
        { value: "two", directory: "/" },
      ]);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
