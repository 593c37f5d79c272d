// Shell lines of skills in bash and zsh, as the client runs them: what waits is run as its file says, once; every other command as ever.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { singleQuoted } from "#base/shell-quoting.ts";
import {
  addShellLine,
  areShellLinesTold,
  endShellLines,
  tellShellLines,
  waitsAsLine,
} from "#surface/services/hold/shell-lines.ts";
import { holdPlaces, writeHoldFiles } from "#surface/services/hold/shim.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) {
    const { tickets, scratch } = holdPlaces(folder);
    for (const path of [folder, tickets, scratch]) rmSync(path, { recursive: true, force: true });
  }
});

let session: { readonly data: string; readonly sessionId: string };
let config = "";
let file = "";
beforeEach(() => {
  const data = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-lines-")));
  folders.push(data);
  session = { data, sessionId: "one" };
  config = join(data, "config");
  mkdirSync(join(config, "session-env/one"), { recursive: true });
  file = join(config, "session-env/one/sessionstart-hook-0.sh");
  writeHoldFiles(holdPlaces(data));
});

const shells = ["bash", "zsh"].filter((shell) => spawnSync(shell, ["-c", ":"]).status === 0);
/** As the client begins each call. */
const run = (shell: string, command: string): string =>
  execFileSync(shell, ["-c", `source ${file} && eval ${singleQuoted(command)} < /dev/null`], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

describe.each(shells)("in %s", (shell) => {
  beforeEach(() => tellShellLines(file, config, session));
  it("nothing waits: a command runs as it is written", () => {
    expect(run(shell, "echo plain")).toBe("plain\n");
    expect(run(shell, "f() { return 3; }; f; echo $?")).toBe("3\n");
  });
  it.each([
    "npm test",
    `echo "it's" 'q' $'x'`,
    "echo one\necho two\n",
    "echo ' ünïcode \\ ' ",
    "  spaces  ",
  ])("%j runs as its file says, once", (command) => {
    addShellLine(session, command, "echo held");
    expect(waitsAsLine(session, command)).toBe(true);
    expect(run(shell, "echo other")).toBe("other\n");
    expect(run(shell, command)).toBe("held\n");
    expect(waitsAsLine(session, command)).toBe(false);
  });
  it("two of the same text run as two, and a third as it is written", () => {
    addShellLine(session, "echo same", "echo first");
    addShellLine(session, "echo same", "echo second");
    expect([1, 2, 3].map(() => run(shell, "echo same"))).toEqual(["first\n", "second\n", "same\n"]);
  });
  it("what ended is not taken again when more is added", () => {
    addShellLine(session, "echo a", "echo A");
    run(shell, "echo a");
    addShellLine(session, "echo b", "echo B");
    expect([run(shell, "echo a"), run(shell, "echo b")]).toEqual(["a\n", "B\n"]);
  });
  it("the command's own status comes back, with noclobber as it was", () => {
    addShellLine(session, "exits", "( exit 7 )");
    expect(run(shell, "exits; true; echo")).toBe("\n");
    const ended = spawnSync(shell, ["-c", `source ${file}; eval exits; exit $?`]);
    expect(ended.status).toBe(7);
  });
  it("the session ended: nothing waits any more", () => {
    addShellLine(session, "echo a", "echo A");
    endShellLines(session);
    expect(run(shell, "echo a")).toBe("a\n");
  });
});

describe("whether the client has the line", () => {
  it("after the session's start it has, of this session alone", () => {
    expect(areShellLinesTold(config, session)).toBe(false);
    tellShellLines(file, config, session);
    expect(areShellLinesTold(config, session)).toBe(true);
    expect(areShellLinesTold(config, { ...session, sessionId: "other" })).toBe(false);
    expect(areShellLinesTold(config, { ...session, sessionId: "../one" })).toBe(false);
  });
  it("a file outside of the client's own folder is not written, nor one behind a link", () => {
    const outside = join(session.data, "elsewhere");
    mkdirSync(outside);
    tellShellLines(join(outside, "x.sh"), config, session);
    symlinkSync(outside, join(config, "session-env/linked"));
    tellShellLines(join(config, "session-env/linked/x.sh"), config, session);
    expect(execFileSync("ls", [outside], { encoding: "utf8" })).toBe("");
  });
  it("a pipe among the session's files is passed over", () => {
    execFileSync("mkfifo", [join(config, "session-env/one/a-pipe.sh")]);
    writeFileSync(file, "true\n");
    expect(areShellLinesTold(config, session)).toBe(false);
  });
});
