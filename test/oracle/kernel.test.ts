// The kernel as the judge of effects: whatever a command opened, wrote, deleted or ran was predicted.
import { existsSync, statSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { compileGlob } from "#base/glob.ts";
import { baseName, isWithin, parentPath } from "#base/path.ts";
import { findCommand } from "#guard/effects/commands/index.ts";
import { outlineCommand } from "#guard/effects/outline.ts";
import { BUILTINS } from "#guard/shell/builtins.ts";
import type { Effect, Target } from "#guard/effects/effect.ts";
import { judgeCommand, makeProject, type TestProject } from "../judging.ts";
import { TEXT_AND_FILE_COMMANDS } from "./kernel-text.ts";
import { TOOL_COMMANDS } from "./kernel-tools.ts";
import { LANGUAGE_COMMANDS } from "./kernel-languages.ts";
import { NETWORK_COMMANDS } from "./kernel-network.ts";
import { type Observed, traceCommand, whyNotTraced } from "./traced-run.ts";

const COMMANDS: readonly string[] = [
  "cat pub.txt a.txt",
  "cat *.txt",
  "cat < pub.txt",
  "cat nosuch pub.txt",
  "cat link",
  "cat -n .env",
  "cat ./sub/../a.txt",
  "cat out/f.txt",
  "cat - < a.txt",
  "grep -r x src",
  "rg planted .",
  "rg -uu planted .",
  "echo '!.env' > .ignore; rg planted .",
  "grep -rl planted .",
  "grep --include='*.ts' -r x .",
  "grep -f pub.txt a.txt",
  "grep x s*/*",
  "grep hello pub.txt > found",
  "grep -c a a.txt pub.txt",
  "rm a.txt",
  "rm -rf sub",
  "rm -f a.txt nosuch",
  "rm -r src/",
  "rm -rf s*",
  "rm link",
  "cp a.txt b.txt",
  "cp -r src copy",
  "cp a.txt pub.txt sub",
  "cp -t sub a.txt",
  "cp link c",
  "cp -r . ../elsewhere",
  "cp -a src sub/",
  "cp -s a.txt soft",
  "mv a.txt b.txt",
  "mv a.txt sub",
  "mv src moved",
  "mv -t sub a.txt pub.txt",
  "mv link sub/",
  "ln -s a.txt l2",
  "ln a.txt hard",
  "ln -sf pub.txt link",
  "ln -s ../a.txt sub",
  "ln a.txt sub/",
  "mkdir -p x/y/z",
  "mkdir x y",
  "touch new",
  "touch a.txt sub/new",
  "touch -r a.txt pub.txt",
  "tee one two < a.txt",
  "echo x | tee -a a.txt",
  "head -1 a.txt pub.txt",
  "tail -n 2 sub/.env",
  "wc -l *.txt",
  "wc -c < pub.txt",
  "ls -la sub",
  "ls > listing",
  "find . -name '*.txt' -exec cat {} +",
  "find sub -name .env -delete",
  "find . -type f -exec grep -l x {} ';'",
  "find src -fprint out.list",
  "find . -newer a.txt -name pub.txt -exec cp {} sub/ ';'",
  "find . -maxdepth 1 -name '*.txt' | xargs cat",
  "find sub -delete",
  "echo a.txt pub.txt | xargs cat",
  "echo a.txt | xargs -I{} cp {} {}.bak",
  "ls *.txt | xargs -n1 head -1",
  "printf 'a.txt\\n' | xargs rm",
  "xargs -a pub.txt echo",
  "env A=1 cat a.txt",
  "env -C sub cat .env",
  "env -S 'cat a.txt'",
  "timeout 5 cat a.txt",
  "nice nohup cat a.txt",
  "stdbuf -oL cat a.txt",
  "setsid -w cat a.txt",
  "bash -c 'cat a.txt > b.txt'",
  "bash script.sh",
  "echo 'rm a.txt' | sh",
  "bash <<< 'touch made'",
  "sh -c 'cat \"$1\"' x pub.txt",
  "bash -c 'cd sub && cat .env'",
  "bash leak.sh",
  "echo x > made",
  "echo x >> a.txt",
  "> emptied",
  "cat a.txt > sub/copy",
  "{ echo x; cat a.txt; } > both",
  "exec 3> fd.txt; echo x >&3",
  "cat <<EOF > doc\n$(cat a.txt)\nEOF",
  'read x < a.txt; echo "$x" > y',
  'mapfile -t m < pub.txt; touch "${m[0]}"',
  'for f in *.txt; do cp "$f" "$f.bak"; done',
  "for i in 1 2 3; do touch f$i; done",
  'while read -r l; do touch "sub/$l"; done < a.txt',
  "if test -f a.txt; then rm a.txt; else touch no; fi",
  "case $PWD in *project*) touch yes;; esac",
  'f() { cat "$1"; }; f pub.txt',
  'x=a.txt; rm "$x"',
  'x=(a.txt pub.txt); cat "${x[1]}"',
  "cat {a,pub}.txt",
  "cat ${x:-a.txt}",
  "y=pub.txt; cat ${y/pub/a}",
  "cd sub; touch here",
  "cd sub && cp .env ../got",
  "pushd sub > /dev/null; touch here",
  "(cd src; rm main.ts)",
  "cat <(cat a.txt)",
  'diff() { cat "$@"; }; diff a.txt',
  "trap 'touch bye' EXIT; true",
  "eval 'touch evaluated'",
  "source ./script.sh",
  "set -- a.txt; cat $1",
  "coproc cat a.txt; wait",
  "cat a.txt & wait",
  "[[ -f a.txt ]] && rm a.txt",
  "shopt -s dotglob; cat * 2>/dev/null",
  "printf '%s\\n' a.txt | while read f; do rm $f; done",
  "echo $(< a.txt) > z",
  "touch $(echo one two)",
  "IFS=:; v=q:r; touch $v",
  "unset v; touch w$v",
  "command cat a.txt",
  "exec cat a.txt",
  "cat a.txt | tee t1 > t2",
  "time cat a.txt",
  "! cat nosuch",
  "noclobber_x=1; set -o noclobber; echo y > pub.txt; cat pub.txt",
];

const projects: TestProject[] = [];
afterAll(() => projects.forEach((project) => project.remove()));

/** Whether a target may be the observed path. */
function includes(target: Target, path: string): boolean {
  switch (target.kind) {
    case "path":
      return [target.path, target.real].some(
        (root) => path === root || (target.reach === "tree" && isWithin(root, path)),
      );
    case "pattern": {
      const test = compileGlob(target.path);
      return test(path) || (target.reach === "tree" && ancestors(path).some(test));
    }
    case "unresolved":
      return true;
    default:
      return target satisfies never;
  }
}

function ancestors(path: string): string[] {
  return path === "/" ? [] : [parentPath(path), ...ancestors(parentPath(path))];
}

function predicted(one: Observed, effects: readonly Effect[]): boolean {
  switch (one.kind) {
    case "read":
      return effects.some((effect) => effect.kind === "read" && includes(effect.target, one.path));
    case "write":
      // Making the parents of a directory, or an entry in a directory that is written to, is part of the write.
      return effects.some(
        (effect) =>
          effect.kind === "write" &&
          (includes(effect.target, one.path) ||
            (effect.target.kind === "path" && isWithin(one.path, effect.target.path))),
      );
    case "delete":
      // A name that is there again was replaced: that is a write.
      return effects.some(
        (effect) =>
          (effect.kind === "delete" || (effect.kind === "write" && existsSync(one.path))) &&
          includes(effect.target, one.path),
      );
    case "execute":
      return effects.some(
        (effect) =>
          effect.kind === "execute" &&
          effect.program !== undefined &&
          baseName(effect.program) === baseName(one.program),
      );
    case "connect":
      return effects.some((effect) => effect.kind === "egress");
    default:
      return one satisfies never;
  }
}

/** A directory that was looked at, or a name that came and went within the command: neither is left of it. */
function isPassing(one: Observed, all: readonly Observed[]): boolean {
  if (!("path" in one)) return false;
  if (one.kind === "read" && existsSync(one.path)) return statSync(one.path).isDirectory();
  const happened = (kind: Observed["kind"]): boolean =>
    all.some((other) => other.kind === kind && "path" in other && other.path === one.path);
  return (
    !BEFORE.has(baseName(one.path)) &&
    happened("write") &&
    happened("delete") &&
    !existsSync(one.path)
  );
}

/** Names that were there before any command. */
const BEFORE = new Set([
  ".env",
  "k.txt",
  "pub.txt",
  "a.txt",
  "main.ts",
  "script.sh",
  "leak.sh",
  "link",
  "out",
  "sub",
  "src",
]);

/** The modelled programs that stand as commands in the text. */
function programsOf(command: string): readonly string[] {
  return outlineCommand(command)
    .filter((piece) => piece.kind === "program")
    .map((piece) => command.slice(piece.start, piece.end))
    .filter((name) => findCommand(name) !== undefined && !BUILTINS.has(name));
}

function isInstalled(name: string): boolean {
  return ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].some((folder) =>
    existsSync(`${folder}/${name}`),
  );
}

describe("commands that really ran", () => {
  for (const command of [
    ...COMMANDS,
    ...LANGUAGE_COMMANDS,
    ...NETWORK_COMMANDS,
    ...TOOL_COMMANDS,
    ...TEXT_AND_FILE_COMMANDS,
  ]) {
    it(command.slice(0, 80), async (context) => {
      const missing = whyNotTraced();
      if (missing !== undefined) context.skip(missing);
      const absent = programsOf(command).find((name) => !isInstalled(name));
      if (absent !== undefined) context.skip(`${absent} is not installed`);
      const project = makeProject();
      projects.push(project);
      const { effects } = await judgeCommand(project, command);
      const observed = traceCommand(command, project.project, project.root, project.home);
      // The first program is the shell that runs the command.
      const [shell, ...rest] = observed;
      expect(shell).toEqual({ kind: "execute", program: "/bin/bash" });
      const missed = rest.filter((one) => !isPassing(one, rest) && !predicted(one, effects));
      expect(
        missed,
        JSON.stringify(effects.map(({ at: _at, via: _via, ...body }) => body)),
      ).toEqual([]);
    });
  }
});
