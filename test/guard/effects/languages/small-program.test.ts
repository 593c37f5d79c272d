// Small forms of programs: what is one of them, and that nothing else is, whatever stands in place of a name.
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSmallProgram } from "#guard/effects/languages/small-program/small-program.ts";
import { PLAIN_LANGUAGES } from "#guard/effects/languages/small-program/small-program-lists.ts";

type Table = Readonly<Record<string, readonly string[]>>;

const SMALL: Table = {
  "python code": [
    "print(1)",
    "import json,sys; d=json.load(sys.stdin); print(d['name'])",
    "import json; print(json.load(open('package.json'))['version'])",
    "import sys; print(sys.version_info[:3])",
    "from collections import Counter\nwith open('a.txt') as f:\n    for k, n in Counter(f).most_common(3):\n        print(f\"{k:>8} {n}\")",
    "path = 'src/a.ts'\ns = open(path).read()\nopen(path, 'w').write(s.replace('a', 'b'))",
    "import glob\nfor f in sorted(glob.glob('src/*.ts')):\n    print(f, len(open(f).read()))",
    "from pathlib import Path\np = Path('a.txt')\np.write_text(p.read_text().replace('a', 'b'))",
    "import urllib.parse; print(urllib.parse.quote('a b/c'))",
    "import datetime as d; print(d.datetime.now().isoformat())",
    "from urllib.request import urlopen; print(urlopen('http://localhost:3000/health').status)",
    "import os; print(os.environ.get('NODE_ENV'))",
  ],
  "JavaScript code": [
    "console.log(1 + 1)",
    "require('./package.json').version",
    "Object.keys(require('./package.json').scripts).join('\\n')",
    "const fs = require('fs'); console.log(fs.readFileSync('a.txt', 'utf8').split('\\n').length)",
    "const {readFileSync} = require('node:fs'); console.log(`${readFileSync('a.txt').length} bytes`)",
    "import { readFileSync } from 'node:fs'; console.log(readFileSync('a.txt', 'utf8'))",
    "import fs from 'node:fs'; console.log(fs.statSync('package.json').size)",
    "console.log('a1'.replace(/\\d+$/, ''), [3,1].sort((a,b) => a-b))",
    "let s='';process.stdin.on('data',d=>s+=d).on('end',()=>console.log(JSON.parse(s).name))",
    "fetch('http://localhost:3000/').then(r=>r.text()).then(t=>console.log(t.length))",
    "process.env.PORT ?? 'none'",
  ],
  "perl code": [
    "s/foo/bar/g",
    "s/\\s+$//; s/a(b)/$1/",
    "print if /todo/",
    'print "$.: $_" if /a|b$/',
  ],
  "ruby code": [
    "puts 1 + 1",
    "puts JSON.parse(File.read('package.json'))['version']",
    "data = JSON.parse(File.read('a.json'))\nputs data.map { |u| u['name'] }.sort",
    'puts "#{$.}: #{$_}" if /parse/',
  ],
  "PHP code": [
    "echo 1 + 1, PHP_EOL;",
    "$d = json_decode(file_get_contents('composer.json'), true); var_dump($d['require']);",
  ],
  "Lua code": ["print(_VERSION, 1 + 1)"],
};

/** Forms by which readings of code were, or might be, led astray. */
const OTHERS: Table = {
  "python code": [
    "print(ºpen('.env').read())",
    "eval('1')",
    "import os; os.system('id')",
    "from os import system; system('id')",
    "import os as json; json.remove('x')",
    "f = open; print(f('.env').read())",
    "print(open('.e' + 'nv').read())",
    "print(open('.e' 'nv').read())",
    "print(open('\\x2eenv').read())",
    "p = '.env'; p = p + ''; open(p)",
    "for p in ['.env']: print(open(p).read())",
    "p = 'a'\nq, p = 1, '.env'\nprint(open(p).read())",
    "p = 'a'\nprint([open(p).read() for p in ['.env']])",
    "p = 'a'\nprint((lambda p: open(p))('.env'))",
    "p = 'a'\n[q, p, r] = 'x', '.env', 'y'\nprint(open(p).read())",
    "print(f'{eval(chr(49))}')",
    "print(f'{open(\".env\").read()}')",
    "print('{0.__class__}'.format(1))",
    "print(list(map(open, ['.env'])))",
    "import json; print(vars(json))",
    "import json; m = json; print(m)",
    "from pathlib import Path; print((Path('a') / '..' / x).read_text())",
    "from pathlib import Path; Path('a').replace('b')",
    "from pathlib import Path; Path('a').unlink()",
    "from pathlib import Path; print(Path.home())",
    "# coding: utf-7\nprint(1)",
    "print(getattr(1, 'real'))",
    "print(().__class__)",
    "class A: pass",
    "import json.tool",
    "from json import *",
    "__import__('os')",
    "import urllib.request; urllib.request.urlopen('http://example.com/')",
    "import os; print(os.environ)",
    "import os; print(os.environ['AWS_SECRET_ACCESS_KEY'])",
    "print(1) @ x",
    "exec\\\n('1')",
    "from os import remove; [remove(f) for f in ['a']]",
    "from os import environ; print(environ)",
    "from os import path as p; print(p)",
    "import sys; sys.path.insert(0, '/tmp'); import json",
    "import sys; p = sys.path; p.append('/tmp'); import csv",
    "import sys; sys.path += ['/tmp']; import csv",
    "from sys import path; path.append('/tmp'); import csv",
  ],
  "JavaScript code": [
    "eval('1')",
    "require('child_process').execSync('id')",
    "const c = require('child_process'); c.exec('id')",
    "[].constructor.constructor('x')()",
    "[]['constructor']",
    "const k = 'x'; console.log([][k])",
    "const {['con'+'structor']: F} = x; F('1')()",
    "const {constructor: F} = x",
    "Object.values(require('fs')).map(f => f('a'))",
    "const fs = require('fs'); Object.values(fs)",
    "const fs = require('fs'); const g = fs; g.rmSync('x')",
    "require('fs').readFileSync('.e' + 'nv')",
    "const f = require('fs').readFileSync; f('.env')",
    "const {readFileSync: r} = require('fs'); r('.env')",
    "import { readFileSync as r } from 'fs'; r('.env')",
    "export * from './x.js'",
    "import './x.mjs'",
    "import('./x.mjs')",
    "require('./x.js')",
    "`${process.mainModule}`",
    "`${'}' + eval(1)}`",
    "console.log('\\u0061')",
    "ev\\u0061l('1')",
    "if(1)/'/;eval('x')//'",
    "x <!-- `\neval('x') //`",
    "let i = 1; i--> `\neval('1')//`",
    "console.log(process.env)",
    "fetch('http://example.com/')",
    "fetch('http://localhost@example.com/')",
    "new Function('x')",
    "setTimeout('x')",
    "globalThis.x",
    "this.x",
    "process.binding('fs')",
    "tag`x`",
  ],
  "perl code": [
    "s/a/b/e",
    "s/a/b/ge",
    "s/(?{system('id')})//",
    "s/a/@{[`id`]}/",
    "s/a/${\\ `id`}/",
    "print `id`",
    "print 1 . `id`",
    'print 1 if open(F, "a")',
    'print "@{[1]}" if /a/',
    "s/a/b/; system 'id'",
    "s{a}{b}e",
  ],
  "ruby code": [
    "puts `id`",
    "system('id')",
    "puts %x(id)",
    'puts "#{`id`}"',
    'puts "#{x}"',
    "open('|id')",
    "File.read('|id')",
    "puts File.send(:read, '.env')",
    "require './x'",
    "x = File; puts x.read('.env')",
    "puts 1.then { |x| exec x }",
  ],
  "PHP code": [
    "$f = 'system'; $f('id');",
    "$f  ('id');",
    "$a = ['system']; $a[0]('id');",
    "('sys' . 'tem')('id');",
    "implode('', ['system'])('id');",
    "echo 1; ?> ' <?php echo 2; // '",
    "'system'('id');",
    "echo `id`;",
    'echo "{$x}";',
    "array_map('system', ['id']);",
    "include 'x.php';",
    "echo file_get_contents('.e' . 'nv');",
    "$x->y();",
    "new X;",
  ],
  "Lua code": ["print(io.open('a'))", "os.execute('id')", "print('a'); os.exit()"],
};

const cases = (table: Table): readonly (readonly [string, string])[] =>
  Object.entries(table).flatMap(([language, list]) =>
    list.map((code) => [language, code] as const),
  );

describe("small programs", () => {
  it.each(cases(SMALL))("%s: %s is one", (language, code) => {
    expect(isSmallProgram(code, language)).toBe(true);
  });

  it.each(cases(OTHERS))("%s: %s is none", (language, code) => {
    expect(isSmallProgram(code, language)).toBe(false);
  });

  const FORBIDDEN: Table = {
    "python code": [
      "eval",
      "exec",
      "__import__",
      "getattr",
      "globals",
      "compile",
      "breakpoint",
      "ºpen",
      "system",
      "os",
    ],
    "JavaScript code": [
      "eval",
      "Function",
      "require",
      "constructor",
      "globalThis",
      "child_process",
      "ｅval",
      "WebAssembly",
      "Reflect",
    ],
    "perl code": ["system", "eval", "exec", "`id`", "@{[1]}", "${x}"],
    "ruby code": ["system", "eval", "send", "exec", "Kernel", "spawn", "ObjectSpace"],
    "PHP code": ["system", "eval", "exec", "passthru", "include", "shell_exec", "assert"],
    "Lua code": ["load", "os", "require"],
  };

  it("none is left one when a name in it becomes a forbidden one", () => {
    const named = cases(SMALL).flatMap(([language, code]) =>
      namesIn(code, language).map((found) => ({ language, code, ...found })),
    );
    expect(named.length).toBeGreaterThan(100);
    const missed = named.flatMap(({ language, code, at, name }) =>
      (FORBIDDEN[language] ?? []).flatMap((other) => {
        if (other === name) return [];
        const changed = code.slice(0, at) + other + code.slice(at + name.length);
        return isSmallProgram(changed, language) ? [`${language}: ${changed}`] : [];
      }),
    );
    expect(missed).toEqual([]);
  });

  it("no text makes it throw, and no sign beyond ASCII is let in", () => {
    const languages = [...PLAIN_LANGUAGES.keys(), "perl code", "Lua code"];
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.constantFrom(...languages),
        (code, language) => {
          const isOne = isSmallProgram(code, language);
          expect(isOne && /[^\n\t\x20-\x7e]/.test(code)).toBe(false);
        },
      ),
    );
    expect(isSmallProgram(`print(${"1+".repeat(2_000)}1)`, "python code")).toBe(false);
  });

  it("knows each builtin of this machine's Python that it does not list as one it may not name", (ctx) => {
    const builtins = builtinsOfPython();
    if (builtins === undefined) return ctx.skip("there is no python3");
    const python = PLAIN_LANGUAGES.get("python code");
    const open = builtins.filter(
      (name) => !(python?.names.has(name) ?? false) && isSmallProgram(`${name}(1)`, "python code"),
    );
    expect(open).toEqual([]);
  });
});

/** Names of a program outside of its texts, and where they stand. */
function namesIn(code: string, language: string): { readonly at: number; readonly name: string }[] {
  const keywords = PLAIN_LANGUAGES.get(language)?.keywords ?? new Set(["print", "if"]);
  const blank = code.replace(/'[^'\n]*'|"[^"\n]*"|`[^`]*`|(?<=[(,]\s*|if )\/[^/\n]+\//g, (text) =>
    " ".repeat(text.length),
  );
  const names = language === "perl code" ? /\bprint\b/g : /(?<![$\w])[A-Za-z_]\w*/g;
  return [...blank.matchAll(names)]
    .map(({ index, 0: name }) => ({ at: index, name }))
    .filter(({ name }) => !keywords.has(name));
}

function builtinsOfPython(): readonly string[] | undefined {
  try {
    const code = "import builtins; print(*[n for n in dir(builtins) if n[0].islower()])";
    return execFileSync("python3", ["-c", code], { encoding: "utf8" }).trim().split(" ");
  } catch {
    return undefined;
  }
}
