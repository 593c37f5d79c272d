// Accumulated rules made few: never a call more that runs unasked, and what goes without a loss loses nothing.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import {
  commandsToJudge,
  type Consolidation,
  consolidate,
  type RemovalKind,
} from "#govern/settings/consolidate/consolidate.ts";
import { parseJsonText } from "#govern/settings/json-text.ts";
import type { LintDocument } from "#govern/settings/lint/document.ts";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { NativeCall, NativeMode, NativeSettings } from "#guard/native/stack.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { type SessionCase, sessionCases } from "../../../client/simulator/pairs.ts";
import { CORPORA, readGraded } from "../../../corpus/graded/graded.ts";
import { fillPlaces } from "../../../corpus/graded/typical-files.ts";
import { makeTypicalProject } from "../../../corpus/graded/typical-project.ts";
import { judgeCommand, settled } from "../../../judging.ts";
import { catalogue } from "../lint/lint-text.ts";

const MODES: readonly NativeMode[] = [
  ...(["default", "acceptEdits", "plan", "auto", "dontAsk", "bypassPermissions"] as const),
];
const accumulated = fileURLToPath(new URL("./accumulated.json", import.meta.url));
const project = settled(makeTypicalProject());
afterAll(() => project.remove());

function documentOf(text: string): LintDocument {
  const file = "settings.local.json";
  return { file, layer: "local", text, root: parseJsonText(text, file) };
}

function fewer(
  settings: object | string,
  more: { verdicts?: ReadonlyMap<string, Verdict>; keepDangerous?: boolean } = {},
): Consolidation {
  const text = typeof settings === "string" ? settings : JSON.stringify(settings, undefined, 2);
  return consolidate({ document: documentOf(text), catalogue, verdicts: new Map(), ...more });
}

function kindsOf(allow: readonly string[], more: Parameters<typeof fewer>[1] = {}) {
  const { removed, kept } = fewer({ permissions: { allow } }, more);
  const kinds: Record<string, RemovalKind | "stays"> = {};
  for (const { rule, kind } of removed) kinds[rule] = kind;
  for (const { rule } of kept) kinds[rule] = "stays";
  return kinds;
}

function simulator(settings: NativeSettings, mode: NativeMode) {
  const places = { project: "/w/shop", home: "/home/u" };
  const layer = { source: "local", file: "local", root: places.project, settings } as const;
  const session = openSession({ layers: [layer], mode, isTrusted: true, ...places });
  return (call: Omit<NativeCall, "cwd" | "hasRunShell">) =>
    simulateNative(session, { ...call, cwd: places.project, hasRunShell: true }).verdict;
}

// About four in five are what client 2.1.328 offered for commands of a web shop's developers; the others are written in the
// forms of older clients (`npm test:*`, single words of loops), for hosts, paths and servers, and by hand.
describe("300 rules of a person who mostly said yes, and don't ask again", () => {
  const text = readFileSync(accumulated, "utf8");
  const before: { permissions: { allow: string[] } } = JSON.parse(text);
  const consolidated = (async () => {
    const verdicts = new Map<string, Verdict>();
    const policy = loadPack("team");
    for (const command of commandsToJudge(documentOf(text)))
      verdicts.set(command, (await judgeCommand(project, command, { policy })).verdict);
    return fewer(text, { verdicts });
  })();

  it("become fewer than 40, each of them one that was there", async () => {
    const { kept, removed, ...result } = await consolidated;
    const { allow } = before.permissions;
    expect(allow).toHaveLength(300);
    expect(result.before).toBe(300);
    expect(kept.length).toBeLessThan(40);
    expect(kept.length + removed.length).toBe(300);
    const left = new Set(kept.map(({ rule }) => rule));
    const expected = {
      ...before,
      permissions: { ...before.permissions, allow: allow.filter((rule) => left.has(rule)) },
    };
    expect(JSON.parse(result.text)).toEqual(expected);
  });

  it("name each dangerous one, and keep none of them", async () => {
    const { removed, kept } = await consolidated;
    const dangerous = removed.flatMap(({ kind, rule }) => (kind === "dangerous" ? [rule] : []));
    for (const rule of [
      "Bash(python:*)",
      "Bash(bash:*)",
      "Bash(node:*)",
      "Bash(rm:*)",
      "Bash(curl:*)",
    ])
      expect(dangerous).toContain(rule);
    expect(kept.filter(({ note }) => note?.startsWith("dangerous"))).toEqual([]);
  });

  // Each mode takes every third command, another one each: two simulated clients for all of them take a minute.
  it.each([["default", 0] as const, ["acceptEdits", 1] as const, ["auto", 2] as const])(
    "let no command of the benign and red corpora run that was asked about, in %s",
    async (mode, turn) => {
      const after: NativeSettings = JSON.parse((await consolidated).text);
      const [old, now] = [simulator(before, mode), simulator(after, mode)];
      let commands = 0;
      let place = 0;
      let gained = 0;
      let harmedBefore = 0;
      for (const corpus of CORPORA) {
        for (const one of readGraded(corpus)) {
          place += 1;
          if (place % 3 !== turn) continue;
          const call = { tool: "Bash", input: { command: fillPlaces(one.command, project) } };
          const [was, is] = [old(call), now(call)];
          commands += 1;
          if (was === "allow" && is !== "allow" && corpus !== "benign") harmedBefore += 1;
          if (is === "allow" && was !== "allow") gained += 1;
          if (is !== "deny" && was === "deny") gained += 1;
        }
      }
      // WHY counts alone: a third of the commands is sealed.
      expect(commands).toBeGreaterThan(1_000);
      expect(gained).toBe(0);
      if (mode === "default") expect(harmedBefore).toBeGreaterThan(0);
    },
  );
});

describe("what goes, and why", () => {
  it("takes out what never matches and what another list forbids", () => {
    const { removed } = fewer({
      permissions: {
        allow: ["Write(src/**)", "Bash()", "Bash(git push origin main)"],
        ask: ["Bash(git push:*)"],
      },
    });
    expect(removed.map(({ kind }) => kind)).toEqual(["idle", "idle", "restricted"]);
    expect(removed.map(({ line }) => line)).toEqual([4, 5, 6]);
  });
  it("keeps the first of two that say the same", () => {
    expect(kindsOf(["Bash(git add *)", "Bash(git add:*)", "Bash(git add a.ts)"])).toEqual({
      "Bash(git add *)": "stays",
      "Bash(git add:*)": "covered",
      "Bash(git add a.ts)": "covered",
    });
  });
  it("lets who may edit read", () => {
    expect(kindsOf(["Read(//srv/a/**)", "Edit(//srv/**)"])["Read(//srv/a/**)"]).toBe("covered");
    expect(kindsOf(["Edit(//srv/a/**)", "Read(//srv/**)"])["Edit(//srv/a/**)"]).toBe("stays");
  });
  it("takes out what the client does not ask about", () => {
    const kinds = kindsOf([
      "Bash(ls:*)",
      "Bash(git status)",
      "Read(docs/**)",
      "Bash(git log:*)",
      "Read(../x/**)",
    ]);
    expect(kinds).toEqual({
      "Bash(ls:*)": "unasked",
      "Bash(git status)": "unasked",
      "Read(docs/**)": "unasked",
      "Bash(git log:*)": "stays",
      "Read(../x/**)": "stays",
    });
  });
  it("keeps a whole line that a wider rule does not open", () => {
    const kinds = kindsOf(["Bash(git bisect:*)", "Bash(git bisect run ./t.sh $X)", "Bash(x && y)"]);
    expect(Object.values(kinds)).toEqual(["stays", "stays", "stays"]);
  });
  it.each([
    ["Bash(*)"],
    ["Bash"],
    ["Bash(python3:*)"],
    ["Bash(python3)"],
    ["Bash(sh)"],
    ["Bash(xargs rm)"],
    ["Bash(* --help)"],
    ["Bash(git:*)"],
    ["Bash(sed:*)"],
    ["Bash(rm -rf *)"],
    ["Edit"],
    ["Edit(//**)"],
    ["Read(//**)"],
    ["Read(~/.ssh/**)"],
    ["WebFetch"],
  ])("calls %s dangerous, and names it where it is to stay", (rule) => {
    expect(kindsOf([rule])).toEqual({ [rule]: "dangerous" });
    const { kept } = fewer({ permissions: { allow: [rule] } }, { keepDangerous: true });
    expect(kept).toHaveLength(1);
    expect(kept[0]?.note).toMatch(/^dangerous: /);
  });
  it.each([
    "Bash(npm test)",
    "Bash(python3 scripts/seed.py)",
    "Edit(src/**)",
    "WebFetch(domain:docs.rs)",
  ])("does not call %s dangerous", (rule) => {
    expect(kindsOf([rule])).toEqual({ [rule]: "stays" });
  });
  it("leaves to the policy what it answers, with more words as without", () => {
    const verdicts = new Map<string, Verdict>([
      ["gh api", "allow"],
      ["gh api $SALLYPORT_ANY_WORDS", "allow"],
      ["npm ci", "ask"],
      ["npm ci $SALLYPORT_ANY_WORDS", "deny"],
      ["git add", "allow"],
      ["git add $SALLYPORT_ANY_WORDS", "ask"],
      ["make", "abstain"],
    ]);
    expect(
      kindsOf(["Bash(gh api *)", "Bash(npm ci:*)", "Bash(git add *)", "Bash(make)"], { verdicts }),
    ).toEqual({
      "Bash(gh api *)": "judged",
      "Bash(npm ci:*)": "judged",
      "Bash(git add *)": "stays",
      "Bash(make)": "stays",
    });
  });
  it("asks about no pattern that may stand for another program", () => {
    const text = JSON.stringify({
      permissions: { allow: ["Bash(git*)", "Bash(a; b:*)", "Bash($X:*)"] },
    });
    expect(commandsToJudge(documentOf(text))).toEqual([]);
  });
});

/** A generated session as one file, and its calls as the simulator sees them. */
function flattened({ layers, calls }: SessionCase) {
  const lists = { allow: [] as string[], ask: [] as string[], deny: [] as string[] };
  const fill = (text: string) =>
    text
      .replaceAll("<project>", "/w/shop")
      .replaceAll("<home>", "/home/u")
      .replaceAll("<outside>", "/w/outside");
  for (const { settings } of layers)
    for (const list of ["allow", "ask", "deny"] as const)
      lists[list].push(...(settings.permissions?.[list] ?? []).map(fill));
  const filled = calls.map(({ name, input }) => ({
    tool: name,
    input: JSON.parse(fill(JSON.stringify(input))),
  }));
  return { permissions: lists, calls: filled };
}

describe("over generated rules and calls", () => {
  const SESSIONS = 120;
  const cases = sessionCases(7, { managed: true });
  const sessions = Array.from({ length: SESSIONS }, () => flattened(cases.next().value));
  it("fewer rules never let a call run that was asked about, whatever goes", () => {
    const gained: string[] = [];
    for (const { permissions, calls } of sessions) {
      const after: NativeSettings = JSON.parse(fewer({ permissions }).text);
      const single = permissions.allow.slice(0, 4).map((_, index) => ({
        permissions: { ...permissions, allow: permissions.allow.toSpliced(index, 1) },
      }));
      for (const mode of MODES) {
        const old = simulator({ permissions }, mode);
        for (const now of [after, ...single].map((settings) => simulator(settings, mode)))
          for (const call of calls)
            if (now(call) === "allow" && old(call) !== "allow")
              gained.push(`${mode} ${JSON.stringify(call)} ${JSON.stringify(permissions)}`);
      }
    }
    expect(gained).toEqual([]);
  });
  it("what never holds or is covered loses nothing", () => {
    const lost: string[] = [];
    let seen = 0;
    for (const { permissions, calls } of sessions) {
      const { text, removed } = fewer({ permissions }, { keepDangerous: true });
      // Behind `nice`, `time` and the like the client asks about what it otherwise runs without a rule.
      if (removed.some(({ kind }) => kind === "unasked")) continue;
      seen += removed.length;
      const after: NativeSettings = JSON.parse(text);
      for (const mode of MODES) {
        const [old, now] = [simulator({ permissions }, mode), simulator(after, mode)];
        for (const call of calls)
          if (now(call) !== old(call))
            lost.push(
              `${mode} ${JSON.stringify(call)} ${JSON.stringify(removed)} ${JSON.stringify(permissions)}`,
            );
      }
    }
    expect(lost).toEqual([]);
    expect(seen).toBeGreaterThan(SESSIONS / 20);
  });
});
