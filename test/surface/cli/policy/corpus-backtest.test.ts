// A policy tried on a corpus of commands beside another one, in a project that really is there.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { backtestCorpus, corpusReportLines } from "#surface/cli/policy/corpus-backtest.ts";
import { readCorpusAt } from "#surface/cli/policy/corpus-files.ts";
import { compilePolicyFile, loadPack } from "#surface/services/policy/policy-source.ts";
import { makeProject } from "../../../judging.ts";

const NEW = `id: stricter
version: "1"
title: Team, and nothing goes to example.org
extends: [team]
rules:
  - { id: own/host, verdict: deny, effects: [egress], hosts: [example.org], reason: not there }
  - { id: own/pub, verdict: ask, effects: [read], paths: [pub.txt], reason: asked first }
`;
const CALLS = `about: what we type
cases:
  - allow: git status
  - deny: cat .env
    reasons: [secrets/read]
  - allow: cat pub.txt
  - command: curl https://example.org
  - deny: cat "<project>/secrets/k.txt"
`;

const room = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-corpus-")));
const { project, remove } = makeProject();
afterAll(() => {
  remove();
  rmSync(room, { recursive: true, force: true });
});
const write = (name: string, text: string): string => {
  const file = join(room, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
  return file;
};
const corpus = write("corpus/calls.yaml", CALLS);
const policy = compilePolicyFile(NEW, "new.yaml", "user");
const place = { cwd: project, root: join(room, "data"), examplesMax: 5 };

describe("a backtest over a corpus", () => {
  it("changes nothing under the policy that is in force, and says what it judged", async () => {
    const team = loadPack("team");
    const { report } = await backtestCorpus({ ...place, corpus, policy: team });
    expect(report).toMatchObject({
      policy: "team",
      against: { policy: "team", digest: team.digest },
      source: { kind: "corpus", files: 1, commands: 5 },
      surrounding: { cwd: project, project, mode: "default", shell: "bash" },
      decisions: 5,
      same: 5,
      changes: [],
      undecidable: [],
      expectations: { stated: 4, before: 4, met: 4, otherwise: [] },
    });
  });

  it("names each change with its rule and place, and what is not as expected any more", async () => {
    const { report } = await backtestCorpus({ ...place, corpus, policy });
    expect(report.changes).toEqual([
      {
        from: "allow",
        to: "ask",
        count: 1,
        rules: { "user:stricter/own/pub": 1 },
        examples: [`${corpus}:6: cat pub.txt`],
      },
      {
        from: "ask",
        to: "deny",
        count: 1,
        rules: { "user:stricter/own/host": 1 },
        examples: [`${corpus}:7: curl https://example.org`],
      },
    ]);
    expect(report.expectations).toMatchObject({ stated: 4, before: 4, met: 3 });
    const lines = corpusReportLines(report).join("\n");
    expect(lines).toContain("a corpus of texts (1 file)");
    expect(lines).toContain("no recorded effects");
    expect(lines).toContain("3 of 4 expectations met, 4 by the policy compared with");
    expect(lines).toContain("5 commands: 3 as before, 2 otherwise");
  });

  it("compares with a policy that is named, and what it writes expects what was got", async () => {
    const first = await backtestCorpus({ ...place, corpus, policy });
    const recorded = write("recorded.yaml", first.recorded);
    const options = { ...place, corpus: recorded, policy, old: policy };
    const { report } = await backtestCorpus(options);
    expect(report).toMatchObject({
      against: { policy: "stricter", from: "named with `--old`" },
      decisions: 5,
      same: 5,
      expectations: { stated: 5, before: 5, met: 5 },
    });
  });
});

describe("the files of a corpus", () => {
  it("are all YAML files below a directory, by name; links to directories are left", async () => {
    write("tree/b.yml", "cases: [{ command: two }]");
    write("tree/a/deep.yaml", "cases: [{ command: one }]");
    write("tree/notes.txt", "not a corpus");
    symlinkSync(room, join(room, "tree/c"));
    const { files, cases } = await readCorpusAt(join(room, "tree"));
    expect([files, cases.map(({ command }) => command)]).toEqual([2, ["one", "two"]]);
  });

  it("are refused with what to do: none there, no text, none in a directory", async () => {
    mkdirSync(join(room, "empty"));
    const broken = join(room, "broken.yaml");
    writeFileSync(broken, Buffer.from([0x63, 0xff, 0xfe]));
    const refused = async (path: string): Promise<unknown> =>
      readCorpusAt(path).catch((failure: unknown) => String(failure));
    expect(await refused(join(room, "gone.yaml"))).toContain("there is no such file");
    expect(await refused(join(room, "empty"))).toContain("no `.yaml` file");
    expect(await refused(broken)).toContain("not UTF-8");
  });
});
