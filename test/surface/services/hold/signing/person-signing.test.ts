// How a person signs, by their own settings alone, and what of a session's variables reaches a program that signs.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { userId } from "#platform/user.ts";
import { personSigning } from "#surface/services/hold/signing/person-signing.ts";
import { personEnvironment } from "#surface/services/hold/start/person-settings.ts";

let root: string;
let home: string;
let projectRoot: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "signing-")));
  home = join(root, "home");
  projectRoot = join(home, "project");
  for (const name of ["objects", "refs"])
    mkdirSync(join(projectRoot, ".git", name), { recursive: true });
  writeFileSync(join(projectRoot, ".git/HEAD"), "ref: refs/heads/main\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const file = (path: string, text: string): string => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};
const program = (path: string): string => {
  chmodSync(file(path, "#!/bin/sh\n"), 0o755);
  return path;
};
const read = () => personSigning({ home, directory: projectRoot, projectRoot });
const settings = (text: string): string => file(join(home, ".gitconfig"), text);

describe("settings", () => {
  it("are those of the person, and none of the repository", async () => {
    const own = program(join(home, "bin/sign"));
    settings(`[user]\n\tsigningkey = ~/.ssh/a.pub\n[gpg "ssh"]\n\tprogram = ~/bin/sign\n`);
    file(
      join(projectRoot, ".git/config"),
      `[user]\n\tsigningkey = evil\n[gpg "ssh"]\n\tprogram = ${program(join(home, "bin/evil"))}\n`,
    );
    expect(await read()).toMatchObject({ ssh: own, keys: ["~/.ssh/a.pub"] });
  });
  it("count by the repository in which git works", async () => {
    settings(
      `[user]\n\tsigningkey = one\n[includeIf "gitdir:${projectRoot}/"]\n\tpath = .work\n[includeIf "gitdir:/elsewhere/"]\n\tpath = .other\n`,
    );
    file(join(home, ".work"), "[user]\n\tsigningkey = two\n");
    file(join(home, ".other"), "[user]\n\tsigningkey = three\n");
    expect((await read())?.keys).toEqual(["one", "two"]);
  });
  it.each([
    ["an included file", () => settings(`[include]\n\tpath = ${projectRoot}/of-it\n`)],
    [
      "a link",
      () => symlinkSync(file(join(projectRoot, "gitconfig"), ""), join(home, ".gitconfig")),
    ],
  ])("of the project by %s are not followed", async (_, make) => {
    file(join(projectRoot, "of-it"), "[user]\n\tsigningkey = evil\n");
    make();
    expect(await read()).toBeUndefined();
  });
  it.each([
    ["in the project", () => program(join(projectRoot, "sign"))],
    [
      "by a link into the project",
      () => {
        const link = join(home, "sign");
        symlinkSync(program(join(projectRoot, "sign")), link);
        return link;
      },
    ],
    ["by a path from where git works", () => "./sign"],
    ["that is not there", () => "/nowhere/sign"],
    ["that is a directory", () => "/usr"],
  ])("name no program %s", async (_, make) => {
    const named = make();
    settings(`[gpg "ssh"]\n\tprogram = ${named}\n[gpg]\n\tprogram = ${named}\n`);
    expect(await read()).toMatchObject({ ssh: undefined, gpg: undefined });
  });
  it("name nobody's list of signers in the project", async () => {
    const list = file(join(projectRoot, "signers"), "");
    settings(`[gpg "ssh"]\n\tallowedSignersFile = ${list}\n\trevocationFile = /nowhere\n`);
    expect(await read()).toMatchObject({ signers: undefined, takenBack: undefined });
  });
});

describe("variables", () => {
  const runtime = `/run/user/${userId() ?? 0}`;
  const made = (name: string, value: string) =>
    personEnvironment(new Map([[name, value]]), { home, projectRoot })[name];

  it("are the home, a fixed path and nothing that was not looked at", () => {
    const said = new Map([
      ...[
        ["LD_PRELOAD", "/x.so"],
        ["GNUPGHOME", "/x"],
        ["PATH", "/x"],
        ["HOME", "/x"],
      ],
    ] as [string, string][]);
    expect(personEnvironment(said, { home, projectRoot })).toEqual({
      HOME: home,
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LANG: "C.UTF-8",
    });
  });
  it.each([
    ["GPG_TTY", "/dev/pts/3"],
    ["DISPLAY", ":0"],
    ["WAYLAND_DISPLAY", "wayland-0"],
    ["DBUS_SESSION_BUS_ADDRESS", `unix:path=${runtime}/bus`],
    ["XDG_RUNTIME_DIR", runtime],
  ])("keep %s=%s", (name, value) => {
    expect(made(name, value)).toBe(value);
  });
  it.each([
    ["GPG_TTY", "/home/a/file"],
    ["DISPLAY", "evil.example:0"],
    ["WAYLAND_DISPLAY", "../../tmp/evil"],
    ["DBUS_SESSION_BUS_ADDRESS", "unixexec:path=/tmp/evil"],
    ["XDG_RUNTIME_DIR", "/tmp"],
    ["XAUTHORITY", "/tmp/evil"],
    ["SSH_AUTH_SOCK", "/nowhere"],
    ["SSH_AUTH_SOCK", "relative"],
    ["TERM", "a b"],
  ])("drop %s=%s", (name, value) => {
    expect(made(name, value)).toBeUndefined();
  });
  it("keep an agent of the person's, and none of the project's", async () => {
    for (const [path, isKept] of [
      [join(root, "agent"), true],
      [join(projectRoot, "agent"), false],
    ] as const) {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(path, resolve));
      expect(made("SSH_AUTH_SOCK", path)).toBe(isKept ? path : undefined);
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
