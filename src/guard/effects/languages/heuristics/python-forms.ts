// Detours of programs in Python, and what they come to.
import { bare, type Folding, of, quoted } from "./folding.ts";

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

/** Modules under other names, functions that another one calls, and programs that libraries stand for. */
export const PYTHON: readonly Folding[] = [
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
