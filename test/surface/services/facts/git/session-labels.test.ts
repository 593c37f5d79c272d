// Labels of sessions: given by people, by where a repository lies, by its remotes; and which of them count for which rule.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import type { SessionLabel } from "#guard/facts/facts.ts";
import type { LabelSource } from "#guard/policy/policy.ts";
import { createJudge } from "#surface/services/evaluation/judging.ts";
import { remotesOf, sessionLabels } from "#surface/services/facts/git/session-labels.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { type Asked, statementOf } from "#surface/cli/operator/statements.ts";
import { compilePolicyFile, loadPack } from "#surface/services/policy/policy-source.ts";
import { normalizeEvent } from "#guard/events/normalize.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { freshDirectory, installOn, preToolUse } from "../../../daemon/daemon-stand.ts";

const none = new Set<string>();
const of = (layer: LabelSource["layer"], more: Partial<LabelSource>): LabelSource => ({
  label: `${layer}-label`,
  layer,
  ...more,
});
const session = { root: "/home/ada/shops/one", home: "/home/ada", given: [], found: none };
const told = async (
  sources: readonly LabelSource[],
  more: Partial<Parameters<typeof sessionLabels>[1]> = {},
  urls: readonly string[] | undefined = [],
) => {
  const labels = await sessionLabels(
    { sessionLabels: sources },
    { ...session, ...more },
    async () => urls,
  );
  return labels?.map(({ name, from }: SessionLabel) => `${from} ${name}`);
};

describe("a session bears", () => {
  const push = of("managed", { remotes: ["github.com/acme/*"] });
  test.each([
    ["/home/ada/shops/one", "managed managed-label"],
    ["~/shops/*", "managed managed-label"],
    ["~/shops/**", "managed managed-label"],
    ["**/one", "managed managed-label"],
    ["~/other/*", undefined],
    ["/srv/**", undefined],
  ])("what the managed policy says of %s", async (path, label) => {
    expect(await told([of("managed", { paths: [path] })])).toEqual(label ? [label] : []);
  });
  test("what other layers and remotes say as found only", async () => {
    expect(await told([of("project", { paths: ["/**"] })])).toEqual(["found project-label"]);
    const url = "git@github.com:acme/shop.git";
    expect(await told([push], {}, [url])).toEqual(["found managed-label"]);
    expect(await told([push], {}, ["https://gitlab.com/acme/shop"])).toEqual([]);
    // An address that cannot be read may be any.
    expect(await told([push], {}, ["ext::sh -c x"])).toEqual(["found managed-label"]);
  });
  test("what was found before, whatever its remotes are now, and what people gave", async () => {
    const found = new Set(["managed-label"]);
    expect(await told([push], { found, given: ["incident"] })).toEqual([
      "person incident",
      "found managed-label",
    ]);
  });
  test("nothing that is known where people's labels or the remotes cannot be told", async () => {
    expect(await told([push], { given: undefined })).toBeUndefined();
    const labels = sessionLabels({ sessionLabels: [push] }, session, async () => undefined);
    expect(await labels).toBeUndefined();
  });
});

describe("the judge of daemon and command hook", () => {
  let room: ReturnType<typeof freshDirectory>;
  beforeEach(() => {
    room = freshDirectory();
  });
  afterEach(() => room.remove());
  const MANAGED = `id: acme
version: "1"
title: Acme
automaticApproval: true
sessionLabels:
  - { label: payments, remotes: ["github.com/acme/pay"] }
  - { label: sandbox, paths: ["**/play"] }
rules:
  - { id: a/pay, verdict: deny, effects: [read], paths: ["<project>/plan.txt"], labels: [payments, incident], reason: no }
  - { id: a/play, verdict: allow, effects: [delete, execute], labels: [sandbox], reason: play }
`;
  const USER = `id: mine
version: "1"
title: Mine
automaticApproval: true
sessionLabels:
  - { label: sandbox, paths: ["/**"] }
rules:
  - { id: m/mine, verdict: deny, effects: [privilege], reason: no }
`;
  async function stand(name: string) {
    const { directories } = await installOn(join(room.path, "data"));
    const root = join(room.path, name);
    mkdirSync(join(root, ".git"), { recursive: true });
    writeFileSync(join(root, "plan.txt"), "x\n");
    for (const file of ["HEAD", "config"]) writeFileSync(join(root, ".git", file), "");
    writeFileSync(join(root, ".git/HEAD"), "ref: refs/heads/work\n");
    mkdirSync(join(root, ".git/refs"));
    mkdirSync(join(root, ".git/objects"));
    const remote = (url: string) =>
      writeFileSync(
        join(root, ".git/config"),
        url === "" ? "" : `[remote "origin"]\n url = ${url}\n`,
      );
    const policy = stackPolicies([
      compilePolicyFile(MANAGED, "policy.yaml", "managed"),
      compilePolicyFile(USER, "mine.yaml", "user"),
    ]);
    const statements = openStatements(directories);
    const judge = createJudge({
      home: room.path,
      ownPaths: [directories.root],
      policy: () => policy,
      statements,
      nowMs: () => 1_000_000,
    });
    const known = new Set<string>();
    const ask = async (command: string) => {
      const payload = JSON.parse(preToolUse({ cwd: root, tool_input: { command } })) as Json;
      const event = normalizeEvent(payload);
      if (event.kind !== "pre-tool-use") throw new Error("no call");
      const judged = await judge({
        project: { id: "a", root },
        call: event.call,
        session: {
          sessionId: "s1",
          cwd: root,
          mode: "default",
          transcriptPath: undefined,
          writtenPaths: new Set<string>(),
          seenMs: 0,
          labels: known,
          holds: { quarantined: false, reason: undefined, withoutCommands: false },
        },
      });
      for (const label of judged.labels ?? []) known.add(label);
      return judged.decision.verdict;
    };
    const mark = (about: string) => {
      const asked: Asked = {
        kind: "label",
        about,
        scope: { of: "session", id: "s1" },
        for: "8h",
        reason: "r",
        owner: undefined,
        digest: null,
      };
      const by = { approver: "ada", nowMs: 999_999 };
      statements.add(statements.sign(statementOf(asked, by)));
    };
    return { ask, remote, mark, root, directories };
  }
  test("reads remotes, and what they meant stays when they are changed", async () => {
    const { ask, remote, root } = await stand("shop");
    expect(await ask("cat plan.txt")).not.toBe("deny");
    remote("https://github.com/acme/pay.git");
    expect(await remotesOf(root, room.path)).toEqual(["https://github.com/acme/pay.git"]);
    expect(await ask("cat plan.txt")).toBe("deny");
    remote("");
    expect(await ask("cat plan.txt")).toBe("deny");
  });
  test("holds what a person marked, and asks where the list was altered", async () => {
    const { ask, mark, directories } = await stand("shop");
    expect(await ask("cat plan.txt")).not.toBe("deny");
    mark("incident");
    expect(await ask("cat plan.txt")).toBe("deny");
    writeFileSync(directories.statementsFile, "{}", { mode: 0o600 });
    // Nobody knows the labels: what restricts speaks.
    expect(await ask("cat plan.txt")).toBe("deny");
  });
  test("lets no lower layer and no person's label open what the managed policy allows by label", async () => {
    const play = await stand("play");
    expect(await play.ask("rm -r lib")).toBe("allow");
    const shop = await stand("shop");
    expect(await shop.ask("rm -r lib")).not.toBe("allow");
    shop.mark("sandbox");
    expect(await shop.ask("rm -r lib")).not.toBe("allow");
  });
});

test("a label that no session could bear is refused with its place", () => {
  const text = (labels: string) =>
    `id: a\nversion: "1"\ntitle: A\nextends: [team]\nsessionLabels:\n  - ${labels}\n`;
  const compile = (labels: string) => compilePolicyFile(text(labels), "p.yaml", "managed");
  expect(() => compile("{ label: x }")).toThrow("needs `paths` or `remotes`");
  expect(() => compile("{ label: x, paths: [work] }")).toThrow("places of repositories");
  expect(() => compile('{ label: "a b", paths: [/x] }')).toThrow();
  expect(compile("{ label: x, paths: [/x] }").digest).not.toBe(loadPack("team").digest);
  expect(compile("{ label: x, paths: [/x] }").digest).not.toBe(
    compile("{ label: y, paths: [/x] }").digest,
  );
});
