// Variables by which programs are told what others are told by options: further options, files that they write, hosts that they ask.
import { byName } from "#base/by-name.ts";
import {
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import { append, EMPTY } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";

/** The values of a variable that a call sets for a program; undefined where it sets none. */
export type SetVariable = (name: string) => TextSet | undefined;

/** How the value of a variable becomes options: its words as they are, or with a dash where the first has none; all of it as the value of one option. */
type OptionForm = "words" | "dashed" | { readonly option: string };

type OptionVariable = {
  readonly programs: RegExp;
  /** The first that is set counts. */
  readonly variables: readonly string[];
  readonly form: OptionForm;
  /** Whether the options stand behind the words of the call; before them otherwise. */
  readonly isBehind?: true;
};

const EDITORS = /^(?:vi|r?vim|r?view|g?vimdiff|gvim|ex)$/;

const JVM = /^java$/;

/** From the manual of each program, its section on the environment. */
const OPTION_VARIABLES: readonly OptionVariable[] = [
  { programs: /^g?tar$/, variables: ["TAR_OPTIONS"], form: "words", isBehind: true },
  { programs: /^(?:un)?(?:xz|lzma)$|^(?:xz|lz)cat$/, variables: ["XZ_DEFAULTS"], form: "words" },
  { programs: /^(?:un)?(?:xz|lzma)$|^(?:xz|lz)cat$/, variables: ["XZ_OPT"], form: "words" },
  { programs: /^b(?:un)?zip2$|^bzcat$/, variables: ["BZIP2"], form: "words" },
  { programs: /^zip$/, variables: ["ZIPOPT", "ZIP"], form: "words" },
  { programs: /^unzip$/, variables: ["UNZIP", "UNZIPOPT"], form: "words" },
  { programs: /^less$/, variables: ["LESS"], form: "dashed" },
  { programs: /^parallel$/, variables: ["PARALLEL"], form: "words" },
  { programs: /^g?make$/, variables: ["MAKEFLAGS"], form: "dashed" },
  { programs: /^g?make$/, variables: ["GNUMAKEFLAGS"], form: "words" },
  { programs: JVM, variables: ["JDK_JAVA_OPTIONS"], form: "words" },
  { programs: JVM, variables: ["JAVA_TOOL_OPTIONS"], form: "words" },
  { programs: JVM, variables: ["_JAVA_OPTIONS"], form: "words" },
  { programs: /^(?:pytest|py\.test)$/, variables: ["PYTEST_ADDOPTS"], form: "words" },
  { programs: /^man$/, variables: ["MANOPT"], form: "words" },
  { programs: /^node(?:js)?$/, variables: ["NODE_OPTIONS"], form: "words" },
  { programs: /^ruby[\d.]*$/, variables: ["RUBYOPT"], form: "dashed" },
  { programs: /^perl$/, variables: ["PERL5OPT"], form: "dashed" },
  { programs: /^bc$/, variables: ["BC_ENV_ARGS"], form: "words" },
  { programs: /^lua(?:jit|[\d.]+)?$/, variables: ["LUA_INIT"], form: { option: "-e" } },
  { programs: EDITORS, variables: ["VIMINIT", "EXINIT"], form: { option: "--cmd" } },
];

/** Variables of the table whose values are followed, so that a known one leaves nothing open. */
const FOLLOWED = new Set(["VIMINIT", "EXINIT"]);

/** Whether a variable only adds options, which the model of its program reads where they are known. */
export function addsOptions(name: string): boolean {
  return FOLLOWED.has(name);
}

/** The rows of the table that speak of a program. */
const optionVariables = byName((program) =>
  OPTION_VARIABLES.filter(({ programs }) => programs.test(program)),
);

/** Whether the model of a program reads, as options, what a variable holds: one text that is known, without quotes. */
export function takesOptionsFrom(variable: string, program: string, values: TextSet): boolean {
  const [value, ...others] = values;
  if (value === undefined || others.length > 0) return false;
  return OPTION_VARIABLES.some(
    ({ programs, variables, form }) =>
      programs.test(program) && variables.includes(variable) && wordsOf(value, form) !== undefined,
  );
}

/** The words of a call with those that variables add to them; `open` are variables whose value is not known. */
export function withOptions(
  program: string,
  args: readonly Text[],
  valuesOf: SetVariable,
): { readonly args: readonly Text[]; readonly open: readonly string[] } {
  const open: string[] = [];
  let words = args;
  for (const { variables, form, isBehind } of optionVariables(program)) {
    const variable = variables.find((one) => valuesOf(one) !== undefined);
    const [value, ...others] = variable === undefined ? [] : (valuesOf(variable) ?? []);
    if (variable === undefined || value === undefined) continue;
    const added = others.length > 0 ? undefined : wordsOf(value, form);
    if (added === undefined) open.push(variable);
    else words = isBehind === true ? [...words, ...added] : [...added, ...words];
  }
  return { args: words, open };
}

function wordsOf(value: Text, form: OptionForm): readonly Text[] | undefined {
  if (typeof form === "object") return [literal(form.option), value];
  const text = textOf(value);
  // Whether its quotes count differs from program to program.
  if (text === undefined || /["'\\]/.test(text)) return undefined;
  const words = text.split(/\s+/).filter((word) => word !== "");
  const [first, ...rest] = words;
  const isBare = form === "dashed" && first !== undefined && !/^[-+]|=/.test(first);
  return (isBare ? [`-${first}`, ...rest] : words).map((word) => literal(word));
}

type FileVariable = {
  readonly programs: RegExp;
  readonly variable: string;
  readonly use: "append" | "tree" | "read";
};

const NODE = /^(?:node|nodejs|npm|npx|yarn|pnpm|tsx|ts-node)$/;
const PYTHON = /^python[\d.]*$/;
const TLS = /^(?:curl|wget|git|aria2c|gnutls-cli|yt-dlp|python[\d.]*|pip[\d.]*)$/;
const COMPILERS = /^(?:cc|c\+\+|gcc|g\+\+|cpp)(?:-[\d.]+)?$/;

const FILE_VARIABLES: readonly FileVariable[] = [
  { programs: TLS, variable: "SSLKEYLOGFILE", use: "append" },
  { programs: /^(?:curl|git)$/, variable: "CURL_CA_BUNDLE", use: "read" },
  { programs: /^wget$/, variable: "WGETRC", use: "read" },
  { programs: NODE, variable: "NODE_EXTRA_CA_CERTS", use: "read" },
  { programs: /^gpg2?$/, variable: "GNUPGHOME", use: "tree" },
  { programs: /^rsync$/, variable: "RSYNC_PARTIAL_DIR", use: "tree" },
  { programs: NODE, variable: "NODE_V8_COVERAGE", use: "tree" },
  { programs: NODE, variable: "NODE_COMPILE_CACHE", use: "tree" },
  { programs: NODE, variable: "NODE_REDIRECT_WARNINGS", use: "append" },
  { programs: PYTHON, variable: "PYTHONPYCACHEPREFIX", use: "tree" },
  { programs: COMPILERS, variable: "SUNPRO_DEPENDENCIES", use: "append" },
  { programs: COMPILERS, variable: "DEPENDENCIES_OUTPUT", use: "append" },
  { programs: /^psql$|^pg_\w+$/, variable: "PGPASSFILE", use: "read" },
  { programs: /^psql$|^pg_\w+$/, variable: "PGSERVICEFILE", use: "read" },
];

const fileVariables = byName((program) =>
  FILE_VARIABLES.filter(({ programs }) => programs.test(program)),
);

/** Lists of libraries that the loader puts into every program. */
const LIBRARIES = ["LD_PRELOAD", "LD_AUDIT"];
/** The loader writes what it was asked to tell into a file for each process. */
const LOADER = { asked: "LD_DEBUG", file: "LD_DEBUG_OUTPUT" };

/** Programs that reach hosts in their own protocol, past any proxy. */
const PAST_PROXIES =
  /^(?:ssh|scp|sftp|ssh-\w+|nc|ncat|netcat|socat|telnet|ftp|rsync|psql|pg_\w+|mysql\w*|redis-cli|ping6?|dig|host|nslookup|whois|nmap)$/;
const isPastProxies = byName((program) => PAST_PROXIES.test(program));
const PROXIES = ["http_proxy", "https_proxy", "all_proxy", "ftp_proxy"].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

/** What follows for a program from variables that a call sets, beside the consequences that its model names. */
export function optionsFromVariables(
  program: string,
  consequences: readonly Consequence[],
  valuesOf: SetVariable,
): readonly Consequence[] {
  const found: Consequence[] = [];
  for (const { variable, use } of fileVariables(program)) {
    for (const path of valuesOf(variable) ?? EMPTY) {
      if (textOf(path) === "") continue;
      if (use === "read") found.push(reads(path));
      else
        found.push(
          use === "tree" ? writes(path, "create", { reach: "tree" }) : writes(path, "append"),
        );
    }
  }
  for (const name of LIBRARIES)
    for (const path of (valuesOf(name) ?? []).flatMap((text) => textOf(text)?.split(/[: ]/) ?? []))
      if (path.includes("/")) found.push(reads(literal(path)));
  if (valuesOf(LOADER.asked) !== undefined)
    for (const path of valuesOf(LOADER.file) ?? EMPTY)
      found.push(
        writes(append(path, [hole("dynamic-path", { like: ".[0-9]*", splits: false })]), "create"),
      );
  // rsync talks to the program that it is told to connect by over a connection of this machine with itself.
  if (program === "rsync" && valuesOf("RSYNC_CONNECT_PROG") !== undefined)
    found.push({ kind: "contacts", url: literal("localhost"), scheme: "tcp", carries: [] });
  return [...found, ...proxied(program, consequences, valuesOf)];
}

function sends(one: Consequence): boolean {
  return one.kind === "contacts" || (one.kind === "effect" && one.effect.kind === "egress");
}

/** What is sent to a host through a proxy reaches that one first. */
function proxied(
  program: string,
  consequences: readonly Consequence[],
  valuesOf: SetVariable,
): readonly Consequence[] {
  if (!consequences.some(sends) || isPastProxies(program)) return [];
  const carries = consequences.flatMap((one) =>
    one.kind === "contacts"
      ? [one.carries]
      : one.kind === "effect" && one.effect.kind === "egress" && one.effect.destination.host !== "."
        ? [one.effect.carries]
        : [],
  );
  if (carries.length === 0) return [];
  return PROXIES.flatMap((name) => valuesOf(name) ?? []).flatMap((url): Consequence[] =>
    textOf(url) === "" || /^(?:https?:\/\/)?(?:localhost|127\.|\[::1\])/.test(knownPrefix(url))
      ? []
      : [
          {
            kind: "contacts",
            url,
            scheme: "http",
            carries: [...carries.flat(), ...sourcesOf([url])],
          },
        ],
  );
}
