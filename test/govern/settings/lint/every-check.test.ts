// One example for every check: what is not found by its example does not exist.
import { expect, it } from "vitest";
import type { Layer } from "#govern/settings/catalogue.ts";
import { CHECKS, type CheckId } from "#govern/settings/lint/checks.ts";
import { CLIENT_BYTES_MAX, DEAD_FILES, type LintSource } from "#govern/settings/lint/file.ts";
import { readReview } from "#govern/policy/review.ts";
import { type LintSurroundings, surroundingFindings } from "#govern/settings/lint/surroundings.ts";
import { idsOf, lintFiles, sourceOf } from "./lint-text.ts";

const file = (content: unknown, layer: Layer = "user", more: Partial<LintSource> = {}) => [
  sourceOf(content, layer, more),
];
const deny = (...rules: readonly unknown[]) => file({ permissions: { deny: rules } });
const ask = (rule: string) => file({ permissions: { ask: [rule] } });
const allow = (...rules: readonly string[]) => file({ permissions: { allow: rules } });
const both = (list: "allow" | "ask" | "deny", rule: string, other: string, wider: string) =>
  list === "deny" ? deny(rule, wider) : file({ permissions: { [list]: [rule], [other]: [wider] } });
const guard = { type: "command", command: "/opt/guard", onFailure: "block" };
const hook = (handler: object, matcher = "*", layer: Layer = "user") =>
  file({ hooks: { PreToolUse: [{ matcher, hooks: [{ ...guard, ...handler }] }] } }, layer);

/** Checks of what stands around settings files. */
type AroundId =
  | Extract<CheckId, `policy/${string}`>
  | "stack/no-managed-settings"
  | "file/not-committed";

const EXAMPLES: Readonly<Record<Exclude<CheckId, AroundId>, readonly LintSource[]>> = {
  "file/empty": file("", "managed"),
  "file/too-large": file("{}", "user", { bytes: CLIENT_BYTES_MAX + 1 }),
  "file/unreadable": file("", "user", { text: undefined }),
  "file/link": file("{}", "user", { isLink: true }),
  "file/dead-place": file("{}", "managed", { file: "/etc/claude/managed-settings.json" }),
  "json/syntax": file("{"),
  "json/comment": file("{} // x"),
  "json/trailing-comma": file('{"model":"opus",}'),
  "json/repeated-key": file('{"model":"opus","model":"opus"}'),
  "json/not-an-object": file("5"),
  "key/invented": file({ alerts: [] }),
  "key/misplaced": file({ allow: [] }),
  "key/unknown": file({ zzz: 1 }),
  "key/wrong-layer": file({ deniedModels: [] }),
  "key/unknown-to-old-clients": file({ deniedModels: [] }, "managed"),
  "value/wrong-type": file({ model: 5 }),
  "value/dropped": file({ effortLevel: 5 }),
  "rule/not-text": deny(5),
  "rule/malformed": deny("Bash("),
  "rule/unknown-tool": deny("Shell"),
  "rule/old-name": deny("Task"),
  "rule/wildcard-tool": allow("*"),
  "rule/mcp-brackets": deny("mcp__a(b)"),
  "rule/path-of-wrong-tool": deny("Write(a)"),
  "rule/absolute-path": deny("Read(/etc/a)"),
  "rule/negation": deny("Read(!a)"),
  "rule/path-prefix": deny("Read(a:*)"),
  "rule/field-name": deny("Edit(file_path:**/a)"),
  "rule/spaces": deny("Read(a )"),
  "rule/project-only": deny("Read(**/.aws/**)"),
  "rule/takes-example-too": deny("Read(.env*)"),
  "rule/bash-reads": deny("Read(a)"),
  "rule/url": deny("WebFetch(https://a.example)"),
  "rule/no-domain": deny("WebFetch(a.example)"),
  "rule/no-sub-domains": deny("WebFetch(domain:a.example)"),
  "rule/search-wildcard": deny("WebSearch(a*)"),
  "rule/prefix-misplaced": deny("Bash(:*)"),
  "rule/star-before-prefix": deny("Bash(a*b:*)"),
  "rule/alternation": deny("Bash(a|b:*)"),
  "rule/regular-expression": deny("Bash(^rm)"),
  "rule/compound": allow("Bash(a && b)"),
  "rule/compound-line": deny("Bash(a * | b)"),
  "rule/exact-deny": deny("Bash(a b)"),
  "rule/option-order": deny("Bash(rm -rf:*)"),
  "rule/by-name": deny("Bash(rm:*)"),
  "allow/runs-anything": allow("Bash"),
  "allow/runs-project-code": allow("Bash(npm run:*)"),
  "allow/any-option": allow("Bash(git branch:*)"),
  "allow/reads-files": allow("Bash(cat:*)"),
  "allow/leading-wildcard": allow("Bash(* --help)"),
  "allow/inner-wildcard": allow("Bash(git * main)"),
  "allow/privileged": allow("Bash(git push:*)"),
  "allow/secret": allow("Read(.env)"),
  "allow/unscoped-write": allow("Edit"),
  "allow/unscoped-fetch": allow("WebFetch"),
  "deny/half-of-writing": deny("Write"),
  "ask/harmless": ask("Bash(git status)"),
  "shadow/deny": both("allow", "Bash(ls)", "deny", "Bash"),
  "shadow/ask": both("allow", "Bash(ls)", "ask", "Bash"),
  "shadow/wider": both("deny", "Bash(ls)", "deny", "Bash"),
  "mode/bypass": file({ permissions: { defaultMode: "bypassPermissions" } }),
  "mode/none": file({ permissions: {} }, "managed"),
  "hook/voids-file": hook({ type: "x" }),
  "hook/dropped": file({ hooks: { Stop: [{ hooks: [{ type: "x" }] }] } }),
  "hook/unknown-event": file({ hooks: { Never: [] } }),
  "hook/matcher": hook({}, "["),
  "hook/matcher-is-rule": hook({}, "Bash(x)"),
  "hook/partial-matcher": hook({}, "Bash"),
  "hook/if": hook({ if: "Bash(x)" }),
  "hook/async-guard": hook({ async: true }),
  "hook/fails-open": hook({ onFailure: "continue" }),
  "hook/exit-code": hook({ command: "exit 1" }),
  "hook/legacy-answer": hook({ command: 'echo {"decision":"deny"}' }),
  "hook/no-input": hook({ command: "echo $TOOL_INPUT" }),
  "hook/shell-in-args": hook({ command: "a b", args: [] }),
  "hook/only-after": file({ hooks: { PostToolUse: [{ hooks: [guard] }] } }),
  "hook/log-in-reach": hook({ command: "cat >> .claude/a.log" }),
  "hook/no-change-guard": hook({}),
  "hook/repository": hook({}, "*", "project"),
  "hook/old-clients": hook({}, "*", "managed"),
  "hook/proxy": hook({ type: "http", url: "https://a.example" }, "*", "managed"),
  "hook/node-options": hook({ command: "node", args: ["/a.js"] }, "*", "managed"),
  "variable/redirects": file({ env: { PATH: "./bin" } }, "project"),
  "variable/no-effect": file({ env: { CLAUDE_USER: "a" } }),
  "variable/content": file({ env: { OTEL_LOG_USER_PROMPTS: "1" } }),
  "variable/secret": file({ env: { A: `AKIA${"Q4XZ7W2MKD5RT8YB"}` } }),
  "key/repository-runs-code": file({ apiKeyHelper: "./a" }, "project"),
  "key/pinned-model": file({ model: "claude-opus-5" }),
  "stack/rules-without-hooks": file({ allowManagedPermissionRulesOnly: true }, "managed"),
  "stack/dropped-denies": [
    ...file({ allowManagedPermissionRulesOnly: true }, "managed"),
    ...deny("Edit(a)"),
  ],
  "stack/open-mcp-list": file({ allowedMcpServers: [] }, "managed"),
  "stack/mcp-by-name": file({ deniedMcpServers: [{ serverName: "a" }] }),
  "stack/sandbox-optional": file({ sandbox: { enabled: true } }),
};

it.each(Object.entries(EXAMPLES))("%s is found by its example", (id, sources) => {
  expect(idsOf(lintFiles(...sources))).toContain(id);
});

const calm: LintSurroundings = {
  today: "2026-03-01",
  reviews: [],
  dead: [],
  unmanaged: undefined,
  uncommitted: undefined,
};
const reviewed = (review: string) => ({
  reviews: [readReview(`id: a\nversion: "1"\ntitle: A\n${review}`, "a.yaml")].flatMap(
    (one) => one ?? [],
  ),
});

const AROUND: Readonly<Record<AroundId, Partial<LintSurroundings>>> = {
  "policy/review-due": reviewed("review: { owner: a, reviewed: 2026-01-01, next: 2026-02-28 }"),
  "stack/no-managed-settings": { unmanaged: "/etc/sallyport/policy.yaml" },
  "file/not-committed": { uncommitted: "/p/.claude/settings.json" },
  "policy/no-review": reviewed("review: { owner: a }"),
};

it("nothing is found around settings where nothing is wrong", () => {
  const good = reviewed("review: { owner: a, reviewed: 2026-01-01, next: 2026-03-01 }");
  expect(good.reviews).toHaveLength(1);
  expect(surroundingFindings({ ...calm, ...good })).toEqual([]);
});
it.each(Object.entries(AROUND))("%s is found around settings", (id, around) => {
  const findings = surroundingFindings({ ...calm, ...around });
  expect(findings).toMatchObject([{ id, message: expect.stringMatching(/^[a-z`]/) }]);
});
it.each(Object.values(DEAD_FILES).flat())("X.12: %s is found where nobody reads it", (dead) => {
  expect(surroundingFindings({ ...calm, dead: [dead] })).toMatchObject([
    { id: "file/dead-place", file: dead, line: 1 },
  ]);
});
it("a review is told at its place", () => {
  const [finding] = surroundingFindings({ ...calm, ...AROUND["policy/review-due"] });
  expect(finding).toMatchObject({ file: "a.yaml", line: 4 });
});

it("every check has items, or is one that measuring brought", () => {
  const without = Object.entries(CHECKS).flatMap(([id, { items }]) =>
    items.length === 0 ? [id] : [],
  );
  expect(without).toEqual(["file/too-large", "file/link", "json/repeated-key"]);
});
