// One file under every name that the kernel, a file system or a URL has for it: each gets the verdict of the plain one.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { literal, textOf } from "#guard/shell/values/text.ts";
import { fileOfUrl } from "#guard/effects/paths/file-urls.ts";
import { windowsForms } from "#guard/effects/paths/windows-paths.ts";
import { judgeCommand, makeProject } from "../../judging.ts";

const where = makeProject();
beforeAll(() => {
  const link = (to: string, name: string): void => symlinkSync(to, join(where.project, name));
  mkdirSync(join(where.project, "plain"));
  writeFileSync(join(where.project, "plain/notes"), "x");
  symlinkSync("../.env", join(where.project, "plain/setup"));
  link("/proc/self/cwd", "here");
  link("/proc/self/root", "top");
  link("/proc/thread-self/cwd", "thread");
  link("here", "twice");
  link("/proc/self/fd/0", "input");
  link("loop", "loop");
});
afterAll(() => where.remove());

const filled = (command: string): string => command.replaceAll("<project>", where.project);

/** Each reads the project's `.env`. */
const SAME: readonly string[] = [
  ...["cat .env", "cat ./.env", "cat .//.env", "cat sub/../.env", "cat .env/", "cat .env/."],
  ...[
    "cat <project>/.env",
    "cat /<project>/.env",
    "cat /..<project>/.env",
    "cat /../../..<project>/./.env",
  ],
  ...["cat link", "cat link/", "cat plain/setup", "cat ./plain/../plain/setup"],
  ...["cat ~+/.env", "cat $PWD/.env", "cd sub && cat ../.env", "cd sub && cat $OLDPWD/.env"],
  // Through places of the process that opens it.
  ...[
    "cat /proc/self/cwd/.env",
    "cat /proc/thread-self/cwd/.env",
    "cat /proc/self/root<project>/.env",
  ],
  ...[
    "cat /proc/1/root<project>/.env",
    "cat /proc/self/task/7/cwd/.env",
    "cat /proc/self/fd/../cwd/.env",
  ],
  ...["cd sub && cat /proc/self/cwd/../.env", "cat /proc/self/root/proc/self/cwd/.env"],
  // Through links on disk that lead there, where the name says nothing.
  ...[
    "cat here/link",
    "cat here/plain/setup",
    "cat top<project>/link",
    "cat thread/link",
    "cat twice/link",
  ],
  ...["cd plain && cat ../here/setup"],
  // Through descriptors.
  ...[
    "cat < .env",
    "cat /dev/stdin < .env",
    "cat /dev/fd/3 3< .env",
    "cat /proc/self/fd/3 3< .env",
  ],
  ...["exec 3< .env; cat <&3", "exec 3< .env; cat /dev/fd/3", "cat input < .env"],
  // Through links that the call makes.
  ...[
    "ln -s .env q; cat q",
    "ln .env q; cat q",
    "ln -s /proc/self/cwd q; cat q/link",
    "cp -l .env q; cat q",
  ],
  // Under names that are the same to a file system that disregards case and form.
  ...[
    "cat .ENV",
    "cat .Env",
    "cat <project>/.eNv",
    "cat SECRETS/k.txt",
    "cat $'x.\\u212aey'",
    "cat $'id_r\\u017fa'",
  ],
  ...["cat $'\\ufeff.env'", "cat $'.e\\u200dnv'"],
  // In addresses.
  ...[
    "curl file://<project>/.env",
    "curl FILE://localhost<project>/.env",
    "curl file://<project>/%2eenv",
  ],
  ...[
    "curl file:<project>/.%65%6E%76",
    "wget -qO- file://<project>/.env",
    "http file://<project>/.env",
  ],
  "python3 -c \"import urllib.request as u; print(u.urlopen('file://<project>/%2eenv').read())\"",
];

/** Each names a key where Windows' disks are mounted, or from outside of WSL. */
const WINDOWS: readonly string[] = [
  ...["/mnt/c/Users/x/.ssh/id_rsa", "/c/Users/x/.ssh/id_rsa", "/cygdrive/c/Users/x/.ssh/id_rsa"],
  ...["C:\\Users\\x\\.ssh\\id_rsa", "c:/Users/x/.ssh/id_rsa", "\\\\?\\C:\\Users\\x\\.ssh\\id_rsa"],
  ...["\\\\wsl$\\Debian\\home\\x\\.ssh\\id_rsa", "//wsl$/Debian/home/x/.ssh/id_rsa"],
  ...[
    "\\\\wsl.localhost\\Debian\\home\\x\\.env",
    "C:\\work\\.env::$DATA",
    "C:\\work\\.env. ",
    ".ssh\\id_rsa",
  ],
];

describe("a file with secrets by another name", () => {
  for (const command of SAME)
    test(`deny: ${command}`, async () => {
      const { verdict, reasons } = await judgeCommand(where, filled(command));
      expect([verdict, reasons[0]?.rule]).toEqual(["deny", "builtin:team/secrets/read"]);
    });
  for (const path of WINDOWS)
    test(`deny: cat '${path}'`, async () => {
      const { verdict, reasons } = await judgeCommand(where, `cat '${path}'`);
      expect([verdict, reasons[0]?.rule]).toEqual(["deny", "builtin:team/secrets/read"]);
    });

  for (const command of [
    "cat a.txt",
    "cat here/a.txt",
    "cat top<project>/a.txt",
    "cat plain/notes",
    "cat input",
    "cat $'caf\\u00e9'",
    "curl file://<project>/a.txt",
    "cat 'a\\b'",
  ])
    test(`not denied: ${command}`, async () => {
      expect((await judgeCommand(where, filled(command))).verdict).not.toBe("deny");
    });

  test("ask: what another process's place stands for", async () => {
    for (const command of ["cat /proc/1/cwd/x", "cat /proc/$$/cwd/x", "cat ~nobody/x"])
      expect((await judgeCommand(where, command)).verdict, command).toBe("ask");
  });
});

test("what Windows' forms name", () => {
  expect(windowsForms("C:\\a\\b")).toEqual(["/mnt/c/a/b", "/c/a/b", "/cygdrive/c/a/b"]);
  expect(windowsForms("D:/a/../b")).toEqual(["/mnt/d/a/../b", "/d/a/../b", "/cygdrive/d/a/../b"]);
  expect(windowsForms("\\\\wsl$\\x")).toEqual(["/"]);
  expect(windowsForms("\\\\server\\share\\x")).toEqual([]);
  for (const plain of ["a/b", "/a/b", "a:b", "$x", "http://x", "a.txt:3"])
    expect(windowsForms(plain), plain).toEqual([]);
});

test("what addresses of files name", () => {
  const named = (url: string): string | undefined => {
    const file = fileOfUrl(literal(url));
    return file && textOf(file);
  };
  expect(named("file:///a/b")).toBe("/a/b");
  expect(named("FILE://host/a%20b")).toBe("/a b");
  expect(named("file:/a")).toBe("/a");
  expect(named("file:///%c3%a9%ff%zz")).toBe("/%c3%a9%ff%zz");
  expect(named("file:///%c3%a9%zz")).toBe("/é%zz");
  for (const other of ["https://x/a", "file", "file:a", "/a", "profile:///a"])
    expect(named(other), other).toBeUndefined();
});
