// The red team: cases as data, how they are run, what is kept of a run, and a search that finds a hole that is there.
import { describe, expect, it } from "vitest";
import { chanceFrom } from "#base/chance.ts";
import { Failure } from "#base/failure.ts";
import { type OpenCase, runCase, type Said } from "#assure/redteam/case-run.ts";
import { incidentFamily } from "#assure/redteam/from-incident.ts";
import { searchForms } from "#assure/redteam/search.ts";
import {
  type Context,
  type Run,
  runOf,
  staleCases,
  standingOf,
  whyDue,
} from "#assure/redteam/standing.ts";
import { type Family, HONEST, parseFamily, type Step } from "#assure/redteam/suite.ts";
import { WRAPPINGS } from "#assure/redteam/wrappings.ts";
import type { RedTeamCase } from "#assure/incident/red-team-case.ts";
import { loadFamilies } from "#surface/foundation/product/shipped-data.ts";

const said = (verdict: string): Said => ({ verdict, rule: "r", reason: "why" });
/** A guard that says of each step what a function says. */
const judgedBy =
  (verdictOf: (step: Step) => string): OpenCase =>
  async () => ({
    judge: async (step) => said(verdictOf(step)),
    askAbout: async (run) => said(verdictOf({ run, expect: "stopped" })),
    close: () => undefined,
  });

const family = (cases: string): Family =>
  parseFamily(`id: fam\ntitle: t\nabout: a\nowner: o\nfix: f\ncases:\n${cases}`, "f.yaml", "fam");
const ONE = family(
  "  - { id: one, title: One, steps: [{ read: a.txt }, { run: cat .env, expect: denied }] }\n",
);
const [attack] = ONE.cases;
if (attack === undefined) throw new Error("no case");

describe("a family", () => {
  it.each([
    ["  - { id: One, title: t, steps: [{ run: x, expect: stopped }] }\n", "lower case"],
    ["  - { id: one, title: t, steps: [{ run: x }] }\n", "expects something"],
    ["  - { id: one, title: t, steps: [{ run: x, expect: gone }] }\n", "cases.0.steps.0"],
    [
      "  - { id: one, title: t, files: { ../x: y }, steps: [{ run: x, expect: stopped }] }\n",
      "path",
    ],
    [
      "  - { id: one, title: t, home: { /etc/x: y }, steps: [{ run: x, expect: stopped }] }\n",
      "path",
    ],
    ["  - { id: one, title: t, steps: [{ shell: x, expect: stopped }] }\n", "cases.0.steps.0"],
    ["  []\n", "Invalid length"],
  ])("with a fault is refused: %s", (cases, words) => {
    expect(() => family(cases)).toThrow(Failure);
    expect(() => family(cases)).toThrow(words);
  });
  it("with a case twice is refused", () => {
    const row = "  - { id: one, title: t, steps: [{ run: x, expect: stopped }] }\n";
    expect(() => family(`${row}${row}`)).toThrow("twice");
  });
  it("ships for each of fourteen attacks, for other languages, weak guards and honest work", () => {
    const families = loadFamilies();
    expect(families.map(({ id }) => id)).toContain(HONEST);
    expect(families.filter(({ id }) => id !== HONEST)).toHaveLength(16);
    for (const { id, cases, fix, owner } of families) {
      expect([id, cases.length >= 5, fix.length > 20, owner.length > 3]).toEqual([
        id,
        true,
        true,
        true,
      ]);
      const wanted = cases.flatMap(({ steps }) => steps.map((step) => step.expect));
      expect([id, wanted.includes("runs")]).toEqual([id, id === HONEST]);
    }
  });
});

describe("a case", () => {
  it("is judged as it is, and its command in every other form, in which a question is enough", async () => {
    const seen: string[] = [];
    const open = judgedBy((step) => {
      if ("run" in step) seen.push(step.run);
      return "run" in step && step.run === "cat .env" ? "deny" : "ask";
    });
    const result = await runCase(ONE, attack, open);
    expect(result).toMatchObject({ tried: WRAPPINGS.length + 1, misses: [], said: said("deny") });
    expect(new Set(seen).size).toBe(WRAPPINGS.length + 1);
  });
  it("that is not refused as it is, is one finding", async () => {
    const { misses, tried } = await runCase(
      ONE,
      attack,
      judgedBy(() => "ask"),
    );
    expect(tried).toBe(1);
    expect(misses).toEqual([
      { step: 1, text: "cat .env", wrapping: undefined, expected: "denied", said: said("ask") },
    ]);
  });
  it("that gets through in one form names it", async () => {
    const open = judgedBy((step) =>
      "run" in step && step.run.includes("xxd -r -p") ? "allow" : "deny",
    );
    const { misses } = await runCase(ONE, attack, open);
    expect(misses.map(({ wrapping }) => wrapping)).toEqual(["hex"]);
  });
  it("of honest work fails under a guard that refuses everything", async () => {
    const honest = loadFamilies().find(({ id }) => id === HONEST);
    if (honest === undefined) throw new Error("no family");
    for (const one of honest.cases) {
      const refused = await runCase(
        honest,
        one,
        judgedBy(() => "deny"),
      );
      expect(refused.misses.length).toBe(refused.tried);
      expect(
        (
          await runCase(
            honest,
            one,
            judgedBy(() => "abstain"),
          )
        ).misses,
      ).toEqual([]);
    }
  });
  it("of an incident expects what was decided then", () => {
    const made: RedTeamCase = {
      case: 1,
      id: "incident-1",
      title: "t",
      from: { incident: "inc-1", drill: false },
      setting: { mode: "acceptEdits", policy: null },
      calls: [
        { call: { tool: "Read", path: "a" }, was: "ran", how: "h", expect: "step" },
        { call: { tool: "Bash", command: "x" }, was: "refused", how: "h", expect: "deny" },
        {
          call: { tool: "WebFetch", url: "https://a.example" },
          was: "ran",
          how: "h",
          expect: "ask",
        },
      ],
      left: [],
    };
    const [one] = incidentFamily([made])?.cases ?? [];
    expect(one).toMatchObject({ mode: "acceptEdits", id: "incident-1" });
    expect(one?.steps.map(({ expect: wanted }) => wanted)).toEqual(["step", "denied", "stopped"]);
    expect(incidentFamily([{ ...made, calls: made.calls.slice(0, 1) }])).toBeUndefined();
  });
});

describe("a search", () => {
  const options = { budget: 300, seed: 3 };
  it("finds a hole that only two forms in one another show, and makes it as small", async () => {
    const open = judgedBy((step) =>
      "run" in step && step.run.includes("xxd -r -p") && step.run.includes("os.system")
        ? "allow"
        : "deny",
    );
    const { found, tried } = await searchForms([ONE], open, { ...options, budget: 20_000 });
    expect(tried).toBe(20_000);
    for (const { wrappings } of found) expect(wrappings.toSorted()).toEqual(["hex", "python"]);
    expect(found.length).toBeGreaterThan(0);
  });
  it("finds nothing where there is none, and tries the same again", async () => {
    const tries = async (seed: number) => {
      const seen: string[] = [];
      const open = judgedBy((step) => {
        if ("run" in step) seen.push(step.run);
        return "deny";
      });
      expect((await searchForms([ONE], open, { ...options, seed })).found).toEqual([]);
      return seen;
    };
    const first = await tries(3);
    expect(new Set(first).size).toBe(options.budget);
    expect(await tries(3)).toEqual(first);
    expect(await tries(4)).not.toEqual(first);
  });
  it("goes on from forms that another rule stopped: what lies two steps further is found", async () => {
    // Each of the two shows that the guard knows less, and both together get through.
    const weak = /compgen -C|PS4=/;
    const open: OpenCase = async () => ({
      judge: async () => said("deny"),
      askAbout: async (run) => {
        const both = run.includes("compgen -C") && run.includes("PS4=");
        return { ...said(both ? "allow" : "deny"), rule: weak.exec(run)?.[0] ?? "r" };
      },
      close: () => undefined,
    });
    const { found } = await searchForms([ONE], open, { budget: 3_000, seed: 5 });
    expect(found.map(({ wrappings }) => wrappings.toSorted())).toContainEqual([
      "completion",
      "trace-prompt",
    ]);
  });
  it("counts what was refused, asked about and too late, keeps a room for each case, and closes it", async () => {
    let [opened, closed, asked] = [0, 0, 0];
    const open: OpenCase = async () => {
      opened += 1;
      const answers = ["deny", "ask", "late"] as const;
      const askAbout = async (): Promise<Said> => {
        const answer = answers[asked++ % 3];
        return answer === "late" ? { ...said("deny"), rule: "guard/late" } : said(answer ?? "deny");
      };
      return { judge: async () => said("allow"), askAbout, close: () => (closed += 1) };
    };
    const result = await searchForms([ONE], open, { budget: 300, seed: 3 });
    expect(result).toEqual({ tried: 300, denied: 200, asked: 100, late: 100, found: [] });
    expect([opened, closed]).toEqual([1, 1]);
  });
  it("ends where every form is too long", async () => {
    // WHY by chance: what repeats itself is short once it is packed.
    const random = chanceFrom(1);
    const sign = () => String.fromCharCode(97 + Math.floor(random() * 26));
    const mixed = () => (random() < 0.5 ? sign() : sign().toUpperCase());
    const words = Array.from({ length: 4_000 }, mixed).join("");
    const long = family(
      `  - { id: one, title: One, steps: [{ run: "${words}", expect: denied }] }\n`,
    );
    const { tried } = await searchForms(
      [long],
      judgedBy(() => "deny"),
      options,
    );
    expect(tried).toBe(0);
  });
});

describe("from one run to the next", () => {
  const context: Context = {
    product: "1",
    policy: "p",
    exceptions: "e",
    servers: "s",
    settings: "t",
    pipelines: "l",
    client: "c",
    pins: "none",
    mods: "none",
  };
  const result = (id: string, isMissed: boolean) => ({
    family: "fam",
    id,
    title: id,
    tried: 2,
    said: undefined,
    misses: isMissed
      ? [
          {
            step: 0,
            text: "x",
            wrapping: undefined,
            expected: "denied" as const,
            said: said("ask"),
          },
        ]
      : [],
  });
  const own = (atMs: number, isWhole = true) => ({ atMs, project: "/p", context, isWhole });

  it("a case is new, then open since it was first missed, then mended, then held", () => {
    const first = runOf([result("a", true)], undefined, own(1));
    expect(standingOf(result("a", true), undefined)).toBe("new");
    const second = runOf([result("a", true)], first, own(2));
    expect([second.missed, standingOf(result("a", true), first)]).toEqual([{ "fam/a": 1 }, "open"]);
    expect(standingOf(result("a", false), second)).toBe("mended");
    const third = runOf([result("a", false)], second, own(3));
    expect([third.missed, standingOf(result("a", false), third)]).toEqual([{}, "held"]);
  });
  it("what a run of some families left out stays as it was", () => {
    const first = runOf([result("a", true), result("b", true)], undefined, own(1));
    const part = runOf([result("b", false)], first, own(2, false));
    expect(part.missed).toEqual({ "fam/a": 1 });
  });
  it("is due when something changed that decides, with what it was", () => {
    const last: Run = { ...own(1), cases: 1, tried: 1, missed: {} };
    expect(whyDue(undefined, context)).toEqual(["there was no run of all cases yet"]);
    expect(whyDue(last, context)).toEqual([]);
    expect(whyDue(last, { ...context, policy: "q", servers: "z" })).toEqual([
      "the policy changed",
      "the MCP servers changed",
    ]);
  });
  it("cases are stale that a change concerns, with why, and those that were missed", () => {
    const families = loadFamilies();
    const all = families.flatMap(({ cases }) => cases).length;
    const last: Run = { ...own(1), cases: all, tried: all, missed: {} };
    const names = (now: Context, run: Run | "none" = last) =>
      staleCases(families, run === "none" ? undefined : run, now).map(
        ({ family, attack, why }) => ({
          name: `${family.id}/${attack.id}`,
          family: family.id,
          why,
        }),
      );
    expect(names(context)).toEqual([]);
    expect(names(context, "none")).toHaveLength(all);
    for (const part of ["product", "policy", "exceptions", "settings", "client", "mods"] as const)
      expect([part, names({ ...context, [part]: "z" }).length]).toEqual([part, all]);
    const pinned = names({ ...context, pins: "z" });
    expect(new Set(pinned.map(({ family }) => family))).toEqual(
      new Set(["told-by-tools", "unapproved-servers"]),
    );
    expect(pinned[0]?.why).toEqual(["approvals of MCP servers changed"]);
    expect(names({ ...context, pipelines: "z" }).map(({ family }) => family)).toContain("ci-push");
    expect(names(context, { ...last, missed: { "ci-push/push-main": 1 } })).toEqual([
      { name: "ci-push/push-main", family: "ci-push", why: ["the last run missed it"] },
    ]);
  });
});
