// Rules about tools of MCP servers: what is allowed is exactly that call, and what may be another server's is asked about.
import { expect, it } from "vitest";
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { decide } from "#guard/guard.ts";
import type { SessionFacts } from "#guard/facts/facts.ts";
import { normalizeInput } from "#guard/events/normalize.ts";
import { plainShell } from "../../judging.ts";

const ALLOW = `  - id: a/read
    verdict: allow
    effects: [unknown]
    mcp: [github/list_*, "my server", files/resources/read]
    reason: it only reads
`;
const ONLY = `  - id: a/only
    verdict: deny
    effects: [unknown]
    exceptMcp: { in: servers }
    reason: only these servers
`;

type Call = { readonly tool: string; readonly server?: string; readonly input?: object };

const SESSION: SessionFacts = {
  sessionId: "s",
  projectRoot: "/p",
  home: "/home/ada",
  user: "ada",
  mode: "default",
  interactive: true,
  ownPaths: [],
};

function verdictOf(rules: string, { tool, server, input = {} }: Call, isOwn?: boolean): string {
  const pack = `id: p\nversion: "1"\ntitle: t\nautomaticApproval: true\nlists: { servers: [github] }\nrules:\n${rules}`;
  const policy = parsePolicyPack(pack, "p.yaml", { layer: "user", source: NO_PACKS });
  const given = server === undefined ? {} : { server: { name: server } };
  const read = normalizeInput({ tool, input: input as never, cwd: "/p", ...given });
  const facts = {
    session: SESSION,
    shell: plainShell("bash"),
    environment: { variables: new Map(), withheld: new Set<string>(), isExact: true, named: [] },
    holds: { quarantined: false, reason: undefined },
    writtenPaths: new Set<string>(),
    answers: new Map(),
    ...(isOwn === undefined ? {} : { mcp: { isOwn } }),
  };
  return decide({ id: "c", tool, cwd: "/p", input: read }, policy, facts).verdict;
}

it.each<readonly [string, Call]>([
  ["allow", { tool: "mcp__github__list_issues", server: "github" }],
  ["allow", { tool: "mcp__github__list_issues" }],
  ["ask", { tool: "mcp__github__delete_repo", server: "github" }],
  ["ask", { tool: "mcp__gitlab__list_issues", server: "gitlab" }],
  ["ask", { tool: "mcp__github__list_issues", server: "other" }],
  ["ask", { tool: "mcp__github__list__x" }],
  ["allow", { tool: "mcp__github__list__x", server: "github" }],
  ["allow", { tool: "mcp__my_server__x", server: "my server" }],
  ["ask", { tool: "mcp__my_server__x" }],
  ["allow", { tool: "ReadMcpResourceTool", input: { server: "files", uri: "u" } }],
  ["ask", { tool: "ReadMcpResourceTool", input: { server: "mail", uri: "u" } }],
  ["ask", { tool: "github/list_issues" }],
  ["ask", { tool: "Bash", input: { command: '"$X"' } }],
  ["abstain", { tool: "Bash", input: { command: "mcp__github__list_issues" } }],
])("%s: %j", (verdict, call) => {
  expect(verdictOf(ALLOW, call)).toBe(verdict);
});

it.each<readonly [string, Call]>([
  ["ask", { tool: "mcp__github__list_issues", server: "github" }],
  ["deny", { tool: "mcp__mail__send", server: "mail" }],
  ["deny", { tool: "mcp__github__evil__send" }],
  ["deny", { tool: "mcp__github__x", server: "other" }],
  ["ask", { tool: "Bash", input: { command: '"$X"' } }],
])("only some servers, %s: %j", (verdict, call) => {
  expect(verdictOf(ONLY, call)).toBe(verdict);
});

it("deny: a rule that restricts goes before one that allows the same call", () => {
  const call = { tool: "mcp__github__list_issues", server: "github" };
  const deny = ALLOW.replace("allow", "deny")
    .replace("a/read", "b/no")
    .replace("list_*", "*_issues");
  expect(verdictOf(ALLOW + deny, call)).toBe("deny");
});

it.each<readonly [string, string, string]>([
  ["allow", "no rule about servers", ""],
  ["deny", "a rule that refuses other servers", ONLY],
  ["allow", "a rule that allows others", ALLOW],
])("our own server, %s under %s", (verdict, _, rules) => {
  const call = { tool: "mcp__ours__sallyport_audit", server: "ours" };
  const some = "  - { id: a/x, verdict: deny, effects: [egress], reason: x }\n";
  expect(verdictOf(rules || some, call, true)).toBe(verdict);
  expect(verdictOf(rules || some, call)).toBe(verdict === "allow" ? "ask" : verdict);
});
