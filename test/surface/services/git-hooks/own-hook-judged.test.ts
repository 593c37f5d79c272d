// An agent's commit through hooks of sallyport's own: not asked about because of them, and of anything else that stands there as before.
import { chmodSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { normalizeInput } from "#guard/events/normalize.ts";
import { judgeWithFacts } from "#surface/services/facts/judge.ts";
import { sessionFacts } from "#surface/services/facts/session.ts";
import { PLAIN_SHELL } from "#surface/services/facts/session-shell.ts";
import { ownHook } from "#guard/effects/git/own-hook.ts";
import { GIT_HOOKS } from "#surface/services/git-hooks/hook-block.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { madeUpMachine } from "../../../made-up-machine.ts";
import { type Repository, repositoryAt, scratch } from "../scan/repositories.ts";

let root = "";
beforeAll(() => {
  root = scratch("own-hook");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const shim = (): string => join(root, "data/bin/sallyport");

function guarded(name: string, options: readonly string[] = []): Repository {
  const repository = repositoryAt(join(root, name));
  repository.put("a.txt", "text\n");
  repository.commit("start");
  mkdirSync(join(root, "data/bin"), { recursive: true });
  writeFileSync(shim(), "#!/bin/sh\nexit 0\n");
  chmodSync(shim(), 0o700);
  for (const hook of GIT_HOOKS) {
    const path = join(repository.root, ".git/hooks", hook);
    mkdirSync(join(repository.root, ".git/hooks"), { recursive: true });
    writeFileSync(path, ownHook(hook, [shim()], options));
    chmodSync(path, 0o755);
  }
  return repository;
}

async function reasonsOf(repository: Repository, command: string): Promise<readonly string[]> {
  const { decision } = await judgeWithFacts({
    call: {
      id: "1",
      tool: "Bash",
      cwd: repository.root,
      input: normalizeInput({ tool: "Bash", cwd: repository.root, input: { command } }),
    },
    policy: loadPack("team"),
    session: sessionFacts({
      sessionId: "s",
      cwd: repository.root,
      mode: "default",
      projectRoot: repository.root,
      ownPaths: [join(root, "data")],
    }),
    shell: PLAIN_SHELL,
    answer: madeUpMachine([realpathSync(root)], { home: root }),
  });
  return decision.reasons.map(({ verdict, rule, text }) => `${verdict} ${rule} ${text}`);
}

describe("an agent's commit", () => {
  const COMMIT = "git commit --allow-empty -m work";
  it("through our hooks is as one without hooks", async () => {
    const repository = guarded("plain");
    const reasons = await reasonsOf(repository, COMMIT);
    expect(reasons.filter((reason) => !reason.startsWith("allow"))).toEqual([]);
    rmSync(join(repository.root, ".git/hooks"), { recursive: true });
    expect(await reasonsOf(repository, COMMIT)).toEqual(reasons);
  });
  it("through one with the options of an installation too", async () => {
    const reasons = await reasonsOf(guarded("options", ["--protect", "main,release/*"]), COMMIT);
    expect(reasons.filter((reason) => !reason.startsWith("allow"))).toEqual([]);
  });
  it("that leaves our hook out is refused as before", async () => {
    const reasons = await reasonsOf(guarded("skipped"), `${COMMIT} --no-verify`);
    expect(reasons[0]).toMatch(/^deny .*tamper/);
  });
  it.each<readonly [string, (path: string, text: string) => void, string]>([
    ["one more line in it", (path, text) => writeFileSync(path, `${text}sh ./other.sh\n`), COMMIT],
    [
      "a line before ours",
      (path, text) => writeFileSync(path, text.replace("if [", "./other.sh\nif [")),
      COMMIT,
    ],
    [
      "another program",
      (path) => writeFileSync(path, ownHook("pre-commit", [join(root, "other/bin/sallyport")], [])),
      COMMIT,
    ],
    [
      "a program beside ours",
      (path) =>
        writeFileSync(path, ownHook("pre-commit", [join(root, "data/bin/sallyport-x")], [])),
      COMMIT,
    ],
    [
      "words before ours",
      (path) => writeFileSync(path, ownHook("pre-commit", [shim(), "--x"], [])),
      COMMIT,
    ],
    [
      "an unknown option",
      (path) => writeFileSync(path, ownHook("pre-commit", [shim()], ["--data", "/x"])),
      COMMIT,
    ],
    [
      "the text of another hook",
      (path) => writeFileSync(path, ownHook("pre-push", [shim()], [])),
      COMMIT,
    ],
    [
      "a hook from before ours",
      (path) => {
        writeFileSync(`${path}.before-sallyport`, "#!/bin/sh\n./other.sh\n");
        chmodSync(`${path}.before-sallyport`, 0o755);
      },
      COMMIT,
    ],
    [
      "a hook of another event",
      (path) => {
        const other = path.replace("pre-commit", "post-commit");
        writeFileSync(other, "#!/bin/sh\n./other.sh\n");
        chmodSync(other, 0o755);
      },
      COMMIT,
    ],
    ["code of the call in node", () => undefined, `NODE_OPTIONS='--require ./x.cjs' ${COMMIT}`],
  ])("with %s is asked about", async (name, change, command) => {
    const repository = guarded(name.replaceAll(" ", "-"));
    const path = join(repository.root, ".git/hooks/pre-commit");
    change(path, readFileSync(path, "utf8"));
    const reasons = await reasonsOf(repository, command);
    expect(reasons[0]).toMatch(/^(?:ask|deny) /);
  });
});

describe("going past our hooks", () => {
  const PAST = [
    "git config core.hooksPath /dev/null",
    "git config --local core.hooksPath .other",
    "git config --global core.hookspath /tmp/hooks",
    "git config set core.hooksPath .other",
    "git -c core.hooksPath=/dev/null commit --allow-empty -m work",
    "git -c CORE.hooksPath=.other commit --allow-empty -m work",
    "git -c core.hooksPath= push origin main",
    'git -c core.hooksPath="$SOMEWHERE" commit --allow-empty -m work',
    "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/dev/null git commit -m x",
    "git -c core.hooksPath=/dev/null -c alias.ci=commit ci -m x",
    "bash -c 'git -c core.hooksPath=/dev/null commit -m x'",
    "git commit-tree HEAD^{tree} -m work",
    'git update-ref HEAD "$(git commit-tree HEAD^{tree} -p HEAD -m work)"',
    "git push --no-verify origin main",
    "git merge --no-verify topic",
    "git commit -anm work",
  ];
  const BENIGN = [
    "git config --get core.hooksPath",
    "git config core.hooksPath",
    "git config get core.hooksPath",
    "git config --list",
    "git config user.name ada",
    "git config --unset core.hooksPath",
    "git config core.hooksPath .git/hooks",
    "git -c core.hooksPath=.git/hooks commit --allow-empty -m work",
    "git -c core.hooksPath=/dev/null status",
    "git -c color.ui=never commit --allow-empty -m work",
    "git log --grep=commit-tree",
    "git push origin main",
  ];
  let ours: Repository;
  let plain: Repository;
  beforeAll(() => {
    ours = guarded("past");
    plain = repositoryAt(join(root, "past-plain"));
    plain.put("a.txt", "text\n");
    plain.commit("start");
  });
  const isTamper = (reasons: readonly string[]) =>
    reasons.some((reason) => /^deny \S*tamper/.test(reason));

  it.each(PAST)("is tampering where they are in force: %s", async (command) => {
    expect(isTamper(await reasonsOf(ours, command))).toBe(true);
  });
  it.each(PAST)("is none where there are none: %s", async (command) => {
    expect(isTamper(await reasonsOf(plain, command))).toBe(false);
  });
  it.each(BENIGN)("looks, or leaves them where they are: %s", async (command) => {
    expect(isTamper(await reasonsOf(ours, command))).toBe(false);
  });
  it("is none where another program's hooks stand, such as husky's", async () => {
    const repository = repositoryAt(join(root, "past-husky"));
    repository.put("a.txt", "text\n");
    repository.commit("start");
    const hook = join(repository.root, ".git/hooks/pre-commit");
    mkdirSync(join(repository.root, ".git/hooks"), { recursive: true });
    writeFileSync(hook, "#!/bin/sh\nnpm test\n");
    chmodSync(hook, 0o755);
    for (const command of ["git config core.hooksPath .husky", "git commit -nm x", ...PAST])
      expect([command, isTamper(await reasonsOf(repository, command))]).toEqual([command, false]);
  });
  it("is leaving the folder of the working tree in which they stand", async () => {
    const repository = repositoryAt(join(root, "past-folder"));
    repository.put("a.txt", "text\n");
    repository.commit("start");
    repository.git("config", "core.hooksPath", ".githooks");
    mkdirSync(join(repository.root, ".githooks"), { recursive: true });
    const hook = join(repository.root, ".githooks/pre-commit");
    writeFileSync(hook, ownHook("pre-commit", [shim()], []));
    chmodSync(hook, 0o755);
    for (const command of [
      "git config --unset core.hooksPath",
      "git config --remove-section core",
      "git config unset core.hooksPath",
      "git config core.hooksPath .git/hooks",
    ])
      expect([command, isTamper(await reasonsOf(repository, command))]).toEqual([command, true]);
    expect(isTamper(await reasonsOf(repository, "git config core.hooksPath .githooks"))).toBe(
      false,
    );
  });
});
