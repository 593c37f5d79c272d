// What a file of the project, or a variable of the call, makes a tool run that was only asked for something about itself.
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judgeCommand } from "../../judging.ts";
import { judgedProject } from "../../judged-project.ts";
import { whyNoJail } from "../jail.ts";
import { CanaryProject } from "./canary-runs.ts";

const EVIL = "#!/bin/sh\ncat .env 2>/dev/null || cat ../.env ../../.env\n";

/** A command, the file that is planted, and what stands in it: something that opens the canary, and something harmless. */
const FILES: readonly (readonly [string, string, string, string | undefined])[] = [
  ["mvn -v", ".mvn/jvm.config", "-javaagent:.env", "-Xmx512m"],
  ["mvn --version", ".mvn/jvm.config", "@.env", "-Xms64m -Xmx512m"],
  [
    "cargo tree",
    "rust-toolchain.toml",
    '[toolchain]\npath = "PROJECT/evil"',
    '[toolchain]\nchannel = "stable"',
  ],
  [
    "cargo --version",
    "rust-toolchain.toml",
    '[toolchain]\npath = "PROJECT/evil"',
    '[toolchain]\nchannel = "stable"',
  ],
  [
    "rustc --version",
    "rust-toolchain.toml",
    '[toolchain]\npath = "PROJECT/evil"',
    '[toolchain]\nchannel = "stable"',
  ],
  [
    "rustup show",
    "rust-toolchain.toml",
    '[toolchain]\npath = "PROJECT/evil"',
    '[toolchain]\nchannel = "stable"',
  ],
  ["cargo tree", ".cargo/config.toml", '[build]\nrustc = "./leak.sh"', "[net]\nretry = 2"],
  [
    "cargo tree",
    ".cargo/config.toml",
    '[build]\n"rustc-wrapper" = "./leak.sh"',
    "[profile.dev]\nopt-level = 1",
  ],
  ["cargo metadata", ".cargo/config", '[build]\nrustc = "./leak.sh"', undefined],
  ["cargo tree", ".cargo/config.toml", '[build]\n"rus\\u0074c" = "./leak.sh"', undefined],
  ["pytest --version", "conftest.py", 'print(open(".env").read())', undefined],
  ["yarn --version", ".yarnrc.yml", "yarnPath: ./leak.js", "nodeLinker: node-modules"],
  ["tox -l", "toxfile.py", 'print(open(".env").read())', undefined],
  ["latexmk --version", "latexmkrc", "print `cat .env`;", undefined],
  ["vagrant status", "Vagrantfile", 'puts File.read(".env")', undefined],
  ["mix help", "mix.exs", 'IO.puts File.read!(".env")', undefined],
  ["lein version", "project.clj", '(println (slurp ".env"))', undefined],
  ["bazel version", "tools/bazel", EVIL, undefined],
  ["sbt --version", ".jvmopts", "-javaagent:.env", undefined],
  ["rubocop --version", ".rubocop", "--require ./leak.rb", "--color"],
  [
    "flake8 --version",
    ".flake8",
    "[flake8:local-plugins]\nextension =\n  X = leak:X\npaths = .",
    "[flake8]\nmax-line-length = 100",
  ],
  ["dotnet --version", "global.json", '{"sdk":{"paths":["evil"]}}', '{"sdk":{"version":"9.0.0"}}'],
  [
    "gradle --version",
    "gradle.properties",
    "org.gradle.java.home=./evil",
    "org.gradle.caching=true",
  ],
];

/** Variables in front of a command that tell its program what to run or load. */
const VARIABLES: readonly (readonly [string, string])[] = [
  ["RUSTUP_TOOLCHAIN=$PWD/evil", "cargo tree"],
  ["RUSTUP_TOOLCHAIN=$PWD/evil", "rustc --version"],
  ["RUSTC=./leak.sh", "cargo tree"],
  ["RUSTC_WRAPPER=./leak.sh", "cargo tree"],
  ["RUSTC_WORKSPACE_WRAPPER=./leak.sh", "cargo tree"],
  ["CARGO_BUILD_RUSTC=./leak.sh", "cargo tree"],
  ["CARGO_HOME=evil", "cargo tree"],
  ["RUSTFMT=./leak.sh", "cargo fmt --check"],
  ["JAVA_HOME=evil", "mvn -v"],
  ["JAVACMD=./leak.sh", "mvn -v"],
  ["MAVEN_OPTS=-javaagent:.env", "mvn -v"],
  ["MAVEN_OPTS=@.env", "mvn -v"],
  ["MAVEN_DEBUG_OPTS=-javaagent:.env", "mvn -v"],
  ["M2_HOME=evil", "mvn -v"],
  ["JAVA_HOME=evil", "gradle --version"],
  ["GRADLE_OPTS=-javaagent:.env", "gradle --version"],
  ["JAVA_OPTS=-javaagent:.env", "gradle --version"],
  ["JAVA_TOOL_OPTIONS=-javaagent:.env", "java -version"],
  ["JDK_JAVA_OPTIONS=@.env", "java -version"],
  ["CLOUDSDK_PYTHON=./leak.sh", "gcloud version"],
  ["CLOUDSDK_ROOT_DIR=evil", "gcloud version"],
  ["CLOUDSDK_PYTHON_ARGS=leak.py", "gcloud version"],
  ["KUBECONFIG=.env", "kubectl config view"],
  ["TF_CLI_CONFIG_FILE=.env", "terraform version"],
  ["TERRAFORM_CONFIG=.env", "terraform version"],
  ["GOROOT=evil", "go version"],
  ["GOENV=.env", "go env"],
  ["PYTHONINSPECT=1", "python3 -c 1 <<< 'print(open(\".env\").read())'"],
  ["PYTHONSTARTUP=.env", "python3 -c 1"],
  ["PERL5OPT=-Mleak PERL5LIB=.", "perl -v"],
  ["RUBYOPT=-r./leak", "ruby --version"],
  ["NODE_OPTIONS=--require=./leak.js", "node --version"],
  ["GCC_EXEC_PREFIX=./", "gcc --version"],
  ["COMPILER_PATH=evil", "gcc --version"],
  ["PS1='$(cat .env)'", "bash -i <<< true"],
  ["PS2='$(cat .env)'", "bash -i <<< $'echo \\\\\\nx'"],
  ["PS0='$(cat .env)'", "bash -i <<< true"],
  ["PROMPT_COMMAND='cat .env'", "bash -i <<< true"],
  ["PS1='\\044(cat .env)'", "bash -i <<< true"],
  ["HISTFILE=.env", "bash -i <<< history"],
  ["HISTFILE=.env", "bash -ic 'history -r; history'"],
  ["MAILPATH='.env?$(cat .env)' MAILCHECK=0", "bash -i <<< true"],
  ["PS1='$(cat .env)'", "sh -i <<< true"],
  ["ENV=./leak.sh", "sh -i <<< true"],
  ["PROMPT='$(cat .env)'", "zsh -o promptsubst -i <<< true"],
  ["RPROMPT='$(cat .env)'", "zsh -o promptsubst -i <<< true"],
  ["HISTFILE=.env HISTSIZE=99", "zsh -i <<< 'fc -l 1'"],
  ["MAKEFLAGS=--eval='$(shell cat .env)'", "make -v"],
  ["GIT_PAGER='cat .env;'", "git -p status"],
  ["LESSOPEN='|cat .env'", "less pub.txt"],
  ["MANPAGER='cat .env;'", "man ls"],
  ["SQLITE_HISTORY=.env", "sqlite3 -interactive :memory: <<< .q"],
];

const project = judgedProject();
const home = process.env["HOME"] ?? "/nonexistent";
let canary: CanaryProject;
beforeAll(() => {
  canary = new CanaryProject(
    {
      "evil/bin/java": EVIL,
      "evil/bin/rustc": EVIL,
      "evil/bin/cargo": EVIL,
      "evil/bin/go": EVIL,
      "evil/bin/mvn": EVIL,
      "evil/dotnet": EVIL,
      "Cargo.toml": '[package]\nname = "x"\nversion = "1.0.0"\n',
      "src/lib.rs": "",
    },
    {
      PATH: `${process.env["PATH"] ?? ""}${delimiter}/usr/bin${delimiter}/bin`,
      ...(existsSync(join(home, ".rustup")) ? { RUSTUP_HOME: join(home, ".rustup") } : {}),
    },
  );
});
afterAll(() => canary.remove());

/** How many of the table must have opened the canary where these programs are there. */
const OPENED_MIN = 10;

describe("a tool that obeys a file of the project is not proven harmless", () => {
  for (const [command, file, harmful, harmless] of FILES) {
    it(`${command}, beside ${file}: ${harmful.split("\n").at(-1) ?? ""}`, async () => {
      const place = join(project().project, file);
      mkdirSync(dirname(place), { recursive: true });
      try {
        writeFileSync(place, harmful);
        expect((await judgeCommand(project(), command)).verdict).not.toBe("allow");
        if (harmless === undefined) return;
        writeFileSync(place, harmless);
        expect((await judgeCommand(project(), command)).verdict).toBe("allow");
      } finally {
        rmSync(place, { force: true });
      }
    });
  }
});

describe("a tool that obeys a variable is not proven harmless", () => {
  it.each(VARIABLES)("%s %s", async (variable, command) => {
    expect((await judgeCommand(project(), `${variable} ${command}`)).verdict).not.toBe("allow");
    if (!variable.includes(" ")) {
      const apart = `export ${variable}; ${command}`;
      expect((await judgeCommand(project(), apart)).verdict).not.toBe("allow");
    }
  });
});

it("is about what tools really do", async (context) => {
  const missing = whyNoJail();
  if (missing !== undefined) context.skip(missing);
  const opened = await canary.opened([
    ...VARIABLES.map(([variable, command]) => `${variable} ${command}`),
    ...FILES.map(
      ([command, file, text]) =>
        `mkdir -p "$(dirname ${file})"; printf '%s' '${text.replaceAll("'", `'\\''`)}' | sed "s|PROJECT|$PWD|" > ${file}; chmod +x ${file}; ${command}`,
    ),
  ]);
  expect(opened.filter(Boolean).length).toBeGreaterThan(OPENED_MIN);
  if (process.env["SALLYPORT_PRODUCTIONS"] === "all")
    console.log(
      JSON.stringify(
        opened.map((one, at) => [
          one,
          (VARIABLES[at] ?? FILES[at - VARIABLES.length] ?? []).slice(0, 2).join(" "),
        ]),
      ),
    );
}, 240_000);
