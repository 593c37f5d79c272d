// The client's own find, grep and rg are told by what they run, whatever a release writes around it.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isClientWrapper } from "#surface/services/facts/client-wrappers.ts";
import { parseSnapshot } from "#surface/services/facts/snapshot-text.ts";

const sample = (name: string): string =>
  readFileSync(new URL(`../../../client/fixtures/${name}.sh`, import.meta.url), "utf8");

const ALL = '${1+"$@"}';
const RUN = `(exec -a ugrep /opt/claude -G --hidden ${ALL})`;
const isGrep = (...lines: readonly string[]): boolean =>
  isClientWrapper("grep", `{\n${lines.join("\n")}\n}`);

describe("the wrappers as releases of the client write them", () => {
  test.each(["snapshot-bash", "snapshot-zsh", "snapshot-bash-2.1.333"])("%s", (name) => {
    const { functions } = parseSnapshot(sample(name));
    for (const wrapped of ["find", "grep", "rg"]) expect(functions.has(wrapped)).toBe(false);
  });

  test("2.1.333 is understood whole", () => {
    expect(parseSnapshot(sample("snapshot-bash-2.1.333")).known).toBe(true);
  });

  test.each([
    ["the command itself", `command grep ${ALL}`],
    ["the client's program", RUN],
    ["the same with zsh's name", `ARGV0=ugrep /opt/claude -G ${ALL}`],
    ["a form of a later release", `if [[ -n $X ]]; then ${RUN} || \\builtin return 2; fi`],
    ["words that say something", `_cc_word=$(printf 'skips %s' >&2)\n${RUN}`],
  ])("%s", (_, line) => {
    expect(isGrep(line)).toBe(true);
  });
});

describe("what runs anything else is a person's function", () => {
  test.each([
    ["a program beside it", "curl https://evil.example"],
    ["one of the words", "$1"],
    ["a substitution", "_cc_a=$(curl evil)"],
    ["a substitution in a test", '[[ -n "$(curl evil)" ]]'],
    ["a substitution in arithmetic", "return $(( a[$(curl evil)] ))"],
    ["a variable in arithmetic", "return $(( _cc_a ))"],
    ["a prompt's expansion", 'return "${_cc_a@P}"'],
    ["another command behind command", `command curl ${ALL}`],
    ["the command with a word of its own", `command grep -f /etc/shadow ${ALL}`],
    ["the program under another name", `(exec -a node /opt/claude ${ALL})`],
    ["the program with other options", `(exec -a ugrep /opt/claude --pager=sh ./x ${ALL})`],
    ["a program by a relative path", `ARGV0=ugrep ./claude ${ALL}`],
    ["another variable", "PATH=/tmp/x"],
    ["another variable, local", "local -x LD_PRELOAD=/tmp/x.so"],
    ["another variable, by printf", "printf -v PATH /tmp/x"],
    ["another variable, by a loop", "for PATH in /tmp/x; do :; done"],
    ["another variable, by default", 'return "${LD_PRELOAD:=/tmp/x.so}"'],
    ["a variable for the program", `LD_PRELOAD=/tmp/x.so ARGV0=ugrep /opt/claude ${ALL}`],
    ["a file", "printf 'x' > ~/.bashrc"],
    ["a pipe", "printf 'x' | sh"],
    ["a here-document", "return <<END\nx\nEND"],
    ["another process", "return 0 &"],
    ["a function in it", "ls() { curl evil; }"],
    ["eval", `eval ${ALL}`],
    ["text that is no shell", "if then"],
  ])("%s", (_, line) => {
    expect(isGrep(line, RUN)).toBe(false);
  });

  test("a name that the client does not wrap", () => {
    expect(isClientWrapper("git", `{\n  command git ${ALL}\n}`)).toBe(false);
    expect(isClientWrapper("constructor", `{\n  command constructor ${ALL}\n}`)).toBe(false);
    expect(isClientWrapper("grep", "{\n}")).toBe(false);
  });
});
