// How Python says what a hook does.
import { python as language } from "#guard/effects/languages/python/python.ts";
import { CARRIES, matching, NONE, type ProgramForms, TEXT } from "./forms.ts";

const NAME = /([A-Za-z_]\w*)/.source;
const TARGET =
  /(\(?[A-Za-z_][\w.]*(?:\[["'][\w]+["']\]|\.get\([^()]*\))*(?:\(\))?(?:\.(?:lower|strip)\(\))*)/
    .source;

export const python: ProgramForms = {
  layout: { lexicon: language.lexicon, signs: [], isBare: false, ignoresCase: false },
  blocks: {
    isBraced: false,
    branch: /^\s*(?:if|elif|else|for|while|except)\b/,
    own: /^\s*(?:async\s+)?def\b/,
    tries: /^\s*try\b/,
    before: /(?!)/,
    behind: /(?!)/,
  },
  capitals: [],
  variables: [/(?:os\.environ(?:\.get\(|\[)|os\.getenv\()\s*["']([A-Z_][A-Z0-9_]*)/g],
  loads: /json\.loads?\([^\n]*?\)(?=$|[[.);,\s])|sys\.stdin(?:\.buffer)?\.read\(\)/,
  wraps: /^(?:str|Path|os\.path\.\w+)\(/,
  foreign: /environ|getenv|split\(/,
  members: /(?:\.get\(\s*["'](\w+)|\[["'](\w+)["']\]|\.([a-z]\w*)\b(?!\())/.source,
  prints: [
    { names: "print .print sys.stdout.write json.dump", to: 1 },
    { names: "sys.stderr.write", to: 2 },
  ],
  toError: /file\s*=\s*sys\.stderr|sys\.stderr\s*$/,
  builds: /json\.dump/,
  pastes: /^\s*f["']|["']\s*[%+]\s*[A-Za-z_]|[\w)\]]\s*\+\s*["']|["']\s*\.\s*format\(/,
  exits: [{ names: "sys.exit os._exit exit quit" }, { form: /\braise\s+SystemExit\s*\(/g }],
  textStatus: 1,
  dies: [
    { form: /^[ \t]*(?:raise\s+(?!SystemExit)\w+\(|assert\s)/gm, status: 1, needsWords: true },
  ],
  catchesAll: NONE,
  matches: [
    matching(`(?<![\\w.])${TEXT}\\s+in\\s+${TARGET}`, "fixed", { what: 1, target: 2 }),
    matching(`(?<!for\\s+|[\\w.])${NAME}(?:\\.\\w+\\(\\))?\\s+in\\s+${TARGET}`, "fixed", {
      what: 1,
      target: 2,
    }),
    matching(`${TARGET}\\.(?:find|count)\\(\\s*${TEXT}`, "fixed", { target: 1, what: 2 }),
    matching(
      `(?<![\\w.])re\\.(?:search|match|findall|finditer|fullmatch)\\(\\s*${TEXT}\\s*,\\s*${TARGET}`,
      "regex",
      { what: 1, target: 2 },
    ),
    matching(`(?<![\\w.])${NAME}\\.(?:match|search|findall)\\(\\s*${TARGET}`, "regex", {
      what: 1,
      target: 2,
    }),
    matching(`fnmatch(?:case)?\\(\\s*${TARGET}\\s*,\\s*${TEXT}`, "glob", { target: 1, what: 2 }),
  ],
  runs: [
    { names: "os.system os.popen eval exec", how: "text" },
    { names: "subprocess.*", how: "option" },
    {
      form: /["'](?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh["']\s*,\s*["']-\w*c["']\s*,\s*([^\]\n)]*)/g,
      how: "text",
    },
  ],
  quotes: /\b(?:shlex\.quote|pipes\.quote|shellescape|quote)\([^()]*\)/gi,
  sends: [
    {
      names:
        "requests.post requests.put httpx.post httpx.put session.post session.put client.post client.put urlopen .urlopen urllib.request.Request chat_postMessage .chat_postMessage",
      carries: CARRIES,
    },
  ],
  fetches: {
    asks: /\b(?:urlopen|urlretrieve|requests\.get|httpx\.get)\s*\(/,
    runs: /(?<![\w.])(?:exec|eval|compile)\s*\(\s*(?!["'`])|\bimportlib\.import_module\s*\(/g,
  },
  writes: /open\(\s*[^\n]*?["'][aw]\+?["'][^\n]*/g,
  logs: /\b(?:logging|logger|log|syslog)\.(?:debug|info|warning|error|critical|log|syslog)\s*\(/g,
  raw: /\.write\(\s*sys\.stdin(?:\.buffer)?\.read\(|\bcopyfileobj\(\s*sys\.stdin/g,
  caught:
    /^(?<indent>[ \t]*)try:[^\n]*\n(?<tried>(?:(?!\k<indent>except)[^\n]*\n)*)\k<indent>except[^\n:]*:(?<body>[ \t]*[^\n]*\n?(?:\k<indent>[ \t]+[^\n]*\n?)*)/gm,
};
