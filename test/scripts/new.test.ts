// What `npm run new` writes: files in their places, registered in order, and a repository that passes its checks with them.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryFiles, repositoryRoot } from "../../scripts/checks/repository-files.ts";
import { readDetectorFiles, staleModules } from "../../scripts/detectors/detector-files.ts";
import { planPart, writePart } from "../../scripts/new.ts";
import { isWhole } from "../sampled.ts";

/** The tests that judge what is in the folders of `test/corpus` to which a part is added. */
const JUDGING = ["corpus", "controls", "detections", "detectors"].map(
  (name) => `test/corpus/${name}.test.ts`,
);

/** What the new parts are registered in, and all that this imports; where these tests are named every source and test. */
const typed = JSON.stringify({
  extends: "./tsconfig.json",
  ...(isWhole ? {} : { include: ["src/guard", "src/record/export"] }),
});
/** They read every file of the copy; an ordinary run has held all of those but the new ones to the same rules. */
const repositoryChecks = isWhole
  ? ["tidy", "data", "architecture"].map((name) => `test/${name}.test.ts`).concat("test/detect")
  : [];

let copy = "";

beforeAll(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-new-")));
  for (const { path } of repositoryFiles()) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(repositoryRoot, path), join(copy, path));
  }
  symlinkSync(join(repositoryRoot, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const inCopy = (args: readonly string[]) =>
  spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: "utf8",
    timeout: 300_000,
    // WHY: the runner of this test may have asked for colours, and words are looked for in what is printed.
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: "1" },
  });
const written = (kind: string, id: string) => {
  const part = planPart(kind, id, copy);
  if (part.kind === "refused") throw new Error(part.why);
  return new Map(part.files.map(({ path, text }) => [path, text]));
};
const refusal = (kind: string, id: string) => {
  const part = planPart(kind, id, copy);
  return part.kind === "refused" ? part.why : "";
};
const index = "src/guard/effects/commands/index.ts";

describe("a command model", () => {
  it("is registered where its file stands in the alphabet, first, between and last", () => {
    const before = readFileSync(join(copy, index), "utf8");
    const around = (id: string) => {
      const after = written("command", id).get(index) ?? "";
      expect(after.length).toBeGreaterThan(before.length);
      return after.split("\n").filter((line, at, lines) => {
        const isNew = (one: string | undefined) => one?.includes(`"./${id}.ts"`) === true;
        return isNew(lines[at - 1]) || isNew(lines[at + 1]);
      });
    };
    const imports = before.split("\n").filter((line) => /^import .*"\.\//.test(line));
    expect(around("aaa")).toEqual([
      'import { byProgramName } from "../model/program-names.ts";',
      imports[0],
    ]);
    expect(around("zzz")).toEqual([imports.at(-1), ""]);
    const [above, below] = around("lorem-ipsum");
    const fileOf = (line = "") => /"\.\/(.+)\.ts"/.exec(line)?.[1] ?? "";
    expect(fileOf(above) < "lorem-ipsum" && "lorem-ipsum" < fileOf(below)).toBe(true);
  });
  it.each([
    ["rm", "exists"],
    ["egrep", "modelled already, with `grep`"],
    ["Rm", "kebab-case"],
    ["../x", "kebab-case"],
    ["a".repeat(33), "kebab-case"],
    ["import", "word of the language"],
    ["command", "word of the language"],
  ])("%s is refused: %s", (id, why) => {
    expect(refusal("command", id)).toContain(why);
  });
});

describe("other kinds", () => {
  it("one that nobody knows is refused with the kinds there are", () => {
    for (const kind of ["widget", "toString"])
      expect(refusal(kind, "x")).toContain("command, detector, detection, control, exporter");
  });
  it.each([
    ["exporter", "csv", "exists"],
    ["exporter", "index", "exists"],
    ["exporter", "../x", "kebab-case"],
    ["detector", "private-key", "exists"],
    ["detector", "import", "word of the language"],
    ["detection", "log-recovered", "<tactic>/<name>"],
    ["detection", "a/b/c", "<tactic>/<name>"],
    ["detection", "../b", "<tactic>/<name>"],
    ["detection", "defense-evasion/log-recovered", "exists"],
    ["control", "soc2/cc7-2", "exists"],
    ["control", "soc2/", "<framework>/<name>"],
    ["control", "soc2/CC1", "<framework>/<name>"],
  ])("%s %s is refused: %s", (kind, id, why) => {
    expect(refusal(kind, id)).toContain(why);
  });
  it.each([
    ["exporter", "src/record/export/index.ts"],
    ["detector", "src/guard/content/detectors/index.ts"],
  ])("%s: the list in the register has the order of its imports", (kind, register) => {
    for (const id of ["aaa", "lorem-ipsum", "zzz"]) {
      const text = written(kind, id).get(register) ?? "";
      const imported = [...text.matchAll(/^import \{ (\w+) \} from "\.{1,2}\/(?!detection)/gm)].map(
        ([, name]) => name,
      );
      const listed = [...text.matchAll(/^ {2}(\w+),$/gm)].map(([, name]) => name);
      expect(listed).toEqual(imported);
      expect(listed).toContain(id.replace("-i", "I"));
    }
  });
});

it("passes every static check and its own tests as it is written, and may not be written twice", () => {
  const parts = [
    ["command", "lorem-ipsum", "test/corpus/commands/lorem-ipsum.yaml"],
    ["exporter", "lorem-ipsum", "test/corpus/exporters/lorem-ipsum.golden"],
    ["detector", "lorem-ipsum", "test/corpus/detectors/lorem-ipsum.yaml"],
    ["detection", "discovery/lorem-ipsum", "test/corpus/detections/discovery/lorem-ipsum.yaml"],
    ["control", "lorem/ipsum-1", "test/corpus/controls/lorem/ipsum-1.yaml"],
  ] as const;
  const tsx = [join(repositoryRoot, "node_modules/tsx/dist/cli.mjs"), "-C", "source"];
  // One as a person does it; the others in this process, which is the same and starts no program.
  const made = inCopy([...tsx, "scripts/new.ts", parts[0][0], parts[0][1]]);
  expect(made.stderr).toBe("");
  expect(made.stdout).toContain(`wrote ${parts[0][2]}`);
  for (const [kind, id, corpus] of parts.slice(1)) {
    const part = planPart(kind, id, copy);
    const files = part.kind === "planned" ? part.files : [];
    expect(writePart(files, copy)).toContain(corpus);
    expect(() => writePart(files, copy)).toThrow("EEXIST");
  }
  for (const [kind, id] of parts) expect(refusal(kind, id)).toContain("exists");
  const { files, faults } = readDetectorFiles(copy);
  expect([faults, staleModules(copy, files)]).toEqual([[], []]);
  const bin = (path: string) => join(repositoryRoot, "node_modules", path);
  const own = ["src/guard", "src/record/export", "data", "test/corpus"];
  const checks: readonly (readonly string[])[] = [
    [bin("typescript/bin/tsc"), "-p", "typed.json", "--noEmit", "--checkers", "1"],
    [bin("oxlint/bin/oxlint"), "--deny-warnings", ...own],
    [bin("@biomejs/biome/bin/biome"), "check", ...own],
    [
      bin("vitest/vitest.mjs"),
      ...["run", ...JUDGING, "test/record/export", "--reporter=verbose", ...repositoryChecks],
      ...["-t", "lorem|has a (?:corpus|regression)|the (?:repository|packs|exporters)|imports"],
    ],
  ];
  writeFileSync(join(copy, "typed.json"), typed);
  if (!isWhole) {
    // Seen: a check that leaves out the folders of the new parts proves nothing.
    const planted = join(copy, "src/guard/planted.ts");
    writeFileSync(planted, 'export const wrong: number = "text";\n');
    expect(inCopy(checks[0] ?? []).stdout).toContain("planted.ts");
    rmSync(planted);
  }
  let last = "";
  for (const check of checks) {
    const { status, stdout, stderr } = inCopy(check);
    expect(status, `${stdout}${stderr}`).toBe(0);
    last = stripVTControlCharacters(stdout).replaceAll("'", "");
  }
  expect(last).toContain("commands/lorem-ipsum.yaml > ask.plain");
  expect(last).toContain("lorem-ipsum > writes its golden");
  expect(last).toContain("detectors/lorem-ipsum > ng.marker");
  expect(last).toContain("detections/discovery/lorem-ipsum > match.plain");
  expect(last).toContain("controls/lorem/ipsum-1 > judged");
}, 400_000);
