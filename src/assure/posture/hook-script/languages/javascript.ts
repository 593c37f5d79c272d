// How JavaScript and TypeScript say what a hook does.
import { javascript as language } from "#guard/effects/languages/javascript/javascript.ts";
import { braced } from "#guard/effects/languages/syntax/blocks.ts";
import { CARRIES, matching, type ProgramForms, REGEX, TEXT } from "./forms.ts";

const NAME = /([A-Za-z_$][\w$]*)/.source;
const TARGET =
  /(\(?[A-Za-z_$][\w$.?]*(?:\[["'][\w]+["']\])*(?:\s*\?\?\s*["']["']\))?(?:\(\))?(?:\.(?:toLowerCase|trim)\(\))*)/
    .source;

export const javascript: ProgramForms = {
  layout: { lexicon: language.lexicon, signs: [], isBare: false, ignoresCase: false },
  blocks: braced,
  capitals: [],
  variables: [
    /process\.env(?:\.|\[)\s*["'`]?([A-Z_][A-Z0-9_]*)/g,
    /(?<![\w$])(?=[A-Z_])(?<=[{,]\s{0,40})(?<=\{[^{}]{0,400})([A-Z_][A-Z0-9_]*)(?=[^{}]{0,400}\}\s*=\s*process\.env\b)/g,
  ],
  loads:
    /JSON\.parse\([^\n]*?\)(?=$|[[?.);,\s])|readFileSync\((?:0|["']\/dev\/stdin["'])[^)\n]*\)|(?:Deno|Bun)\.stdin\b/,
  wraps: /^(?:await\s+|String\(|path\.\w+\()+/,
  foreign: /process\.env|split\(/,
  members: /(?:\[["'](\w+)["']\]|\??\.([a-z]\w*)\b(?!\())/.source,
  prints: [
    { names: "console.log console.info console.debug process.stdout.write", to: 1 },
    { names: "console.error console.warn process.stderr.write", to: 2 },
  ],
  toError: /(?!)/,
  builds: /JSON\.stringify/,
  pastes: /\$\{|["']\s*[%+]\s*[A-Za-z_]|[\w)\]]\s*\+\s*["']|["']\.concat\(/,
  exits: [
    { names: "process.exit Deno.exit exit quit" },
    { form: /(?:process|Deno)\.exitCode\s*=\s*(\d+)/g },
  ],
  textStatus: 1,
  dies: [{ form: /\bthrow\s+(?:new\s+)?(?=\w+\()/g, status: 1, needsWords: true }],
  catchesAll: /\.catch\(|uncaughtException/,
  matches: [
    matching(`${TARGET}\\??\\.(?:includes|indexOf|search|match)\\(\\s*${TEXT}`, "fixed", {
      target: 1,
      what: 2,
    }),
    matching(`${TARGET}\\??\\.(?:match|search|matchAll)\\(\\s*${REGEX}`, "regex", {
      target: 1,
      what: 2,
    }),
    matching(`${REGEX}\\.(?:test|exec)\\(\\s*${TARGET}`, "regex", { what: 1, target: 2 }),
    matching(`(?<![\\w.])${NAME}\\.(?:test|exec)\\(\\s*${TARGET}`, "regex", { what: 1, target: 2 }),
  ],
  runs: [
    { names: "eval exec execSync .exec .execSync Function", how: "text" },
    { names: "spawn spawnSync .spawn .spawnSync", how: "option" },
    {
      form: /["'](?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh["']\s*,\s*(?:\{\s*args\s*:\s*)?\[?\s*["']-\w*c["']\s*,\s*([^\]\n)]*)/g,
      how: "text",
    },
  ],
  quotes: /\b(?:shellescape|shellQuote|escapeShellArg|quote)\([^()]*\)/gi,
  sends: [
    {
      names:
        "got.post got.put ky.post ky.put needle.post needle.put superagent.post superagent.put axios.post axios.put client.post session.post fetch .fetch .postMessage",
      carries: CARRIES,
    },
    {
      names: "http.request https.request",
      carries: /["'](?:POST|PUT)["']/,
      followed: /\.(?:end|write)\(\s*[^)\s]/,
    },
  ],
  fetches: {
    asks: /\b(?:fetch|https?\.get|axios\.get)\s*\(/,
    runs: /(?<![\w.])(?:eval|new Function|Function)\s*\(\s*(?!["'`])|\b(?:runInThisContext|runInNewContext)\s*\(/g,
  },
  writes: /(?:appendFileSync|writeFileSync|appendFile|writeFile)\([^\n]*/g,
  logs: /\b(?:logger|log)\.(?:debug|info|warn|warning|error|critical|log)\s*\(/g,
  raw: /process\.stdin\.pipe\(\s*(?:[\w.]+\.)?createWriteStream\(|(?:appendFileSync|writeFileSync)\([^,\n]+,\s*(?:[\w.]+\.)?readFileSync\(\s*0/g,
  caught: undefined,
};
