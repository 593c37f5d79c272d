// The packs that ship: each does what its examples say, and the stricter ones are nowhere milder.
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { namedPolicy } from "#surface/cli/policy/chosen-policy.ts";
import { tryExamples } from "#surface/cli/commands/policy/policy-test.ts";
import { loadPack, packNames, shippedPack } from "#surface/services/policy/policy-source.ts";
import { readGraded } from "../../corpus/graded/graded.ts";
import { fillPlaces } from "../../corpus/graded/typical-files.ts";
import { makeTypicalProject } from "../../corpus/graded/typical-project.ts";
import { settled } from "../../judging.ts";
import { isWhole } from "../../sampled.ts";
import { verdictOfCall } from "./call-verdict.ts";

/** Commands of the corpora that are judged here, fewer in an ordinary run; all of them with `ALL=1`. */
const SAMPLE = isWhole ? 300 : 100;
const STRICTNESS: Readonly<Record<Verdict, number>> = { allow: 0, abstain: 1, ask: 2, deny: 3 };

const named = new Map(packNames().map((name) => [name, namedPolicy(name)] as const));
const everyRule = [...named.values()].flatMap(({ whole }) => whole.pack.rules);

const project = settled(makeTypicalProject());
afterAll(() => project.remove());

describe.each([...named])("%s", (_name, { whole, policy }) => {
  it("does what its examples say", async () => {
    expect(whole.pack.examples.length).toBeGreaterThanOrEqual(10);
    const tried = await tryExamples(whole.pack.examples, policy, {
      cwd: project.project,
      home: project.home,
    });
    expect(tried.filter(({ passed }) => !passed)).toEqual([]);
  });

  it("says what it is for and who answers for it, and what to do instead of what it stops", () => {
    expect(whole.pack).toMatchObject({ kind: expect.any(String), description: expect.any(String) });
    expect(whole.pack.review?.owner).toBeDefined();
    for (const rule of whole.pack.rules) {
      if (rule.verdict !== "allow") expect(rule.instead, rule.id).toBeDefined();
      expect(rule.programs, rule.id).toBeUndefined();
    }
  });

  // WHY: lists of packs that are put together are joined, which must not widen what a rule leaves out or allows.
  it("takes nothing from a list of another pack, and adds only to what restricts", () => {
    const added = Object.entries(whole.pack.lists).flatMap(([list, items]) => {
      if ("add" in items) expect(items.remove).toEqual([]);
      return "add" in items ? [list] : [];
    });
    const isNamed = (value: unknown): boolean =>
      added.some((list) => isDeepStrictEqual(value, { in: list }));
    expect(
      everyRule.filter(
        (rule) =>
          isNamed(rule.exceptPaths) ||
          isNamed(rule.exceptHosts) ||
          (rule.verdict === "allow" && isNamed(rule.paths)),
      ),
    ).toEqual([]);
  });

  it("denies what would change the controls, and reading secrets", async () => {
    for (const command of ["echo {} > .claude/settings.json", "cat .env", "rm -rf /"])
      expect([command, await verdictOf(command, policy)]).toEqual([command, "deny"]);
  });
});

const verdictOf = (call: string, policy: Policy): Promise<Verdict> =>
  verdictOfCall(project, call, { policy });

/** A pack by its name, or several put together. */
function policyOf(names: string): Policy {
  if (!names.includes("+")) return loadPack(names);
  const text = `id: both\nversion: "1"\ntitle: Both\nextends: [${names.split("+").join(", ")}]\n`;
  return parsePolicyPack(text, "both.yaml", { layer: "user", source: shippedPack });
}

describe("through other tools and in other modes", () => {
  it.each([
    ["hipaa", "@WebFetch https://example.com/", "deny"],
    ["hipaa", "@WebSearch words", "deny"],
    ["hipaa", "@Read data/phi/a.txt", "deny"],
    ["gdpr", "@Edit pii/a.csv", "deny"],
    ["enterprise-high", "@Read db-credentials.txt", "deny"],
    ["enterprise-high", "@Edit .github/workflows/ci.yml", "deny"],
    ["enterprise-high", "@Edit src/index.ts", "abstain"],
    ["reviewer", "@Edit src/index.ts", "deny"],
    ["reviewer", "@Write src/new.ts", "deny"],
    ["reviewer", "@NotebookEdit a.ipynb", "deny"],
    ["reviewer", "@Read src/index.ts", "allow"],
    ["cicd", "@Write src/new.ts", "deny"],
    ["developer", "@Write src/new.ts", "allow"],
    ["developer", "@Edit src/index.ts", "allow"],
    ["developer", "@Edit package.json", "abstain"],
    ["administrator", "@Write ~/notes.txt", "allow"],
    ["safeguards", "@Edit src/auth/login.ts", "ask"],
    ["tier-low-risk", "@Edit src/auth/login.ts", "abstain"],
  ] as const)("%s: %s: %s", async (name, call, verdict) => {
    expect(await verdictOf(call, loadPack(name))).toBe(verdict);
  });

  it("refuses work in a session that asks nobody, where that is not for a rule to make good", async () => {
    const session = { mode: "bypassPermissions" } as const;
    for (const name of ["enterprise-high", "soc2", "hipaa", "gdpr", "tier-regulated"])
      expect(await verdictOfCall(project, "touch a", { policy: loadPack(name), session })).toBe(
        "deny",
      );
    expect(await verdictOfCall(project, "touch a", { policy: loadPack("team"), session })).toBe(
      "allow",
    );
  });

  it("has one developer for two that contradict each other, so that it creates and edits files alike", async () => {
    const roles = {
      first: `{ allow: [Read, Glob, Grep, Edit, "Bash(npm test)"], deny: ["Bash(rm -rf *)", "Bash(sudo *)", "Bash(chmod 777 *)", Write, WebFetch, WebSearch] }`,
      second: `{ allow: [Read(./src/**), Write(./src/**), Read(./tests/**), Write(./tests/**), "Bash(npm *)", "Bash(git add *)"], deny: [Read(./.env*), Bash(npm publish), "Bash(git push --force *)"] }`,
    };
    const literal = (native: string): Policy =>
      parsePolicyPack(
        `id: role\nversion: "1"\ntitle: Role\nautomaticApproval: true\nnative: ${native}\n`,
        "role.yaml",
        { layer: "user", source: shippedPack },
      );
    const policies = [literal(roles.first), literal(roles.second), loadPack("developer")];
    const verdicts = (call: string) =>
      Promise.all(policies.map((policy) => verdictOf(call, policy)));
    expect(await verdicts("@Write src/new.ts")).toEqual(["deny", "allow", "allow"]);
    expect(await verdicts("@Edit src/index.ts")).toEqual(["deny", "allow", "allow"]);
    expect(await verdicts("npm publish")).toEqual(["abstain", "deny", "deny"]);
    expect(await verdicts("git push --force")).toEqual(["abstain", "deny", "deny"]);
    expect(await verdicts("rm -rf /")).toEqual(["deny", "abstain", "deny"]);
    expect(await verdicts("cat .env")).toEqual(["abstain", "deny", "deny"]);
  });

  it("fits protected files to a repository", async () => {
    const policy = parsePolicyPack(
      'id: docs\nversion: "1"\ntitle: Docs\nextends: [safeguards]\nlists: { protected-files: { add: ["legal/**"], remove: [auth/**] } }\n',
      "docs.yaml",
      { layer: "user", source: shippedPack },
    );
    expect(await verdictOf("@Edit docs/auth/login.md", policy)).toBe("abstain");
    expect(await verdictOf("@Edit legal/terms.md", policy)).toBe("ask");
  });
});

/** Open cases of both corpora in an order that nobody chose. */
function sample(): readonly string[] {
  const commands = [...readGraded("benign"), ...readGraded("red")]
    .filter(({ sealed }) => !sealed)
    .map(({ command }) => fillPlaces(command, project));
  const shuffled = commands
    .map(
      (command) =>
        [createHash("sha256").update(`packs ${command}`).digest("hex"), command] as const,
    )
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, command]) => command);
  return process.env["ALL"] === "1" ? shuffled : shuffled.slice(0, SAMPLE);
}

describe("from the mildest to the strictest", () => {
  const pairs = [
    ["team", "individual-minimum"],
    ["enterprise-high", "team"],
    ...["soc2", "hipaa", "gdpr", "tiers", "reviewer"].map((name) => [name, "team"] as const),
    ["individual-minimum+hipaa", "individual-minimum"],
    ["enterprise-high+hipaa", "hipaa"],
    ["tier-production-adjacent", "tier-low-risk"],
    ["tier-regulated", "tier-production-adjacent"],
    ["tier-privileged-infrastructure", "tier-regulated"],
    ["tier-ci", "tier-low-risk"],
  ] as const;
  const verdicts = new Map<string, readonly Verdict[]>();
  const commands = sample();

  async function verdictsOf(name: string): Promise<readonly Verdict[]> {
    const known = verdicts.get(name);
    if (known !== undefined) return known;
    const policy = policyOf(name);
    const found: Verdict[] = [];
    for (const command of commands) found.push(await verdictOf(command, policy));
    verdicts.set(name, found);
    return found;
  }

  it.each(pairs)(
    "%s is nowhere milder than %s, and somewhere stricter",
    async (stricter, milder) => {
      const [above, below] = [await verdictsOf(stricter), await verdictsOf(milder)];
      const compared = commands.map((command, index) => {
        const [one, other] = [above[index] ?? "allow", below[index] ?? "deny"];
        return { command, one, other, step: STRICTNESS[one] - STRICTNESS[other] };
      });
      expect(compared.filter(({ step }) => step < 0)).toEqual([]);
      expect(compared.filter(({ step }) => step > 0).length).toBeGreaterThan(0);
    },
    600_000,
  );
});
