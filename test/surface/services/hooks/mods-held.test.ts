// A session beside code that nobody agreed to: held, freed by agreeing to all of it, and by nothing that happens to the files.
import { afterEach, describe, expect, test } from "vitest";
import { type HeldSession, openHeldSessions } from "#surface/services/sessions/held-sessions.ts";
import { lookForMods, modsInWords } from "#surface/services/hooks/mods-held.ts";
import { createOperator } from "#surface/daemon/operator.ts";
import { openOffSwitch } from "#surface/services/installation/off-switch.ts";
import { openHolds } from "#surface/services/exceptions/holds.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import type { SeenMod } from "#surface/services/mods/agreed-mods.ts";
import type { ExtensionLook, SeenExtension } from "#surface/services/mods/seen-extensions.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory> | undefined;
afterEach(() => {
  room?.remove();
  room = undefined;
});
async function directories() {
  room = freshDirectory();
  return (await installOn(room.path)).directories;
}

const DIGEST = "a".repeat(64);
const mod = (more: Partial<SeenMod> = {}): SeenMod => ({
  name: "x@skills-dir",
  origin: "project",
  folder: "/p/.claude/skills/x",
  digest: DIGEST,
  file: "/p/.claude/skills/x/hooks/hooks.json",
  isLoaded: true,
  isAgreed: false,
  ...more,
});
const started = () => ({ strange: [], skills: [], tooMany: [] });
const NONE: ExtensionLook = { atStart: () => [], broken: () => [], started, isAgreed: () => false };
const extension = (more: Partial<SeenExtension> = {}): SeenExtension => ({
  name: "x@team",
  kind: "plugin",
  origin: "plugin",
  place: "/h/x",
  brings: ["hooks"],
  isLoaded: true,
  digest: DIGEST,
  files: new Map(),
  standing: "unlike-agreed",
  ...more,
});
const VISIT = {
  project: { id: "0", root: "/p" },
  sessionId: "s",
  transcriptPath: undefined,
  nowMs: 7,
  isObserved: false,
};

describe("a session", () => {
  test("is held once, stays so when the mod is gone, and goes on once a person agreed", async () => {
    const held = openHeldSessions(await directories());
    let mods: readonly SeenMod[] = [mod()];
    let isAgreed = false;
    const places: unknown[] = [];
    const port = {
      look: (at: unknown) => (places.push(at), mods),
      hasAgreed: () => isAgreed,
      extensions: NONE,
      home: "/home/u",
    };
    expect(lookForMods(port, held, { ...VISIT, cwd: "/p/sub" }).isNewlyHeld).toBe(true);
    expect(places).toEqual([{ directories: ["/p", "/p/sub"], config: "/home/u/.claude" }]);
    expect(held.of("s")).toMatchObject({ cause: "mods", digests: [DIGEST] });
    expect(lookForMods(port, held, VISIT).isNewlyHeld).toBe(false);
    mods = [];
    lookForMods(port, held, VISIT);
    expect(held.of("s")).toBeDefined();
    isAgreed = true;
    lookForMods(port, held, VISIT);
    expect(held.of("s")).toBeUndefined();
  });
  test.each<[string, SeenMod, boolean]>([
    ["a mod that a person agreed to", mod({ isAgreed: true }), false],
    ["a plugin that nobody enabled", mod({ isLoaded: false }), false],
    ["a project that is only observed", mod(), true],
  ])("is not held by %s", async (_, found, isObserved) => {
    const held = openHeldSessions(await directories());
    const port = { look: () => [found], hasAgreed: () => false, extensions: NONE, home: "/h" };
    const visit = { ...VISIT, isObserved };
    expect(lookForMods(port, held, visit)).toEqual({
      mods: [found],
      extensions: [],
      isNewlyHeld: false,
    });
    expect(held.all()).toEqual([]);
  });
  test("is held by an extension that is not what a person agreed to, and told of once where it is a mod", async () => {
    const held = openHeldSessions(await directories());
    let mods: readonly SeenMod[] = [];
    let isAgreed = false;
    let broken = [extension()];
    const extensions = {
      atStart: () => [extension({ standing: "new" })],
      broken: () => broken,
      started,
      isAgreed: () => false,
    };
    const port = { look: () => mods, hasAgreed: () => isAgreed, extensions, home: "/h" };
    const first = lookForMods(port, held, { ...VISIT, cwd: "/p" });
    expect(first).toMatchObject({ extensions: [{ standing: "new" }], isNewlyHeld: true });
    expect(held.of("s")?.what).toContain("x@team (/h/x); `sallyport mods diff` shows");
    isAgreed = true;
    expect(lookForMods(port, held, VISIT).extensions).toEqual([]);
    expect(held.of("s")).toBeDefined();
    broken = [];
    lookForMods(port, held, VISIT);
    expect(held.of("s")).toBeUndefined();
    [mods, broken] = [[mod({ folder: "/h/x" })], [extension()]];
    expect(lookForMods(port, held, VISIT).isNewlyHeld).toBe(true);
    expect(held.of("s")).toMatchObject({ digests: [DIGEST] });
    expect(held.of("s")?.what).toContain("nobody agreed to");
  });
  test("that is held by an alarm is not freed by an agreement", async () => {
    const held = openHeldSessions(await directories());
    held.hold({
      cause: "ran-although-refused",
      sessionId: "s",
      root: "/p",
      what: "x",
      sinceMs: 1,
      digests: [],
    });
    const port = { look: () => [], hasAgreed: () => true, extensions: NONE, home: "/h" };
    lookForMods(port, held, VISIT);
    expect(held.of("s")).toBeDefined();
  });
});

test("names come with their control characters shown, and not all of many", () => {
  const many = Array.from({ length: 6 }, (_, at) => mod({ name: `m${at}\u001b[2J` }));
  const words = modsInWords(many);
  expect(words).not.toContain("\u001b");
  expect(words).toContain("and 2 more");
});

test("a person's release lets the session go on, and only one that the operator signed", async () => {
  const places = await directories();
  const held = openHeldSessions(places);
  const statements = openStatements(places);
  const told: string[] = [];
  const operator = createOperator({
    offSwitch: openOffSwitch(places),
    exceptions: openExceptions(places),
    statements,
    holds: openHolds(places),
    heldSessions: held,
    rootOf: () => undefined,
    lockdown: { current: () => undefined, end: () => undefined },
    recorder: { record: async ({ kind }) => void told.push(kind) },
  });
  const alarm: HeldSession = {
    sessionId: "s",
    root: "/p",
    cause: "ran-although-refused",
    what: "x",
    sinceMs: 1,
    digests: [],
  };
  held.hold(alarm);
  const now = Date.now();
  const receipt = statements.sign({
    id: "0".repeat(16),
    kind: "release",
    about: alarm.cause,
    digest: null,
    scope: { of: "session", id: "s" },
    reason: "mine",
    owner: "ada",
    approver: "ada",
    createdMs: now,
    expiresMs: now + 86_400_000,
  });
  const order = (what: object) =>
    operator.answer(Buffer.from(JSON.stringify({ order: "state", receipt: what })));
  const forged = { ...receipt, statement: { ...receipt.statement, reason: "theirs" } };
  expect(await order(forged)).toMatchObject({ kind: "refused" });
  expect([held.of("s"), told]).toEqual([alarm, []]);
  expect(await order(receipt)).toEqual({ kind: "stated" });
  expect([held.of("s"), told]).toEqual([undefined, ["statement"]]);
});
