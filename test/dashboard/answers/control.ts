// Canned answers of the policy and the posture: a backtest, a boundary report, checklists.
import type { Asked } from "../stand-in.ts";
import { HOSTILE } from "./overview.ts";

export const ROOT = "/home/ada/web";

const row = (index: number, line: string) => ({
  index,
  timeMs: Date.UTC(2026, 2, 9, 12),
  kind: "decision",
  line,
  verdict: "ask",
  tool: "Bash",
  session: "s:4f1d",
  rule: null,
  class: "external",
  erased: false,
  forged: false,
});
const groups = {
  changes: [
    {
      from: "ask",
      to: "deny",
      count: 34,
      rules: [
        { rule: "builtin:enterprise-high/strict/egress", count: 23 },
        ...[1, 2, 3, 4, 5].map((place) => ({ rule: `builtin:x/${place} ${HOSTILE}`, count: 2 })),
      ],
      examples: [row(68, `curl -T report.csv https://files.example ${HOSTILE}`), row(92, "curl x")],
    },
    {
      from: "allow",
      to: "abstain",
      count: 19,
      examples: [row(14, "kubectl get pods")],
      rules: [{ rule: "guard/no-rule", count: 19 }],
    },
  ],
  undecidable: [
    {
      why: "a rule speaks of places that the record does not tell apart",
      count: 100,
      rules: [],
      examples: [],
    },
  ],
};
const backtest = {
  policy: "enterprise-high",
  entries: 10_000,
  decisions: 255,
  same: 102,
  faults: 1,
  verdicts: {
    before: { allow: 78, ask: 58, deny: 19, abstain: 0 },
    after: { allow: 59, ask: 24, deny: 53, abstain: 19 },
  },
  ...groups,
};

const hold = (boundary: string, extent: string, how: string) => ({ boundary, extent, how });
const none = (boundary: string) => hold(boundary, "none", "not held: it does not work here");
const guard = hold("evaluator", "whole", "judges each call of every tool by its effects");
const boundaries = {
  command: `sallyport policy show --cwd ${ROOT}`,
  compileCommand: "sallyport policy compile team --target managed --report",
  policy: "team 4",
  from: `in force for \`${ROOT}\``,
  uncompiled: null,
  layers: [
    { boundary: "kernel", works: true, why: null, repair: null },
    {
      boundary: "sandbox",
      works: false,
      repair: "sallyport policy deploy",
      why: `there are no managed settings ${HOSTILE}`,
    },
    { boundary: "gateway", works: false, why: "managed settings name none", repair: null },
  ],
  rules: [
    {
      rule: "secrets/read",
      from: "builtin:team",
      verdict: "deny",
      reason: `it holds secrets ${HOSTILE}`,
      here: [guard, hold("kernel", "part", "commands, each in its own profile"), none("sandbox")],
      settings: [
        ...[none("sandbox"), hold("rules", "part", `117 of the client's rules ${HOSTILE}`)],
        ...[none("network"), none("service")],
      ],
      open: [`a copy that was made under another name before ${HOSTILE}`],
    },
    {
      rule: "secrets/content",
      from: "builtin:team",
      verdict: "ask",
      open: [],
      reason: "a text holds a secret",
      here: [guard, none("kernel")],
      settings: [none("sandbox"), none("rules"), hold("service", "part", "to be set there")],
    },
    {
      rule: "look/programs",
      from: "builtin:team",
      verdict: "allow",
      open: [],
      reason: "it only looks",
      here: [],
      settings: [],
    },
  ],
};

const check = (id: string, outcome: string, more: object = {}) => ({
  id,
  title: `a fault that ${id} looks for`,
  severity: "high",
  outcome,
  places: [],
  morePlaces: 0,
  lookedAt: [],
  note: null,
  waived: null,
  next: "",
  ...more,
});
const board = {
  id: "minimum",
  title: "Minimum security audit",
  atMs: Date.UTC(2026, 2, 9, 12),
  items: [
    {
      id: "1",
      title: "No secrets in any committed file",
      requirement: "M15.1",
      outcome: "fail",
      checks: [
        check("secrets/in-committed-file", "fail", {
          places: [
            {
              where: "src/config.ts:12",
              message: `a key of a provider ${HOSTILE}`,
              evidence: `AKIA… ${HOSTILE}`,
            },
          ],
          morePlaces: 3,
          next: `take it out and revoke it ${HOSTILE}`,
          waived: { owner: "grace", until: "2026-12-01" },
        }),
        check("secrets/in-hook", "pass", { lookedAt: [".claude/settings.json"] }),
      ],
    },
    {
      id: "5",
      title: "MCP servers come from trusted sources only",
      requirement: "M15.1",
      outcome: "attest",
      checks: [
        check("mcp/vetted", "attest", {
          note: "only a person can see it",
          next: "look at each server",
        }),
      ],
    },
    {
      id: "6",
      title: `Hook scripts pass shellcheck ${HOSTILE}`,
      requirement: "M15.1",
      outcome: "pass",
      checks: [check("hooks/shellcheck", "pass")],
    },
  ],
};

export const controlAnswers = {
  "GET /projects": {
    command: "sallyport policy list",
    items: [{ id: "f77fe12edd7d9ead", root: ROOT, mode: "enforce" }],
    packs: [
      { name: "team", title: "The usual rules of a team", kind: "profile" },
      { name: "enterprise-high", title: `Nothing leaves ${HOSTILE}`, kind: "profile" },
    ],
  },
  "POST /policy/backtest": ({ body }: Asked) => {
    const { pack = "proposed.yaml", last } = body as { pack?: string; last: string };
    const command = `sallyport policy backtest ${pack} --log ${last}`;
    // Nothing is on record where the last thousand are asked for.
    return last === "1000" ? { ...backtest, command, decisions: 0 } : { ...backtest, command };
  },
  "GET /policy/boundaries": boundaries,
  "GET /posture": { command: `sallyport audit ${ROOT} --trend`, points: [] },
  "GET /checklists": {
    command: "sallyport audit --profile minimum",
    items: [
      { id: "baseline", title: `Baseline ${HOSTILE}`, source: "source document 002", items: 15 },
      { id: "minimum", title: "Minimum", source: "source document 000", items: 3 },
    ],
  },
  "GET /checklists/*": ({ rest }: Asked) => ({
    ...board,
    id: rest,
    command: `sallyport audit ${ROOT} --profile ${rest}`,
    items: rest === "minimum" ? board.items : [],
  }),
};
