// Languages that are only looked at: calls with a literal argument are seen, and the code may do anything else besides.
import type { OwnReading } from "./interpret.ts";
import { searchableText } from "./heuristics/searchable-text.ts";
import { plainTcl } from "./plain-tcl.ts";
import type { Observations } from "./evaluation/observations.ts";

/** What is done to, or with, the text that the first group of a pattern finds. */
type Sight = readonly [
  "reads" | "writes" | "deletes" | "deletes-tree" | "shell" | "words" | "contacts",
  RegExp,
];

/** Things seen in one program. */
const SIGHTS_MAX = 128;
const TEXT = `["']((?:[^"'\\\\\\n]|\\\\.){1,400})["']`;

/** A pattern around a literal text: `@` stands for it. */
function sight(act: Sight[0], ...patterns: readonly string[]): readonly Sight[] {
  return patterns.map((pattern) => [act, new RegExp(pattern.replaceAll("@", TEXT), "g")] as const);
}

/** How each language gives the home directory, in front of the rest of a path. */
const HOME =
  /(?:joinpath\(\s*|Path\.join\(\s*\[?)?(?:System\.getProperty\(\s*["']user\.home["']\s*\)|System\.getenv\(\s*["']HOME["']\s*\)|sys\.props\(\s*["']user\.home["']\s*\)|sys\.env\(\s*["']HOME["']\s*\)|System\.user_home!?\(?\)?|homedir\(\)|ENV\[["']HOME["']\]|os:getenv\(\s*"HOME"\s*\))\s*(?:\+\+|\+|<>|\*|,)\s*["']\/?/g;

/** The same as a whole path. */
const HOME_ALONE =
  /(?:System\.getProperty\(\s*["']user\.home["']\s*\)|System\.getenv\(\s*["']HOME["']\s*\)|sys\.props\(\s*["']user\.home["']\s*\)|sys\.env\(\s*["']HOME["']\s*\)|System\.user_home!?\(\)|\bhomedir\(\)|ENV\[["']HOME["']\]|os:getenv\(\s*"HOME"\s*\))(?=\s*[,;)\]])/g;

const JVM: readonly Sight[] = [
  ...sight(
    "reads",
    String.raw`\bFiles\.(?:readString|readAllLines|readAllBytes|lines|newBufferedReader)\(\s*(?:Paths?\.(?:get|of)\(\s*)?@`,
    String.raw`\bFile\(\s*@\s*\)\s*\.(?:text|bytes|readText|readLines|readBytes|eachLine|forEachLine|getText|newReader|inputStream)\b`,
    String.raw`\bSource\.fromFile\(\s*@`,
    String.raw`\bFile(?:Reader|InputStream)\(\s*@`,
  ),
  ...sight(
    "writes",
    String.raw`\bFiles\.(?:writeString|write|createFile|createDirectories|newBufferedWriter)\(\s*(?:Paths?\.(?:get|of)\(\s*)?@`,
    String.raw`\bFile\(\s*@\s*\)\s*\.(?:write|writeText|appendText|append|mkdirs?|createNewFile|setText|withWriter|withPrintWriter|withOutputStream|bufferedWriter|printWriter|outputStream)\b`,
    String.raw`\bFile\(\s*@\s*\)\s*\.(?:text|bytes)\s*\+?=(?!=)`,
    String.raw`\bFile\(\s*@\s*\)\s*\.renameTo\(`,
    String.raw`\b(?:Files\.(?:copy|move|createSymbolicLink)\([^;\n]{0,200}?,\s*(?:Paths?\.(?:get|of)\()?|\.copyTo\(\s*(?:new\s+)?File\()\s*@`,
    String.raw`\bos\.(?:write|makeDir|copy)(?:\.\w+)?\(\s*os\.Path\(\s*@`,
    String.raw`\bFile\(\s*@\s*\)\s*<<`,
    String.raw`\bFile(?:Writer|OutputStream)\(\s*@`,
    String.raw`\bPrintWriter\(\s*@`,
  ),
  ...sight(
    "deletes-tree",
    String.raw`\bFile\(\s*@\s*\)\s*\.(?:deleteDir|deleteRecursively)\b`,
    String.raw`\bFile\(\s*@\s*\)\s*\.delete(?:OnExit)?\b`,
    String.raw`\bFiles\.delete(?:IfExists)?\(\s*(?:Paths?\.(?:get|of)\(\s*)?@`,
  ),
  ...sight(
    "words",
    String.raw`@\s*\.execute\(`,
    String.raw`\.exec\(\s*@`,
    String.raw`@\s*\.(?:!!?|lineStream)`,
    String.raw`\bProcess(?:Builder)?\(\s*@`,
  ),
  ...sight(
    "contacts",
    String.raw`\b(?:URL|URI)\(\s*@`,
    String.raw`\bSocket\(\s*@`,
    String.raw`@\s*\.toURL\(`,
  ),
];

const LANGUAGES = {
  "Groovy code": JVM,
  "Kotlin code": JVM,
  "Scala code": JVM,
  "Elixir code": [
    ...sight("reads", String.raw`\bFile\.(?:read|stream|open)!?\(?\s*@`),
    ...sight("writes", String.raw`\bFile\.(?:write|touch|mkdir|mkdir_p)!?\(?\s*@`),
    ...sight("deletes", String.raw`\bFile\.rm!?\(?\s*@`),
    ...sight("deletes-tree", String.raw`\bFile\.(?:rm_rf|rmdir)!?\(?\s*@`),
    ...sight("shell", String.raw`:os\.cmd\(\s*@`, String.raw`\bSystem\.shell\(?\s*@`),
    ...sight("words", String.raw`\bSystem\.cmd\(?\s*@`),
    ...sight(
      "contacts",
      String.raw`\b(?:HTTPoison|Req|Tesla)\.\w+!?\(?\s*@`,
      String.raw`:httpc\.request\(\s*@`,
    ),
  ],
  "Erlang code": [
    ...sight("reads", String.raw`\bfile:(?:read_file|consult|open)\(\s*@`),
    ...sight("writes", String.raw`\bfile:(?:write_file|make_dir)\(\s*@`),
    ...sight("deletes-tree", String.raw`\bfile:(?:delete|del_dir_r|del_dir)\(\s*@`),
    ...sight("shell", String.raw`\bos:cmd\(\s*@`),
    ...sight("contacts", String.raw`\bhttpc:request\(\s*@`, String.raw`\bgen_tcp:connect\(\s*@`),
  ],
  "Emacs Lisp code": [
    ...sight(
      "reads",
      String.raw`\((?:insert-file-contents|find-file|load-file|load|file-to-string|copy-file)\s+@`,
    ),
    ...sight(
      "writes",
      String.raw`\((?:write-file|make-directory|make-empty-file|append-to-file)\s+@`,
      String.raw`\((?:write-region|append-to-file)\s+(?:"[^"]*"|\S+)\s+\S+\s+@`,
      String.raw`\((?:copy-file|rename-file|make-symbolic-link|url-copy-file)\s+"[^"]*"\s+@`,
    ),
    ...sight("deletes-tree", String.raw`\((?:delete-file|delete-directory|rename-file)\s+@`),
    ...sight(
      "shell",
      String.raw`\((?:shell-command(?:-to-string)?|async-shell-command|compile)\s+@`,
    ),
    ...sight("contacts", String.raw`\((?:url-retrieve(?:-synchronously)?|url-copy-file)\s+@`),
    ["contacts", /:host\s+"([^"\n]{1,253})"/g],
    [
      "words",
      /\((?:call-process|start-process\s+"[^"]*"\s+\S+|process-lines)\s+"([^"\n]{1,400})"/g,
    ],
  ],
  "AppleScript code": [
    ...sight("shell", String.raw`\bdo shell script\s+@`),
    ...sight("contacts", String.raw`\bopen location\s+@`),
    ...sight("deletes-tree", String.raw`\bdelete\s+POSIX file\s+@`),
  ],
  "Julia code": [
    ...sight(
      "reads",
      String.raw`\b(?:open|read|readlines|eachline|include|readdlm|JSON\.parsefile)\(\s*@`,
      String.raw`\bread\(\s*@`,
    ),
    ...sight(
      "writes",
      String.raw`\b(?:write|touch|mkpath|mkdir)\(\s*@`,
      String.raw`\bopen\(\s*@\s*,\s*"[wa]`,
    ),
    ...sight("deletes-tree", String.raw`\brm\(\s*@`),
    ["deletes-tree", /\brm\(\s*(~)/g],
    ...sight(
      "contacts",
      String.raw`\bdownload\(\s*@`,
      String.raw`\bHTTP\.\w+\(\s*@`,
      String.raw`\bconnect\(\s*@`,
    ),
    ["shell", /`([^`\n]{1,400})`/g],
  ],
  "Clojure code": [
    ...sight(
      "reads",
      String.raw`\((?:slurp|load-file|clojure\.java\.io/reader|io/reader|line-seq)\s+@`,
    ),
    ...sight(
      "writes",
      String.raw`\((?:spit|fs/create-dirs?|fs/create-file|io/make-parents|clojure\.java\.io/writer|io/writer)\s+@`,
      String.raw`\((?:io/copy|fs/copy(?:-tree)?|fs/move)\s+(?:"[^"]*"|\([^)]*\))\s+(?:\((?:io/file|fs/file)\s+)?@`,
    ),
    ...sight("deletes-tree", String.raw`\((?:fs/delete(?:-tree|-if-exists)?|io/delete-file)\s+@`),
    ...sight(
      "words",
      String.raw`\((?:shell|process|p/shell|sh/sh|clojure\.java\.shell/sh|babashka\.process/shell|babashka\.tasks/shell)\s+@`,
    ),
    ...sight(
      "contacts",
      String.raw`\((?:http/\w+|curl/\w+|babashka\.curl/\w+|java\.net\.URL\.)\s+@`,
    ),
  ],
  "Raku code": [
    ...sight(
      "reads",
      String.raw`\b(?:slurp|lines|open)[\s(]+@`,
      String.raw`@\.IO\.(?:slurp|lines|open)`,
    ),
    ...sight(
      "writes",
      String.raw`\b(?:spurt|mkdir)[\s(]+@`,
      String.raw`@\.IO\.(?:spurt|mkdir|open\(?\s*:[wa])`,
      String.raw`\bopen[\s(]+@\s*,\s*:[wa]`,
      String.raw`\b(?:copy|move|rename|symlink|link)[\s(]+["'][^"']*["']\s*,\s*@`,
    ),
    ...sight("deletes", String.raw`\b(?:unlink|rmdir)[\s(]+@`, String.raw`@\.IO\.(?:unlink|rmdir)`),
    ...sight("shell", String.raw`\bshell[\s(]+@`, String.raw`\bqqx?\{([^}\n]{1,400})\}`),
    ...sight("words", String.raw`\brun[\s(]+@`),
  ],
  "code of another language": [
    ...sight(
      "reads",
      String.raw`\b(?:readFile|read_file|readAll|read_to_string|ReadFile|File\.read|contentsOfFile:)[\s(]+@`,
    ),
    ...sight(
      "writes",
      String.raw`\b(?:writeFile|appendFile|write_file|WriteFile|WriteAllText|AppendAllText|createDirectory|createDir|Mkdir(?:All)?|mkdir_p?|File\.(?:write|open)|open_out|toFile:|fopen)[\s(]+@`,
      String.raw`\b(?:writeText|save|write)\(\s*(?:to|file|path|filename)\s*[:=]\s*@`,
    ),
    ...sight(
      "deletes-tree",
      String.raw`\b(?:removeFile|removeDirectory(?:Recursive)?|removeDir|remove_dir_all|remove_file|RemoveAll|rm_rf?|rm_r|Sys\.remove|rmdir|delete_file|FileUtils\.\w+|removeItem\(atPath:|Directory\.Delete|File\.Delete)[\s(]+@`,
      String.raw`(?<![.\w$])delete\(\s*@`,
    ),
    ...sight(
      "shell",
      String.raw`\b(?:system|shell|execShellCmd|execCmd|callCommand|Sys\.command|shell_exec|popen|Unix\.open_process_in|os\.execute|executeShell|spawnShell|Shell)[\s(]+@`,
    ),
    ...sight(
      "words",
      String.raw`\b(?:exec|Command::new|exec\.Command|Process\.(?:run|Start)|spawnProcess|execProcess)\(\s*@`,
    ),
  ],
  "Tcl code": [
    ["reads", /\bopen\s+[{"]?([^\s{}"\][;|]{1,400})[}"]?/g],
    ["writes", /\bopen\s+[{"]?([^\s{}"\][;|]{1,400})[}"]?\s+[{"]?[wa]/g],
    ["deletes-tree", /\bfile\s+delete\s+(?:-force\s+)?(?:--\s+)?[{"]?([^\s{}"\][;]{1,400})/g],
    [
      "writes",
      /\bfile\s+(?:copy|rename)(?:\s+-force)?(?:\s+--)?\s+[^\s;]{1,400}\s+[{"]?([^\s{}"\][;]{1,400})/g,
    ],
    ["writes", /\bfile\s+mkdir\s+[{"]?([^\s{}"\][;]{1,400})/g],
    ["reads", /\b(?:source|file\s+copy(?:\s+-force)?)\s+[{"]?([^\s{}"\][;]{1,400})/g],
    ["words", /\b(?:exec|spawn)\s+([^\n;\]]{1,400})/g],
    ["shell", /\bopen\s+[{"]\|([^{}"\n]{1,400})[}"]/g],
    ["contacts", /\bsocket\s+(?!-)([\w.:-]{1,253})/g],
    ["contacts", /\bgeturl\s+[{"]?(\S{1,400})/g],
  ],
  "Scheme code": [
    ...sight(
      "reads",
      String.raw`\((?:open-input-file|call-with-input-file|with-input-from-file|load|file->string|file->lines|open-file)\s+@`,
    ),
    ...sight(
      "writes",
      String.raw`\((?:open-output-file|call-with-output-file|with-output-to-file|mkdir|make-directory)\s+@`,
    ),
    ...sight("deletes-tree", String.raw`\((?:delete-file|rmdir|delete-directory(?:/files)?)\s+@`),
    ...sight(
      "shell",
      String.raw`\(\s*system\s+@`,
      String.raw`\((?:open-input-pipe|open-output-pipe|uiop:run-program)\s+@`,
    ),
    ...sight("words", String.raw`\((?:system\*|sb-ext:run-program|run-program)\s+@`),
  ],
} as const satisfies Readonly<Record<string, readonly Sight[]>>;

/** A language of which calls are only looked for. */
export function sighted(name: keyof typeof LANGUAGES): OwnReading {
  const plain = name === "Tcl code" ? plainTcl : (code: string): string => code;
  return { name, read: (code, seen) => look(plain(code), LANGUAGES[name], seen) };
}

function look(code: string, sights: readonly Sight[], seen: Observations): void {
  // What is not looked for may be done too.
  seen.cannotTell();
  const { home } = seen.values;
  const text = searchableText(code)
    .replace(HOME, () => `"${home}/`)
    .replace(HOME_ALONE, () => `"${home}"`)
    .replace(/\$(?:::)?env\(HOME\)/g, () => home);
  for (const found of text.matchAll(/(["'])((?:(?!\1)[^\\\n]|\\.){1,400})\1/g))
    seen.mentions(found[2] ?? "");
  let left = SIGHTS_MAX;
  for (const [act, pattern] of sights) {
    for (const found of text.matchAll(pattern)) {
      left -= 1;
      if (left < 0) return;
      does(act, atHome(found[1] ?? "", home), seen);
    }
  }
}

function atHome(text: string, home: string): string {
  return /^~(?:\/|$)/.test(text) ? `${home}${text.slice(1)}` : text;
}

function does(act: Sight[0], text: string, seen: Observations): void {
  switch (act) {
    case "reads":
      seen.read(text);
      return;
    case "writes":
      seen.write(text, "create");
      return;
    case "deletes":
      seen.remove(text, "entry");
      return;
    case "deletes-tree":
      seen.remove(text, "tree");
      return;
    case "shell":
      seen.shell(text);
      return;
    case "words":
      // Braces quote a word where they are no part of the shell's language.
      seen.shell(text.replace(/\{([^{}']*)\}/g, "'$1'").replaceAll(/[{}]/g, " "));
      return;
    case "contacts":
      seen.contact(text, "https");
      return;
    default:
      act satisfies never;
  }
}
