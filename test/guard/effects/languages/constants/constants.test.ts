// Constant expressions of six languages: what is worked out is what the real program prints.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { workedOut } from "#guard/effects/languages/constants/constants.ts";

const NOTHING = { input: undefined, operands: [], variable: () => undefined };

const PROGRAMS: Readonly<Record<string, readonly [program: string, ...args: string[]]>> = {
  python: ["python3", "-c"],
  node: [process.execPath, "-e"],
  perl: ["perl", "-e"],
  ruby: ["ruby", "-e"],
  php: ["php", "-r"],
  lua: ["lua", "-e"],
};

const CASES: Readonly<Record<string, readonly string[]>> = {
  python: [
    "print(''.join(chr(c^42) for c in [79,73,66]))",
    "print('sm! -'[::-1], 'abcdef'[1:4], 'abcdef'[-3:-1], 'rxmx'[::2])",
    "import base64, zlib; print(zlib.decompress(base64.b64decode('eJwrylXQLUpT0C8uKgMAFUwDrw==')).decode())",
    "from base64 import b32decode as d; print(d('OJWSALLSMYQC643SOY======').decode())",
    "print((2216870691233624677184312061318623170763256680).to_bytes(19,'big').decode())",
    "import struct; print(struct.pack('>3B', 114, 109, 32).decode() + '%s-%02d' % ('a', 7))",
    "print('{1}{0}-{a}'.format('x', 'y', a='z'), f'{chr(114)}m')",
    "print('aXbX'.replace('X', '-').upper().swapcase().strip('-'))",
    "print('vn'.translate(str.maketrans('vn', 'rm')), 'a@b'.translate({64: 32}))",
    "s = ''\nfor c in [115, 110]:\n  s += chr(c - 1)\nprint(s)",
    "n = 0x6d72\nr = ''\nwhile n:\n    r = r + chr(n & 255)\n    n >>= 8\nprint(r)",
    "from functools import reduce; print(reduce(lambda a, b: a + b, ['r', 'm']))",
    "print(''.join(a + b for a, b in zip('rx', 'my')), ''.join(map(lambda c: chr(c - 3), [117, 112])))",
    "d = {1: 'b', 0: 'a'}; print(d[0] + d[1])",
    "import json, codecs; print(json.loads('[\"a\"]')[0] + codecs.decode('ez', 'rot13'))",
    "print(bytes.fromhex('726d00')[:2].decode(), b'mr'[::-1].decode(), bytes(x ^ 7 for x in [117, 106]).decode())",
  ],
  node: [
    "console.log(Buffer.from('726d','hex').toString() + atob('IC1y') + unescape('%66'))",
    "console.log([120,115].map(c => String.fromCharCode(c - 6)).join(''))",
    "console.log('726d'.replace(/../g, h => String.fromCharCode(parseInt(h, 16))))",
    "console.log([...'mr'].reverse().join(''), 'abcdef'.slice(1, -2), 'abc'.substring(1), 'abcd'.substr(1, 2))",
    "let s = ''; for (const n of [228, 218]) s += String.fromCharCode(n / 2); console.log(s)",
    "let r = ''; for (let i = 0; i < 3; i++) { r += i; } console.log(r)",
    "console.log(require('zlib').inflateRawSync(Buffer.from('K8pV0C1KU9AvLioDAA==','base64')).toString())",
    "console.log(JSON.parse('{\"c\":\"\\\\u0072m\"}').c, ['a','b'].reduceRight((a, b) => a + b))",
    "const d = s => Buffer.from(s, 'hex') + ''; console.log(d('726d'))",
    "console.log((27).toString(36) + 'm', 'a-b'.split('-').concat(['c']).join('+'), 'RM'.toLowerCase())",
    "console.log(Buffer.from(0x726dn.toString(16), 'hex').toString(), [['a'], [['b']]].flat(Infinity).join(' '))",
  ],
  perl: [
    "print pack('H*', '726d'), pack('C*', 32, 45), pack('B*', '01110010'), pack('h*', '66')",
    "print join '', map { chr($_ ^ 17) } (99, 124)",
    "print scalar reverse 'mr'",
    "($c = '726d') =~ s/(..)/chr(hex($1))/ge; print $c",
    "$_ = 'ez'; y/a-zA-Z/n-za-mN-ZA-M/; print $_",
    "print 'sn' =~ tr/b-za/a-z/r, sprintf('%s-%c', 'a', 98), lc('RM'), substr('XYrm', 2)",
    "print pack('H*', '3926') ^ ('K' x 2)",
    "sub d { scalar reverse shift } print d('mr')",
    "@a = ('r', 'm'); print \"@a\"; %h = (a => 'x'); print $h{a}",
    "print join ' ', reverse split(/,/, 'b,a')",
    "print v114.109, \"\\x72\\x{6d}\", unpack('u', '#<FTM')",
    "use MIME::Base64; print decode_base64('cm0=')",
  ],
  ruby: [
    "print ['726d'].pack('H*'), 'cm0='.unpack1('m'), [114].pack('U*'), [109].pack('c*')",
    "print 'mr'.reverse, 'sn'.tr('b-za', 'a-z'), 'rXm'.delete('X'), 'RM'.swapcase",
    "print '726d'.scan(/../).map { |h| h.hex.chr }.join, [123, 100].map { |c| (c ^ 9).chr }.join",
    "print ['r', 'm'].inject(:+), ['a', 'b'] * '-', format('%s %s', 'a', 'b'), 'xrm'[1..-1]",
    "d = ->(x) { [x].pack('H*') }; print d.('726d')",
    "r = ''; 'mr'.each_char { |c| r = c + r }; print r",
    "print '%72%6d'.gsub(/%(..)/) { $1.hex.chr }",
    "print [0x726d.to_s(16)].pack('H*'), \"#{'a' + 'b'}\"",
  ],
  php: [
    "echo implode(array_map('chr', [114, 109])), strrev('mr'), hex2bin('20'), pack('H*', '726d');",
    "echo gzinflate(base64_decode('K8pV0C1KU9AvLioDAA=='));",
    "echo str_rot13('ez'), strtr('a@b', ['@' => ' ']), strtr('sn', 'sn', 'rm'), rawurldecode('%72');",
    "echo preg_replace_callback('/../', function($m) { return chr(hexdec($m[0])); }, '726d');",
    "$r = ''; foreach ([114, 109] as $c) $r .= chr($c); echo $r;",
    "$h = '726d'; $r = ''; for ($i = 0; $i < strlen($h); $i += 2) $r .= chr(hexdec(substr($h, $i, 2))); echo $r;",
    "echo join('', array_map(fn($c) => chr($c ^ 3), [113, 110])), hex2bin('3926') ^ str_repeat('K', 2);",
    "echo base_convert('27', 10, 36), vsprintf('%c%c', [114, 109]), quoted_printable_decode('=72');",
  ],
  lua: [
    "io.write(string.char(114, 109), ('mr'):reverse(), ('RM'):lower(), ('abcdef'):sub(2, -2))",
    "io.write(((('726d'):gsub('..', function(h) return string.char(tonumber(h, 16)) end))))",
    "local r = '' for _, c in ipairs({115, 110}) do r = r .. string.char(c - 1) end io.write(r)",
    "io.write(string.format('%s %s', 'a', 'b'), table.concat({'x', 'y'}, '-'), '\\114\\109')",
  ],
};

describe.each(Object.entries(CASES))("%s prints", (language, programs) => {
  it.for(programs)("%s", (code, ctx) => {
    const [program = "", ...args] = PROGRAMS[language] ?? [];
    const real = spawnSync(program, [...args, code], { encoding: "utf8" });
    if (real.error !== undefined) ctx.skip(`${program} is not installed`);
    expect(real.stderr).toBe("");
    expect(workedOut(code, language, NOTHING)?.printed).toBe(real.stdout);
  });
});

/** What a program calls, with constants in place. */
function callsOf(language: string, code: string, given = {}): string {
  return workedOut(code, language, { ...NOTHING, ...given })?.code ?? "";
}

it.each([
  [
    "python",
    "getattr(__import__('so'[::-1]), 'metsys'[::-1])('rm x')",
    `__import__("os").system("rm x")`,
  ],
  ["python", "import os; list(map(os.system, ['a' + 'b']))", `os.system("ab")`],
  [
    "python",
    "(lambda f, c: f(c[::-1]))(__import__('os').system, 'x mr')",
    `__import__("os").system("rm x")`,
  ],
  [
    "python",
    "import operator, os; operator.methodcaller('system', 'a' + 'b')(os)",
    `os.system("ab")`,
  ],
  ["python", "exec(bytes.fromhex('783d31').decode())", "x=1"],
  [
    "node",
    "Reflect.apply(require('child_process').execSync, null, ['a' + 'b'])",
    `require("child_process").execSync("ab")`,
  ],
  [
    "node",
    "const {execSync: x} = require('child_process'); x(['a', 'b'].join(' '))",
    `require("child_process").execSync("a b")`,
  ],
  ["node", "new Function('r', 'r(1).f(\\'x\\')')(require)", `f("x")`],
  ["perl", "sub go { system shift } main->can('go')->('a'.'b')", "system('ab')"],
  ["ruby", "Kernel.public_send('sys' + 'tem', 'ba'.reverse)", "system('ab')"],
  ["ruby", "['a'].each(&method(:system))", "system('a')"],
  ["php", "$f = strrev('metsys'); $f('a' . 'b');", "system('ab')"],
  ["php", "array_map('system', [strrev('ba')]);", "system('ab')"],
  ["lua", "local f, s = os.execute, string.reverse f(s('ba'))", `os.execute("ab")`],
])("notes what %s calls by a detour: %s", (language, code, call) => {
  expect(callsOf(language, code)).toContain(call);
});

it("follows the input, the words and the environment where they are known", () => {
  expect(
    callsOf("python", "import sys, os; os.system(sys.argv[1][::-1])", { operands: ["ba"] }),
  ).toContain(`os.system("ab")`);
  expect(
    callsOf("python", "import os; os.system(os.environ['X'] + '!')", { variable: () => "v" }),
  ).toContain(`os.system("v!")`);
  expect(
    workedOut("tr/a-c/b-d/", "perl", { ...NOTHING, input: "abc\n" }, "printed line")?.printed,
  ).toBe("bcd\n");
  expect(workedOut("'a' + 'b'", "node", NOTHING, "value")?.printed).toBe("ab\n");
});

it.each([
  ["python", "while True: x = 1"],
  ["python", "x = 'a' * 999999999"],
  ["python", "f = lambda x: f(x)\nf(1)"],
  ["node", "for (;;) {}"],
  ["node", "'a'.repeat(1e9)"],
  ["python", `${"(".repeat(5_000)}1`],
  ["python", `x = [${"'a' + ".repeat(4_000)}'b']`],
  ["perl", "$_ = 'a' x 5000; s/(a+)+$/b/; print"],
  ["ruby", "def f(x) f(x) end; f(1)"],
  ["node", `'${"a".repeat(14_000)}'.replace(/a*a*b/g,'c')`],
  ["perl", "$_ = 'a' x 60; s/(a|aa)+$/b/; print"],
  ["python", "(".repeat(3_900)],
  ["node", "let s='a';for(let i=0;i<4000;i++){s+=s}"],
  ["node", "let a='a'.repeat(4000).split('');for(let i=0;i<4000;i++)a=a.sort();eval(a.join(''))"],
  ["node", "let a='a'.split('');for(let i=0;i<4000;i++)a=b.concat(a);eval(a)"],
  [
    "node",
    "let a=['a'.repeat(4000)];for(let i=0;i<4000;i++)a=a.map(x=>x.split('').reverse().join(''))",
  ],
  ["python", "a=b'a'*4000\nfor i in range(4000):\n  a=a[::-1]\nexec(a)"],
])("comes to an end: %s %#", (language, code) => {
  expect(() => workedOut(code, language, NOTHING)).not.toThrow();
});

it.each([
  ["python", "print(open('x').read())"],
  ["python", "import base64; print(base64.b64decode(secret))"],
  ["node", "console.log(Math.random() + 'a')"],
  ["cobol", "DISPLAY 'x'"],
])("works nothing out of what is not constant: %s %s", (language, code) => {
  expect(workedOut(code, language, NOTHING)?.printed ?? "").toBe("");
});
