// The person's own allow rules: which of them let code of the project run unasked, and which count for nothing.
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { asksAboutOwnCode, createOwnRules } from "#surface/services/hold/own-rules.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory>;
let project = "";
let home = "";

beforeEach(() => {
  room = freshDirectory();
  home = join(realpathSync(room.path), "home");
  project = join(home, "shop");
  mkdirSync(project, { recursive: true });
  writeFileSync(
    join(home, ".claude.json"),
    JSON.stringify({ projects: { [project]: { hasTrustDialogAccepted: true } } }),
  );
});
afterEach(() => room.remove());

const FILES = {
  user: () => join(home, ".claude", "settings.json"),
  local: () => join(project, ".claude", "settings.local.json"),
  project: () => join(project, ".claude", "settings.json"),
} as const;
const write = (file: keyof typeof FILES, permissions: object) => {
  mkdirSync(dirname(FILES[file]()), { recursive: true });
  writeFileSync(FILES[file](), JSON.stringify({ permissions }));
};
const ruleFor = (command: string, written: readonly string[] = []) =>
  createOwnRules(home)({
    call: {
      id: "c",
      tool: "Bash",
      cwd: project,
      input: { kind: "bash", command, background: false, sandboxOff: false },
    },
    root: project,
    writtenPaths: new Set(written),
  });

test.each(["user", "local"] as const)(
  "a rule in %s settings counts, with its file",
  async (file) => {
    write(file, { allow: ["Bash(npm test:*)"] });
    expect(await ruleFor("npm test -- --watch")).toBe(`\`Bash(npm test:*)\` in ${FILES[file]()}`);
    expect(await ruleFor("npm run build")).toBeUndefined();
    expect(await ruleFor("npm test && make deploy")).toBeUndefined();
  },
);
test("a rule of the project does not", async () => {
  write("project", { allow: ["Bash(npm test:*)"] });
  expect(await ruleFor("npm test")).toBeUndefined();
});
test("nor one in a file that the session wrote, or may have", async () => {
  write("local", { allow: ["Bash(npm test:*)"] });
  expect(await ruleFor("npm test", [FILES.local()])).toBeUndefined();
  expect(await ruleFor("npm test", [`${project}/`])).toBeUndefined();
  expect(await ruleFor("npm test", [`${project}/src/`])).toBeDefined();
});
test.each(["Bash", "Bash(*)", "Bash(:*)"])("nor `%s`, which names no program", async (rule) => {
  write("user", { allow: [rule] });
  expect(await ruleFor("npm test")).toBeUndefined();
});
test.each(["ask", "deny"])("nor one beside a rule of the project that says %s", async (list) => {
  write("user", { allow: ["Bash(npm test:*)"] });
  write("project", { [list]: ["Bash(npm test:*)"] });
  expect(await ruleFor("npm test")).toBeUndefined();
});
test("settings that cannot be read give none", async () => {
  mkdirSync(dirname(FILES.user()), { recursive: true });
  writeFileSync(FILES.user(), "{");
  expect(await ruleFor("npm test")).toBeUndefined();
});
test.each([
  ["Bash(python3:*)", "python3 -c 'import math; print(math.pi)'", true],
  ["Bash(python3 script.py)", "python3 script.py", true],
  ["Bash(python3 script.py)", "python3 other.py", false],
  ["Bash(node:*)", "python3 -c 'print(1)'", false],
])("`%s` speaks for `%s`: %s", async (rule, command, isCovered) => {
  write("local", { allow: [rule] });
  expect((await ruleFor(command)) !== undefined).toBe(isCovered);
});
test("only a question about code of the project, or about code that was read, is taken to them", () => {
  const at = { via: [], at: undefined } as const;
  const reason = { rule: "r", text: "t", instead: undefined, effect: 0 } as const;
  const rest = { findings: [], programs: [], factsUsed: [], steps: 1 };
  const code = { ...at, kind: "execute", program: "x", origin: "project" } as const;
  const asks = (
    reach: "unbounded" | "modelled",
    verdict: "ask" | "deny",
    origin: "project" | "inline" | "download" = "project",
  ) =>
    asksAboutOwnCode({
      ...rest,
      verdict,
      reasons: [{ ...reason, verdict }],
      effects: [{ ...code, reach, origin }],
    });
  expect([asks("modelled", "ask", "inline"), asks("unbounded", "ask", "inline")]).toEqual([
    true,
    false,
  ]);
  expect([asks("modelled", "deny", "inline"), asks("unbounded", "ask", "download")]).toEqual([
    false,
    false,
  ]);
  expect([asks("unbounded", "ask"), asks("modelled", "ask"), asks("unbounded", "deny")]).toEqual([
    true,
    false,
    false,
  ]);
});
