// How PHP says what a hook does.
import { php as language } from "#guard/effects/languages/php.ts";
import { braced } from "#guard/effects/languages/syntax/blocks.ts";
import { MEMBERS, matching, NONE, type ProgramForms, TEXT } from "./forms.ts";

const VALUE = /(\$[\w[\]'">-]+)/.source;

export const php: ProgramForms = {
  layout: { lexicon: language.lexicon, signs: [[/=>/g, ":"]], isBare: true, ignoresCase: false },
  blocks: braced,
  capitals: [],
  variables: [/(?:\bgetenv\(\s*|\$_(?:ENV|SERVER)\[\s*)["']([A-Za-z_]\w*)/g],
  loads: /json_decode\([^;\n]*\)/,
  wraps: /(?!)/,
  foreign: /getenv|ENV\b|split/,
  members: MEMBERS,
  prints: [
    { names: "echo print print_r", to: 1 },
    { names: "fwrite fputs fprintf", first: /^STDOUT\b/, to: 1 },
    { names: "fwrite fputs fprintf", first: /^STDERR\b/, to: 2 },
    { names: "error_log", to: 2 },
  ],
  toError: /(?!)/,
  builds: /json_encode/,
  pastes: /"[^"\n]*\{?\$\w|["']\s*\.\s*\$/,
  exits: [{ names: "exit die" }],
  textStatus: undefined,
  dies: [{ names: "throw", status: 255 }],
  catchesAll: NONE,
  matches: [
    matching(
      `(?:str_contains|strpos|stripos)\\(\\s*(?:strtolower\\()?${VALUE}\\)?\\s*,\\s*${TEXT}`,
      "fixed",
      { target: 1, what: 2 },
    ),
    matching(`preg_match\\(\\s*["']([/#~][^\\n]*?[/#~][a-z]*)["']\\s*,\\s*${VALUE}`, "regex", {
      target: 2,
      what: 1,
    }),
  ],
  runs: [
    { names: "system exec shell_exec passthru popen proc_open", how: "words" },
    { form: /`([^`\n]*\$[^`\n]*)`/g, how: "filled" },
    { names: "eval", how: "filled" },
  ],
  quotes: /\bescapeshell(?:arg|cmd)\([^()]*\)/g,
  sends: [{ form: /CURLOPT_POSTFIELDS[^\n]*|stream_context_create\([^\n]*POST/g }],
  fetches: { asks: /(?:)/, runs: /\beval\([^\n]*file_get_contents\(\s*["']https?:/g },
  writes: /\bfile_put_contents\([^\n]*/g,
  logs: NONE,
  raw: NONE,
  caught: undefined,
};
