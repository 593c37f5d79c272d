// Seeded one-liners for the kernel oracle: ways to spell a path crossed with ways to touch it, in each language.
import { type KernelCase, random } from "./cases.ts";
import { PROFILES } from "./profiles.ts";

/** One language: how a path is spelled, how a path is touched (`@` stands for it), and how code is run. */
type Speech = {
  readonly program: string;
  readonly paths: (path: string) => readonly string[];
  readonly touches: readonly string[];
  /** Wraps code as a command of the shell. */
  readonly runs: (code: string) => string;
};

const single = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const backwards = (text: string): string => [...text].reverse().join("");
const hex = (text: string): string => Buffer.from(text).toString("hex");
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const halves = (text: string): readonly [string, string] => [text.slice(0, 2), text.slice(2)];

const SPEECHES: readonly Speech[] = [
  {
    program: "python3",
    runs: (code) => `python3 -c ${single(code)}`,
    paths: (path) => {
      const [a, b] = halves(path);
      const [folder = ".", name = path] = path.includes("/") ? path.split("/") : [".", path];
      return [
        `"${path}"`,
        `"${a}" + "${b}"`,
        `f"${a}{chr(${b.charCodeAt(0)})}${b.slice(1)}"`,
        `os.path.join("${folder}", "${name}")`,
        `Path("${folder}") / "${name}"`,
        `Path("${folder}").joinpath("${name}")`,
        `"${backwards(path)}"[::-1]`,
        `bytes.fromhex("${hex(path)}").decode()`,
        `base64.b64decode("${base64(path)}").decode()`,
        `"".join(["${a}", "${b}"])`,
        `"".join(reversed("${backwards(path)}"))`,
        `"{}{}".format("${a}", "${b}")`,
        `"${path.replaceAll("t", "T")}".replace("T", "t")`,
        `str(Path("${path}"))`,
        `os.path.abspath("${path}")`,
        `["x", "${path}"][1]`,
        `("${path}", 1)[0]`,
        `os.path.expanduser("~/../project/${path}")`,
        `Path.home().parent / "project" / "${path}"`,
      ];
    },
    touches: [
      "print(open(@).read())",
      'open(@, "w").write("x")',
      'open(@, mode="a").write("x")',
      "p = @\nwith open(p) as f: print(f.read())",
      "os.remove(@)",
      'Path(@).write_text("x")',
      "print(Path(@).read_text())",
      "Path(@).unlink()",
      'shutil.copy(@, "copied")',
      'os.rename(@, "renamed")',
      'for p in [@, "pub.txt"]: print(open(p).read())',
      'for a, b in [(@, 1), ("pub.txt", 2)]: open(a).read()',
      "print([open(p).read() for p in (@,)])",
      'subprocess.run(["cat", @])',
      'subprocess.run("cat " + str(@), shell=True)',
      'subprocess.check_output(["rm", "-f", str(@)])',
      'os.system(f"cat {@} > made")',
      'getattr(os, "re" + "move")(@)',
      '__import__("os").unlink(@)',
      'exec("open(\\"pub.txt\\").read()"); open(@)',
      "o = open; o(@).read()",
      'if len(sys.argv) > 5:\n    p = "pub.txt"\nelse:\n    p = @\nopen(p)',
      "def f(x):\n    return open(x).read()\np = @\nopen(p).read()",
      'for root, dirs, files in os.walk("sub"):\n    for name in files: open(os.path.join(root, name)).read()\nopen(@)',
      'for p in Path(".").glob("*.txt"): p.read_text()\nopen(@)',
      'for p in glob.glob("src/*.ts"): open(p)\nopen(@)',
      'd = {"p": @}\nopen(@)',
    ],
  },
  {
    program: "node",
    runs: (code) => `node -e ${single(code)}`,
    paths: (path) => {
      const [a, b] = halves(path);
      const [folder = ".", name = path] = path.includes("/") ? path.split("/") : [".", path];
      return [
        `"${path}"`,
        `"${a}" + "${b}"`,
        `\`${a}\${"${b}"}\``,
        `path.join("${folder}", "${name}")`,
        `path.resolve("${folder}", "${name}")`,
        `["${a}", "${b}"].join("")`,
        `Buffer.from("${base64(path)}", "base64").toString()`,
        `Buffer.from("${hex(path)}", "hex").toString("utf8")`,
        `atob("${base64(path)}")`,
        `"${backwards(path)}".split("").reverse().join("")`,
        `String.fromCharCode(${[...path].map((char) => char.charCodeAt(0)).join(",")})`,
        `"${path.replaceAll("t", "T")}".replaceAll("T", "t")`,
        `path.join(process.cwd(), "${path}")`,
        `path.join(os.homedir(), "..", "project", "${path}")`,
        `process.env.HOME + "/../project/${path}"`,
        `["x", "${path}"][1]`,
      ];
    },
    touches: [
      'console.log(fs.readFileSync(@, "utf8"))',
      'fs.writeFileSync(@, "x")',
      'fs.appendFileSync(@, "x")',
      "fs.unlinkSync(@)",
      "fs.rmSync(@, { force: true })",
      'fs.renameSync(@, "renamed")',
      'fs.copyFileSync(@, "copied")',
      "const p = @; console.log(fs.readFileSync(p))",
      "let p = @; fs.readFileSync(p)",
      'for (const p of [@, "pub.txt"]) fs.readFileSync(p)',
      '[@, "pub.txt"].forEach(p => fs.readFileSync(p))',
      "[@].map((p) => fs.readFileSync(p))",
      'const { readFileSync: r } = require("fs"); r(@)',
      'require("fs")["readFile" + "Sync"](@)',
      'child_process.execSync("cat " + @)',
      'child_process.spawnSync("cat", [@])',
      'require("child_process").execFileSync("rm", ["-f", @])',
      "const r = fs.readFileSync; r(@)",
      "eval(\"fs.readFileSync('pub.txt')\"); fs.readFileSync(@)",
      'fs.readdirSync("src").forEach(n => fs.readFileSync(path.join("src", n))); fs.readFileSync(@)',
      'const p = process.argv.length > 9 ? "pub.txt" : "a.txt"; fs.readFileSync(@)',
      'let p; if (process.pid) { p = @ } else { p = "pub.txt" } fs.readFileSync(p)',
    ],
  },
  {
    program: "ruby",
    runs: (code) => `ruby -rfileutils -e ${single(code)}`,
    paths: (path) => {
      const [a, b] = halves(path);
      const [folder = ".", name = path] = path.includes("/") ? path.split("/") : [".", path];
      return [
        `"${path}"`,
        `"${a}" + "${b}"`,
        `"${a}#{"${b}"}"`,
        `File.join("${folder}", "${name}")`,
        `File.expand_path("${path}")`,
        `File.expand_path("~/../project/${path}")`,
        `"${backwards(path)}".reverse`,
        `["${a}", "${b}"].join`,
        `"${base64(path)}".unpack1("m")`,
        `["${hex(path)}"].pack("H*")`,
        `%q(${path})`,
        `File.join(Dir.home, "..", "project", "${path}")`,
        `ENV["HOME"] + "/../project/${path}"`,
        `File.join(Dir.pwd, "${path}")`,
      ];
    },
    touches: [
      "puts File.read(@)",
      'File.write(@, "x")',
      "File.delete(@)",
      "FileUtils.rm_f(@)",
      'FileUtils.cp(@, "copied")',
      'File.rename(@, "renamed")',
      "p = @; puts File.read(p)",
      '[@, "pub.txt"].each { |f| File.read(f) }',
      '[@, "pub.txt"].each do |f| File.read(f) end',
      'system("cat", @)',
      'system "cat " + @',
      "puts `cat pub.txt`; File.read(@)",
      'File.open(@, "a") { |f| f.puts 1 }',
      'Kernel.send(:system, "cat " + @)',
      "File.send(:read, @)",
      'Dir.glob("src/*.ts").each { |f| File.read(f) }; File.read(@)',
      'for f in [@, "pub.txt"] do File.read(f) end',
    ],
  },
  {
    program: "perl",
    runs: (code) => `perl -MMIME::Base64 -e ${single(code)}`,
    paths: (path) => {
      const [a, b] = halves(path);
      return [
        `"${path}"`,
        `"${a}" . "${b}"`,
        `join("", "${a}", "${b}")`,
        `join("", reverse split //, "${backwards(path)}")`,
        `pack("H*", "${hex(path)}")`,
        `decode_base64("${base64(path)}")`,
        `"$ENV{HOME}/../project/${path}"`,
        `$ENV{HOME} . "/../project/${path}"`,
        `q(${path})`,
        `lc("${path.toUpperCase()}")`,
      ];
    },
    touches: [
      'open(F, "<", @); print <F>',
      'open(F, ">", @); print F 1',
      'open(my $f, ">>", @); print $f 1',
      "unlink(@)",
      'rename(@, "renamed")',
      'my $p = @; open(F, "<", $p); print <F>',
      'for my $p (@, "pub.txt") { open(F, "<", $p); print <F> }',
      'system("cat", @)',
      'system("cat " . @)',
      "my $p = @; print `cat $p`",
      'exec("cat", @)',
      'eval q(open(F, "<", "pub.txt")); open(G, "<", @)',
      'unlink glob("src/*.ts"); unlink(@)',
    ],
  },
  {
    program: "php",
    runs: (code) => `php -r ${single(code)}`,
    paths: (path) => {
      const [a, b] = halves(path);
      return [
        `"${path}"`,
        `"${a}" . "${b}"`,
        `strrev("${backwards(path)}")`,
        `base64_decode("${base64(path)}")`,
        `hex2bin("${hex(path)}")`,
        `implode("", ["${a}", "${b}"])`,
        `implode(["${a}", "${b}"])`,
        `getenv("HOME") . "/../project/${path}"`,
        `str_replace("T", "t", "${path.replaceAll("t", "T")}")`,
        `getcwd() . "/${path}"`,
      ];
    },
    touches: [
      "echo file_get_contents(@);",
      'file_put_contents(@, "x");',
      "unlink(@);",
      'rename(@, "renamed");',
      'copy(@, "copied");',
      "$p = @; readfile($p);",
      'foreach ([@, "pub.txt"] as $p) { readfile($p); }',
      'foreach (["k" => @] as $k => $p) { readfile($p); }',
      "$p = @; echo `cat $p`;",
      'system("cat " . @);',
      '$f = "unl" . "ink"; $f(@);',
      'array_map("readfile", [@, "pub.txt"]);',
      'call_user_func("readfile", @);',
      'eval("readfile(\\"pub.txt\\");"); readfile(@);',
      '$p = @; $q = "pub.txt"; copy($p, $q);',
    ],
  },
  {
    program: "lua5.4",
    runs: (code) => `lua5.4 -e ${single(code)}`,
    paths: (path) => {
      const [a, b] = halves(path);
      return [
        `"${path}"`,
        `"${a}" .. "${b}"`,
        `("${backwards(path)}"):reverse()`,
        `string.reverse("${backwards(path)}")`,
        `table.concat({"${a}", "${b}"})`,
        `string.char(${[...path].map((char) => char.charCodeAt(0)).join(",")})`,
        `[[${path}]]`,
        `os.getenv("HOME") .. "/../project/${path}"`,
        `({"x", "${path}"})[2]`,
        `("${path.toUpperCase()}"):lower()`,
      ];
    },
    touches: [
      'print(io.open(@):read("a"))',
      'io.open(@, "w"):write("x")',
      'io.open(@, "a"):write("x")',
      "for l in io.lines(@) do print(l) end",
      "os.remove(@)",
      'os.rename(@, "renamed")',
      'local p = @; print(io.open(p):read("a"))',
      'for _, p in ipairs({@, "pub.txt"}) do io.open(p):close() end',
      'os.execute("cat " .. @)',
      'print(io.popen("cat " .. @):read("a"))',
      "load(\"io.open('pub.txt')\")(); io.open(@)",
      "local o = io.open; o(@)",
      'io.output(@); io.write("x")',
      'os.execute "touch made"; io.open(@)',
    ],
  },
  {
    program: "tclsh",
    runs: (code) => `tclsh <<< ${single(code)}`,
    paths: (path) => [path, `"${path}"`, `{${path}}`],
    touches: [
      "puts [read [open @]]",
      "set f [open @ w]; puts $f x",
      "file delete @",
      "file delete -force @",
      "puts [exec cat @]",
      "source @",
    ],
  },
];

const FILES = ["a.txt", "pub.txt", "sub/.env", "src/main.ts"];
const IMPORTS = "import os, sys, shutil, subprocess, glob, base64\nfrom pathlib import Path\n";

/** `count` one-liners of every language, one after the other; the same ones for the same seed. */
export function oneLiners(count: number, seed: number): readonly KernelCase[] {
  return SPEECHES.flatMap((speech) => {
    const draw = random(seed);
    const pick = <Element>(from: readonly Element[]): Element => {
      const found = from[Math.floor(draw() * from.length)];
      if (found === undefined) throw new Error("nothing to pick from");
      return found;
    };
    return Array.from({ length: count }, () => {
      const spelled = pick(speech.paths(pick(FILES)));
      const code = pick(speech.touches).replaceAll("@", () => spelled);
      const command = speech.runs(speech.program === "python3" ? IMPORTS + code : code);
      return { family: "one-liners", command, profiles: PROFILES };
    });
  });
}
