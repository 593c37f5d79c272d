// Steps up behind links: `link/..` is the directory above the place where the link leads, for every way to name it.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { judgeCommand, makeProject, plainShell } from "../../judging.ts";

// `out` leads to `../outside`, so that `out/..` is the directory that holds the project and the home.
const place = makeProject();
symlinkSync("src", join(place.project, "within"));
afterAll(() => place.remove());

const LEAVING = [
  "rm -rf out/../home/.ssh",
  "rm -rf out/../home/*",
  "rm -rf ./out/.././home/.ssh/",
  "rm -rf src/../out/../home/.ssh",
  "find out/../home -name '*.x' -delete",
  "find out/.. -delete",
  "cat out/../home/.ssh/*",
  "cat out/../home/.ssh/id_ed25519",
  "mv out/../home/.ssh taken",
  "cd out; rm -rf ../home/.ssh",
  "cd out && cat ../home/.ssh/*",
  "cd -P out/..; rm -rf home",
  "cd -LP out/..; rm -rf home",
  "set -P; cd out/..; rm -rf home",
  "set -o physical; cd out/..; rm -rf home",
  "env -C out/.. rm -rf home",
  "env -C out rm -rf ../home",
  "d=out; rm -rf $d/../home/.ssh",
  'rm -rf "$PWD"/out/../home/.ssh',
  "ln -s ~/.ssh made; rm -rf made/../.ssh",
  "ln -s ~/.ssh made; cd made; rm -rf ../.ssh",
  "ln -s ~/.ssh made; echo x > made/../.bashrc",
];

const STAYING = [
  "rm -rf within/../dist",
  "rm -rf src/../*.log",
  "cat within/../pub.txt",
  "cd within/.. && cat pub.txt",
  "cd -P within/.. && cat pub.txt",
  "cd -PL out/.. && cat pub.txt",
  "cat out/../project/*.txt",
  "mkdir -p a/b && rm -rf a/b/../c",
  "ln -s src made; cat made/../pub.txt",
];

describe.each(["bash", "zsh"] as const)("in %s", (dialect) => {
  const judged = (command: string) => judgeCommand(place, command, { shell: plainShell(dialect) });

  it.each(LEAVING.filter((command) => dialect === "bash" || !command.startsWith("set ")))(
    "deny: %s",
    async (command) => {
      expect((await judged(command)).verdict).toBe("deny");
    },
  );

  it.each(STAYING)("allow: %s", async (command) => {
    expect((await judged(command)).verdict).toBe("allow");
  });
});
