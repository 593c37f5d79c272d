// How Ruby, PowerShell, Go, Perl and PHP say what a hook does: ends, prints, variables, matches, other programs, files, the network.
import type { Matched } from "./reading.ts";

/** Languages that are read by their forms alone. */
export type OtherLanguage = "ruby" | "powershell" | "go" | "perl" | "php";

type Prints = {
  /** Up to what is printed; with `isBefore` with it. */
  readonly pattern: RegExp;
  readonly to: 1 | 2;
  readonly isBefore?: boolean;
};
type Matches = {
  readonly pattern: RegExp;
  readonly form: Matched["form"];
  /** Groups of what is looked into, and of what is looked for. */
  readonly target: number;
  readonly what: number;
};
type Forms = {
  readonly comment: RegExp;
  readonly isBraced: boolean;
  /** A statement may have its condition behind it. */
  readonly hasTrailing: boolean;
  /** Signs of objects, and those of JavaScript that stand for them. */
  readonly objects: readonly (readonly [RegExp, string])[];
  /** Members of answers that the language writes with a capital. */
  readonly members: readonly string[];
  readonly exits: RegExp;
  readonly dies: readonly { readonly pattern: RegExp; readonly status: number }[];
  readonly prints: readonly Prints[];
  /** Signs of a library that writes JSON, and of a text that values are put into. */
  readonly builds: RegExp;
  readonly pastes: RegExp;
  readonly variables: RegExp;
  readonly loads: RegExp;
  readonly matches: readonly Matches[];
  /** Programs that are run; the text is in the first group where the pattern takes it. `needsText`: only one that values are put into. */
  readonly runs: readonly { readonly pattern: RegExp; readonly needsText: boolean }[];
  readonly sends: RegExp;
  readonly fetches: RegExp;
  readonly writes: RegExp;
  /** What is done where reading fails, in the first group. */
  readonly caught: RegExp;
};

const CAUGHT_BRACED = /\bcatch\b[^{]*\{((?:"[^"\n]*"|'[^'\n]*'|[^}"'])*)\}/g;
const TARGET = /([$@]?[A-Za-z_][\w.$>{}[\]"'()?:&-]*)/.source;
const TEXT = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`|\$?\w+)/.source;
const REGEX = /(m?\/(?:[^/\\\n]|\\.)+\/[a-z]*)/.source;

/** Forms by language. */
export const otherLanguages: Readonly<Record<OtherLanguage, Forms>> = {
  ruby: {
    ...{ comment: /(?<!#)#(?!\{)[^\n]*/, isBraced: false, hasTrailing: true },
    ...{ objects: [[/=>/g, ":"]], members: [] },
    exits: /(?<![\w.])(?:Kernel\.)?exit!?(?![\w?])(?:\s*\(\s*|[ \t]+)?(\d+|true|false)?/g,
    dies: [
      { pattern: /(?<![\w.])abort\b/g, status: 1 },
      { pattern: /(?<![\w.])raise\s+["']/g, status: 1 },
    ],
    prints: [
      {
        pattern: /(?<![\w.])(?:puts|print|\$stdout\.(?:puts|write|print)|STDOUT\.\w+)[ \t(]\s*/g,
        to: 1,
      },
      { pattern: /(?<![\w.])(?:warn|abort|\$stderr\.\w+|STDERR\.\w+|raise)[ \t(]\s*/g, to: 2 },
    ],
    builds: /to_json|JSON\.(?:generate|dump|pretty_generate)/,
    pastes: /#\{/,
    variables: /\bENV(?:\.fetch\(|\[)\s*["']([A-Za-z_]\w*)/g,
    loads: /JSON\.parse\([^)\n]*\)*/,
    matches: [
      {
        pattern: new RegExp(`${TARGET}\\.include\\?\\(?\\s*${TEXT}`, "g"),
        form: "fixed",
        target: 1,
        what: 2,
      },
      {
        pattern: new RegExp(`${TARGET}(?:\\.match\\??\\(\\s*|\\s*=~\\s*)${REGEX}`, "g"),
        form: "regex",
        target: 1,
        what: 2,
      },
      {
        pattern: new RegExp(`${REGEX}(?:\\.match\\??\\(|\\s*=~\\s*)\\s*${TARGET}`, "g"),
        form: "regex",
        target: 2,
        what: 1,
      },
    ],
    runs: [
      {
        pattern: /(?<![\w.])(?:Kernel\.)?(?:system|exec|spawn|IO\.popen|Open3\.\w+)[ \t(]\s*/g,
        needsText: true,
      },
      { pattern: /(?:%x[{(]([^})\n]*)|`([^`\n]*#\{[^`\n]*)`)/g, needsText: false },
      { pattern: /(?<![\w.])(?:eval|instance_eval|class_eval)[ \t(]\s*/g, needsText: false },
    ],
    sends:
      /\b(?:Net::HTTP\.(?:post|post_form)|Net::HTTP::Post\.new|(?:Faraday|HTTParty|RestClient|Excon|HTTP)\.(?:post|put))\b/g,
    fetches: /\b(?:eval|instance_eval)[ \t(]\s*(?:URI\.open|open|Net::HTTP\.get)\b/g,
    writes:
      /File\.(?:open|write)\([^\n]*["'](?:a|w)\+?["'][^\n]*|File\.write\(|IO\.write\(|Logger\.new/g,
    caught:
      /\brescue\b[^\n]*\n((?:(?![ \t]*(?:end|else|ensure|rescue)\b)[^\n]*\n)*)|\brescue\s+(nil)\b/g,
  },
  powershell: {
    ...{ comment: /<#[^]*?#>|#[^\n]*/, isBraced: true, hasTrailing: false },
    objects: [
      [/\[(?:ordered|pscustomobject)\]\s*@\{/gi, "{"],
      [/@\{/g, "{"],
    ],
    members: [],
    exits:
      /(?<![\w.$-])exit(?![\w-])[ \t]*(\d+|\$\w+)?|\[(?:System\.)?Environment\]::Exit\((\d+)/gi,
    dies: [{ pattern: /(?<![\w.$-])throw\b/gi, status: 1 }],
    prints: [
      { pattern: /(?<![\w.$-])(?:Write-Output|Write-Host|echo)\s+/gi, to: 1 },
      { pattern: /\[Console\]::(?:Out\.)?Write(?:Line)?\(/gi, to: 1 },
      { pattern: /(?<![\w.$-])(?:Write-Error|Write-Warning|throw)\s+/gi, to: 2 },
      { pattern: /\[Console\]::Error\.Write(?:Line)?\(/gi, to: 2 },
      {
        pattern: /(?<=^|[;{])[ \t]*(?:\{[^]{0,2000}?\}|\$\w+)\s*\|\s*ConvertTo-Json[^\n]*/gim,
        to: 1,
        isBefore: true,
      },
    ],
    builds: /ConvertTo-Json/i,
    pastes: /"[^"\n]*\$[\w({]/,
    variables: /\$env:([A-Za-z_]\w*)/gi,
    loads: /ConvertFrom-Json[^\n.)]*\)?/i,
    matches: [
      {
        pattern: new RegExp(`${TARGET}\\s+-c?match\\s+("[^"\\n]*"|'[^'\\n]*')`, "gi"),
        form: "regex",
        target: 1,
        what: 2,
      },
      {
        pattern: new RegExp(`${TARGET}\\s+-c?like\\s+${TEXT}`, "gi"),
        form: "glob",
        target: 1,
        what: 2,
      },
      {
        pattern: new RegExp(`(\\$[\\w.]+)\\.(?:Contains|IndexOf)\\(\\s*${TEXT}`, "gi"),
        form: "fixed",
        target: 1,
        what: 2,
      },
    ],
    runs: [
      { pattern: /(?<![\w.$-])(?:Invoke-Expression|iex)\s+/gi, needsText: false },
      { pattern: /\[scriptblock\]::Create\(/gi, needsText: false },
      {
        pattern:
          /(?<![\w.$-])(?:cmd(?:\.exe)?\s+\/c|(?:ba)?sh\s+-c|(?:pwsh|powershell)(?:\.exe)?\s+[^\n]*-c(?:ommand)?)\s+/gi,
        needsText: false,
      },
    ],
    sends: /(?<![\w.$-])(?:Invoke-RestMethod|Invoke-WebRequest|irm|iwr)\b(?=[^\n]*-Body\b)[^\n]*/gi,
    fetches:
      /(?<![\w.$-])(?:irm|iwr|Invoke-RestMethod|Invoke-WebRequest)\b[^\n]*\|\s*(?:iex|Invoke-Expression)\b|(?:iex|Invoke-Expression|Create\()[^\n]*(?:irm|iwr|Invoke-RestMethod|Invoke-WebRequest|DownloadString)\b/gi,
    writes:
      /(?<![\w.$-])(?:Add-Content|Out-File|Set-Content|Tee-Object)\b[^\n]*|AppendAllText\([^\n]*/gi,
    caught: CAUGHT_BRACED,
  },
  go: {
    ...{ comment: /\/\/[^\n]*|\/\*[^]*?\*\//, isBraced: true, hasTrailing: false },
    objects: [
      [/map\[string\](?:any|interface\{\}|string|bool)\{/g, "{"],
      [/:=/g, "="],
    ],
    members: ["HookSpecificOutput", "HookEventName", "PermissionDecision", "Decision"],
    exits: /\bos\.Exit\(\s*(\d+|\w[^)]*)\s*\)/g,
    dies: [{ pattern: /\blog\.(?:Fatal|Panic)(?:f|ln)?\(/g, status: 1 }],
    prints: [
      { pattern: /\bfmt\.Print(?:f|ln)?\(/g, to: 1 },
      {
        pattern:
          /\b(?:fmt\.Fprint(?:f|ln)?\(\s*os\.Stdout\s*,|io\.WriteString\(\s*os\.Stdout\s*,|os\.Stdout\.Write(?:String)?\()\s*/g,
        to: 1,
      },
      { pattern: /json\.NewEncoder\(os\.Stdout\)\.Encode\(/g, to: 1 },
      {
        pattern:
          /\b(?:fmt\.Fprint(?:f|ln)?\(\s*os\.Stderr\s*,|os\.Stderr\.WriteString\(|log\.\w+\()\s*/g,
        to: 2,
      },
      { pattern: /(?<![\w.])(?:println|print)\(/g, to: 2 },
    ],
    builds: /json\.(?:Marshal|NewEncoder)/,
    pastes: /%[svqd]|["`]\s*\+\s*\w/,
    variables: /\bos\.(?:Getenv|LookupEnv)\(\s*"([A-Za-z_]\w*)"/g,
    loads: /json\.Unmarshal\([^)\n]*\)?/,
    matches: [
      {
        pattern: new RegExp(
          `strings\\.Contains\\(\\s*(?:strings\\.ToLower\\()?${TARGET}\\)?\\s*,\\s*${TEXT}`,
          "g",
        ),
        form: "fixed",
        target: 1,
        what: 2,
      },
      {
        pattern: new RegExp(`MustCompile\\(\\s*${TEXT}\\s*\\)\\.MatchString\\(\\s*${TARGET}`, "g"),
        form: "regex",
        target: 2,
        what: 1,
      },
      {
        pattern: new RegExp(`regexp\\.MatchString\\(\\s*${TEXT}\\s*,\\s*${TARGET}`, "g"),
        form: "regex",
        target: 2,
        what: 1,
      },
    ],
    runs: [
      {
        pattern:
          /exec\.Command(?:Context)?\(\s*(?:ctx\s*,\s*)?"(?:\/bin\/)?(?:ba|z|da)?sh"\s*,\s*"-\w*c"\s*,\s*([^\n]*)/g,
        needsText: false,
      },
    ],
    sends: /\b(?:http\.(?:Post|PostForm)|http\.NewRequest(?:WithContext)?)\([^\n]*/g,
    fetches: /(?!)/g,
    writes: /\bos\.(?:OpenFile|WriteFile)\([^\n]*|\.WriteString\([^\n]*/g,
    caught: /\berr\s*!=\s*nil\s*\{((?:"[^"\n]*"|[^}"])*)\}/g,
  },
  perl: {
    ...{ comment: /(?<![$\\/])#[^\n]*/, isBraced: true, hasTrailing: true },
    ...{ objects: [[/=>/g, ":"]], members: [] },
    exits: /(?<![\w$@%])exit\b(?:\s*\(\s*|[ \t]+)?(\d+)?/g,
    dies: [{ pattern: /(?<![\w$@%])(?:die|croak|confess)\b/g, status: 1 }],
    prints: [
      {
        pattern:
          /(?<![\w$@%])(?:print|say|printf)\b(?!\s*\{?\s*\*?STDERR)[ \t(]+(?:\{?\s*\*?STDOUT\}?\s+)?/g,
        to: 1,
      },
      { pattern: /(?<![\w$@%])(?:print|say|printf)\b[ \t(]+\{?\s*\*?STDERR\}?\s+/g, to: 2 },
      { pattern: /(?<![\w$@%])(?:warn|die|croak)[ \t(]+/g, to: 2 },
    ],
    builds: /encode_json|to_json|->encode\(/,
    pastes: /"[^"\n]*[$@]\w|["']\s*\.\s*\$/,
    variables: /\$ENV\{\s*["']?([A-Za-z_]\w*)/g,
    loads: /decode_json\s*\(?[^;\n]*|from_json\([^;\n]*|->decode\([^;\n]*/,
    matches: [
      {
        pattern: new RegExp(`(\\$[\\w{}>\\[\\]'"-]+)\\s*=~\\s*${REGEX}`, "g"),
        form: "regex",
        target: 1,
        what: 2,
      },
      {
        pattern: /\bindex\(\s*(\$[\w{}>-]+)\s*,\s*("[^"\n]*"|'[^'\n]*'|\$\w+)/g,
        form: "fixed",
        target: 1,
        what: 2,
      },
    ],
    runs: [
      { pattern: /(?<![\w$@%])(?:system|exec)[ \t(]\s*/g, needsText: true },
      { pattern: /`([^`\n]*\$[^`\n]*)`|\bqx[{(/]([^})/\n]*\$[^})/\n]*)/g, needsText: false },
      { pattern: /(?<![\w$@%])eval\s+(?=["$])/g, needsText: false },
    ],
    sends: /->post(?:_form)?\([^\n]*|->request\(\s*["']POST[^\n]*/g,
    fetches: /\beval\s*\(?\s*(?:get\(|`curl|LWP)/g,
    writes: /\bopen\b[^\n;]*["']>>?[^\n;]*|\bprint\s+\{?\$\w+\}?\s+[^\n]*/g,
    caught: /\bor\s+(exit\b[^;\n]*)|\bcatch\b[^{]*\{([^}]*)\}/g,
  },
  php: {
    ...{ comment: /\/\/[^\n]*|#[^\n]*|\/\*[^]*?\*\//, isBraced: true, hasTrailing: false },
    ...{ objects: [[/=>/g, ":"]], members: [] },
    exits: /(?<![\w$>])(?:exit|die)\b(?:\s*\(\s*(\d*)\s*\))?(?!\s*\(\s*["'$])/g,
    dies: [{ pattern: /(?<![\w$>])throw\b/g, status: 255 }],
    prints: [
      {
        pattern: /(?<=(?:^|[;{})]|\belse\b|<\?(?:php|=))\s*)(?:echo|print|print_r)[ \t(]\s*/gm,
        to: 1,
      },
      { pattern: /(?<![\w$>])(?:fwrite|fputs|fprintf)\(\s*STDOUT\s*,\s*/g, to: 1 },
      { pattern: /(?<![\w$>])(?:(?:fwrite|fputs|fprintf)\(\s*STDERR\s*,|error_log\()\s*/g, to: 2 },
    ],
    builds: /json_encode/,
    pastes: /"[^"\n]*\{?\$\w|["']\s*\.\s*\$/,
    variables: /(?:\bgetenv\(\s*|\$_(?:ENV|SERVER)\[\s*)["']([A-Za-z_]\w*)/g,
    loads: /json_decode\([^;\n]*\)/,
    matches: [
      {
        pattern: new RegExp(
          `(?:str_contains|strpos|stripos)\\(\\s*(?:strtolower\\()?(\\$[\\w\\[\\]'">-]+)\\)?\\s*,\\s*${TEXT}`,
          "g",
        ),
        form: "fixed",
        target: 1,
        what: 2,
      },
      {
        pattern: /preg_match\(\s*["']([/#~][^\n]*?[/#~][a-z]*)["']\s*,\s*(\$[\w[\]'">-]+)/g,
        form: "regex",
        target: 2,
        what: 1,
      },
    ],
    runs: [
      {
        pattern: /(?<![\w$>])(?:system|exec|shell_exec|passthru|popen|proc_open)\(/g,
        needsText: true,
      },
      { pattern: /`([^`\n]*\$[^`\n]*)`/g, needsText: false },
      { pattern: /(?<![\w$>])eval\(/g, needsText: false },
    ],
    sends: /CURLOPT_POSTFIELDS[^\n]*|stream_context_create\([^\n]*POST/g,
    fetches: /\beval\([^\n]*file_get_contents\(\s*["']https?:/g,
    writes: /\bfile_put_contents\([^\n]*/g,
    caught: CAUGHT_BRACED,
  },
};
