// Small shell programs made from templates by a seed: every construct that the evaluator follows, in combination.
import { BASH_CONSTRUCTS, SHARED_CONSTRUCTS, ZSH_CONSTRUCTS } from "./shell-constructs.ts";
import { BASH_FORMS, SHARED_FORMS, ZSH_FORMS } from "./shell-forms.ts";

export type Dialect = "bash" | "zsh";

/** A program that hands words to `args`; `construct` is what it was made to try. */
export type ShellProgram = { readonly construct: string; readonly source: string };

/** Numbers from a seed: the same seed gives the same programs on every machine. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to, and without, `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }
}

const VALUES =
  String.raw`a|b|ab|.env|'a b'|"a  b"|x|'a*'|'*'|''|"  a b "|a:b:c|'x=y'|-n|~|~/x|'a,b,,c'|é|"it's"|'a\b'|'[ab]'|1|2|10|'A b'|file.tar.gz|/usr/local/x.ts|$p|"$q"|$'a\nb'|$'\x61\tb'|"a""b"|{a,b}|'?'|\*|$1|a\ b|'.'|Abc|'a/b/c'|'%s'|'a.b.c'|007|$((1+2))|"$(echo a b)"|'$p'|' '|a=b`.split(
    "|",
  );
const PATTERNS =
  String.raw`a|*|a*|*b|?|[ab]|[!a]*|*.|.*|*/|/*|"a b"|$q|"$q"|[[:alpha:]]|\*|??|[a-c]*|*[0-9]|'*'|*a*|${"${q}"}*|b|:*|*:|.|e|' '|[[:space:]]`.split(
    "|",
  );
const PIECES =
  String.raw`$§N|"$§N"|${"${§N}"}|"${"${§N}"}x"|§V|§V|*|a*|.e*|?|[ab]|{a,b}|{a,b}c|x{1..3}|$@|"$@"|$*|"$*"|$#|$1|"$2"|~|\*|$((1+2))|${"${r[1]}"}|"${"${r[@]}"}"|${"${r[@]}"}|"${"${r[*]}"}"|$(echo a b)|"$(echo a b)"|${"${§N:-§V}"}|${"${§N%§P}"}|${"${§N#§P}"}|${"${#§N}"}|${"${§N/§P/§R}"}|'lit'|\$§N|"\$§N"|-`.split(
    "|",
  );
const FILLERS: Readonly<Record<string, readonly string[]>> = {
  N: ["p", "q"],
  V: VALUES,
  P: PATTERNS,
  R: String.raw`x||"x y"|$q|"$q"|&|\&|\/|a&b|'&'|xx`.split("|"),
  I: ["0", "1", "2", "3"],
  J: ["-3", "-1", "0", "1", "2", "5"],
  O: String.raw`x|"a b"|a\ b|'a b'|$q|"$q"|*|~/x|${"${q:-z}"}|$(echo c d)||"x"y|a b|'*'`.split("|"),
  G: String.raw`*|a*|.*|?|[ab]*|*/|*/*|**|*.txt|sub/*|nosuch*|[!a]*|./*|*/c|**/*.js|[.]*|"a"*|a"*"|\**|{a,b}*|sub/**/*|*/../*|.[!.]*|[[:upper:]]*|$PWD/a*|~/*`.split(
    "|",
  ),
  A: String.raw`1+2|i+1|$i*2|i++|++i|2**3|7/2|-7%3|0x1f|010|1?2:3|i=5|i+=2|(1+2)*3|1<<4|5&3|!0|~1|1&&0|16#ff|r[1]|${"${#p}"}|$(echo 3)|i,4|1>2|i==1|5|0|-5|j=i+1|r[i]+1|n|2#101|1||0`.split(
    "|",
  ),
  C: String.raw`true|false|:|[ -n "$p" ]|[[ $p == a* ]]|[[ -z $q ]]|test a = a|((1))|((0))|! true|[[ $p =~ ^a ]]|[ "$p" = a ]|[[ -f a ]]|[ -d sub ]|[[ a < b ]]|[[ 1 -lt 2 ]]|nosuchprogram`.split(
    "|",
  ),
};
const PIECES_MAX = 3;

/** Fills the places of a template, those in what was filled in too. */
function fill(template: string, chance: Chance, depth = 0): string {
  return template.replace(/§([A-Z])/g, (_whole, key: string) => {
    if (key === "W") {
      const count = 1 + chance.below(PIECES_MAX);
      return Array.from({ length: count }, () => fill(chance.pick(PIECES), chance, depth + 1)).join(
        "",
      );
    }
    const filler = chance.pick(FILLERS[key] ?? ["x"]);
    return depth > 4 ? filler.replaceAll(/§./g, "p") : fill(filler, chance, depth + 1);
  });
}

const PRELUDES = [
  "§N=§V",
  "§N=§V",
  "§N=§V",
  "p=§V q=§V",
  "set -- a 'b c'",
  "set -- §V §V §V",
  "r=(a '.env b' c)",
  "r=(§V §V §W)",
  "IFS=:",
  "IFS=,",
  "unset p",
  "p+=§V",
  "i=§I",
  "export p=§V",
  "if §C; then p=§V; else q=§V; fi",
  "for p in §V §V; do :; done",
  "§C && p=§V",
  "§C || q=§V",
  "unset IFS",
  'f() { args f §W "$@"; }',
  "local_f() { local p=§V; args $p; }; local_f",
] as const;

/** The programs of one seed, in order: a beginning, one construct or two, and a look at what is left. */
export function* shellPrograms(dialect: Dialect, seed: number): Generator<ShellProgram, never> {
  const chance = new Chance(seed);
  const [own, forms] =
    dialect === "bash" ? [BASH_CONSTRUCTS, BASH_FORMS] : [ZSH_CONSTRUCTS, ZSH_FORMS];
  const constructs = Object.entries({ ...SHARED_CONSTRUCTS, ...own, ...SHARED_FORMS, ...forms });
  for (;;) {
    const [construct, templates] = chance.pick(constructs);
    const parts = Array.from({ length: chance.below(3) }, () => chance.pick(PRELUDES) as string);
    parts.push(chance.pick(templates));
    if (chance.below(4) === 0) parts.push(chance.pick(chance.pick(constructs)[1]));
    if (chance.below(2) === 0) parts.push("args §W §W");
    const lines = parts.map((part) => fill(part, chance));
    const source = lines.reduce((sum, line) => {
      // A here-document ends with its line, and an alias is in force from the next one.
      const mustBreak = /<<-?['"]?E|alias|shopt|setopt|\n/.test(sum);
      return `${sum}${mustBreak || chance.below(3) === 0 ? "\n" : "; "}${line}`;
    });
    yield { construct, source };
  }
}
