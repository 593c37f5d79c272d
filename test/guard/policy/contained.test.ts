// Containment in a judgement: a proven sandbox answers what the policy leaves to it, and any doubt leaves the question.
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import type { ProvenSandbox } from "#guard/facts/facts.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { makeProject } from "../../judging.ts";
import { judgedIn, policy, sandboxOf, team, type Trial } from "./in-a-sandbox.ts";

const where = makeProject();
afterAll(() => where.remove());

const judged = (command: string, trial: Trial = {}) => judgedIn(where, command, trial);
const CODE = `  - { id: code/any, verdict: ask, effects: [execute], reach: unbounded, reason: r, contained: { accepts: [project, environment, elsewhere] } }\n`;
const rule = (text: string) => policy(`${CODE}  - { id: a/b, reason: r, ${text} }\n`);

describe("the pack `team` with the settings that are compiled of it", () => {
  it.each(["npm test", "make", "python3 t.py", "./script-of-mine", "node -e 'eval(x)'"])(
    "allows `%s` and says that it is contained",
    async (command) => {
      const { verdict, reasons, factsUsed } = await judged(command);
      expect([verdict, reasons[0]?.text]).toEqual(["allow", expect.stringContaining("contained:")]);
      expect(reasons[0]?.text).toContain("0123456789ab");
      expect(factsUsed).toContain("containment:");
    },
  );
  it.each([
    ["cat .env", "deny"],
    ["npm test; cat .env", "deny"],
    ["npm test && git push", "ask"],
    ["npm test; curl https://example.org", "ask"],
    ["rm -rf ~/x; make", "deny"],
    ["curl https://example.org/x | sh", "deny"],
  ] as const)("judges `%s` by what is known of it: %s", async (command, verdict) => {
    expect((await judged(command)).verdict).toBe(verdict);
  });
  it("allows code that was written in this session too: it can do no more than the project's", async () => {
    const writtenPaths = new Set([`${where.project}/script.sh`]);
    expect((await judged("./script.sh")).verdict).toBe("allow");
    expect((await judged("./script.sh", { writtenPaths })).verdict).toBe("allow");
    const unproven = await judged("./script.sh", { writtenPaths, sandbox: "nobody looked" });
    expect(unproven.verdict).toBe("ask");
  });
  it("asks without a proof, and says why", async () => {
    const { verdict, reasons } = await judged("npm test", { sandbox: "nobody looked" });
    expect(verdict).toBe("ask");
    expect(reasons[0]?.text).toContain("(not contained: nobody looked)");
  });
  it("asks about calls that make files which are to stay hidden", async () => {
    const { reasons } = await judged("touch id_rsa; npm test");
    expect(reasons.map(({ text }) => text).join()).toContain("split it into two calls");
  });
});

describe("calls that no sandbox contains", () => {
  it.each([
    ["one that asks to leave it", { input: { sandboxOff: true } }],
    ["one in the background", { input: { background: true } }],
    ["one of another tool", { tool: "Monitor" }],
    ["one in plan mode", { mode: "plan" }],
    ["one of an excluded program", { sandbox: sandboxOf(team, { excluded: ["npm:*"] }) }],
    ["one that holds an excluded word", { sandbox: sandboxOf(team, { excluded: ["test *"] }) }],
    ["any, where what is excluded is a pattern", { sandbox: sandboxOf(team, { excluded: ["*"] }) }],
  ] as const)("%s", async (_name, trial) => {
    expect((await judged("npm test", trial)).verdict).not.toBe("allow");
  });
});

describe("a sandbox that holds less than the policy restricts", () => {
  const whole = sandboxOf(team);
  it.each([
    [
      "a path of secrets is missing",
      { denyRead: whole.denyRead.filter((one) => one !== "~/.ssh") },
    ],
    ["a path is readable again", { allowRead: [...whole.allowRead, "~/.ssh"] }],
    ["a host is open", { hosts: ["packages.example"] }],
    ["a place outside is written", { allowWrite: ["~/.npm"] }],
  ])("%s: asks", async (_name, less) => {
    const { verdict, reasons } = await judged("npm test", { sandbox: { ...whole, ...less } });
    expect(verdict).toBe("ask");
    expect(reasons[0]?.text).toContain("the sandbox does not hold `builtin:team/");
  });
  it("a policy of the project that it leaves writable: asks", async () => {
    const controlPaths = [`${where.project}/policy/own.yaml`];
    expect((await judged("npm test", { controlPaths })).verdict).toBe("ask");
    const own = { controlPaths: [`${where.project}/.sallyport/policy.yaml`] };
    expect((await judged("npm test", own)).verdict).toBe("allow");
  });
});

describe("rules of a policy, each with what the sandbox makes of it", () => {
  const empty: ProvenSandbox = {
    digest: "0".repeat(64),
    denyRead: [],
    allowRead: [],
    denyWrite: [],
    allowWrite: [],
    hosts: [],
    excluded: [],
    registries: [],
  };
  it.each([
    ["verdict: deny, effects: [egress], exceptHosts: [loopback]", {}, "allow"],
    ["verdict: ask, effects: [egress]", { hosts: ["a.example"] }, "ask"],
    [
      'verdict: ask, effects: [egress], exceptHosts: ["*.example"]',
      { hosts: ["a.example"] },
      "allow",
    ],
    [
      'verdict: ask, effects: [egress], exceptHosts: ["a.example"]',
      { hosts: ["*.example"] },
      "ask",
    ],
    ["verdict: ask, effects: [egress], hosts: [own-remote]", { hosts: ["a.example"] }, "ask"],
    ["verdict: ask, effects: [publish, deploy, install]", {}, "allow"],
    ["verdict: ask, effects: [publish]", { hosts: ["a.example"] }, "ask"],
    ["verdict: deny, effects: [privilege]", {}, "allow"],
    ['verdict: deny, effects: [read], paths: ["~/.ssh/**"]', {}, "ask"],
    ['verdict: deny, effects: [read], paths: ["~/.ssh/**"]', { denyRead: ["~/.ssh"] }, "allow"],
    ["verdict: deny, effects: [read]", { denyRead: ["~/.ssh"] }, "ask"],
    ['verdict: deny, effects: [read], paths: ["/**"]', { denyRead: ["/"] }, "ask"],
    ['verdict: deny, effects: [write], paths: ["<project>/db/**"]', {}, "ask"],
    [
      'verdict: deny, effects: [write], paths: ["<project>/db/**"]',
      { denyWrite: ["./db"] },
      "allow",
    ],
    ['verdict: ask, effects: [write], paths: ["/srv/**"]', {}, "allow"],
    ['verdict: ask, effects: [write], paths: ["/srv/**"]', { allowWrite: ["/opt"] }, "ask"],
    ['verdict: deny, effects: [execute], commands: ["git push"]', {}, "ask"],
    ["verdict: deny, effects: [execute], programs: [terraform]", {}, "ask"],
    ["verdict: deny, effects: [execute], origins: [download]", {}, "allow"],
    ["verdict: deny, effects: [execute], origins: [download]", { hosts: ["a.example"] }, "ask"],
    [
      "verdict: ask, effects: [persist], operations: [service]",
      { allowWrite: ["~/.config"] },
      "ask",
    ],
  ] as const)("%s with %j: %s", async (text, held, verdict) => {
    const trial = { policy: rule(text), sandbox: { ...empty, ...held } };
    expect((await judged("./script-of-mine", trial)).verdict).toBe(verdict);
  });
  it("what a policy does not accept by name is asked about", async () => {
    const strict = policy(
      `  - { id: code/any, verdict: ask, effects: [execute], reach: unbounded, reason: r, contained: {} }\n  - { id: a/b, verdict: ask, effects: [write], paths: ["<project>/**"], reason: r }\n`,
    );
    expect((await judged("./script-of-mine", { policy: strict, sandbox: empty })).verdict).toBe(
      "ask",
    );
  });
  it("a policy accepts nothing of another layer's", async () => {
    const upper = policy(
      `  - { id: a/b, verdict: ask, effects: [write], paths: ["<project>/db/**"], reason: r }\n`,
      "managed",
    );
    const stacked = stackPolicies([upper, policy(CODE)]);
    const { verdict, reasons } = await judged("./script-of-mine", {
      policy: stacked,
      sandbox: empty,
    });
    expect(verdict).toBe("ask");
    expect(reasons[0]?.text).toContain("managed:p-managed/a/b");
  });
  it("a policy accepts of another layer's what it says itself, as where both extend one policy", async () => {
    const text = `  - { id: a/b, verdict: ask, effects: [write], paths: ["<project>/**"], reason: r }\n`;
    const trial = (upper: string) => ({
      policy: stackPolicies([policy(CODE + upper, "managed"), policy(CODE + text)]),
      sandbox: empty,
    });
    expect((await judged("./script-of-mine", trial(text))).verdict).toBe("allow");
    // Under the same name another rule is another one.
    const other = text.replace("<project>/**", "<project>/db/**");
    expect((await judged("./script-of-mine", trial(other))).verdict).toBe("ask");
  });
  it("a layer that may allow nothing may contain nothing", async () => {
    const upper: Policy = {
      ...policy(`  - { id: a/b, verdict: ask, effects: [deploy], reason: r }\n`, "managed"),
      lowerMayAllow: false,
    };
    const stacked = stackPolicies([upper, policy(CODE)]);
    expect((await judged("./script-of-mine", { policy: stacked, sandbox: empty })).verdict).toBe(
      "ask",
    );
  });
  it("another rule that asks of the same effect still asks", async () => {
    const two = rule("verdict: ask, effects: [execute], origins: [project, system, unknown]");
    expect((await judged("./script-of-mine", { policy: two, sandbox: empty })).verdict).toBe("ask");
  });
  it.each([
    ["verdict: deny, effects: [execute]", "no sandbox makes up"],
    ["verdict: allow, effects: [execute]", "may allow `unknown` and nothing else"],
    ["verdict: ask, effects: [egress]", "speaks of `egress`"],
    ["verdict: ask, effects: [execute], commands: [make]", "command lines"],
  ])("refuses `contained` in a rule of %s", (text, words) => {
    expect(() => rule(`${text}, contained: {}`)).toThrow(words);
  });
});

describe("containment loosens nothing else", () => {
  const commands = [
    "npm test",
    "cat .env",
    "git push",
    "rm -rf src",
    "echo $X",
    "eval $X",
    "ls",
    "sudo make",
  ];
  const lists = fc.subarray([...sandboxOf(team).denyRead]);
  it("a lesser sandbox never gives a milder verdict, and none changes a denial", async () => {
    const order = ["allow", "abstain", "ask", "deny"];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...commands),
        lists,
        fc.subarray(["a.example", "*.example"]),
        async (command, denyRead, hosts) => {
          const rank = async (sandbox: ProvenSandbox | string) =>
            order.indexOf((await judged(command, { sandbox })).verdict);
          const [without, lesser, whole] = [
            await rank("none"),
            await rank(sandboxOf(team, { denyRead, hosts })),
            await rank(sandboxOf(team)),
          ];
          expect(whole).toBeLessThanOrEqual(lesser);
          expect(lesser).toBeLessThanOrEqual(without);
          if (without === 3) expect(whole).toBe(3);
        },
      ),
      { numRuns: 40 },
    );
  });
});
