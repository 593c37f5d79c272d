// Forms around a command that run it all the same, and other ways to write its words: what the properties are tried with.
import fc from "fast-check";
import { dangerous } from "./commands.ts";
import type { Dialect } from "./judged.ts";

const quote = (command: string): string => `'${command.replaceAll("'", "'\\''")}'`;

/** Forms that run the same command. */
export const WRAPPERS: Readonly<Record<string, (command: string) => string>> = {
  group: (c) => `{ ${c}; }`,
  subshell: (c) => `( ${c} )`,
  after: (c) => `true; ${c}`,
  before: (c) => `${c}; true`,
  and: (c) => `true && ${c}`,
  or: (c) => `false || ${c}`,
  if: (c) => `if true; then ${c}; fi`,
  while: (c) => `while true; do ${c}; break; done`,
  for: (c) => `for i in 1; do ${c}; done`,
  case: (c) => `case x in x) ${c} ;; esac`,
  substitution: (c) => `echo "$( ${c} )"`,
  eval: (c) => `eval ${quote(c)}`,
  bash: (c) => `bash -c ${quote(c)}`,
  sh: (c) => `sh -c ${quote(c)} name`,
  env: (c) => `env A=1 bash -c ${quote(c)}`,
  timeout: (c) => `timeout 5 bash -c ${quote(c)}`,
  nohup: (c) => `nohup nice bash -c ${quote(c)}`,
  xargs: (c) => `xargs -n1 bash -c ${quote(c)} < /dev/null`,
  input: (c) => `echo ${quote(c)} | bash`,
  hereString: (c) => `bash <<< ${quote(c)}`,
  hereDocument: (c) => {
    // One inside another needs an end of its own; the braces let any word follow.
    const end = `END${c.split("END").length}`;
    return `{ bash <<'${end}'\n${c}\n${end}\n}`;
  },
  function: (c) => `f() { ${c}; }; f`,
  // What a trap sets for the same end does not run: one inside another is that of a shell of its own.
  trap: (c) => `trap ${quote(c.includes("trap ") ? `( ${c}\n)` : c)} EXIT`,
  background: (c) => `( ${c} ) & wait`,
  variable: (c) => `v=${quote(c)}; eval "$v"`,
};

/** Names of forms in an order in which they are nested, from the inside. */
const nested = (depth: number): fc.Arbitrary<string[]> =>
  fc.array(fc.constantFrom(...Object.keys(WRAPPERS)), { minLength: depth, maxLength: depth });

const dialects = fc.constantFrom<Dialect>("bash", "zsh", "unknown");

/** A command inside up to three forms; mostly three, for of fewer there are few. */
export const wrapped = fc
  .tuple(
    dangerous,
    fc.oneof(
      { withCrossShrink: true },
      { weight: 1, arbitrary: nested(1) },
      { weight: 4, arbitrary: nested(2) },
      { weight: 15, arbitrary: nested(3) },
    ),
    dialects,
  )
  .map(([command, names, dialect]) => ({
    command,
    dialect,
    text: names.reduce((inner, name) => WRAPPERS[name]?.(inner) ?? inner, command),
  }));

/** Commands as words, none of which means anything to the shell but itself. */
const plain = fc.constantFrom(
  ["cat", ".env"],
  ["rm", "-rf", "/"],
  ["git", "push", "--force"],
  ["cp", ".env", "x"],
  ["find", ".", "-name", ".env", "-delete"],
  ["head", "-n", "1", "/home/user/.ssh/id_rsa"],
);

const inHexadecimal = (word: string): string =>
  `$'${[...word].map((one) => `\\x${one.charCodeAt(0).toString(16)}`).join("")}'`;

/** Other ways to write a word. */
const SPELLINGS: readonly ((word: string) => string)[] = [
  (word) => word,
  (word) => `'${word}'`,
  (word) => `"${word}"`,
  (word) => `${word.slice(0, 1)}''${word.slice(1)}`,
  (word) => `${word.slice(0, 1)}""${word.slice(1)}`,
  (word) => [...word].map((one) => `\\${one}`).join(""),
  (word) => `${word.slice(0, -1)}'${word.slice(-1)}'`,
  inHexadecimal,
  (word) => `$(printf %s '${word}')`,
  (word) => `"$(echo '${word}')"`,
  (word) => `\`echo ${word}\``,
  (word) => `"\${nothing_here:-${word}}"`,
  (word) => `{${word},}`,
];

const GAPS = [" ", "  ", "\t", " \\\n", "\t \\\n  "] as const;
const TAILS = ["", " # a comment", ";", "\n", " \\\n", " #'\"$("] as const;

/** The same command, written otherwise: quoted, spaced, commented, continued, or put together from variables. */
export const disguised = fc
  .tuple(
    plain,
    fc.array(fc.nat(SPELLINGS.length - 1), { minLength: 5, maxLength: 5 }),
    fc.array(fc.constantFrom(...GAPS), { minLength: 5, maxLength: 5 }),
    fc.constantFrom(...TAILS),
    fc.nat(4),
  )
  .map(([words, spellings, gaps, tail, form]) => {
    // A brace with an empty end makes one word of a word in bash, and none of the name of a command.
    const spelled = words.map(
      (word, at) => (SPELLINGS[spellings[at] ?? 0] ?? SPELLINGS[0])?.(word) ?? word,
    );
    const text = spelled.reduce((sum, word, at) =>
      at === 0 ? word : `${sum}${gaps[at - 1] ?? " "}${word}`,
    );
    const names = words.map((_, at) => `v${at}`);
    const single = spelled.map((word, at) => (word.startsWith("{") ? words[at] : word));
    const forms = [
      `${text}${tail}`,
      // Braces are not expanded in assignments: these begin without.
      `${names.map((name, at) => `${name}=${single[at] ?? ""}`).join(" ")}\n${names.map((name) => `"$${name}"`).join(" ")}${tail}`,
      `${names.map((name, at) => `${name}=${single[at] ?? ""};`).join(" ")} ${names.map((name) => `\${${name}}`).join(" ")}${tail}`,
      `r=(${text})\n"\${r[@]}"${tail}`,
      `set -- ${text}\n"$@"${tail}`,
    ];
    return { words, text: forms[form] ?? text };
  });
