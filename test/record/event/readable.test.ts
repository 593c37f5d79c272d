// What a call said, for those who hold the key: readable, short, and without what a detector knows.
import { describe, expect, it } from "vitest";
import type { ToolCall, ToolInput } from "#guard/toolcall/tool-call.ts";
import { decisionEvent } from "#record/event/call-events.ts";
import { describeEvent } from "#record/event/describe.ts";
import { middleCut, readableCall, readableText, TEXT_CHARS_MAX } from "#record/event/readable.ts";
import type { DecodedLeaf } from "#record/log/leaf.ts";
import { bashCall, decisionOf, effect, pathTarget, policy, session, stamp } from "./samples.ts";

/** A key of a form that detectors know, put together so that no file holds one. */
const KEY = ["ghp", "R7bQx2mVt9KpLw4sYc8ZdF3gHj6nAe1uVo5T"].join("_");

function callOf(input: ToolInput): ToolCall {
  return { ...bashCall(""), tool: "Any", input };
}
const textOf = (input: ToolInput): unknown =>
  readableCall(stamp, callOf(input), [], session)["text"];

describe("the text of a call", () => {
  it.each<[string, ToolInput, string]>([
    ["a command", bashCall("git push --force origin main").input, "git push --force origin main"],
    ["a path of the project", { kind: "read", path: "/home/ada/shop/src/a.ts" }, "src/a.ts"],
    ["a path of the home", { kind: "read", path: "/home/ada/.npmrc" }, "~/.npmrc"],
    ["another path", { kind: "read", path: "/etc/hosts" }, "/etc/hosts"],
    [
      "a file that is written, without what is written",
      { kind: "write", path: "/home/ada/shop/a.txt", content: "some text" },
      "a.txt (9 characters written)",
    ],
    ["the home in a command", bashCall("ls /home/ada/x /home/adam").input, "ls ~/x /home/adam"],
    [
      "an address, without the values of its query",
      { kind: "fetch", url: "https://ada:pw@acme.example/a?q=one&t=two#three" },
      "https://…@acme.example/a?q=…&t=…#…",
    ],
    [
      "an address in a command",
      bashCall("curl 'https://acme.example/?key=abc' -o x").input,
      "curl 'https://acme.example/?key=…' -o x",
    ],
    [
      "the input of a server's tool",
      { kind: "mcp", server: "tracker", tool: "find", input: { title: "a bug", limit: 2 } },
      'find {"title":"a bug","limit":2}',
    ],
  ])("%s", (_, input, text) => {
    expect(textOf(input)).toBe(text);
  });

  it("has a stable placeholder for what a detector knows", () => {
    const one = String(textOf(bashCall(`echo ${KEY}`).input));
    const other = String(textOf(bashCall(`printf '%s' ${KEY} | wc`).input));
    const [mark] = /\[\[SP:[a-z/-]+:[A-Z2-7]{8}\]\]/.exec(one) ?? [];
    expect(mark).toBeDefined();
    expect(other).toContain(mark);
    expect(one + other).not.toContain(KEY);
  });

  it("has no password of an option, no person's data and no such member of an input", () => {
    const command = "mysql -u root -phunter2x9Q -e 'select 1' # card 4539 5787 6362 1486";
    const text = String(textOf(bashCall(command).input));
    expect(text).not.toContain("hunter2x9Q");
    expect(text).not.toContain("4539 5787");
    const input = { password: "correct-horse-9", url: `https://a.example/?k=${KEY}` };
    const said = String(textOf({ kind: "mcp", server: "s", tool: "login", input }));
    expect(said).not.toContain("correct-horse-9");
    expect(said).not.toContain(KEY);
    expect(said).toContain("https://a.example/?k=…");
  });

  it.each([
    ["mysql --password=dog", "mysql --password=<>"],
    ["mysql --password dog -e x", "mysql --password <> -e x"],
    ["mysql -u root -pdog shop", "mysql -u root -p<> shop"],
    ["curl -u me:dog https://a.example", "curl -u me:<> https://a.example"],
    ["curl -ume:dog x", "curl -ume:<> x"],
    ["curl -H 'X-Api-Key: dog' x", "curl -H 'X-Api-Key: <>' x"],
    ["git -c http.extraHeader=dog fetch", "git -c http.extraHeader=<> fetch"],
    ["TOKEN=dog ls", "TOKEN=<> ls"],
    ["export DB_PASSWORD='a dog'", "export DB_PASSWORD='<>'"],
    ["deploy --api-key dog --force", "deploy --api-key <> --force"],
    ["sshpass -p dog ssh a", "sshpass -p <> ssh a"],
  ])("has a placeholder where a secret stands, whatever it looks like: %s", (command, shown) => {
    const text = String(textOf(bashCall(command).input)).replaceAll(/\[\[SP:[^\]]*\]\]/g, "<>");
    expect(text).toBe(shown);
  });

  it.each([
    "mysql --password=$DB_PASSWORD",
    "curl -u $USER:$PASS x",
    "mkdir -p build",
    "docker run -u 1000:1000 -p 8080:80 x",
    "NODE_ENV=test npm test",
    "deploy --token --force",
    "git push --force origin main",
  ])("leaves what holds none: %s", (command) => {
    expect(textOf(bashCall(command).input)).toBe(command);
  });

  it("takes time in step with the text, whatever stands in it", () => {
    for (const piece of ["--password ", "-u a:", "TOKEN=", "mysql -p ", "authorization: ", "= "])
      expect(String(textOf(bashCall(piece.repeat(20_000)).input)).length).toBeLessThanOrEqual(
        TEXT_CHARS_MAX,
      );
  });

  it("is cut in the middle, and says how much is missing", () => {
    const text = String(textOf(bashCall(`echo begin ${"x y ".repeat(5_000)} end`).input));
    expect(text.length).toBeLessThanOrEqual(TEXT_CHARS_MAX);
    expect(text).toMatch(/^echo begin .* \[\.\.\. \d+ characters \.\.\.\] .* end$/s);
    expect(middleCut("short")).toBe("short");
  });

  it("does not hold a secret that the cut would halve", () => {
    const text = String(
      textOf(bashCall(`echo ${"x ".repeat(640)}${KEY}${" y".repeat(900)}`).input),
    );
    expect(text).not.toContain(KEY.slice(0, 12));
    expect(text).not.toContain(KEY.slice(-12));
  });

  it("tells the length of what is too large to be looked through", () => {
    expect(textOf(bashCall("a".repeat(300_000)).input)).toBe("(300000 characters)");
  });

  it("is well formed whatever it is given", () => {
    const odd = "echo \ud800 \u0000 \u202e \u001b[2J";
    expect(String(textOf(bashCall(odd).input))).not.toMatch(/\p{Surrogate}/u);
  });
});

describe("the names of a call", () => {
  it("are those of its effects, each once", () => {
    const effects = [
      effect({ kind: "read", target: pathTarget("/home/ada/shop/.env") }),
      effect({ kind: "read", target: pathTarget("/home/ada/shop/.env") }),
      effect({
        kind: "egress",
        destination: { host: "api.acme.example", port: 443, scheme: "https" },
        carries: [{ kind: "file", target: pathTarget("/home/ada/.aws/credentials") }],
      }),
      effect({ kind: "publish", channel: "git", destination: "origin", refs: ["main"] }),
      effect({ kind: "install", manager: "npm", packages: ["left-pad"], runsScripts: true }),
    ];
    expect(readableCall(stamp, bashCall("x"), effects, session)).toEqual({
      text: "x",
      reads: [".env", "~/.aws/credentials"],
      hosts: ["api.acme.example"],
      remotes: ["origin"],
      branches: ["main"],
      packages: ["left-pad"],
    });
  });

  it("hold no key and no line break", () => {
    const effects = [
      effect({ kind: "read", target: pathTarget(`/home/ada/shop/${KEY}`) }),
      effect({ kind: "read", target: pathTarget("/home/ada/shop/a\nb") }),
    ];
    const { reads } = readableCall(stamp, bashCall("x"), effects, session);
    expect(JSON.stringify(reads)).not.toContain(KEY);
    expect(reads).toHaveLength(2);
    expect((reads as string[])[1]).toBe("a\\u{a}b");
  });
});

describe("what is kept", () => {
  const decision = decisionOf([
    effect({ kind: "read", target: pathTarget("/home/ada/shop/.env") }),
  ]);
  const input = { call: bashCall("cat .env"), decision, session, durationMs: 1 };
  const sealedOf = (requires: NonNullable<typeof policy.requires>) =>
    decisionEvent(stamp, { ...input, policy: { ...policy, requires } }).sealed ?? {};

  it("is the text, unless a policy keeps less", () => {
    expect(sealedOf([])["readable"]).toEqual({ text: "cat .env", reads: [".env"] });
    expect(sealedOf(["record-words"])).not.toHaveProperty("readable");
    expect(sealedOf(["record-words"])).toHaveProperty("command");
    expect(sealedOf(["record-effects", "record-words"])).not.toHaveProperty("command");
  });

  it("is shown where the key is, in place of stand-ins, and steers no terminal", () => {
    const command = "git push origin \u001b[2J\nmain";
    const { metadata, sealed } = decisionEvent(stamp, {
      ...input,
      call: bashCall(command),
      policy,
    });
    const leaf = { id: "x", timeMs: 0, metadata } as unknown as DecodedLeaf;
    expect(describeEvent(leaf, sealed)).toContain("git push origin \\u{1b}[2J main");
    expect(describeEvent(leaf, undefined)).toContain("read");
    expect(describeEvent(leaf, undefined)).not.toContain("git push");
  });

  it("is of a prompt what was written, without secrets", () => {
    const text = readableText(stamp, `use ${KEY} in /home/ada/shop`, session);
    expect(text).toMatch(/^use \[\[SP:.*\]\] in ~\/shop$/);
  });
});
