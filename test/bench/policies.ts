// What policies cost: compiling many rules, deciding by them, and comparing two policies by what they decide.
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { comparePolicies } from "#govern/policy/diff/compare.ts";
import { decide } from "#guard/guard.ts";
import type { Facts, SessionFacts } from "#guard/facts/facts.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { plainShell } from "../judging.ts";
import { atMost, median, percentile, type Suite } from "./figures.ts";

const ROUNDS = 5;
const CALLS = 400;

/** A policy of many rules as a company writes them: each kind of effect, places by directory and by name, conditions. */
function policyText(count: number, seed = 0): string {
  const rules = Array.from({ length: count }, (_, index) => ruleText(index, seed));
  return ['id: many\nversion: "1"\ntitle: many\nautomaticApproval: true\nrules:', ...rules].join(
    "\n",
  );
}

function ruleText(index: number, seed: number): string {
  const head = `  - { id: r/r${index}, reason: rule ${index}, verdict: ${index % 3 === 0 ? "deny" : "ask"}`;
  const name = `n${index + seed}`;
  switch (index % 6) {
    case 0:
      return `${head}, effects: [read], paths: ["~/.${name}/**", "${name}.key"] }`;
    case 1:
      return `${head}, effects: [write, delete], paths: ["<project>/${name}/**"], exceptPaths: ["<project>/${name}/tmp/**"] }`;
    case 2:
      return `${head}, effects: [egress], hosts: [${name}.example, "*.${name}.example"] }`;
    case 3:
      return `${head}, effects: [publish], refs: ["${name}/*"], modes: [default, plan] }`;
    case 4:
      return `${head}, effects: [execute], commands: ["${name} run *"] }`;
    default:
      return `${head}, effects: [deploy, persist], operations: [${name}], tools: [Bash] }`;
  }
}

function compile(text: string): Policy {
  return parsePolicyPack(text, "many.yaml", { layer: "user", source: NO_PACKS });
}

/** Milliseconds that each round takes. */
function timed(rounds: number, work: () => void): readonly number[] {
  return Array.from({ length: rounds }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
}

const COMMANDS = [
  "cat src/main.ts",
  "ls -la && git status",
  "grep -rn word src | head",
  "echo x > out.txt",
];

/** Compiles 2,000 rules, decides by 2,000 and by 20 in turns, and compares two policies of 500. */
export async function measurePolicies(): Promise<Suite> {
  const text = policyText(2_000);
  const compiling = timed(ROUNDS, () => void compile(text));
  const [many, few] = [compile(text), compile(policyText(20))];
  const session: SessionFacts = {
    sessionId: "s",
    projectRoot: "/p",
    home: "/home/ada",
    user: "ada",
    mode: "default",
    interactive: true,
    ownPaths: [],
  };
  const facts: Facts & { readonly places: PlaceTests } = {
    session,
    shell: plainShell("bash"),
    holds: { quarantined: false, reason: undefined },
    writtenPaths: new Set<string>(),
    answers: new Map(),
    places: new PlaceTests(session),
  };
  const decideAll = (policy: Policy) => (): void => {
    for (let index = 0; index < CALLS; index += 1) {
      const command = COMMANDS[index % COMMANDS.length] ?? "";
      const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
      const call: ToolCall = { id: "c", tool: "Bash", cwd: "/p", input };
      decide(call, policy, facts);
    }
  };
  timed(2, decideAll(many));
  timed(2, decideAll(few));
  const ratios = Array.from({ length: ROUNDS }, () => {
    const [by20 = 1] = timed(1, decideAll(few));
    const [by2000 = 1] = timed(1, decideAll(many));
    return by2000 / by20;
  });
  const [first, second] = [compile(policyText(500)), compile(policyText(500, 250))];
  const before = process.cpuUsage();
  const comparing = timed(1, () => void comparePolicies(first, second));
  const { user } = process.cpuUsage(before);
  return {
    method: `Rules of six shapes, made for this; ${ROUNDS} rounds of ${CALLS} commands by 20 and by 2,000 rules in turns, medians; one comparison of two policies of 500 rules, half of them the same.`,
    figures: [
      atMost("compile and validate 2,000 rules", median(compiling), "ms", 1_000),
      atMost("decision with 2,000 rules beside 20", median(ratios), "x", 2),
      {
        name: "decision with 2,000 rules beside 20, worst round",
        value: percentile(ratios, 1),
        unit: "x",
      },
      atMost("diff of two 500-rule policies", comparing[0] ?? Number.NaN, "ms", 5_000),
      { name: "diff of two 500-rule policies, processor time", value: user / 1_000, unit: "ms" },
    ],
  };
}
