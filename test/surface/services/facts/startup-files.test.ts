// Start-up files before the first snapshot: what is found in them, and when that is all there is.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readStartupFiles } from "#surface/services/facts/startup-files.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "startup-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe("readStartupFiles", () => {
  it("knows that nothing is defined when there is no file", async () => {
    const shell = readStartupFiles(home);
    expect(shell.known).toBe(true);
    expect(shell.functions.size + shell.aliases.size + shell.options.size).toBe(0);
  });

  it("reads plain aliases and options, and distrusts functions", async () => {
    await writeFile(
      join(home, ".bashrc"),
      "# mine\nalias ll='ls -l'\nshopt -s dotglob\nPS1='$ '\ngit() {\n",
    );
    const shell = readStartupFiles(home);
    expect(shell.aliases.get("ll")).toBe("ls -l");
    expect(shell.options.has("dotglob")).toBe(true);
    expect(shell.functions.get("git")).toBe('"');
    expect(shell.known).toBe(true);
  });

  const unknowing = [
    "source ~/.other",
    ". /etc/more",
    'eval "$(tool init)"',
    "alias x=$(date)",
    "true; alias y=z",
    "unusual thing",
    "export BASH_ENV=x",
    "PATH=.:$PATH",
  ];
  for (const line of unknowing) {
    it(`does not claim to know after: ${line}`, async () => {
      await writeFile(join(home, ".bashrc"), `${line}\n`);
      expect(readStartupFiles(home).known).toBe(false);
    });
  }
});
