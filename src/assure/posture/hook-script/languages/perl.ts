// How Perl says what a hook does.
import { perl as language } from "#guard/effects/languages/perl/perl.ts";
import { braced } from "#guard/effects/languages/syntax/blocks.ts";
import { MEMBERS, matching, NONE, type ProgramForms, REGEX } from "./forms.ts";

const VALUE = /(\$[\w{}>[\]'"-]+)/.source;

export const perl: ProgramForms = {
  layout: { lexicon: language.lexicon, signs: [[/=>/g, ":"]], isBare: true, ignoresCase: false },
  blocks: { ...braced, behind: /["'\d)\]]?\s+(?:if|unless)\s/ },
  capitals: [],
  variables: [/\$ENV\{\s*["']?([A-Za-z_]\w*)/g],
  loads: /decode_json\s*\(?[^;\n]*|from_json\([^;\n]*|->decode\([^;\n]*/,
  wraps: /(?!)/,
  foreign: /ENV\b|split/,
  members: MEMBERS,
  prints: [
    { names: "print say printf", first: /^\{?\s*\*?STDERR\}?(?=\s)/, to: 2 },
    {
      names: "print say printf",
      first: /^(?:\{?\s*\*?STDOUT\}?(?=\s))?(?!\{?\s*\*?STDERR)/,
      to: 1,
    },
    { names: "warn die croak Carp::croak", to: 2 },
  ],
  toError: /(?!)/,
  builds: /encode_json|to_json|->encode\(/,
  pastes: /"[^"\n]*[$@]\w|["']\s*\.\s*\$/,
  exits: [{ names: "exit" }],
  textStatus: undefined,
  dies: [{ names: "die croak confess Carp::croak Carp::confess", status: 1 }],
  catchesAll: NONE,
  matches: [
    matching(`${VALUE}\\s*=~\\s*${REGEX}`, "regex", { target: 1, what: 2 }),
    matching(`\\bindex\\(\\s*${VALUE}\\s*,\\s*("[^"\\n]*"|'[^'\\n]*'|\\$\\w+)`, "fixed", {
      target: 1,
      what: 2,
    }),
  ],
  runs: [
    { names: "system exec", how: "words" },
    { form: /`([^`\n]*\$[^`\n]*)`/g, how: "filled" },
    { form: /\bqx[{(/]([^})/\n]*\$[^})/\n]*)/g, how: "filled" },
    { form: /(?<![\w$@%])eval\s+(?=["$])/g, how: "filled" },
  ],
  quotes: NONE,
  sends: [{ names: ".post .post_form" }, { form: /->request\(\s*["']POST[^\n]*/g }],
  fetches: { asks: /(?:)/, runs: /\beval\s*\(?\s*(?:get\(|`curl|LWP)/g },
  writes: /\bopen\b[^\n;]*["']>>?[^\n;]*|\bprint\s+\{?\$\w+\}?\s+[^\n]*/g,
  logs: NONE,
  raw: NONE,
  caught: /\bor\s+(?<body>exit\b[^;\n]*)/g,
};
