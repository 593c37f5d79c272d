// Lint of permission rules: what the client drops, what never matches, what holds less or more than people think.
import { describe, expect, it } from "vitest";
import { idsOf, lintFiles, lintRule, lintText, sourceOf } from "./lint-text.ts";

describe("a rule that never matches", () => {
  it.each([
    ["M15.11", "deny", "", "rule/malformed"],
    ["M15.11", "deny", "Bash(rm", "rule/malformed"],
    ["M15.11", "deny", "Bash(rm) x", "rule/malformed"],
    ["M15.11", "deny", "(rm)", "rule/malformed"],
    ["M15.11", "deny", "Bash()", "rule/malformed"],
    ["M15.11", "deny", " Bash(rm:*)", "rule/spaces"],
    ["M15.11", "deny", "bash(rm:*)", "rule/unknown-tool"],
    ["M15.11", "deny", "Bash (rm:*)", "rule/unknown-tool"],
    ["M15.11", "deny", "Shell(rm:*)", "rule/unknown-tool"],
    ["M15.11", "deny", "Bash,Edit", "rule/unknown-tool"],
    ["M15.2", "allow", "*", "rule/wildcard-tool"],
    ["M15.2", "allow", "B*", "rule/wildcard-tool"],
    ["X.30", "deny", "*", "rule/wildcard-tool"],
    ["M15.11", "allow", "mcp__*", "rule/wildcard-tool"],
    ["M15.11", "deny", "mcp__x__y(z)", "rule/mcp-brackets"],
    ["X.7", "deny", "Write(./.env*)", "rule/path-of-wrong-tool"],
    ["X.7", "allow", "Write(./src/**)", "rule/path-of-wrong-tool"],
    ["X.7", "deny", "NotebookEdit(x)", "rule/path-of-wrong-tool"],
    ["X.7", "deny", "MultiEdit(x)", "rule/path-of-wrong-tool"],
    ["X.7", "deny", "Glob(secrets/**)", "rule/path-of-wrong-tool"],
    ["X.71", "deny", "Read(/home/u/x)", "rule/absolute-path"],
    ["X.71", "deny", "Edit(/etc/passwd)", "rule/absolute-path"],
    ["X.71", "deny", "Read(!.env)", "rule/negation"],
    ["M15.11", "deny", "Read(secrets:*)", "rule/path-prefix"],
    ["M15.11", "deny", "Read( .env)", "rule/spaces"],
    ["M15.11", "deny", "Edit(file_path:**/.env)", "rule/field-name"],
    ["M15.11", "deny", "Bash(command:git push:*)", "rule/field-name"],
    ["M15.11", "deny", "Bash(git push|git commit)", "rule/alternation"],
    ["X.34", "allow", "WebFetch(https://api.github.com/*)", "rule/url"],
    ["X.34", "allow", "WebFetch(example.com)", "rule/no-domain"],
    ["M15.11", "deny", "WebSearch(a*)", "rule/search-wildcard"],
    ["M15.11", "deny", "Bash(:*)", "rule/prefix-misplaced"],
    ["M15.11", "deny", "Bash(rm:* -r)", "rule/prefix-misplaced"],
    ["M15.11", "deny", "Bash(rm:* )", "rule/prefix-misplaced"],
    ["M15.11", "deny", "Bash(rm  -r)", "rule/spaces"],
    ["M15.11", "deny", "Bash( rm)", "rule/spaces"],
    ["M15.11", "deny", "Bash(rm x )", "rule/spaces"],
    ["M15.11", "deny", "Bash(rm :*)", "rule/spaces"],
    ["M15.11", "deny", "Bash(r*m:*)", "rule/star-before-prefix"],
    ["X.15", "deny", "Bash(curl|wget:*)", "rule/alternation"],
    ["X.15", "deny", "Bash(git (push|reset):*)", "rule/alternation"],
    ["X.15", "deny", "Read(*.pem|*.key)", "rule/alternation"],
    ["X.15", "deny", "Edit|Write(.github/**)", "rule/alternation"],
    ["X.15", "deny", "WebFetch(domain:a.example|b.example)", "rule/alternation"],
    ["M15.11", "deny", "Bash(rm.*)", "rule/regular-expression"],
    ["M15.11", "deny", "Read(.*\\.pem$)", "rule/regular-expression"],
    ["M15.11", "deny", "WebFetch(domain:.*\\.a\\.example)", "rule/regular-expression"],
    ["M15.11", "allow", "mcp__github__get_.*", "rule/regular-expression"],
    ["M1.35", "allow", "Bash(npm test && git push)", "rule/compound"],
  ] as const)("%s: %s `%s` is %s", (item, list, rule, id) => {
    const findings = lintRule(list, rule);
    const found = findings.find((finding) => finding.id === id);
    expect(found?.fix).toMatch(/\w/);
    expect(idsOf(findings)).toEqual([id]);
    expect(found?.items ?? []).toContain(item);
  });
  it("is told with what to write instead", () => {
    const fixOf = (rule: string) => lintRule("deny", rule)[0]?.fix;
    expect(fixOf("Write(**/*.key)")).toBe("write `Edit(**/*.key)`");
    expect(fixOf("Glob(x)")).toBe("write `Read(x)`");
    expect(fixOf("Read(/etc/x)")).toBe("write `Read(//etc/x)`");
    expect(fixOf("bash(rm:*)")).toBe("write `Bash`");
    expect(fixOf("Bash(curl|wget:*)")).toBe("write `Bash(curl:*)` and `Bash(wget:*)`");
    expect(fixOf("WebFetch(https://a.example/*)")).toBe("write `WebFetch(domain:a.example)`");
  });
  it.each(["Read(C:\\dev\\.ssh\\**)", "Read(app/(shop)/page.tsx)", "Read(**/.*)"])(
    "is not said of `%s`",
    (rule) => {
      const ids = idsOf(lintRule("deny", rule));
      expect(ids).not.toContain("rule/regular-expression");
      expect(ids).not.toContain("rule/alternation");
    },
  );
  it("is found where it stands", () => {
    const text = '{\n  "permissions": {\n    "deny": ["Read(.env)", "Write(x)"]\n  }\n}';
    const found = lintText(text).find(({ id }) => id === "rule/path-of-wrong-tool");
    expect(found).toMatchObject({ file: "project.json", line: 3, column: 28, severity: "error" });
  });
});

describe("a rule that holds less or more than people think", () => {
  it.each([
    ["X.71", "deny", "Read(**/.ssh/**)", "rule/project-only"],
    ["X.71", "deny", "Read(**/id_rsa*)", "rule/project-only"],
    ["X.20", "deny", "Read(.env.*)", "rule/takes-example-too"],
    ["X.20", "deny", "Read(./.env*)", "rule/takes-example-too"],
    ["X.50", "deny", "Read(.env)", "rule/bash-reads"],
    ["X.71", "deny", "WebFetch(domain:example.com)", "rule/no-sub-domains"],
    ["X.54", "deny", "Bash(curl * | sh)", "rule/compound-line"],
    ["M2.21", "deny", "Bash(npm publish)", "rule/exact-deny"],
    ["M2.21", "deny", "Bash(touch a && touch b)", "rule/exact-deny"],
    ["X.16", "deny", "Bash(git push --force:*)", "rule/option-order"],
    ["X.16", "deny", "Bash(rm -rf *)", "rule/option-order"],
    ["X.16", "deny", "Bash(curl:*)", "rule/by-name"],
    ["X.16", "deny", "Bash(git push:*)", "rule/option-order"],
    ["X.16", "deny", "WebFetch", "rule/by-name"],
    ["X.14", "allow", "Bash(git branch:*)", "allow/any-option"],
    ["X.14", "allow", "Read(**)", "allow/reads-files"],
    ["M15.11", "deny", "Task", "rule/old-name"],
    ["X.14", "allow", "Bash", "allow/runs-anything"],
    ["M15.9", "allow", "Bash(*)", "allow/runs-anything"],
    ["X.14", "allow", "Bash(node:*)", "allow/runs-anything"],
    ["X.14", "allow", "Bash(python:*)", "allow/runs-anything"],
    ["X.14", "allow", "Bash(find:*)", "allow/runs-anything"],
    ["X.14", "allow", "Bash(npm *)", "allow/runs-project-code"],
    ["M15.9", "allow", "Bash(npm run:*)", "allow/runs-project-code"],
    ["X.14", "allow", "Bash(cat:*)", "allow/reads-files"],
    ["X.14", "allow", "Bash(grep:*)", "allow/reads-files"],
    ["X.19", "allow", "Bash(* --version)", "allow/leading-wildcard"],
    ["X.19", "allow", "Bash(* --help *)", "allow/leading-wildcard"],
    ["X.19", "allow", "Bash(git * main)", "allow/inner-wildcard"],
    ["X.53", "allow", "Bash(git push:*)", "allow/privileged"],
    ["X.54", "allow", "Bash(curl:*)", "allow/privileged"],
    ["M1.12", "allow", "Bash(terraform apply)", "allow/privileged"],
    ["M1.12", "allow", "Read(~/.ssh/**)", "allow/secret"],
    ["M1.12", "allow", "WebFetch", "allow/unscoped-fetch"],
    ["X.52", "allow", "Write", "allow/unscoped-write"],
    ["M1.12", "ask", "Bash(git status)", "ask/harmless"],
    ["X.8", "deny", "Write", "deny/half-of-writing"],
    ["X.51", "deny", "Edit", "deny/half-of-writing"],
  ] as const)("%s: %s `%s` is %s", (item, list, rule, id) => {
    const found = lintRule(list, rule).find((finding) => finding.id === id);
    expect(found?.items ?? []).toContain(item);
    expect(found?.fix).toMatch(/\w/);
  });
});

describe("a rule that another one makes idle", () => {
  const shadowsOf = (permissions: object) =>
    lintText({ permissions }).filter(({ id }) => id.startsWith("shadow/"));
  it.each([
    ["X.34", { allow: ["WebFetch(domain:a.example)"], deny: ["WebFetch"] }, "shadow/deny"],
    ["M1.4", { allow: ["Bash(git status)"], deny: ["Bash(git:*)"] }, "shadow/deny"],
    ["M1.4", { allow: ["Read(.env.example)"], deny: ["Read(.env*)"] }, "shadow/deny"],
    ["X.63", { ask: ["Bash(kubectl delete *)"], deny: ["Bash(kubectl *)"] }, "shadow/deny"],
    ["X.49", { allow: ["Bash(npm install)"], ask: ["Bash(npm *)"] }, "shadow/ask"],
    ["M1.12", { deny: ["Read(.env)", "Read(**/.env)"] }, "shadow/wider"],
    ["M1.12", { deny: ["Bash(git push --force:*)", "Bash(git push *)"] }, "shadow/wider"],
    ["M1.12", { deny: ["Bash(rm:*)", "Bash(rm:*)"] }, "shadow/wider"],
    ["M1.4", { allow: ["mcp__x__y"], deny: ["mcp__x"] }, "shadow/deny"],
    ["M1.4", { allow: ["Bash(ls)"], deny: ["Bash"] }, "shadow/deny"],
  ])("%s: %j is %s", (item, permissions, id) => {
    const found = shadowsOf(permissions);
    expect(idsOf(found)).toEqual([id]);
    expect(found[0]?.items).toContain(item);
  });
  it.each([
    [{ allow: ["Bash(git:*)"], deny: ["Bash(git push:*)"] }],
    [{ ask: ["Bash(kubectl *)"], deny: ["Bash(kubectl delete *)"] }],
    [{ allow: ["Bash(gitx)"], deny: ["Bash(git:*)"] }],
    [{ allow: ["Read(src/a.ts)"], deny: ["Read(//src/**)"] }],
    [{ allow: ["Read(docs/**)"], deny: ["Read(docs/a/**)"] }],
    [{ allow: ["WebFetch(domain:a.example)"], deny: ["WebFetch(domain:b.example)"] }],
    [{ allow: ["Edit(x)"], deny: ["Read(x)"] }],
    [{ allow: ["Bash(npm run build)"], deny: ["Bash(npm run *:prod)"] }],
  ])("%j is none", (permissions) => {
    expect(shadowsOf(permissions)).toEqual([]);
  });
  it("is found across files, with the file that wins", () => {
    const findings = lintFiles(
      sourceOf({ permissions: { deny: ["Bash(git:*)"] } }, "project"),
      sourceOf({ permissions: { allow: ["Bash(git status)"] } }, "user"),
    );
    const found = findings.find(({ id }) => id === "shadow/deny");
    expect(found).toMatchObject({ file: "user.json" });
    expect(found?.message).toContain("`project.json`");
  });
  it("is not said of a rule that never matches", () => {
    expect(shadowsOf({ allow: ["WebFetch(https://a.example)"], deny: ["WebFetch"] })).toEqual([]);
  });
  it("takes a thousand rules", () => {
    const deny = Array.from({ length: 1_000 }, (_, index) => `Read(dir${index}/**)`);
    expect(shadowsOf({ deny })).toEqual([]);
  });
});

it.each([
  ["Bash(go vet:*)", "go vet -vettool=./x ./..."],
  ["Bash(xargs cat *)", "xargs cat ~/.ssh/id_rsa"],
  ["Bash(git clone *)", "git clone -c protocol.ext.allow=always"],
  ["Bash(git log:*)", "git log --output=/home/user/.bashrc"],
  ["Bash(node scripts/*)", "node scripts/../../x.js"],
  ["Bash(mvn clean *)", "mvn clean exec:exec -Dexec.executable=./x"],
  ["Bash(cat:*)", "cat ~/.ssh/id_rsa"],
])("says of %s which command it lets through at worst", (rule, command) => {
  const found = lintText({ permissions: { allow: [rule] } }).filter(({ id }) =>
    id.startsWith("allow/"),
  );
  expect(found.map(({ message }) => message).join()).toContain(`it lets \`${command}`);
});
