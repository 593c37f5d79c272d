// What an audit takes of a home directory: who gets to a file, the latest shell snapshots, and where links lead.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  START_FILES,
  START_NAMES,
  SYSTEM_START_FILES,
  SYSTEM_START_NAMES,
} from "#assure/posture/inputs/start-files.ts";
import { homeTree } from "#surface/services/posture/home.ts";
import { seenFile } from "#surface/services/posture/seen-file.ts";

const isWindows = process.platform === "win32";
let home = "";

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "sallyport-home-"));
  chmodSync(home, 0o755);
  mkdirSync(join(home, ".claude/projects/app"), { recursive: true });
  mkdirSync(join(home, ".claude/shell-snapshots"));
  const transcript = join(home, ".claude/projects/app/session.jsonl");
  writeFileSync(transcript, "{}\n");
  chmodSync(transcript, 0o644);
  for (const number of [1, 2, 3, 4, 5, 6, 7])
    writeFileSync(join(home, `.claude/shell-snapshots/snapshot-${number}.sh`), "alias a=b\n");
});
afterAll(() => {
  chmodSync(join(home, ".claude"), 0o700);
  rmSync(home, { recursive: true, force: true });
});

const rightsOf = (path: string) => homeTree(home).tree.files.get(path)?.mode;

describe("a home directory", () => {
  it("shows the rights of a transcript, and not what was said", (ctx) => {
    if (isWindows) ctx.skip("rights of others are no rights of Windows");
    chmodSync(join(home, ".claude"), 0o755);
    chmodSync(join(home, ".claude/projects"), 0o755);
    chmodSync(join(home, ".claude/projects/app"), 0o755);
    const file = homeTree(home).tree.files.get(".claude/projects/app/session.jsonl");
    expect([file?.mode, file?.text]).toEqual([0o644, undefined]);
  });
  it("keeps others from what lies in a folder that they may not enter", (ctx) => {
    if (isWindows) ctx.skip("rights of others are no rights of Windows");
    chmodSync(join(home, ".claude"), 0o700);
    expect(rightsOf(".claude/projects/app/session.jsonl")).toBe(0o600);
    chmodSync(join(home, ".claude"), 0o755);
  });
  it("reads the latest five snapshots", () => {
    const names = [...homeTree(home).tree.files.keys()].filter((path) =>
      path.includes("snapshot-"),
    );
    expect(names.map((path) => path.replace(/\D+/g, ""))).toEqual(["3", "4", "5", "6", "7"]);
  });
});

describe("hooks of git for all repositories", () => {
  it("are read where git's configuration names a folder of the home directory", () => {
    writeFileSync(join(home, ".gitconfig"), "[core]\n\thooksPath = ~/.git-hooks/\n");
    mkdirSync(join(home, ".git-hooks"));
    writeFileSync(join(home, ".git-hooks/pre-commit"), "#!/bin/sh\n");
    expect(homeTree(home).tree.files.get(".git-hooks/pre-commit")?.text).toBe("#!/bin/sh\n");
  });
});

describe("start-up files", () => {
  it("are read by the one list, in folders too", () => {
    mkdirSync(join(home, ".config/fish/conf.d"), { recursive: true });
    mkdirSync(join(home, ".zsh"));
    const paths = [".bash_functions", ".zsh/work", ".config/fish/conf.d/proxy.fish"];
    for (const path of [...paths, ".config/fish/fish_variables"])
      writeFileSync(join(home, path), "export A=b\n");
    const { files } = homeTree(home).tree;
    expect(paths.map((path) => files.get(path)?.text)).toEqual(paths.map(() => "export A=b\n"));
    expect(files.has(".config/fish/fish_variables")).toBe(false);
  });
  it("name only what the list is about", () => {
    expect(START_NAMES.filter((path) => !START_FILES.test(path))).toEqual([]);
    expect(SYSTEM_START_NAMES.filter((path) => !SYSTEM_START_FILES.test(path))).toEqual([]);
    const others = ["bashrc", ".bashrcx", "xbashrc", ".ssh/config", ".config/fish/fish_variables"];
    expect(others.filter((path) => START_FILES.test(path))).toEqual([]);
  });
});

describe("a link", () => {
  it("tells where it leads, though nothing is there", (ctx) => {
    if (isWindows) ctx.skip("rights of others are no rights of Windows");
    symlinkSync("../../.ssh/id_ed25519", join(home, "notes"));
    const taking = { place: "repository", path: "notes", shown: "notes", bytesMax: 0 } as const;
    expect(seenFile(join(home, "notes"), taking)).toMatchObject({
      isLink: true,
      target: "../../.ssh/id_ed25519",
    });
  });
});
