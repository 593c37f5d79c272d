// The memory of sessions between hook processes: summed up, sealed, bounded, whole after races and damage.
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSubject } from "#record/log/subject.ts";
import { openSessionStore, type SessionStore } from "#surface/services/sessions/session-store.ts";
import { withinSync } from "#surface/foundation/process/sync-limit.ts";

let directory = "";
let store: SessionStore;
const subject = createSubject(Buffer.alloc(32, 7));
const file = () => join(directory, "s.state");
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sallyport-sessions-"));
  store = openSessionStore(directory, subject);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("records-add-up", () => {
  expect(store.read("s")).toBeUndefined();
  store.add("s", { seenMs: 5, complete: true, judged: [["a", "i"]], held: "altered" });
  store.add("s", {
    judged: [["b", "i"]],
    written: ["/p/x"],
    open: [{ id: "c", digest: "d", judged: { path: "/l", real: "/r" } }],
  });
  store.add("s", { held: null, agents: [["agent", "c"]] });
  const state = store.read("s");
  expect(state).toMatchObject({ seenMs: 5, sight: "start", held: undefined });
  expect([...(state?.judged.keys() ?? [])]).toEqual(["a", "b"]);
  expect([...(state?.written ?? [])]).toEqual(["/p/x"]);
  expect(state?.open.get("c")?.judged).toEqual({ path: "/l", real: "/r" });
  expect(state?.agents.get("agent")).toBe("c");
  store.add("s", { closed: ["c"] });
  expect(store.read("s")?.open.size).toBe(0);
});

test("a-report-of-a-hook-that-ran-beside-leaves-what-was-proven", () => {
  const variables = [["SHLVL", "1"]] as const;
  const proven = { kind: "proven", digest: "a".repeat(64), directory: "/p" } as const;
  store.add("s", { seenMs: 5, environment: { variables, withheld: [], containment: proven } });
  store.add("s", { environment: { variables: [["SHLVL", "2"]], withheld: [] } });
  expect(store.read("s")?.environment).toEqual({
    variables: [["SHLVL", "2"]],
    withheld: [],
    containment: proven,
  });
  const ended = { kind: "unproven", why: "settings changed" } as const;
  store.add("s", { environment: { variables, withheld: [], containment: ended } });
  store.add("s", { environment: { variables, withheld: ["A_KEY"] } });
  expect(store.read("s")?.environment?.containment).toEqual(ended);
});

test("are-private-and-sealed", () => {
  store.add("s", { seenMs: 5, written: ["/home/ada/quartz"] });
  expect(readFileSync(file(), "latin1")).not.toContain("quartz");
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  const other = openSessionStore(directory, createSubject(Buffer.alloc(32, 8)));
  expect(other.read("s")).toBeUndefined();
});

test("many-records-are-summed-up-in-one-and-none-is-lost", () => {
  store.add("s", { seenMs: 5, complete: true });
  for (let index = 0; index < 200; index += 1) {
    store.add("s", { judged: [[`c${index}`, ""]] });
    expect(store.read("s")?.judged.size).toBe(index + 1);
  }
  expect(statSync(file()).size).toBeLessThan(20_000);
  expect(readdirSync(directory)).toEqual(["s.state"]);
  expect(store.read("s")).toMatchObject({ seenMs: 5, sight: "start" });
});

test("damage-costs-what-stands-behind-it-and-the-claim-to-be-complete", () => {
  store.add("s", { seenMs: 5, complete: true, judged: [["a", "i"]] });
  const whole = readFileSync(file());
  store.add("s", { judged: [["b", "i"]] });
  const bytes = readFileSync(file());
  bytes[whole.length + 20] = (bytes[whole.length + 20] ?? 0) ^ 1;
  writeFileSync(file(), bytes);
  expect(store.read("s")).toMatchObject({ seenMs: 5, sight: "part" });
  store.add("s", { judged: [["c", "i"]] });
  expect([...(store.read("s")?.judged.keys() ?? [])]).toEqual(["a", "c"]);
});

test("a-file-that-is-too-large-is-given-up", () => {
  writeFileSync(file(), Buffer.alloc(3 * 1024 * 1024));
  expect(store.read("s")).toBeUndefined();
  expect(readdirSync(directory)).toEqual([]);
});

test("what-nobody-used-for-two-weeks-is-forgotten", () => {
  store.add("s", { seenMs: 5 });
  store.add("t", { seenMs: 5 });
  utimesSync(file(), 1_000, 1_000);
  store.forgetOld(Date.now());
  expect(readdirSync(directory)).toEqual(["t.state"]);
});

test("a-directory-that-is-gone-is-a-failure-when-something-must-be-kept", () => {
  rmSync(directory, { recursive: true });
  expect(store.read("s")).toBeUndefined();
  expect(() => store.add("s", { seenMs: 5 })).toThrow("cannot be written");
});

test("code-that-never-yields-is-cut-off-and-errors-and-values-pass", () => {
  expect(
    withinSync(50, () => {
      for (;;);
    }),
  ).toEqual({ kind: "late" });
  expect(withinSync(1_000, () => 7)).toEqual({ kind: "done", value: 7 });
  expect(withinSync(1_000, () => withinSync(1_000, () => 8))).toEqual({
    kind: "done",
    value: { kind: "done", value: 8 },
  });
  expect(() =>
    withinSync(1_000, () => {
      throw new Error("of its own");
    }),
  ).toThrow("of its own");
  expect(Reflect.get(globalThis, Symbol.for("sallyport.limited"))).toBeUndefined();
});
