// What a policy says without effect: every form is named with its line, and nothing that ships is.
import { describe, expect, test } from "vitest";
import { hostFault, pathFault, remoteFault } from "#govern/policy/pattern-faults.ts";
import { idleIn } from "#surface/cli/policy/idle-rules.ts";
import { namedPolicy } from "#surface/cli/policy/chosen-policy.ts";
import { listPacks, shippedPack } from "#surface/services/policy/policy-source.ts";
import { parsePolicyPack } from "#govern/library/policy-pack.ts";
import { readPack } from "#govern/library/pack-extends.ts";

const HEAD = ["id: mine", 'version: "1"', "title: t", "extends: [team]"];
const idle = (...lines: readonly string[]) => {
  const text = [...HEAD, ...lines].join("\n");
  const options = { layer: "user", source: shippedPack } as const;
  const whole = readPack(text, "mine.yaml", shippedPack);
  return idleIn({
    from: "mine.yaml",
    text,
    whole,
    policy: parsePolicyPack(text, "mine.yaml", options),
  });
};
const rule = (verdict: string, rest: string) =>
  `  - { id: mine/one, verdict: ${verdict}, reason: r, ${rest} }`;

describe("a pattern that nothing can match", () => {
  test.each([
    ...["../other/**", "~user/.ssh/**", "~", "$HOME/.ssh/**", "${HOME}/x", "%USERPROFILE%/x"],
    ...[
      "C:\\Users\\x",
      "D:/secrets/**",
      "file:///etc/shadow",
      "./customers/**",
      "a/../b",
      "<home>/x",
    ],
    ...[" .env", "src/<project>/x", "/data/$USER/x"],
  ])("is the path %s", (pattern) => {
    expect(pathFault(pattern)).toContain("can match nothing");
    const path = JSON.stringify(pattern);
    expect(idle("rules:", rule("deny", `effects: [read], paths: [${path}]`))).toMatchObject([
      { severity: "error", rule: "mine/one", at: { file: "mine.yaml", line: 6 } },
    ]);
  });
  test.each([
    ...[
      ".env",
      "**/.env",
      "~/.ssh/**",
      "/etc/shadow",
      "<project>/a/**",
      "<project>",
      "*.pem",
      "a b",
    ],
    ...["~/.claude/projects/<project>/**", "..hidden", "a..b", "/srv/**", "price$list", "**"],
  ])("is not the path %s", (pattern) => expect(pathFault(pattern)).toBeUndefined());
  test.each([
    ...["https://api.example.com", "http://x/", "user@host.example", "api.example.com/v1"],
    ...["api.example.com:443", "API.example.com", "*", "api.*", "*example.com", " x.example"],
  ])("is the host %s", (pattern) => expect(hostFault(pattern)).toContain("can match no host"));
  test.each([
    "api.example.com",
    "*.example.com",
    "loopback",
    "own-remote",
    "own-account",
    "10.0.0.1",
  ])("is not the host %s", (pattern) => expect(hostFault(pattern)).toBeUndefined());
  test.each([
    ...["https://github.com/acme/*", "ssh://git@github.com/acme", "git@github.com:acme/shop"],
    ...["github.com:acme/shop", ""],
  ])("is the remote %s", (pattern) => expect(remoteFault(pattern)).toContain("can match nothing"));
  test.each([
    "github.com/acme/*",
    "git.acme.example:2222",
    "/srv/git/**",
    "*.example/*",
    "github.com",
  ])("is not the remote %s", (pattern) => expect(remoteFault(pattern)).toBeUndefined());
  test("says the form that would match", () => {
    expect(hostFault("https://api.example.com/v1")).toContain("`api.example.com`");
    expect(remoteFault("git@github.com:acme/shop.git")).toContain("`github.com/acme/shop`");
  });
});

describe("named with its line is", () => {
  test("a host with its scheme, also in a list", () => {
    const found = idle(
      "lists: { our-hosts: [ok.example, 'https://api.example.com'] }",
      "rules:",
      rule("deny", "effects: [egress], exceptHosts: { in: our-hosts }"),
    );
    expect(found).toEqual([
      expect.objectContaining({
        severity: "error",
        rule: "mine/one",
        at: { file: "mine.yaml", line: 5, column: 34 },
      }),
    ]);
  });
  test("a remote with its scheme, where it restricts as an error, where it allows as a note", () => {
    const remotes = "effects: [publish], remotes: ['https://github.com/acme/*']";
    expect(idle("rules:", rule("deny", remotes))).toMatchObject([{ severity: "error" }]);
    expect(idle("rules:", rule("allow", remotes))).toContainEqual(
      expect.objectContaining({
        severity: "warning",
        message: expect.stringContaining("without a scheme"),
      }),
    );
    const except = "effects: [publish], exceptRemotes: ['https://github.com/acme/*']";
    expect(idle("rules:", rule("deny", except))).toMatchObject([{ severity: "error" }]);
  });
  test("a rule of the client with a misspelt tool, and the tool that was meant", () => {
    const found = idle("native:", '  deny: ["Bsh(git push:*)"]', '  allow: ["Raed(./x)"]');
    expect(found.map(({ severity, at, message }) => [severity, at.line, message])).toEqual([
      ["error", 6, expect.stringContaining("did you mean `Bash`")],
      ["warning", 7, expect.stringContaining("did you mean `Read`")],
    ]);
    expect(idle("native:", '  deny: ["mcp__github__delete", "WebFetch", "Bash(curl:*)"]')).toEqual(
      [],
    );
  });
  test("a tool of a condition that there is not", () => {
    expect(idle("rules:", rule("deny", "effects: [read], tools: [Raed, Read]"))).toMatchObject([
      { severity: "error", message: expect.stringContaining("did you mean `Read`") },
    ]);
  });
  test("a list that no rule reads, and the name that was meant", () => {
    const found = idle("lists: { protected-reef: { add: [a/**] } }");
    expect(found).toMatchObject([
      { rule: "lists.protected-reef", message: expect.stringContaining("`protected-refs`") },
    ]);
    expect(idle("lists: { protected-refs: { add: [x] } }")).toEqual([]);
  });
  test("a rule about reading with hosts, and one about sending with paths", () => {
    expect(idle("rules:", rule("deny", "effects: [read], hosts: [a.example]"))).toMatchObject([
      { severity: "error", message: expect.stringContaining("it never applies: `hosts`") },
    ]);
    expect(
      idle("rules:", rule("ask", "effects: [read, egress], hosts: [a.example]")),
    ).toMatchObject([
      { severity: "warning", message: expect.stringContaining("never applies to `read`") },
    ]);
    expect(idle("rules:", rule("deny", "effects: [egress], paths: [a/**]"))).toMatchObject([
      { severity: "error" },
    ]);
  });
  test("an allow rule that never decides, and not one that does", () => {
    const deny =
      "  - { id: mine/deny, verdict: deny, effects: [write], paths: [a/**, b/**], reason: r }";
    const found = idle("rules:", deny, rule("allow", "effects: [write], paths: [a/**]"));
    expect(found).toMatchObject([
      {
        severity: "warning",
        rule: "mine/one",
        message: expect.stringContaining("`mine/deny` refuses"),
      },
    ]);
    for (const rest of ["effects: [write], paths: [c/**]", "effects: [read], paths: [a/**]"])
      expect(idle("rules:", deny, rule("allow", rest))).toEqual([]);
    expect(
      idle("automaticApproval: false", "rules:", rule("allow", "effects: [write], paths: [c/**]")),
    ).toMatchObject([{ severity: "warning", message: expect.stringContaining("allows nothing") }]);
  });
});

test("nothing that ships says something in vain, where it restricts", () => {
  const packs = listPacks().map(({ name }) => name);
  expect(packs.length).toBeGreaterThan(20);
  const found = packs.flatMap((name) =>
    idleIn(namedPolicy(name)).filter(({ severity }) => severity === "error"),
  );
  expect(found).toEqual([]);
});
