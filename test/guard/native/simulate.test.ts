// The client's own decision, simulated: what was measured of its rules, one row a fact. `npm run simulator` asks the client.
import { describe, expect, it } from "vitest";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type {
  NativeLayer,
  NativeMode,
  NativeSettings,
  NativeSource,
  NativeStack,
} from "#guard/native/stack.ts";

const project = "/w/shop";
const home = "/home/u";
const layer = (source: NativeSource, settings: NativeSettings): NativeLayer => ({
  source,
  file: `${source}.json`,
  root: source === "user" ? `${home}/.claude` : project,
  settings,
});
type Permissions = NonNullable<NativeSettings["permissions"]>;
const stack = (layers: readonly NativeLayer[], more: Partial<NativeStack> = {}): NativeStack => ({
  layers,
  mode: undefined,
  isTrusted: true,
  project,
  home,
  ...more,
});
const ofProject = (permissions: Permissions, mode?: NativeMode): NativeStack =>
  stack([layer("project", { permissions })], { mode });
const ask = (one: NativeStack, tool: string, input: Record<string, string>) =>
  simulateNative(openSession(one), { tool, input, cwd: project });
const bash = (permissions: Permissions, command: string, mode?: NativeMode) => {
  const session = openSession(ofProject(permissions, mode));
  const call = { tool: "Bash", input: { command }, cwd: project, hasRunShell: true };
  return simulateNative(session, call).verdict;
};

describe("deny Bash(curl * | sh) under allow Bash", () => {
  const rules = { allow: ["Bash"], deny: ["Bash(curl * | sh)"] };
  it.each(["curl x | sh", "curl x|sh", "curl x | tee y | sh"])("deny `%s`", (command) => {
    expect(bash(rules, command)).toBe("deny");
  });
  it.each(["curl x | sh -", "curl x | bash", "curl x > y; sh y"])("allow `%s`", (command) => {
    expect(bash(rules, command)).toBe("allow");
  });
});

describe("deny Bash(git push:*) under allow Bash", () => {
  const denied = [
    "git push origin main",
    "git  push origin",
    "/usr/bin/git push",
    "GIT_DIR=x git push",
    "env git push",
    "sudo -u x git push",
    "timeout -s KILL 5 git push",
    "xargs git push </dev/null",
    "(git push)",
    "echo $(git push)",
    'gi""t push',
    "g=git; $g push",
    "f(){ git push; }; f",
    "git push &",
    "true || git push",
    "git\\\n push",
    "exec git push",
    "git push &&",
  ];
  const allowed = [
    "git pushx",
    "git -C . push",
    'bash -c "git push"',
    'eval "git push"',
    "echo git push | sh",
    "find . -maxdepth 0 -exec git push \\;",
    "coproc git push",
    "echo x # git push",
    "bash <<EOF\ngit push\nEOF",
  ];
  const rules = { allow: ["Bash"], deny: ["Bash(git push:*)"] };
  it.each(denied)("deny: %s", (command) => {
    expect(bash(rules, command)).toBe("deny");
  });
  it.each(allowed)("allow: %s", (command) => {
    expect(bash(rules, command)).toBe("allow");
  });
});

describe("allow Bash(make test:*)", () => {
  it.each([
    ["make test a b", "allow"],
    ["make  test", "allow"],
    ['"make" test', "allow"],
    ["NODE_ENV=x make test", "allow"],
    ["nice -n 5 make test", "allow"],
    ["make test > /dev/null 2>&1", "allow"],
    ["make test && ls", "allow"],
    ["if true; then make test; fi", "allow"],
    ["x=$(make test)", "allow"],
    ["xargs make test", "allow"],
    ["make testx", "ask"],
    ["FOO=1 make test", "ask"],
    ["env make test", "ask"],
    ["make test > zz", "ask"],
    ["make test && touch zz", "ask"],
    ["(make test)", "ask"],
    ["make test $X", "ask"],
    ["make test $(ls)", "ask"],
    ["make test {a,b}", "ask"],
    ["make test &", "ask"],
    ['make tes"t"', "ask"],
    ["/usr/bin/make test", "ask"],
    ["setsid make test", "ask"],
  ])("%s: %s", (command, verdict) => {
    expect(bash({ allow: ["Bash(make test:*)"] }, command)).toBe(verdict);
  });
});

describe("several rules on one command", () => {
  it.each([
    ["a question about the exact text comes before a wider prohibition", "git push", "ask"],
    ["but not for another text", "git push -f", "deny"],
    ["nor for another part", "git push; git pull", "deny"],
  ])("%s, %s: %s", (_what, command, verdict) => {
    expect(bash({ deny: ["Bash(git:*)"], ask: ["Bash(git push)"] }, command)).toBe(verdict);
  });
  it.each([
    [{ deny: ["Bash()"], allow: ["Bash"] }, "ls", "allow"],
    [{ deny: [" Bash(npm test) "], allow: ["Bash"] }, "npm test", "allow"],
    [{ deny: ["B*"], allow: ["Bash"] }, "ls", "deny"],
    [{ allow: ["*"] }, "npm test", "ask"],
    [{ deny: ["Bash(:*)"], allow: ["Bash"] }, "ls", "allow"],
    [{ deny: ["Bash(curl|wget:*)"], allow: ["Bash"] }, "curl x", "allow"],
    [{ deny: ["Bash(echo x > zz)"], allow: ["Bash"] }, "echo x > zz", "deny"],
    [{ ask: ["Bash(echo x > zz)"], allow: ["Bash"] }, "echo x > zz", "allow"],
    [{ deny: ["Bash(npm*)"], allow: ["Bash"] }, "xargs npm test", "deny"],
    [{ deny: ["Bash(npm test)"], allow: ["Bash"] }, "xargs npm test", "allow"],
    [{ deny: ["Read(/x/**)"] }, "cd src && cat a.ts", "ask"],
    [{ allow: ["Bash(awk:*)"] }, "awk -f p.awk a", "ask"],
    [{ allow: ["Bash(find *)"] }, "find x -delete", "ask"],
    [{ allow: ["Bash(find x -delete)"] }, "find x -delete", "allow"],
    // Only a rule that is the whole line opens what starts programs; one that is a part of it does not.
    [{ allow: ["Bash(find x -delete)"] }, "find x -delete && echo hi", "ask"],
    [{ allow: ["Bash(find x -delete && echo hi)"] }, "find x -delete && echo hi", "allow"],
    [{ allow: ["Bash(find:*)", "Bash(find x -delete)"] }, "find x -delete", "allow"],
    [{ allow: ["Bash(awk -f x.awk)"] }, "awk -f x.awk", "allow"],
    [{ allow: ["Bash(awk -f x.awk)"] }, "awk -f x.awk; pwd", "ask"],
    [{ deny: ["Bash(rg x ~/k)"] }, "CI=true rg x ~/k $HOME", "deny"],
    [{ deny: ["Bash(* true)"] }, "time true", "deny"],
    [{ allow: ["Bash"] }, "docker ps &", "ask"],
    [{ allow: ["Bash"] }, "npm test &", "allow"],
    [{ allow: ["Bash"] }, "(mv zz .git/zz)", "allow"],
    [{ allow: ["Bash"] }, "mv zz .git/zz", "ask"],
    [{ allow: ["Bash"] }, "cd src && mv zz .git/zz", "allow"],
    [{ allow: ["Bash"] }, "cd . && mv zz .git/zz", "ask"],
    [{ allow: ["Bash"], deny: ["Edit(src/**)"] }, "cp src/a zz", "allow"],
    [{ allow: ["Bash"], deny: ["Edit(src/**)"] }, "cp -r src zz", "deny"],
    [{ allow: ["Bash"] }, "sh -c 'rm -rf .'", "ask"],
    [{ allow: ["Bash"] }, "rm -rf $X/", "ask"],
  ])("%o, %s: %s", (permissions, command, verdict) => {
    expect(bash(permissions, command)).toBe(verdict);
  });
  it("sets a variable, and the shell was not seen yet: ask", () => {
    const session = openSession(ofProject({ allow: ["Bash(make:*)"] }));
    const call = { tool: "Bash", input: { command: "A=1; make" }, cwd: project };
    expect(simulateNative(session, call).verdict).toBe("ask");
    expect(simulateNative(session, { ...call, hasRunShell: true }).verdict).toBe("allow");
  });
});

describe("without rules", () => {
  it.each([
    ["ls -la | wc -l", "allow"],
    ["cat pub.txt", "allow"],
    ["git log --oneline -5", "allow"],
    ["sed -n 1,5p pub.txt", "allow"],
    ["cd src && ls", "allow"],
    ["cat /etc/passwd", "ask"],
    ["git -C . status", "ask"],
    ["cd src && git status", "ask"],
    ["find . -delete", "ask"],
    ["npm test", "ask"],
    ["timeout -s KILL 5 echo hi", "ask"],
    ["find . -name x *", "ask"],
    ["while false; do ls; done | wc -l", "allow"],
    ["while false; do ls | wc -l; done", "ask"],
    ["touch zz", "ask"],
    ["cat src/../pub.txt", "ask"],
  ])("%s: %s", (command, verdict) => {
    expect(bash({}, command)).toBe(verdict);
  });
});

describe("modes", () => {
  it.each([
    ["acceptEdits", "touch zz", "allow"],
    ["acceptEdits", "echo x > src/zz", "allow"],
    ["acceptEdits", "touch .git/config", "ask"],
    ["acceptEdits", "touch ../zz", "ask"],
    ["acceptEdits", "npm test", "ask"],
    ["acceptEdits", "nohup mkdir zz", "allow"],
    ["acceptEdits", "nohup touch zz", "ask"],
    ["plan", "rm -rf .", "deny"],
    ["bypassPermissions", "npm test", "allow"],
    ["bypassPermissions", "rm -rf .", "ask"],
    ["dontAsk", "touch zz", "deny"],
    ["dontAsk", "ls", "allow"],
    ["plan", "touch zz", "ask"],
  ] as const)("%s, %s: %s", (mode, command, verdict) => {
    expect(bash({}, command, mode)).toBe(verdict);
  });
  it.each([
    ["Bash", "ask"],
    ["Bash(**)", "ask"],
    ["Bash(node:*)", "ask"],
    ["Bash(node a.js)", "allow"],
  ])("plan sets broad rules aside, %s: %s", (rule, verdict) => {
    expect(bash({ allow: [rule] }, "node a.js", "plan")).toBe(verdict);
  });
  it("deny and ask rules hold without questions too", () => {
    const rules = { deny: ["Bash(git push:*)"], ask: ["Bash(npm:*)"] };
    expect(bash(rules, "git push", "bypassPermissions")).toBe("deny");
    expect(bash(rules, "npm test", "bypassPermissions")).toBe("ask");
  });
  it("the mode without questions falls back where a file forbids it", () => {
    const rules = { disableBypassPermissionsMode: "disable" };
    expect(bash(rules, "npm test", "bypassPermissions")).toBe("ask");
  });
});

describe("path rules", () => {
  const read = (rule: string, path: string, more: Partial<NativeStack> = {}) =>
    ask({ ...ofProject({ deny: [rule], allow: ["Read"] }), ...more }, "Read", { file_path: path })
      .verdict;
  it.each([
    ["Read(.env)", "deep/a/.env", "deny"],
    ["Read(/.env)", "sub/.env", "allow"],
    ["Read(/.env)", ".env", "deny"],
    ["Read(src/**)", "sub/src/x", "deny"],
    ["Read(/src/**)", "sub/src/x", "allow"],
    ["Read(/src/**)", "src", "deny"],
    ["Read(src/)", "src", "allow"],
    ["Read(src/)", "sub/src/x", "deny"],
    ["Read(a/*/k)", "a/b/k/c", "deny"],
    ["Read(~/**)", "/home/u/x", "deny"],
    ["Read(//**/*.key)", "/etc/a.KEY", "deny"],
    ["Read(/etc/**)", "/etc/passwd", "allow"],
    ["Read(../x/**)", "/w/x/y", "allow"],
    ["Read(!.env)", ".env", "allow"],
    ["Read(**)", "src/a", "deny"],
  ])("%s, %s: %s", (rule, path, verdict) => {
    expect(read(rule, path)).toBe(verdict);
  });
  it("a rule of the user's file with one slash begins in the client's folder", () => {
    const rules = { deny: ["Read(/x/**)"], allow: ["Read"] };
    const user = stack([layer("user", { permissions: rules })]);
    expect(ask(user, "Read", { file_path: `${home}/.claude/x/y` }).verdict).toBe("deny");
    expect(ask(user, "Read", { file_path: "x/y" }).verdict).toBe("allow");
  });
  it("an allow rule with stars at its end stays at its base", () => {
    const rules = ofProject({ allow: ["Edit(src/**)"] });
    expect(ask(rules, "Write", { file_path: "src/x" }).verdict).toBe("allow");
    expect(ask(rules, "Write", { file_path: "sub/src/x" }).verdict).toBe("ask");
  });
  it("a star opens a folder to the tool it names only", () => {
    const rules = ofProject({ allow: ["Edit(*)"] });
    expect(ask(rules, "Edit", { file_path: "src/x" }).verdict).toBe("allow");
    expect(ask(rules, "Write", { file_path: "src/x" }).verdict).toBe("ask");
    expect(ask(rules, "Edit", { file_path: "/x" }).verdict).toBe("ask");
  });
  it("what may not be read may not be written, and links count", () => {
    const rules = openSession(ofProject({ deny: ["Read(.env)"], allow: ["Write", "Read"] }));
    const write = { tool: "Write", input: { file_path: ".env" }, cwd: project };
    expect(simulateNative(rules, write).verdict).toBe("deny");
    const link = { tool: "Read", input: { file_path: "link" }, cwd: project };
    const disk = { realPath: () => `${project}/.env` };
    expect(simulateNative(rules, link, disk).verdict).toBe("deny");
  });
  it.each([
    ["cat .env", "deny"],
    ["cd sub && cat .env", "deny"],
    ["f=.env; cat $f", "deny"],
    ["cat < .env", "deny"],
    ["env cat .env", "deny"],
    ["cat .e*", "allow"],
    ["{ cat .env; }", "allow"],
    ["echo $(cat .env)", "allow"],
    ["/bin/cat .env", "allow"],
    ["touch .env", "allow"],
  ])("deny Read(.env) under allow Bash, %s: %s", (command, verdict) => {
    expect(bash({ allow: ["Bash"], deny: ["Read(.env)"] }, command)).toBe(verdict);
  });
});

describe("layers", () => {
  const managed = layer("managed", {
    permissions: { deny: ["Bash(curl:*)"] },
    allowManagedPermissionRulesOnly: true,
  });
  it("a deny of any layer wins, and the answer names the rule and the file", () => {
    const both = stack([
      layer("project", { permissions: { deny: ["Bash(npm:*)"] } }),
      layer("user", { permissions: { allow: ["Bash"] } }),
    ]);
    const { verdict, rule } = ask(both, "Bash", { command: "npm test" });
    expect(verdict).toBe("deny");
    expect(rule).toEqual({
      list: "deny",
      text: "Bash(npm:*)",
      source: "project",
      file: "project.json",
    });
  });
  it("only managed rules count where they say so", () => {
    const shut = stack([managed, layer("project", { permissions: { deny: ["Bash(ls:*)"] } })]);
    expect(ask(shut, "Bash", { command: "ls" }).verdict).toBe("allow");
    expect(ask(shut, "Bash", { command: "curl x" }).verdict).toBe("deny");
  });
  it("a rule without an anchor that restricts holds in directories that are added too", () => {
    const rules = (permissions: Permissions) =>
      ofProject({ ...permissions, additionalDirectories: ["/other"] });
    const read = { file_path: "/other/src/x" };
    expect(ask(rules({ deny: ["Read(src/*)"] }), "Read", read).verdict).toBe("deny");
    expect(ask(rules({ deny: ["Read(/src/*)"] }), "Read", read).verdict).toBe("allow");
  });
  it("directories that a project without trust adds do not count", () => {
    const added = layer("project", { permissions: { additionalDirectories: ["/other"] } });
    const read = { file_path: "/other/x" };
    expect(ask(stack([added]), "Read", read).verdict).toBe("allow");
    expect(ask(stack([added], { isTrusted: false }), "Read", read).verdict).toBe("ask");
  });
  it("allow rules of a directory without trust do not count, deny rules do", () => {
    const rules = { allow: ["Bash"], deny: ["Bash(npm:*)"] };
    const open = stack([layer("project", { permissions: rules })], { isTrusted: false });
    expect(ask(open, "Bash", { command: "make" }).verdict).toBe("ask");
    expect(ask(open, "Bash", { command: "npm test" }).verdict).toBe("deny");
  });
});

describe("what a whole run against the client showed", () => {
  const modeOf = (layers: readonly (readonly [NativeSource, NativeMode])[]) =>
    openSession(
      stack(layers.map(([source, defaultMode]) => layer(source, { permissions: { defaultMode } }))),
    ).mode;
  it.each([
    [[["project", "auto"]], "default"],
    [[["local", "auto"]], "default"],
    [[["user", "auto"]], "auto"],
    [[["managed", "auto"]], "auto"],
    [[["flag", "bypassPermissions"]], "bypassPermissions"],
    [[["local", "plan"]], "plan"],
    // A layer of the project that is set aside does not let those below it count.
    [
      [
        ["project", "bypassPermissions"],
        ["user", "plan"],
      ],
      "default",
    ],
    [
      [
        ["project", "plan"],
        ["local", "auto"],
      ],
      "default",
    ],
  ] as const)("modes of %j give %s", (layers, mode) => {
    expect(modeOf(layers)).toBe(mode);
  });
  it.each([
    ["Read(~/**)", "cat ~/x.key", "allow"],
    ["Edit(~/**)", "cat ~/x.key", "ask"],
    ["Edit(~/**)", "sort < ~/x.key", "ask"],
    ["Edit(~/**)", "cp ~/x.key src/k", "allow"],
    ["Read(~/**)", "cp ~/x.key src/k", "ask"],
  ])("allow %s, `%s`: %s", (rule, command, verdict) => {
    expect(bash({ allow: [rule, "Bash(cp *)", "Bash(sort)"] }, command)).toBe(verdict);
  });
  it.each([
    ["ls > src/zz # note", "ask"],
    ["cat < src/a # note", "ask"],
    ["ls > src/zz 2>&1 # note", "ask"],
    ["ls > src/zz; ls # note", "allow"],
    ["ls > src/zz\n# note", "allow"],
  ])("a comment behind a redirection, `%s`: %s", (command, verdict) => {
    expect(bash({ allow: ["Edit(/**)", "Bash(ls *)"] }, command)).toBe(verdict);
  });
  it("a comment behind a redirection hides paths from the client's deny rules", () => {
    const rules = { allow: ["Bash"], deny: ["Read(.env)"] };
    expect(bash(rules, "cat .env > /dev/null")).toBe("deny");
    expect(bash(rules, "cat .env > /dev/null # note")).toBe("allow");
  });
  it.each(["echo $(ls", "echo ${", "echo $((1", "echo $(ls # x)", 'echo "$(ls"', "x=$(ls"])(
    "an expansion that does not end is asked about in every mode: `%s`",
    (command) => {
      expect(bash({ allow: ["Bash"] }, command)).toBe("ask");
      expect(bash({}, command, "bypassPermissions")).toBe("ask");
      expect(bash({}, command, "plan")).toBe("deny");
    },
  );
  it.each(['ls "', "ls $(pwd) &&", "echo ${x} &&", "(ls", "cat <(ls"])(
    "other text that does not parse is not: `%s`",
    (command) => {
      expect(bash({}, command, "bypassPermissions")).toBe("allow");
    },
  );
  it.each([
    ["ls .git/config", "ask"],
    ["timeout 5 ls .git/config", "ask"],
    ["env ls .git/config", "ask"],
    ["sudo ls .git/config", "ask"],
    ["watch ls .git/config", "deny"],
    ["setsid ls .git/config", "deny"],
    ["exec ls .git/config", "deny"],
    ["xargs ls .git/config", "deny"],
    ["ls .git/config &&", "deny"],
  ])("an exact question beside a wider prohibition, `%s`: %s", (command, verdict) => {
    expect(bash({ deny: ["Bash(ls *)"], ask: ["Bash(ls .git/config)"] }, command)).toBe(verdict);
  });
  it.each([
    ["git *", "git push", "allow"],
    ["npm *", "npm x", "allow"],
    ["python3 x.py *", "python3 x.py a", "allow"],
    ["python3 *", "python3 x.py", "ask"],
    ["python3 -c *", "python3 -c 1", "ask"],
    ["nice -n 5 *", "nice -n 5 make", "ask"],
    ["npm run *", "npm run x", "ask"],
    ["npx tsx *", "npx tsx x", "ask"],
    ["tsx *", "tsx x", "ask"],
  ])("modes with a classifier, allow Bash(%s), `%s`: %s", (rule, command, verdict) => {
    expect(bash({ allow: [`Bash(${rule})`] }, command, "plan")).toBe(verdict);
  });
  it.each(["env", "node"])("nor does Bash(%s) count there by its bare name", (name) => {
    expect(bash({ allow: [`Bash(${name})`] }, name, "plan")).toBe("ask");
  });
  it("a loop sets a variable, which is asked about until a shell has run", () => {
    const command = "for i in 1 2; do git push; done";
    const session = openSession(ofProject({ allow: ["Bash(git push)"] }));
    const at = (hasRunShell: boolean) =>
      simulateNative(session, { tool: "Bash", input: { command }, cwd: project, hasRunShell });
    expect([at(false).verdict, at(true).verdict]).toEqual(["ask", "allow"]);
  });
  it.each(["ls && git stash list", "git stash list | head -5", "git reflog show | head"])(
    "lists of git are harmless wherever they stand: `%s`",
    (command) => {
      expect(bash({}, command)).toBe("allow");
    },
  );
});

describe("other tools", () => {
  const fetchOf = (rule: string, url: string) =>
    ask(ofProject({ deny: [rule], allow: ["WebFetch"] }), "WebFetch", { url }).verdict;
  it.each([
    ["WebFetch(domain:example.com)", "https://u@EXAMPLE.com.:8443/a", "deny"],
    ["WebFetch(domain:example.com)", "https://sub.example.com/", "allow"],
    ["WebFetch(domain:*.example.com)", "https://sub.example.com/", "deny"],
    ["WebFetch(domain:exam*)", "https://example.com/", "allow"],
    ["WebFetch(domain:*)", "https://example.com/", "deny"],
    ["WebFetch(https://example.com/*)", "https://example.com/", "allow"],
  ])("deny %s, %s: %s", (rule, url, verdict) => {
    expect(fetchOf(rule, url)).toBe(verdict);
  });
  it.each([
    ["mcp__fake", "mcp__fake__echo", "deny"],
    ["mcp__fake", "mcp__fakes__echo", "ask"],
    ["mcp__*__echo", "mcp__fake__echo", "deny"],
    ["Task(Explore)", "Agent", "deny"],
    ["A*", "Agent", "deny"],
    ["Agent(Exp*)", "Agent", "allow"],
  ])("deny %s, %s: %s", (rule, tool, verdict) => {
    const input = { subagent_type: "Explore" };
    expect(ask(ofProject({ deny: [rule] }), tool, input).verdict).toBe(verdict);
  });
  it.each([
    ["mcp__fake__echo", "allow"],
    ["mcp__fake__ec*", "allow"],
    ["mcp__*__echo", "ask"],
    ["mcp__fa*", "ask"],
    ["mcp__*", "ask"],
  ])("allow %s: %s of a tool of the server fake", (rule, verdict) => {
    expect(ask(ofProject({ allow: [rule] }), "mcp__fake__echo", {}).verdict).toBe(verdict);
  });
});
