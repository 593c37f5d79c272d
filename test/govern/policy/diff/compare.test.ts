// The semantic comparison of policies: globs side by side against each alone, and its answer against brute force.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileGlob } from "#base/glob.ts";
import type { Effect, EffectKind } from "#guard/vocabulary/effect.ts";
import { type Verdict, VERDICTS_BY_STRICTNESS } from "#guard/policy/decision.ts";
import type { Condition, Policy, Rule } from "#guard/policy/policy.ts";
import { ORDINARY, speaking } from "#govern/policy/diff/circumstance.ts";
import { type CleanState, REFS } from "#govern/policy/diff/clean-text.ts";
import { ANCHORS, comparePolicies } from "#govern/policy/diff/compare.ts";
import { GlobAutomaton, patternsOf } from "#govern/policy/diff/glob-automaton.ts";
import { memberships } from "#govern/policy/diff/membership.ts";
import { NameTable } from "#govern/policy/diff/name-classes.ts";
import {
  classifyPlaces,
  OPEN,
  type PlaceRule,
  whereVerdictsDiffer,
} from "#govern/policy/diff/place-search.ts";
import { RealJudge } from "#govern/policy/diff/real-judge.ts";
import { policyDigest } from "#govern/digest/policy-digest.ts";

const pieces = fc.constantFrom(
  "a",
  "b",
  "Ab",
  "*",
  "?",
  "[ab]",
  "[!a]",
  "**",
  "/",
  "/**/",
  "\\*",
  ".",
);
const globs = fc.array(pieces, { minLength: 1, maxLength: 6 }).map((parts) => `/${parts.join("")}`);
const paths = fc
  .array(fc.constantFrom("a", "b", "A", "ab", "c", ".", "*", "/", "\u00c9"), { maxLength: 8 })
  .map((parts) => `/${parts.join("")}`);

describe("globs read side by side", () => {
  it("match what each matches alone", () => {
    fc.assert(
      fc.property(
        fc.array(globs, { minLength: 1, maxLength: 5 }),
        paths,
        fc.boolean(),
        (many, path, ignoreCase) => {
          const all = many.map((glob) => ({ glob, ignoreCase }));
          const automaton = new GlobAutomaton(patternsOf(all), all.length);
          let positions = automaton.start;
          for (const character of path) positions = automaton.step(positions, character);
          const accepted = [...automaton.accepted(positions)].map((flag) => flag === 1);
          expect(accepted).toEqual(many.map((glob) => compileGlob(glob, { ignoreCase })(path)));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it("give every way in which a name of git can match some of them, with a name that does", () => {
    fc.assert(
      fc.property(
        fc.array(globs, { minLength: 1, maxLength: 3 }),
        fc.array(paths, { maxLength: 20 }),
        (slashed, texts) => {
          const many = slashed.map((glob) => glob.slice(1));
          const all = many.map((glob) => ({ glob, ignoreCase: false }));
          const { classes, isComplete } = memberships(all, REFS, 5_000);
          expect(isComplete).toBe(true);
          const matching = (text: string): string =>
            many.flatMap((glob, index) => (compileGlob(glob)(text) ? [index] : [])).join();
          for (const one of classes) expect(matching(one.text)).toBe(one.globs.join());
          const known = new Set(classes.map((one) => one.globs.join()));
          const names = texts.map((text) => text.slice(1)).filter(isRef);
          for (const name of names) expect(known).toContain(matching(name));
        },
      ),
      { numRuns: 100 },
    );
  });
});

function isRef(text: string): boolean {
  let state: CleanState | undefined = "begin";
  for (const character of text) state = state && REFS.next(state, character);
  return state !== undefined && REFS.ends(state);
}

function isCleanPath(path: string): boolean {
  const parts = path.slice(1).split("/");
  return path === "/" || parts.every((part) => !["", ".", ".."].includes(part));
}

const shortGlobs = fc
  .array(pieces, { minLength: 1, maxLength: 4 })
  .map((parts) => `/${parts.join("")}`);
const globTexts = fc.record({ glob: shortGlobs, ignoreCase: fc.boolean() });
const placeRules = fc.record({
  side: fc.constantFrom(0, 1),
  rule: fc.nat(2),
  level: fc.constantFrom(0, 1, 2),
  groups: fc.array(fc.array(globTexts, { minLength: 1, maxLength: 2 }), {
    minLength: 1,
    maxLength: 2,
  }),
  none: fc.array(globTexts, { maxLength: 1 }),
  noneBelow: fc.constant(false),
});

describe("places that rules tell apart", () => {
  it("are all found, each with a path that is judged so", () => {
    const isIn = (list: PlaceRule["none"], path: string): boolean =>
      list.some(({ glob, ignoreCase }) => compileGlob(glob, { ignoreCase })(path));
    fc.assert(
      fc.property(
        fc.array(placeRules, { minLength: 1, maxLength: 3 }),
        fc.array(paths, { maxLength: 30 }),
        (rules, some) => {
          const names = new NameTable(rules.flatMap(({ groups, none }) => [...groups, none]));
          const { classes, isComplete } = classifyPlaces(rules, whereVerdictsDiffer(names, 20_000));
          expect(isComplete).toBe(true);
          const levelsAt = (path: string): string =>
            [0, 1]
              .map((side) => {
                const speaking = rules.filter(
                  (rule) =>
                    rule.side === side &&
                    rule.groups.every((group) => isIn(group, path)) &&
                    !isIn(rule.none, path),
                );
                return Math.min(OPEN, ...speaking.map(({ level }) => level));
              })
              .join();
          for (const { path, levels } of classes)
            expect([path, levelsAt(path)]).toEqual([path, levels.join()]);
          const known = new Set(classes.map(({ levels }) => levels.join()));
          for (const path of some.filter(isCleanPath)) {
            const levels = levelsAt(path);
            // Where both sides say the same, one path stands for many.
            const [first, second] = levels.split(",");
            if (first !== second)
              expect([path, [...known]]).toEqual([path, expect.arrayContaining([levels])]);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("are found where many names are told apart in many directories", () => {
    const named = Array.from({ length: 60 }, (_, index) => `/**/*.e${index}`);
    const below = Array.from({ length: 60 }, (_, index) => `/**/*d${index}*/**`);
    const texts = (list: readonly string[]) => list.map((glob) => ({ glob, ignoreCase: true }));
    const rule = { rule: 0, groups: [texts(named)], none: texts(below), noneBelow: false };
    const rules: readonly PlaceRule[] = [
      { ...rule, side: 0, level: 0 },
      { ...rule, side: 1, level: 0, none: texts(below.slice(1)) },
    ];
    const names = new NameTable([texts(named), texts(below), texts(below.slice(1))]);
    const { classes, isComplete, states } = classifyPlaces(
      rules,
      whereVerdictsDiffer(names, 1_000),
    );
    expect({ isComplete, isSmall: states < 20 }).toEqual({ isComplete: true, isSmall: true });
    const apart = classes.filter(({ levels }) => levels[0] !== levels[1]);
    expect(apart.map(({ levels, path }) => [levels.join(), path])).toEqual([
      ["3,0", "/d0/file.e0"],
    ]);
  });
});

const KINDS: readonly EffectKind[] = [
  "read",
  "write",
  "delete",
  "egress",
  "publish",
  "execute",
  "persist",
];
const places = fc.subarray(
  [
    "<project>/**",
    "<project>/a",
    "~/**",
    "*.key",
    "/etc/**",
    "/tmp/*",
    "secrets/**",
    "/**",
    "/srv/**",
    "~/b/**",
  ],
  { minLength: 1, maxLength: 3 },
);
const conditions = fc.record(
  {
    effects: fc.subarray([...KINDS], { minLength: 1, maxLength: 3 }),
    paths: places,
    exceptPaths: places,
    named: fc.boolean(),
    operations: fc.subarray(["change", "cache", "git", "package", "service"], { minLength: 1 }),
    hosts: fc.subarray(["loopback", "*.example", "own-remote", "a.example"], { minLength: 1 }),
    refs: fc.subarray(["main", "release/**", "*"], { minLength: 1 }),
    tools: fc.subarray(["Bash", "mcp__*"], { minLength: 1 }),
    modes: fc.subarray(["plan", "default"], { minLength: 1 }),
    reach: fc.constantFrom("modelled", "unbounded"),
    ci: fc.boolean(),
  },
  { requiredKeys: ["effects"] },
);
const rare = conditions.chain((all) =>
  fc.subarray(Object.keys(all), { maxLength: Math.min(3, Object.keys(all).length) }).map((keys) => {
    const kept = Object.entries(all).filter(([key]) => key === "effects" || keys.includes(key));
    return Object.fromEntries(kept) as unknown as Condition;
  }),
);
const rule = fc.record({ verdict: fc.constantFrom("deny", "ask", "allow"), when: rare });
const policies = fc
  .record({ some: fc.array(rule, { minLength: 1, maxLength: 4 }), automaticApproval: fc.boolean() })
  .map(({ some, automaticApproval }): Policy => {
    const rules = some.map((one, index): Rule => {
      return { id: `r/${index}`, ...one, reason: "x", instead: undefined } as Rule;
    });
    const compiled = { id: "p", layer: "user", version: "1", automaticApproval, rules } as const;
    return { ...compiled, digest: policyDigest(compiled) };
  });

const at = { via: [], at: undefined } as const;
const NAMES = [
  "/",
  "/etc/x",
  "/tmp/x",
  "/home/ada/x",
  "/home/ada/b/y.key",
  "/srv/project/a",
  "/srv/x",
];
const INSIDE = [
  "/home/ada/project/a",
  "/home/ada/project/secrets/k",
  "/home/ada/project",
  "/x.key",
];
const targets = [...NAMES, ...INSIDE].flatMap((path) =>
  (["entry", "tree"] as const).map((reach) => ({ kind: "path", path, real: path, reach }) as const),
);
const EFFECTS: readonly Effect[] = [
  ...targets.flatMap((target): Effect[] => [
    { ...at, kind: "read", target },
    { ...at, kind: "write", mode: "change", target },
    { ...at, kind: "write", mode: "cache", target },
    { ...at, kind: "delete", target },
    { ...at, kind: "persist", means: "service", target },
  ]),
  ...["localhost", "a.example", "b.example", "other.test", undefined].flatMap((host): Effect[] =>
    [undefined, "remote" as const].map((known) => ({
      ...at,
      kind: "egress",
      carries: [],
      destination: { host, port: undefined, scheme: undefined, ...(known ? { known } : {}) },
    })),
  ),
  ...[["main"], ["main", "release/1"], ["topic"], undefined, []].flatMap((refs): Effect[] => [
    { ...at, kind: "publish", channel: "git", destination: "o", refs },
    { ...at, kind: "publish", channel: "package", destination: "o", refs },
  ]),
  { ...at, kind: "execute", program: "x", origin: "project", reach: "unbounded" },
  { ...at, kind: "execute", program: "x", origin: "system", reach: "modelled" },
];
const CIRCUMSTANCES = ["Bash", "mcp__a"].flatMap((tool) =>
  (["default", "plan"] as const).flatMap((mode) =>
    [true, false, undefined].map((ci) => ({ ...ORDINARY, tool, mode, ci })),
  ),
);

const rank = (verdict: (typeof VERDICTS_BY_STRICTNESS)[number]) =>
  VERDICTS_BY_STRICTNESS.indexOf(verdict);

/** In plan mode what a rule allows is left to the client, whichever rule it is: the change is told of other modes. */
function told({ verdict, rule }: { readonly verdict: Verdict; readonly rule: string }) {
  return rule === "guard/plan-mode" ? [verdict, "allow"] : [verdict];
}

describe("two policies", () => {
  it("change no verdict of any effect that is tried where they are said to be alike, and every witness does", () => {
    fc.assert(
      fc.property(policies, policies, (first, second) => {
        const { differences, unproven } = comparePolicies(first, second);
        const isBounded = unproven.every(({ what }) =>
          /^(?:places written with wildcards|references and remotes: more classes)|without a witness$/.test(
            what,
          ),
        );
        expect(isBounded, JSON.stringify(unproven)).toBe(true);
        for (const { before, after, change } of differences)
          expect(change).toBe(rank(after.verdict) < rank(before.verdict) ? "stricter" : "milder");
        for (const anchors of ANCHORS) {
          const judge = new RealJudge(anchors);
          const seen = new Set<string>();
          for (const circumstance of CIRCUMSTANCES) {
            const [one, other] = [first, second].map((each) =>
              speaking(each, circumstance, anchors),
            );
            if (one === undefined || other === undefined) continue;
            // Where the same rules speak, the same is decided.
            const speaks = [one, other]
              .map(({ rules }) => rules.map(({ id }) => id).join())
              .join("|");
            if (seen.has(speaks)) continue;
            seen.add(speaks);
            for (const effect of EFFECTS) {
              const path =
                "target" in effect && effect.target?.kind === "path" ? [effect.target.path] : [];
              const trial = { effect, commands: [], files: path, directories: [] };
              const [a, b] = [
                judge.judge(one, circumstance, trial),
                judge.judge(other, circumstance, trial),
              ];
              if (a.verdict === b.verdict) continue;
              const change = rank(b.verdict) < rank(a.verdict) ? "stricter" : "milder";
              const found = differences.some(
                (each) =>
                  each.kind === effect.kind &&
                  each.change === change &&
                  told(a).includes(each.before.verdict) &&
                  told(b).includes(each.after.verdict),
              );
              expect(found, JSON.stringify({ effect, circumstance, a, b })).toBe(true);
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it("are proven alike with themselves, whatever the order of their rules", () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const turned = { ...policy, rules: policy.rules.toReversed() };
        const { differences, unproven } = comparePolicies(policy, turned);
        expect([...differences.map(({ before, after }) => [before, after]), ...unproven]).toEqual(
          [],
        );
      }),
      { numRuns: 100 },
    );
  });
});
