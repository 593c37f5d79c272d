// What a program that cannot be told probably is: the same program with its constants put together and its detours taken out.
import { TEXT_CHARS_MAX } from "#base/limits.ts";
import {
  bare,
  type Folding,
  fromNumbers,
  LIST,
  NAME,
  NUMBERS,
  of,
  quoted,
  TEXT,
  transliterated,
} from "./folding.ts";
import { searchableText } from "./searchable-text.ts";
import { LISP } from "./lisp-forms.ts";
import { PERL_LISTS } from "./perl-lists.ts";
import { TCL } from "./tcl-forms.ts";

/** Rounds of rewriting: one makes way for another. */
const ROUNDS_MAX = 6;
const CODE_CHARS_MAX = Math.min(4_096, TEXT_CHARS_MAX);

/** `%s` filled with texts. */
function filled(template: string, list: string): string | undefined {
  const values = [...list.matchAll(new RegExp(`${TEXT}|\\d+`, "g"))].map(([one]) =>
    /^\d/.test(one) ? one : bare(one),
  );
  let at = 0;
  const text = bare(template).replace(/%[sd]/g, () => values[at++] ?? "");
  return at === values.length ? quoted(text) : undefined;
}

const EVERYWHERE: readonly Folding[] = [
  of(String.raw`(TEXT)\s*[+.]\s*(TEXT)`, (first, second) => quoted(bare(first) + bare(second))),
  of(String.raw`(TEXT)\s*%\s*(TEXT)`, filled),
  of(String.raw`(TEXT)\s*%\s*\(([^()]{1,400})\)`, filled),
  of(
    String.raw`(TEXT)\.(?:g?sub|replace|replaceAll)\(\s*(TEXT)\s*,\s*(TEXT)\s*\)`,
    (text, from, to) => quoted(bare(text).replaceAll(bare(from), () => bare(to))),
  ),
  of(String.raw`(?:''|"")\.join\(\s*map\(\s*chr\s*,\s*[[(]${NUMBERS}[\])]\s*\)\s*\)`, fromNumbers),
  of(
    String.raw`(?:''|"")\.join\(\s*chr\(NAME\)\s*for\s+NAME\s+in\s*[[(]${NUMBERS}[\])]\s*\)`,
    fromNumbers,
  ),
  of(String.raw`\[${NUMBERS}\]\.map\(&:chr\)\.join(?:\(\s*\))?`, fromNumbers),
  of(String.raw`\[${NUMBERS}\]\.pack\(\s*(?:'[cCU]\*'|"[cCU]\*")\s*\)`, fromNumbers),
  of(String.raw`\bpack\s*\(?\s*(?:'[CU]\*'|"[CU]\*")\s*,\s*${NUMBERS}\)?`, fromNumbers),
  of(
    String.raw`\bjoin\s*\(?\s*(?:''|"")\s*,\s*map\s*\(?\s*chr\s*,\s*${NUMBERS}\)?\)?`,
    fromNumbers,
  ),
  of(String.raw`\bscalar\s*\(?\s*reverse\s*\(?\s*(TEXT)\)?\)?`, (text) =>
    quoted([...bare(text)].reverse().join("")),
  ),
  of(String.raw`\bbytes\(\[${NUMBERS}\]\)(?:\.decode\(\))?`, fromNumbers),
  of(String.raw`(TEXT)\.(?:decode|encode)\(\)`, (text) => text),
  of(String.raw`\.map\(\s*(NAME)\s*=>\s*\1\s*\)`, () => ""),
  // Code in a text.
  of(String.raw`\beval\s*\(?\s*(TEXT)\s*\)?(?=\s*(?:;|$|\n))`, (text) => bare(text)),
  of(String.raw`\beval\s*\(?\s*compile\(\s*(TEXT)[^()]{0,40}\)\s*\)?`, (text) => bare(text)),
  of(
    String.raw`\b(?:new\s+)?Function\(\s*(?:(TEXT)\s*,\s*)?("(?:[^"\\\n]|\\.){1,400}"|'(?:[^'\\\n]|\\.){1,400}')\s*\)\s*\(\s*([\w.]{0,40})\s*\)`,
    (name, code, given) => {
      const text = code.slice(1, -1).replace(/\\(.)/g, "$1");
      return name === undefined
        ? text
        : text.replaceAll(
            new RegExp(`\\b${bare(name).replace(/\W/g, "")}\\(`, "g"),
            () => `${given}(`,
          );
    },
  ),
];

/** Libraries that open the store of passwords, and those that write the table of scheduled commands: as their programs. */
const PYTHON_LIBRARIES: readonly Folding[] = [
  of(
    String.raw`\b(?:from\s+(?:keyring|secretstorage|gnomekeyring)[\w.]{0,40}\s+import|import\s+(?:keyring|secretstorage|gnomekeyring)\b)[^;\n]{0,80}`,
    () => "__import__('subprocess').run(['secret-tool', 'search'])",
  ),
  of(
    String.raw`\b(?:from\s+crontab\s+import|import\s+crontab\b)[^;\n]{0,80}`,
    () => "__import__('subprocess').run(['crontab', '-'])",
  ),
];

/** Members that are taken by their names, and functions that another one calls. */
const PYTHON_CALLS: readonly Folding[] = [
  of(
    String.raw`\boperator\.attrgetter\(\s*(TEXT)\s*\)\(\s*(NAME)\s*\)`,
    (member, module) => `${module}.${bare(member)}`,
  ),
  of(
    String.raw`\boperator\.methodcaller\(\s*(TEXT)(?:\s*,)?([^()]{0,400})\)\(\s*(NAME)\s*\)`,
    (member, args, module) => `${module}.${bare(member)}(${args.trim()})`,
  ),
  of(
    String.raw`\b(?:vars\(\s*(NAME)\s*\)|(NAME)\.__dict__)(?:\[\s*(TEXT)\s*\]|\.get\(\s*(TEXT)\s*\))`,
    (first, second, key, got) => `${first ?? second ?? ""}.${bare(key ?? got ?? "''")}`,
  ),
  of(
    String.raw`\b(NAME)\.__getattribute__\(\s*(TEXT)\s*\)`,
    (module, member) => `${module}.${bare(member)}`,
  ),
  of(
    String.raw`\b(?:os\.path|shutil|subprocess|tempfile|glob|pathlib|inspect|logging|platform|unittest|random)\.(os|sys|subprocess|shutil)\.(?=\w)`,
    (module) => `__import__('${module}').`,
  ),
  of(
    String.raw`\(\s*lambda\s+(NAME)\s*:\s*\1\(([^()]{0,400})\)\s*\)\(\s*([\w.]{1,60})\s*\)`,
    (_name, args, called) => `${called}(${args})`,
  ),
  of(
    String.raw`\(\s*([\w.]{1,60})\s+if\s[^()]{1,80}\selse\s+([\w.]{1,60})\s*\)\(\s*(TEXT)`,
    (first, second, text) => `${second}(${text}); ${first}(${text}`,
  ),
  of(
    String.raw`\b(?:types\.MethodType|functools\.partial)\(\s*([\w.]{1,60})\s*,\s*([^()]{1,400})\)\(\s*\)`,
    (called, args) => `${called}(${args})`,
  ),
  of(
    String.raw`\b(?:atexit\.register|signal\.signal\([^(),]{1,40},|weakref\.finalize\([^(),]{1,40},|\w{1,40}\.(?:call_soon|run_in_executor)\((?:None\s*,)?)\(?\s*([\w.]{3,60})\s*,\s*(TEXT)`,
    (called, text) => `${called}(${text}`,
  ),
  of(
    String.raw`\b(?:any|all|sum|tuple|set|sorted|max|min|next|deque|collections\.deque)\(\s*map\(\s*([\w.]{1,60})\s*,\s*[[(](TEXT)\s*,?\s*[\])]\s*\)`,
    (name, text) => `(${name}(${text})`,
  ),
];

const PYTHON: readonly Folding[] = [
  ...PYTHON_CALLS,
  of(
    String.raw`\{\s*(TEXT)\s*:\s*((?:os|subprocess|shutil)\.\w{1,40})\s*\}\s*\[\s*\1\s*\]\s*\(`,
    (_key, called) => `${called}(`,
  ),
  of(
    String.raw`\bimport\s+(os|subprocess|shutil)\s+as\s+(NAME)\b([\s\S]{0,800})`,
    (module, alias, rest) =>
      `import ${module}${rest.replaceAll(new RegExp(`(?<![.\\w])${alias}(?=\\.)`, "g"), () => module)}`,
  ),
  of(
    String.raw`\b(NAME)\s*=\s*\{\s*(TEXT)\s*:\s*((?:os|subprocess|shutil)\.\w{1,40})\s*\}([\s\S]{0,800}?)\b\1\[\s*\2\s*\]\s*\(`,
    (_name, _key, called, rest) => `${rest}${called}(`,
  ),
  ...PYTHON_LIBRARIES,
  of(
    String.raw`\bfrom\s+os\s+import\s+\*`,
    () => "from os import system, popen, remove, unlink, execv, execvp, rename, rmdir",
  ),
  of(
    String.raw`\bfrom\s+shutil\s+import\s+\*`,
    () => "from shutil import rmtree, move, copy, copytree",
  ),
  of(String.raw`\bsys\.modules\[\s*['"](\w+)['"]\s*\]`, (name) => `__import__('${name}')`),
  of(String.raw`\bctypes\.CDLL\([^()]{0,80}\)\.system\(`, () => "__import__('os').system("),
  of(
    String.raw`\basyncio\.(?:run\(\s*asyncio\.)?create_subprocess_shell\(`,
    () => "__import__('os').system(",
  ),
  of(
    String.raw`\basyncio\.(?:run\(\s*asyncio\.)?create_subprocess_exec\(`,
    () => "__import__('os').execlp('',",
  ),
  of(
    String.raw`\bos\.(?:spawn[lv]p?e?)\(\s*[\w.]+\s*,\s*(TEXT)\s*,\s*\[\s*TEXT\s*,?([^\]]{0,400})\]`,
    (program, rest) => `__import__('subprocess').run([${program}, ${rest}]`,
  ),
  of(
    String.raw`\bos\.spawnlp?e?\(\s*[\w.]+\s*,\s*(TEXT)\s*,\s*TEXT\s*,([^()]{0,400})\)`,
    (program, rest) => `__import__('subprocess').run([${program}, ${rest}])`,
  ),
  of(
    String.raw`\bos\.posix_spawnp?\(\s*(TEXT)\s*,\s*\[\s*TEXT\s*,?([^\]]{0,400})\]`,
    (program, rest) => `__import__('subprocess').run([${program}, ${rest}]`,
  ),
  of(
    String.raw`\blist\(\s*map\(\s*([\w.]{1,40})\s*,\s*\[(TEXT)\]\s*\)\s*\)`,
    (name, text) => `${name}(${text})`,
  ),
  of(
    String.raw`\bfor\s+(NAME)\s+in\s+os\.scandir\(\s*(TEXT)\s*\)`,
    (name, path) => `for ${name}_ in __import__('glob').glob(${quoted(`${bare(path)}/*`)})`,
  ),
  of(
    String.raw`\b(os\.(?:remove|unlink|rmdir)|shutil\.rmtree)\(\s*(NAME)\.path\s*\)`,
    (name, entry) => `${name}(${entry}_)`,
  ),
];

const PERL: readonly Folding[] = [
  // A function that a variable holds, called later.
  of(
    String.raw`(?:\bmy\s+)?\$(NAME)\s*=\s*(?:(?:\b[\w:]{1,60}|TEXT)\s*->\s*can\(\s*(TEXT)\s*\)|\\?&\s*\{?\s*["']?(?:CORE::(?:GLOBAL::)?|main::)?([\w:]{1,60})["']?\s*\}?)\s*;([\s\S]{0,800}?)(?:\$\1\s*->\s*\(|&\s*\{?\s*\$\1\s*\}?\s*\()`,
    (_name, called, direct, rest) => `${rest}${called === undefined ? direct : bare(called)}(`,
  ),
  of(
    String.raw`\bjoin\s*\(?\s*(?:''|""),\s*map\s*\{\s*chr\s*(?:\(?\$_\)?)?\s*\}\s*\(?${NUMBERS}\)?`,
    fromNumbers,
  ),
  of(
    String.raw`\$(NAME)\s*=\s*(TEXT)\s*;\s*\$\1\s*=\s*"\$\1([^"\\$@]{0,200})"`,
    (name, text, rest) => `$${name} = ${quoted(bare(text) + rest)}`,
  ),
  // Functions that are taken by their names.
  of(
    String.raw`(?:\b[\w:]{1,60}|TEXT)\s*->\s*can\(\s*(TEXT)\s*\)\s*->\s*\(`,
    (name) => `${bare(name)}(`,
  ),
  of(String.raw`&\s*\{\s*["'](?:CORE::|main::)?([\w:]{1,60})["']\s*\}\s*\(`, (name) => `${name}(`),
  of(String.raw`\(\s*\\&(?:CORE::|main::)?([\w:]{1,60})\s*\)\s*->\s*\(`, (name) => `${name}(`),
  of(String.raw`</([^<>$]{1,400})>`, (path) => `glob("/${path}")`),
  of(
    String.raw`\b(system|exec)\s*\{\s*(TEXT)\s*\}\s*TEXT\s*,`,
    (verb, program) => `${verb} ${program},`,
  ),
  of(
    String.raw`(?:^|;)\s*\$_\s*=\s*(TEXT)\s*;\s*(system|exec|unlink)(?:\s*\(?\s*\$_\s*\)?)?\s*(?=;|$)`,
    (text, verb) => `;${verb} ${text}`,
  ),
  of(
    String.raw`\(?\s*(?:my\s*)?\$(\w{1,40})\s*=\s*(TEXT)\s*\)\s*=~\s*s\/([^/\\$]{1,80})\/([^/\\$]{0,80})\/g?`,
    (name, text, from, to) => `$${name} = ${quoted(bare(text).replaceAll(from, () => to))}`,
  ),
  of(
    String.raw`\bfind(?:depth)?\s*\(?\s*(?:sub\s*\{[^{}]{0,200}\b(?:unlink|rmdir|rmtree)\b[^{}]{0,200}\}|\{[^{}]{0,80}\{[^{}]{0,200}\b(?:unlink|rmdir)\b[^{}]{0,200}\}[^{}]{0,80}\})\s*,\s*(TEXT)\s*\)?`,
    (path) => `remove_tree(${path})`,
  ),
  of(
    String.raw`\bopendir\b[^;]{0,40}(TEXT)\s*\)?;[^;]{0,40}\b(unlink|rmdir)\s*\(?\s*"[^"\n]{0,80}\$_"`,
    (path, verb) => `${verb} glob(${quoted(`${bare(path)}/*`)})`,
  ),
  of(
    String.raw`\bforeach\s+(?:my\s+)?(\$\w{1,40})\s*\(\s*(glob\(TEXT\))\s*\)\s*\{\s*(unlink|rmdir)\s+\1;?\s*\}`,
    (_name, list, verb) => `${verb} ${list}`,
  ),
  ...PERL_LISTS,
];

/** Words as texts with commas between them. */
function wordsOf(list: string): string {
  return list.trim().split(/\s+/).map(quoted).join(", ");
}

const RUBY: readonly Folding[] = [
  of(String.raw`(TEXT)\.tr\(\s*(TEXT)\s*,\s*(TEXT)\s*\)`, (text, from, to) => {
    const changed = transliterated(bare(text), bare(from), bare(to));
    return changed === undefined ? undefined : quoted(changed);
  }),
  of(
    String.raw`\b(system|exec|spawn|eval|IO\.popen)\s+%[qQ]\(([^()'\n]{1,400})\)`,
    (verb, text) => `${verb} '${text}'`,
  ),
  of(String.raw`\.to_proc(?=\.(?:call|\()|\[)`, () => ""),
  of(
    String.raw`(%w\[[^\]]{1,200}\]|TEXT)\.(?:then|tap|yield_self)\s*\{\s*\|\s*(NAME)\s*\|([^{}]{1,200})\}`,
    (value, name, body) => body.replaceAll(new RegExp(`\\b${name}\\b`, "g"), () => value),
  ),
  of(String.raw`\*\s*(TEXT)\.split(?:\(\s*\))?(?!\()`, (text) => wordsOf(bare(text))),
  of(String.raw`\*\s*%w\[([^\]]{1,200})\]`, wordsOf),
  of(
    String.raw`\[\s*((?::\w{1,40}\s*(?:,\s*)?){1,16})\]\.join\b(?:\(\s*(?:''|"")?\s*\))?`,
    (list) => quoted(list.replace(/[:,\s]/g, "")),
  ),
  of(String.raw`\bKernel\.(?=(?:send|public_send|__send__|method)\b)`, () => ""),
  of(
    String.raw`\b(?:Object\.const_get|Kernel\.const_get|const_get)\(\s*(?::(NAME)|(TEXT))\s*\)`,
    (symbol, text) => symbol ?? bare(text ?? "''"),
  ),
  of(
    String.raw`(\b[A-Z]\w{0,40}\.)?\b(?:public_send|__send__|send)\(\s*(?::(NAME)|(TEXT))\s*,\s*`,
    (receiver, symbol, text) =>
      `${receiver === "Kernel." ? "" : (receiver ?? "")}${symbol ?? bare(text ?? "''")}(`,
  ),
  of(
    String.raw`(\b[A-Z]\w{0,40}\.)?\bmethod\(\s*(?::(NAME)|(TEXT))\s*\)(?:\.call\s*\(|\.\(|\[)`,
    (receiver, symbol, text) =>
      `${receiver === "Kernel." ? "" : (receiver ?? "")}${symbol ?? bare(text ?? "''")}(`,
  ),
  of(
    String.raw`%w\[([\w ./~-]{1,200})\]((?:\.push\((?:Dir\.home|TEXT)\)|\s*<<\s*(?:Dir\.home|TEXT)){1,4})\.join\((?:' '|" ")\)`,
    (words, pushed) =>
      quoted(
        [
          words,
          ...[...pushed.matchAll(/Dir\.home|'[^']*'|"[^"]*"/g)].map(([one]) =>
            one === "Dir.home" ? "~" : bare(one),
          ),
        ].join(" "),
      ),
  ),
  of(String.raw`\bDir\[\s*(TEXT)\s*\]`, (path) => `Dir.glob(${path})`),
  of(
    String.raw`\bDir\.glob\(\s*(TEXT)\s*\)\s*(?:\.each)?\s*(?:\{|do)\s*\|\s*(NAME)\s*\|[^{}|]{0,80}\b(?:File|FileUtils)\.(?:delete|unlink|rm\w*)[\s(]+\2\b`,
    (path) => `FileUtils.rm_rf(${path})`,
  ),
  of(
    String.raw`\bDir\.glob\(\s*(TEXT)\s*\)\.each\(&File\.method\(:(?:delete|unlink)\)\)`,
    (path) => `FileUtils.rm_rf(${path})`,
  ),
  of(
    String.raw`\b(?:Dir\.(?:each_child|children|entries|foreach)|Find\.find)\(\s*(TEXT)\s*\)[^;]{0,160}\b(?:File|FileUtils)\.(?:delete|unlink|rm\w*)\b`,
    (path) => `FileUtils.rm_rf(${path})`,
  ),
  of(
    String.raw`\bPathname(?:\.new)?\(\s*(TEXT)\s*\)(?:\.(?:children|each_child|glob\([^()]{0,80}\)))?(?:\.each)?\s*(?:\.(?:rmtree|delete|unlink|rmdir)\b|\(&:(?:delete|unlink|rmtree)\))`,
    (path) => `FileUtils.rm_rf(${path})`,
  ),
  of(
    String.raw`\bPathname\.glob\(\s*(TEXT)\s*\)\.each\(&:(?:delete|unlink|rmtree)\)`,
    (path) => `FileUtils.rm_rf(${path})`,
  ),
  of(
    String.raw`\bPathname(?:\.new)?\(\s*(TEXT)\s*\)\.(?:write|binwrite)\(`,
    (path) => `File.write(${path},`,
  ),
  of(
    String.raw`\bFileUtils\.(?:remove_entry_secure|remove_entry|rm_r|rm_rf|rmtree)[\s(]+Dir\.glob\(\s*(TEXT)\s*\)\)?`,
    (path) => `FileUtils.rm_rf(${path})`,
  ),
  of(String.raw`\bFileUtils\.(?:remove_entry_secure|rmtree)\b`, () => "FileUtils.rm_rf"),
  of(
    String.raw`\bIO\.copy_stream\(\s*(TEXT)\s*,\s*(TEXT)\s*\)`,
    (from, to) => `FileUtils.cp(${from}, ${to})`,
  ),
  of(String.raw`\bprocess\.e?uid\s*=`, () => "Process.setuid "),
  of(String.raw`\bProcess\.e?[ug]id\s*=\s*(\d+)`, (id) => `Process.setuid(${id})`),
  of(
    String.raw`\b(?:method\(:|Kernel\.method\(:)(system|exec|spawn)\)\.call\(`,
    (verb) => `${verb}(`,
  ),
  of(
    String.raw`\binclude\s+FileUtils\s*;\s*(rm\w*|cp\w*|mv|remove\w*)\b`,
    (verb) => `FileUtils.${verb}`,
  ),
];

const JAVASCRIPT: readonly Folding[] = [
  of(
    String.raw`\bReflect\.get\(\s*(require\([^()]{1,40}\)|NAME)\s*,\s*(TEXT)\s*\)`,
    (module, member) => `${module}.${bare(member)}`,
  ),
  of(
    String.raw`\brequire\(\s*['"](?:keytar|cross-keychain|@napi-rs/keyring)['"]\s*\)`,
    () => "require('child_process').execFileSync('secret-tool', ['search'])",
  ),
  of(
    String.raw`\{\s*(exec(?:File)?(?:Sync)?|spawn(?:Sync)?|rm(?:Sync)?|unlink(?:Sync)?)\s*:\s*(NAME)\s*\}`,
    (name, alias) => `{${name}}/* ${alias} */`,
  ),
  of(
    String.raw`\{(\w{1,40})\}\/\* (\w{1,40}) \*\/([\s\S]{0,800})`,
    (name, alias, rest) =>
      `{${name}}${rest.replaceAll(new RegExp(`\\b${alias}\\(`, "g"), () => (/^(?:rm|unlink)/.test(name) ? `require('fs').${name}(` : `require('child_process').${name}(`))}`,
  ),
  of(
    String.raw`\brequire\(\s*['"](?:node:)?vm['"]\s*\)\.run\w{1,30}\(\s*['"]process['"]\s*\)`,
    () => "process",
  ),
  of(String.raw`\bimport\(\s*(TEXT)\s*\)\.then\(`, (name) => `require(${name});(`),
  of(
    String.raw`\b(?:const|let|var)\s+(NAME)\s*=\s*\[${LIST.slice(String.raw`[[(]\s*`.length)}([\s\S]{0,400}?)\b(exec(?:File)?(?:Sync)?|spawn(?:Sync)?)\(\s*\1\[0\]\s*,\s*\1\.slice\(1\)`,
    (_name, list, rest, verb) =>
      `${rest}${verb}(${list.split(",")[0] ?? ""}, [${list.split(",").slice(1).join(",")}]`,
  ),
];

const PHP: readonly Folding[] = [
  of(
    String.raw`\bforeach\s*\(\s*(?:new\s+\w*DirectoryIterator|scandir|glob)\(\s*(TEXT)\s*\)[^)]{0,60}\)\s*\{?[^;]{0,60}\b(unlink|rmdir)\(`,
    (path, verb) => `${verb}(${quoted(`${bare(path).replace(/\/\*$/, "")}/x`)}); ${verb}(`,
  ),
  of(
    "`([^`$]{0,200})\\$(\\w{1,40})([^`$]{0,200})`",
    (before, name, after) => `shell_exec('${before}'.$${name}.'${after}')`,
  ),
];

const LUA: readonly Folding[] = [
  of(String.raw`(TEXT)\s*\.\.\s*(TEXT)`, (first, second) => quoted(bare(first) + bare(second))),
  of(String.raw`\bstring\.char\(\s*${NUMBERS}\s*\)`, fromNumbers),
  of(String.raw`\b_(?:G|ENV)\[\s*(TEXT)\s*\]`, (name) => bare(name)),
  of(String.raw`\b(os|io|_G)\[\s*(TEXT)\s*\]`, (table, name) => `${table}.${bare(name)}`),
  of(
    String.raw`\brequire\s*\(?\s*(?:'(os|io)'|"(os|io)")\s*\)?`,
    (first, second) => first ?? second ?? "",
  ),
  of(
    String.raw`\blocal\s+(NAME)\s*=\s*(os|io|os\.execute|io\.popen|os\.remove)\s*[;\n]?\s+?([\s\S]{0,800})`,
    (name, table, rest) =>
      rest.replaceAll(new RegExp(`\\b${name}\\b(?=\\s*[.[(])`, "g"), () => table),
  ),
  of(String.raw`\(\s*(TEXT)\s*\):(?:reverse)\(\s*\)`, (text) =>
    quoted([...bare(text)].reverse().join("")),
  ),
  of(String.raw`\(?(TEXT)\)?:format\(\s*(TEXT)\s*\)`, (template, text) =>
    quoted(
      bare(template).replace(/%[qs]/, (one) => (one === "%q" ? `"${bare(text)}"` : bare(text))),
    ),
  ),
  of(
    String.raw`\b(?:load|loadstring)\s*\(\s*("(?:[^"\\\n]|\\.){1,400}"|'(?:[^'\\\n]|\\.){1,400}')\s*\)\s*\(\s*\)`,
    (code) => code.slice(1, -1).replace(/\\(.)/g, "$1"),
  ),
];

const BY_LANGUAGE: Readonly<Record<string, readonly Folding[]>> = {
  python: PYTHON,
  perl: PERL,
  ruby: RUBY,
  javascript: JAVASCRIPT,
  lua: LUA,
  php: PHP,
  tcl: TCL,
  emacs: LISP,
};

/**
 * The code with what can be worked out of it in place; undefined where that changes nothing. WHY only probable: no grammar
 * stands behind it, so it may say what a program that cannot be told does as well, and never that it does nothing else.
 */
export function probableCode(code: string, language: string): string | undefined {
  const looked = searchableText(code);
  if (looked.length > CODE_CHARS_MAX) return undefined;
  const [word = ""] = language.toLowerCase().split(" ");
  const foldings = [...(BY_LANGUAGE[word === "node" ? "javascript" : word] ?? []), ...EVERYWHERE];
  let folded = looked;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const before = folded;
    for (const [pattern, rewritten] of foldings)
      folded = folded.replace(
        pattern,
        (whole, ...found) => rewritten(...found.filter((_, at) => at < found.length - 2)) ?? whole,
      );
    folded = withVariables(folded);
    if (folded === before || folded.length > CODE_CHARS_MAX) break;
  }
  return folded === looked ? undefined : folded;
}

/** Texts that are made in several steps, in one: `c = "a"; c += "b"`; plain variables and entries of plain maps in place. */
function withVariables(code: string): string {
  const appended = new RegExp(
    String.raw`([$\w]{1,40})\s*=\s*(${TEXT})\s*[;\n]\s*\1\s*(?:\+=|\.=|<<)\s*(${TEXT})`,
    "g",
  );
  let result = code.replace(
    appended,
    (_, name: string, first: string, second: string) =>
      `${name} = ${quoted(bare(first) + bare(second))}`,
  );
  const entry = new RegExp(
    String.raw`\b(${NAME})\s*=\s*\{\s*(${TEXT})\s*:\s*(${TEXT})\s*\}([\s\S]{0,800}?)\b\1\[\s*\2\s*\]`,
    "g",
  );
  result = result.replace(
    entry,
    (_, _name: string, _key: string, value: string, rest: string) => `${rest}${value}`,
  );
  const called = new RegExp(
    String.raw`\b(${NAME})\s*=\s*lambda\s+(${NAME})\s*:\s*([^;\n]{1,200});\s*\1\(\s*(${TEXT})\s*\)`,
    "g",
  );
  result = result.replace(
    called,
    (_, _name: string, parameter: string, body: string, value: string) =>
      body.replaceAll(new RegExp(`\\b${parameter}\\b`, "g"), () => value),
  );
  const scalar = new RegExp(
    String.raw`\$([ab])\s*=\s*(${TEXT})\s*;([\s\S]{0,400}?)\$\1\b(?!\s*=)`,
    "g",
  );
  return result.replace(
    scalar,
    (_, _name: string, value: string, rest: string) => `${rest}${value}`,
  );
}
