// Options and settings that name a program for another one to run: a tool around each step of a build, a runner, a shell.
import { ownValue } from "#base/own-value.ts";
import type { Continuation } from "../../shell/values/host.ts";
import { dropKnown, literal, type Text, textOf } from "../../shell/values/text.ts";

/** Options of go whose value is a command. With `=` and without, with one dash or two. */
const GO_OPTION = /^--?(?:toolexec|exec|vettool)$/;

/** Keys of cargo's configuration that name a program. */
const CARGO_KEY =
  /^\s*[\w."'-]*(?:rustc(?:-workspace)?-wrapper|rustc|rustdoc|runner|linker|credential-process)["']?\s*=\s*\[?\s*(?:"([^"]*)"|'([^']*)')/;

/** Variables of make that hold a program in most makefiles. */
const MAKE_PROGRAM =
  /^((?:SHELL|CC|CXX|CPP|LD|AR|AS|FC|RM|CP|MV|INSTALL|GO|CARGO|NODE|NPM|PYTHON3?|DOCKER|KUBECTL)|\w*_?(?:CMD|COMMAND|RUNNER|EXEC))[:?+]*=(.+)$/s;

/** A shell that reads nothing but what the recipe gives it. */
const PLAIN_SHELL = /^(?:\/(?:usr\/)?bin\/(?:env )?)?(?:ba|da|z|k|a)?sh(?: -[a-z]+)*$/;

const WRAPPERS: Readonly<Record<string, RegExp>> = {
  npm: /^explore /,
  tox: /^exec /,
  hatch: /^(?:env )?run /,
  nix: /^run /,
};

/** Programs that may name others so. */
const NAMING = new Set([
  "podman",
  "buildah",
  "go",
  "cargo",
  "make",
  "gmake",
  ...Object.keys(WRAPPERS),
]);

/** What the words of a call make it run beside what its model says. */
export function programsNamed(name: string, args: readonly Text[]): readonly Continuation[] {
  if (!NAMING.has(name)) return [];
  if (/^(?:podman|buildah)$/.test(name)) return inNamespace(args);
  return [
    ...(name === "go" ? valuesOf(args, GO_OPTION).map(script) : []),
    ...(name === "cargo" ? valuesOf(args, /^--config$/).flatMap(ofCargo) : []),
    ...(/^g?make$/.test(name) ? args.flatMap(ofMake) : []),
    ...behindDashes(name, args),
  ];
}

/** `podman unshare`: the command runs here, with the numbers of users that containers have. */
function inNamespace(args: readonly Text[]): readonly Continuation[] {
  if (textOf(args[0] ?? []) !== "unshare") return [];
  const at = args.findIndex((word, index) => {
    const isValue = /^(?:--mount|-m)$/.test(textOf(args[index - 1] ?? []) ?? "");
    return index > 0 && !isValue && textOf(word)?.startsWith("-") !== true;
  });
  return at < 0 ? [] : [{ kind: "run", argv: args.slice(at), isCovered: true }];
}

function valuesOf(args: readonly Text[], option: RegExp): readonly Text[] {
  return args.flatMap((word, at) => {
    const text = textOf(word);
    if (text === undefined) return [];
    const split = text.indexOf("=");
    if (split > 0 && option.test(text.slice(0, split))) return [dropKnown(word, split + 1)];
    const next = args[at + 1];
    return option.test(text) && next !== undefined ? [next] : [];
  });
}

function ofCargo(setting: Text): readonly Continuation[] {
  const found = CARGO_KEY.exec(textOf(setting) ?? "");
  const command = found?.[1] ?? found?.[2];
  return command === undefined || command === "" ? [] : [script(literal(command))];
}

function ofMake(word: Text): readonly Continuation[] {
  const value = MAKE_PROGRAM.exec(textOf(word) ?? "")?.[2];
  if (value === undefined || PLAIN_SHELL.test(value) || value.startsWith("-")) return [];
  return [script(literal(value))];
}

function behindDashes(name: string, args: readonly Text[]): readonly Continuation[] {
  const words = args.map((word) => textOf(word) ?? "?").join(" ");
  if (ownValue(WRAPPERS, name)?.test(words) !== true) return [];
  const at = args.findIndex((word) => textOf(word) === "--");
  const argv = at < 0 ? [] : args.slice(at + 1);
  return argv.length === 0 ? [] : [{ kind: "run", argv, isCovered: true }];
}

/** Programs without a model that start another in some surroundings, with their options that take a word. */
const SURROUNDS: Readonly<Record<string, RegExp>> = {
  "xvfb-run":
    /^(?:-[efnpsw]|--(?:error-file|auth-file|server-num|xauth-protocol|server-args|wait))$/,
  "dbus-run-session": /^--(?:dbus-daemon|config-file)$/,
  unbuffer: /^$/,
  catchsegv: /^$/,
  eatmydata: /^$/,
  torsocks: /^-[aPu]$/,
  proxychains: /^-f$/,
  proxychains4: /^-f$/,
  numactl: /^-[NCmip]$/,
  cpulimit: /^-[lpec]$/,
  setarch: /^$/,
  "systemd-inhibit": /^--(?:what|who|why|mode)$/,
  gamemoderun: /^$/,
  rootlesskit: /^$/,
  slirp4netns: /^$/,
};

/** The command that a program without a model is given to run: behind `--`, or behind its own options. */
export function commandWithin(name: string, args: readonly Text[]): readonly Continuation[] {
  const texts = args.map((word) => textOf(word));
  const each = inEach(name, args, texts);
  if (each.length > 0) return each;
  const dashes = texts.indexOf("--");
  const taking = ownValue(SURROUNDS, name);
  let at = dashes < 0 ? args.length : dashes + 1;
  if (taking !== undefined && dashes < 0) {
    at = 0;
    while (texts[at]?.startsWith("-") === true) at += taking.test(texts[at] ?? "") ? 2 : 1;
  }
  const argv = args.slice(at);
  // An address there is an operand, and no program.
  const isAddress = /^[a-z][a-z\d+.-]*:\/\//i.test(texts[at] ?? "");
  return argv.length === 0 || isAddress ? [] : [{ kind: "run", argv, isCovered: true }];
}

/** Programs that run a command in each of many repositories or packages: how their words begin, and what the rest is. */
const IN_EACH: Readonly<
  Record<string, readonly (readonly [words: RegExp, rest: "words" | "line" | "git"])[]>
> = {
  repo: [[/^forall (?:.* )?-c /, "line"]],
  west: [[/^forall (?:.* )?-c /, "line"]],
  mr: [[/^(?:-\w+ )*run /, "words"]],
  myrepos: [[/^(?:-\w+ )*run /, "words"]],
  meta: [
    [/^exec /, "line"],
    [/^git /, "git"],
  ],
  gita: [
    [/^super /, "git"],
    [/^shell /, "line"],
  ],
  vcs: [[/^custom (?:.* )?--args /, "git"]],
  ghq: [[/^(?:exec|foreach) /, "words"]],
  multi: [[/^exec /, "words"]],
  "git-multi": [[/^/, "git"]],
  mani: [[/^exec (?:-\w+ )*/, "line"]],
  mu: [[/^sh /, "line"]],
};

function inEach(
  name: string,
  args: readonly Text[],
  texts: readonly (string | undefined)[],
): readonly Continuation[] {
  const line = `${texts.map((text) => (text ?? "?").replaceAll(" ", "_")).join(" ")} `;
  for (const [words, rest] of ownValue(IN_EACH, name) ?? []) {
    const start = words.exec(line)?.[0];
    if (start === undefined) continue;
    const given = args.slice(start.split(" ").length - 1);
    const [only, ...more] = given;
    if (only === undefined) return [];
    if (rest === "line" && more.length === 0)
      return [{ kind: "script", texts: [only], positional: [], isCovered: true }];
    const argv = rest === "git" ? [literal("git"), ...given] : given;
    return [{ kind: "run", argv, isCovered: true }];
  }
  return [];
}

function script(text: Text): Continuation {
  return { kind: "script", texts: [text], positional: [] };
}
