// Each rule that published guides print has the effect that people expect of it, in every spelling, and no more.
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { parsePolicyPack, NO_PACKS } from "#govern/library/policy-pack.ts";
import type { ToolInput } from "#guard/toolcall/tool-call.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { judgeWithFacts } from "#surface/facts/judge.ts";
import { makeTypicalProject } from "../../corpus/graded/typical-project.ts";
import { plainShell } from "../../judging.ts";
import { PUBLISHED_RULES } from "./published-rules.ts";

const project = makeTypicalProject();
afterAll(() => project.remove());

function policyOf(rule: string, list: string): Policy {
  const text = `id: one\nversion: "1"\ntitle: One\nautomaticApproval: true\nnative: { ${list}: [${JSON.stringify(rule)}] }\n`;
  return parsePolicyPack(text, "one.yaml", { layer: "user", source: NO_PACKS });
}

function inputOf(tool: string, word: string): ToolInput {
  const path = word.startsWith("~/")
    ? join(project.home, word.slice(2))
    : word.startsWith("/")
      ? word
      : join(project.project, word);
  switch (tool) {
    case "Read":
      return { kind: "read", path };
    case "Write":
      return { kind: "write", path, content: "x" };
    case "Edit":
      return { kind: "edit", path, newText: "x" };
    case "Glob":
      return { kind: "search", finds: "names", root: path, filters: [] };
    case "Grep":
      return { kind: "search", finds: "content", root: path, filters: [] };
    case "WebFetch":
      return { kind: "fetch", url: word };
    case "WebSearch":
      return { kind: "web-search", query: word };
    case "Agent":
      return { kind: "agent", prompt: word, isolation: "none" };
    default:
      throw new Error(`there is no such tool: ${tool}`);
  }
}

async function verdictOf(call: string, policy: Policy): Promise<string> {
  const [, tool, word] = /^@(\w+) (.*)$/s.exec(call) ?? [];
  const input: ToolInput =
    tool === undefined
      ? { kind: "bash", command: call, background: false, sandboxOff: false }
      : inputOf(tool, word ?? "");
  const { decision } = await judgeWithFacts({
    call: { id: "call", tool: tool ?? "Bash", cwd: project.project, input },
    policy,
    session: project.session,
    shell: plainShell("bash"),
    limits: { roundMsMax: 30_000 },
  });
  return decision.verdict;
}

it("are 170 rules in the lists in which they are printed", () => {
  expect(new Set(PUBLISHED_RULES.map(([rule]) => rule)).size).toBe(170);
  expect(new Set(PUBLISHED_RULES.map(([rule, list]) => `${list} ${rule}`)).size).toBe(177);
});

it.each(PUBLISHED_RULES)("%s, %s", async (rule, list, decided, others) => {
  const policy = policyOf(rule, list);
  const [got, near] = [[] as string[], [] as string[]];
  for (const call of decided) if ((await verdictOf(call, policy)) !== list) got.push(call);
  for (const call of others) if ((await verdictOf(call, policy)) === list) near.push(call);
  expect({ missed: got, beside: near }).toEqual({ missed: [], beside: [] });
});
